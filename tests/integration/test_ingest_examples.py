"""The examples of the register in `/openapi.json` are what ingest answers; TIENDO_WRITE_EXAMPLES=1 writes them anew."""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson

from services.ingest.exceptions.cli import reopen_period
from services.ingest.register import api
from tests.support.databases import DatabaseMaker
from tests.support.ingest import BODY, LEAD, Ingest, ingest_on
from tests.support.waiting import until

EXAMPLES: Final = Path(api.__file__).parent / "examples"
IS_WRITING: Final = "TIENDO_WRITE_EXAMPLES" in os.environ
UUID_LIKE: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OWNER, DISTRICT, COMMUNE = "so-noi-vu", "ubnd-huyen-lac-duong", "ubnd-xa-lat-lac-duong"
OF_COMMUNE: Final = [{"indicator": "official-email", "numerator": 20, "denominator": 25}]
CORRECTED: Final = {**BODY, "observations": [{"indicator": "edoc-exchange", "numerator": 430, "denominator": 510}]}
ASKED: Final = {
    "submissions": f"/v1/submissions?agency={OWNER}&limit=1",
    "refused": "/v1/submissions/refused",
    "submission": "/v1/submissions/{}",
    "differences": "/v1/submissions/{}/differences?with=1",
    "obligations": f"/v1/obligations?agency={COMMUNE}",
    "decisions": "/v1/decisions",
}


async def test_the_examples_are_what_ingest_answers(make_database: DatabaseMaker) -> None:
    async with ingest_on(await make_database("ingest")) as ingest:
        answers = await answered(ingest)
    known: dict[str, str] = {}
    for name, text in answers.items():
        # Ids and the public part of a key are drawn; in the examples they are always the same.
        shown = UUID_LIKE.sub(lambda match: known.setdefault(match.group(), drawn(len(known))), text)
        answers[name] = shown.replace(ingest.keys[OWNER].split("_")[2], "AbCd1234")
    real = {name: {"path": ASKED[name].format(drawn(0)), "answer": orjson.loads(answers[name])} for name in ASKED}
    if IS_WRITING:
        for name, found in real.items():
            text_of = orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
            (EXAMPLES / f"{name}.json").write_bytes(text_of)
    assert {path.stem: orjson.loads(path.read_bytes()) for path in EXAMPLES.glob("*.json")} == real


async def answered(ingest: Ingest) -> dict[str, str]:
    """Return what each route answers once a report was refused, filed, returned and corrected."""
    await ingest.post({**BODY, "period": "2014-Q1"})
    first = (await ingest.post()).json()["submission"]
    await ingest.ask(
        f"/v1/submissions/{first}/review", {"outcome": "returned", "reason": "Tử số không khớp sổ"}, agency=LEAD
    )
    ingest.clock.advance_to(ingest.clock.now() + timedelta(hours=1))  # the latest is listed first
    second = (await ingest.post(CORRECTED)).json()["submission"]
    await ingest.post({**BODY, "agency": COMMUNE, "period": "2014-02", "observations": OF_COMMUNE}, agency=DISTRICT)
    await reopen_period(
        plan="lam-dong-2014",
        agency=COMMUNE,
        period="2014-01",
        last_on=ingest.clock.now().date().replace(day=30),
        reason="Lũ lụt",
        by="Giám đốc Sở",
        database=ingest.database,
        clock=ingest.clock,
    )

    async def is_known() -> bool:
        owed = (await ingest.get(ASKED["obligations"], agency=LEAD)).json()["obligations"]
        return await ingest.count("refused_attempt") == 1 and owed[0]["reopened_until"] is not None

    await until(is_known, "the refused attempt is kept and the reopening is known")
    return {name: (await ingest.get(path.format(second), agency=LEAD)).text for name, path in ASKED.items()}


def drawn(number: int) -> str:
    return f"7f0c2a64-3f0e-4b55-9c1e-0a4d6f1b{number:04d}"


async def test_every_route_of_the_register_has_an_example_that_its_schema_describes(
    make_database: DatabaseMaker,
) -> None:
    async with ingest_on(await make_database("ingest")) as ingest:
        described: dict[str, Any] = (await ingest.http.get("/openapi.json")).json()
    for path in ("submissions", "submissions/refused", "submissions/{submission}", "obligations", "decisions"):
        said = described["paths"][f"/v1/{path}"]["get"]
        content = said["responses"]["200"]["content"]["application/json"]
        model = described["components"]["schemas"][content["schema"]["$ref"].rsplit("/", 1)[1]]
        assert content["example"].keys() == model["properties"].keys(), path
        assert said["summary"]
        assert len(said["description"]) > 60
        assert {"401", "422", "503"} <= said["responses"].keys()
