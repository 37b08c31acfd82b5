"""`python -m tools.demo`: watch a plan's year happen on this machine."""

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path
from typing import Final

import uvloop
from rich.console import Console

from shared.runtime.errors import StartFailure, one_clear_line

_PROJECT: Final = Path(__file__).resolve().parents[2]
_DECISION: Final = 2770  # the first plan's decision is as good a seed as any
_HIGHEST_PORT: Final = 65535
_INTERRUPTED: Final = 130


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 where everything is accounted for."""
    began = time.monotonic()
    parser = argparse.ArgumentParser(
        prog="python -m tools.demo", description="Play a plan's year with made-up figures."
    )
    parser.add_argument(
        "--plan", default=os.environ.get("PLAN") or "lam-dong-2014", help="a folder, or a name in plans/"
    )
    parser.add_argument("--seed", type=int, default=_DECISION, help="another seed plays another year")
    parser.add_argument("--months", type=int, default=None, help="play only the first reporting periods")
    parser.add_argument(
        "--folder", type=Path, default=_PROJECT / "var" / "demo", help="summary.json, progress.jsonl and data; var/demo"
    )
    parser.add_argument("--picture", type=Path, default=None, help="draw the last screen into this HTML file")
    parser.add_argument("--chart", type=Path, default=None, help="draw a period into this .svg or .png file")
    parser.add_argument("--chart-period", default=None, help="the period to draw; default the last one that was played")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with one_clear_line():
        try:
            is_sound = _demonstrated(chosen, began=began)
        except KeyboardInterrupt:
            return _INTERRUPTED
        if not is_sound:
            raise StartFailure(f"not everything is accounted for; {chosen.folder / 'summary.json'} has the figures")
    return 0


def _demonstrated(chosen: argparse.Namespace, *, began: float) -> bool:
    print("Tiendo: a plan's year in about a minute; Ctrl-C ends it.", flush=True)
    # Imported here, so that the time told counts the imports, and Ctrl-C ends them without a stack trace.
    from tools.demo.run import demonstrate  # noqa: PLC0415
    from tools.demo.wishes import Wishes  # noqa: PLC0415

    wishes = Wishes(
        plan_folder=_plan_folder(chosen.plan),
        seed=chosen.seed,
        periods=chosen.months,
        port=_port(os.environ.get("PORT")),
        is_exit=os.environ.get("DEMO_EXIT", "") not in {"", "0"},
        directory=chosen.folder,
        picture=chosen.picture,
        chart=chosen.chart,
        chart_period=chosen.chart_period,
        began=began,
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(demonstrate(wishes, console=Console(highlight=False)))


def _plan_folder(named: str) -> Path:
    shipped = _PROJECT / "plans" / named
    return shipped if shipped.is_dir() else Path(named)


def _port(told: str | None) -> int | None:
    if not told:
        return None
    if not (told.isdecimal() and int(told) <= _HIGHEST_PORT):
        raise StartFailure(f"PORT is {told!r}; a number from 0 to {_HIGHEST_PORT} would do")
    return int(told)


if __name__ == "__main__":
    sys.exit(main())
