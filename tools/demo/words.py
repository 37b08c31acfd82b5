"""What the demonstration says before and after its tables, in lines that a terminal of 80 columns holds."""

from collections.abc import Mapping
from pathlib import Path

from shared.events.plans import PlanPublishedData
from tools.demo.summary import Summary


def title(plan: PlanPublishedData, *, is_published: bool) -> str:
    """Return what is played, by how many, and whose figures they are."""
    count = len(plan.agencies)
    play = f"{count} agencies play it" if count > 1 else "1 agency plays it"
    figures = (
        "The figures are the published ones, their filing is synthetic"
        if is_published
        else "every figure is synthetic, made up"
    )
    separator = ". " if is_published else "; "
    return f"[bold]{plan.title_en}[/]\n{play} on a simulated clock{separator}{figures}."


def whereabouts(base_url: str) -> str:
    """Return where mails and figures can be looked at while the year is played."""
    return f"mails as they come: {base_url}/mail\nwhat can be asked:  {base_url}/docs\n"


def closing_words(summary: Summary, *, is_published: bool) -> str:
    """Return the run in three lines: what happened, what was mailed, and whether it adds up."""
    figures = "All figures are as published." if is_published else "All figures are synthetic."
    unsent = f"; {summary.notices_unsent} notices not sent" if summary.notices_unsent else ""
    return (
        f"{summary.submissions_accepted} submissions accepted, {summary.submissions_refused} refused,"
        f" {summary.progress_events} changes of progress in {summary.seconds:.0f} s.\n"
        f"{summary.mails} mails: {_counted(summary.mails_by_kind)}{unsent}.\n"
        f"{summary.unaccounted} unaccounted for, {summary.duplicate_mails} mails sent twice. {figures}"
    )


def ways_in(plan: str, *, base_url: str, key: str, submission: Path | None) -> str:
    """Return what can be typed while the run is there: lines that work as they stand, in the folder of the command."""
    lines = [
        f"TIENDO={base_url}  # mails: {base_url}/mail, Ctrl-C ends",
        f"KEY={key}",
        f'curl -H "Authorization: Bearer $KEY" "$TIENDO/v1/periods?plan={plan}"',
    ]
    if submission:
        lines += [
            "curl -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\",
            f'     -d @{submission} "$TIENDO/v1/submissions"',
        ]
    return "\n".join(lines)


def _counted(by_kind: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {kind}" for kind, count in by_kind.items()) or "none"
