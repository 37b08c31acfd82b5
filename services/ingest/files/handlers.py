"""Checks what a file holds, and files all of it or nothing."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.ingest.files.model import Reading, RowGroup
from services.ingest.plans.model import Registry
from services.ingest.submissions.handlers import filing_of
from services.ingest.submissions.model import Draft, Filing
from services.ingest.submissions.reading import draft_of, faults_of
from shared.runtime.http.json_bodies import Place
from shared.wording.faults import Fault


@dataclass(frozen=True)
class Checked:
    """The submissions of a file that can be read, those of them that may be accepted, and every fault by its cell."""

    read: list[Draft] = field(default_factory=list)
    fit: list[Draft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def check(groups: Iterable[RowGroup], *, reading: Reading, registry: Registry, filer: str, today: date) -> Checked:
    """Return what these groups of a reading come to."""
    checked = Checked()
    for group in groups:
        read = draft_of(group.document(), dict(_cell_faults(group)), filer=filer)
        found = faults_of(read, registry=registry, filer=filer, today=today)
        checked.faults.extend(replace(fault, pointer=reading.cell(group, fault.pointer)) for fault in found)
        if isinstance(read, Draft):
            checked.read.append(read)
            if not found:
                checked.fit.append(read)
    return checked


def filings_of(
    drafts: Sequence[Draft], *, registry: Registry, filer: str, now: datetime, key: str | None
) -> list[Filing]:
    """Return all submissions of a file as filings, under keys made of the file's Idempotency-Key.

    Each carries the hash of the whole file, so that another file under the same key is refused.
    """
    whole = whole_hash(drafts)
    keys: Iterable[str | None] = keys_of(key, len(drafts)) if key else [None] * len(drafts)
    return [
        filing_of(replace(draft, request_hash=whole), registry=registry, filer=filer, now=now, key=each)
        for draft, each in zip(drafts, keys, strict=True)
    ]


def whole_hash(drafts: Iterable[Draft]) -> bytes:
    """Return a hash of what all submissions of a file say."""
    return hashlib.sha256(b"".join(draft.request_hash for draft in drafts)).digest()


def keys_of(key: str, count: int) -> list[str]:
    """Return a key for each submission of a file; the first is the file's own, which no other request may use."""
    return [key, *(f"{key}\n{number}" for number in range(1, count))]  # no client can send a line feed in a key


def _cell_faults(group: RowGroup) -> Iterator[tuple[Place, Fault]]:
    for position, row in enumerate(group.rows):
        for column, fault in row.faults.items():
            yield ("observations", position, column), replace(fault, pointer=f"/observations/{position}/{column}")
