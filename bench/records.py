"""What a benchmark found, as JSON: rows that put us beside a peer, and the circumstances they were found in."""

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bench.parts import FOLDER


class Row(BaseModel):
    """One comparison. `ratio` says how many times better ours is: above 1 we are ahead, below 1 the peer is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    ours: float
    peer: float
    ratio: float
    unit: str


class Circumstances(BaseModel):
    """Where, when and how the rows of one benchmark were found, each a label and what stands there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    benchmark: str
    measured_at: datetime
    facts: dict[str, str]


class Record(BaseModel):
    """A benchmark's rows and circumstances."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    circumstances: Circumstances
    rows: list[Row]


ROWS: Final = TypeAdapter(list[Row])


def more_is_better(name: str, *, ours: float, peer: float, unit: str) -> Row:
    """Return a row of two rates."""
    return Row(name=name, ours=round(ours, 3), peer=round(peer, 3), ratio=round(ours / peer, 3), unit=unit)


def less_is_better(name: str, *, ours: float, peer: float, unit: str) -> Row:
    """Return a row of two costs."""
    return Row(name=name, ours=round(ours, 3), peer=round(peer, 3), ratio=round(peer / ours, 3), unit=unit)


def write(record: Record, *, folder: Path = FOLDER) -> Path:
    """Write the rows to `<benchmark>.json`, the circumstances beside it, and return the former's path."""
    folder.mkdir(parents=True, exist_ok=True)
    name = record.circumstances.benchmark
    rows = folder / f"{name}.json"
    rows.write_bytes(ROWS.dump_json(record.rows, indent=2) + b"\n")
    (folder / f"{name}.circumstances.json").write_text(record.circumstances.model_dump_json(indent=2) + "\n")
    return rows


def read(benchmark: str, *, folder: Path = FOLDER) -> Record:
    """Return what the last run of a benchmark found.

    Raises:
        FileNotFoundError: it has not run yet.
    """
    rows = ROWS.validate_json((folder / f"{benchmark}.json").read_bytes())
    circumstances = (folder / f"{benchmark}.circumstances.json").read_bytes()
    return Record(circumstances=Circumstances.model_validate_json(circumstances), rows=rows)
