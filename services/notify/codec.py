"""How what notify keeps is written as JSON in its database."""

from typing import Any, Final

from pydantic import TypeAdapter

from services.notify.contents import CONTENTS_OF, Contents, DigestContents
from services.notify.model import Agency, NoticeKind, Plan, Progress

PLAN: Final = TypeAdapter(Plan)
AGENCY: Final = TypeAdapter(Agency)
PROGRESS: Final = TypeAdapter(Progress)
DIGEST: Final = TypeAdapter(DigestContents)
_CONTENTS: Final[dict[NoticeKind, TypeAdapter[Any]]] = {kind: TypeAdapter(said) for kind, said in CONTENTS_OF.items()}


def text_of_plan(plan: Plan) -> str:
    """Return the plan as JSON."""
    return PLAN.dump_json(plan).decode()


def text_of_agency(agency: Agency) -> str:
    """Return the agency as JSON."""
    return AGENCY.dump_json(agency).decode()


def text_of_progress(progress: Progress) -> str:
    """Return the progress as JSON."""
    return PROGRESS.dump_json(progress).decode()


def text_of_contents(kind: NoticeKind, contents: Contents) -> str:
    """Return what a notice says as JSON."""
    return _CONTENTS[kind].dump_json(contents).decode()


def contents_from(kind: NoticeKind, text: str) -> Contents:
    """Return what a notice of `kind` says."""
    contents: Contents = _CONTENTS[kind].validate_json(text)
    return contents
