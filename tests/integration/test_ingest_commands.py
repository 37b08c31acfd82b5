"""Ingest's commands as an operator types them."""

import re
from pathlib import Path

from tests.support.commands import typed_to
from tests.support.databases import DatabaseMaker
from tests.support.ingest import NOBODY, PEPPER, ingest_on


async def test_a_key_cut_out_of_the_written_file_is_one_that_is_taken(
    make_database: DatabaseMaker, tmp_path: Path
) -> None:
    url, out = await make_database("ingest"), tmp_path / "keys.csv"
    async with ingest_on(url) as ingest:
        command = ("keys", "issue", "--agency", "so-noi-vu", "--out", str(out))
        settings = {"DATABASE_URL": url, "KAFKA_BOOTSTRAP_SERVERS": NOBODY, "KEY_PEPPER": PEPPER}
        status, said, complained = await typed_to("services.ingest", *command, **settings)
        assert (status, said, complained) == (0, f"1 keys written to {out}\n", "")
        _, _, cut = out.read_bytes().decode().removesuffix("\n").split("\n")[-1].partition(",")  # as `cut` takes it
        assert re.fullmatch(r"key_live_\w+", cut), repr(cut)  # a carriage return is refused before any of ours is asked
        ingest.keys["so-noi-vu"] = cut
        assert (await ingest.post()).status_code == 202
