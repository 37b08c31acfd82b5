"""`python -m tools.trace_submission`: list our files on the way of one submission, from its POST to its mail.

The whole system runs in this process on embedded parts. Once it has come to rest it is traced while it idles, and then
from the POST of a submission by which a commune lags until the lag notice is in the mailbox. What ticks by itself runs
in both. So a call counts for the submission if it does not happen in the idle time, from the same caller to the same
function, and both ends of it are on the way. A call counts, an import does not.
"""

import asyncio
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import CodeType, FrameType
from typing import Final

import httpx

from services.embedded_settings import EmbeddedSettings
from services.embedded_system import EmbeddedSystem, embedded_system
from services.ingest.persons.cli import issue_keys
from services.ingest.plans.cli import load_plan
from services.ingest.plans.files.folder import load
from services.notify.contacts.files import read_contacts
from services.notify.contacts.handlers import load_contacts
from shared.events.plans import PlanPublishedData
from shared.events.vocabulary import AgencyKind, Measure
from shared.runtime import logging
from shared.runtime.clock import TIMEZONE, SteppedClock
from shared.runtime.errors import StartFailure, one_clear_line
from tools.demo.settling import Settling

_PROJECT: Final = Path(__file__).resolve().parent.parent
_OURS: Final = ("services", "shared")
_OUTSIDE: Final = "shared.runtime.embedded."  # plays Kafka, PostgreSQL and the mail server
_PLAN: Final = _PROJECT / "plans" / "lam-dong-2014"
_NOW: Final = datetime(2014, 2, 6, 9, tzinfo=TIMEZONE)  # working time; January is over and not yet due
_PERIOD: Final = "2014-01"
_AGENCY: Final = "ubnd-xa-xuan-tho-da-lat"
_IDLE_SECONDS: Final = 8.0  # all that ticks does so more often
_MOST_SECONDS: Final = 60.0
_RECORD_SECONDS: Final = 0.5
_LEAST: Final[Mapping[Measure, Mapping[str, object]]] = {
    Measure.SHARE: {"numerator": 1, "denominator": 100},
    Measure.YES_NO: {"yes": False},
}
# The mail follows at once, and the schedules look all the time or not at all: neither ran by chance in one trace only.
_ENVIRONMENT: Final = {"LAG_SETTLING_HOURS": "0", "CLOSING_PAUSE_SECONDS": "1", "ROLLUP_PAUSE_SECONDS": "3600"}


@dataclass(frozen=True)
class Function:
    """A function of ours: in which file, and its name after that of its class."""

    file: str
    name: str


Calls = dict[tuple[Function | None, Function], None]
"""Which function of ours called which, in order of first call; None: a library called it."""


@dataclass(frozen=True)
class Way:
    """What ran while the system idled, and from the POST of a submission to its mail."""

    idle: Calls
    submission: Calls

    def on_the_way(self) -> dict[str, list[str]]:
        """Return by file, in order of first call, the functions that ran for the submission.

        These are both ends of every call that does not happen while the system idles.
        """
        for_it = {each for call in self.submission if call not in self.idle for each in call}
        return _by_file(each for _, each in self.submission if each in for_it)

    def besides(self) -> dict[str, list[str]]:
        """Return by file what ran meanwhile, as it does while the system idles, of files that are not on the way."""
        on_the_way = self.on_the_way()
        return _by_file(each for _, each in self.submission if each.file not in on_the_way)


@contextmanager
def noting(calls: Calls) -> Iterator[None]:
    """Note in `calls` what is called until the block ends, in this thread and in those that begin meanwhile."""

    def look(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and (function := _function_of(frame)):
            calls[_caller_of(frame, but=function), function] = None

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        yield
    finally:
        sys.setprofile(None)
        threading.setprofile(None)


def _caller_of(frame: FrameType, *, but: Function) -> Function | None:
    """Return the nearest function of ours that waits for this call, other than itself."""
    above = frame.f_back
    while above:
        if (caller := _function_of(above)) and caller != but:
            return caller
        above = above.f_back
    return None


def _function_of(frame: FrameType) -> Function | None:
    """Return what runs, if it is ours; what is defined within a function is part of it, and no import is a function.

    What a dataclass is given by Python runs in the file of the class and has its name.
    """
    module = str(frame.f_globals.get("__name__"))
    if module.partition(".")[0] not in _OURS or module.startswith(_OUTSIDE):
        return None
    code: CodeType = frame.f_code
    name = code.co_qualname.split(".<locals>")[0]
    if code.co_filename.startswith("<"):
        name = type(frame.f_locals.get("self")).__name__
    return None if name.startswith("<") else Function(module.replace(".", "/") + ".py", name)


def _by_file(functions: Iterable[Function]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in dict.fromkeys(functions):
        found.setdefault(each.file, []).append(each.name)
    return found


async def traced_way(folder: Path) -> Way:
    """Return the way of one submission through a system whose data lie in `folder`.

    Raises:
        StartFailure: a part cannot start, or the submission is refused.
        TimeoutError: no mail came within a minute.
    """
    settings = EmbeddedSettings(tiendo_var=folder, port=0, is_durable=False)
    clock = SteppedClock(_NOW)
    idle: Calls = {}
    submission: Calls = {}
    async with embedded_system(settings, clock=clock) as system:
        plan, key = await _prepared(system, clock=clock)
        with noting(idle):
            await asyncio.sleep(_IDLE_SECONDS)
        async with httpx.AsyncClient(base_url=system.base_url, timeout=_MOST_SECONDS) as client:
            began = time.monotonic()
            with noting(submission):
                async with asyncio.timeout(_MOST_SECONDS):
                    await _filed(client, plan, key=key)
                    await _mail_arrived(system)
        with noting(idle):  # on a busy machine, so that it idled as long as it worked
            await asyncio.sleep(time.monotonic() - began - _IDLE_SECONDS)
    return Way(submission=submission, idle=idle)


async def _prepared(system: EmbeddedSystem, *, clock: SteppedClock) -> tuple[PlanPublishedData, str]:
    """Load the plan and its contacts, wait until they have arrived everywhere, and return the plan and a key."""
    ingest = system.database("ingest")
    await load_plan(_PLAN, database=ingest, clock=clock)
    await load_contacts(read_contacts(_PLAN / "contacts.csv"), source=_PLAN.name, database=system.database("notify"))
    keys = await issue_keys([_AGENCY], database=ingest, clock=clock, pepper=system.key_pepper)
    await system.until_ready()
    plan = load(_PLAN).to_plan_data(1)
    await Settling(system, plan=plan, clock=clock).until_settled()
    return plan, keys[_AGENCY]


async def _filed(client: httpx.AsyncClient, plan: PlanPublishedData, *, key: str) -> None:
    asked = [each for each in plan.indicators if AgencyKind.COMMUNE in each.reported_by_kinds]
    observations = [{"indicator": each.id, **_LEAST.get(each.measure, {"value": 1})} for each in asked]
    answer = await client.post(
        "/v1/submissions",
        json={"plan": plan.plan, "period": _PERIOD, "is_synthetic": True, "observations": observations},
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "traced"},
    )
    if answer.status_code != httpx.codes.ACCEPTED:
        raise StartFailure(f"the submission is refused: {answer.text}")


async def _mail_arrived(system: EmbeddedSystem) -> None:
    """Wait until there is a mail, and as long as its sender takes to record that it is accepted."""
    mailbox = system.parts.mail_directory or Path()
    while not any((mailbox / "new").iterdir()):  # noqa: ASYNC110  a Maildir tells nobody, one looks
        await asyncio.sleep(0.01)
    await asyncio.sleep(_RECORD_SECONDS)


def main() -> None:
    """Print the files on the way and those that only tick, each with the functions that ran."""
    with one_clear_line(), tempfile.TemporaryDirectory(prefix="tiendo-trace-") as folder:
        logging.configure("WARNING")
        os.environ |= _ENVIRONMENT
        way = asyncio.run(traced_way(Path(folder)))
        for what, files in (("on the way", way.on_the_way()), ("ran besides, as they do when idle", way.besides())):
            print(f"{len(files)} files {what}:")
            for file, names in files.items():
                print(f"  {file}: {', '.join(names)}")


if __name__ == "__main__":
    main()
