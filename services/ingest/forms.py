"""The form of a submission's fields: what is read as a number, a text, an id, and what is not."""

import re
import unicodedata
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", re.ASCII)  # published series carry fifteen
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PERIOD: Final = re.compile(r"[0-9]{4}(-[0-9A-Z]{2})?", re.ASCII)
_MAX_REVISION: Final = 1_000_000
_MAX_EXPONENT: Final = 20
_MAX_IDENTIFIER: Final = 100


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise PydanticCustomError("bad-number", "not a number")
    text = value if isinstance(value, str) else str(value)
    if isinstance(value, Decimal) and "E" in text:
        if abs(value.adjusted()) > _MAX_EXPONENT:  # 1e1000000000 written out fills the memory
            raise PydanticCustomError("bad-number", "out of all bounds")
        text = format(value, "f")
    if not _DECIMAL.fullmatch(text) or text in {"-0", "-0.0"}:
        raise PydanticCustomError("decimal-comma" if "," in text else "bad-number", "not a number of the form accepted")
    return Decimal(text)


def _whole(value: Any) -> Any:
    if not isinstance(value, Decimal) or value != value.to_integral_value() or not 1 <= value <= _MAX_REVISION:
        raise PydanticCustomError("whole-number", "whole number expected")
    return int(value)


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("text", "text expected")
    text = unicodedata.normalize("NFC", value).strip()
    if not text or not (text.isprintable() or all(map(_is_seen, text))):
        raise PydanticCustomError("bad-text", "blank or control characters")
    return text


def _is_seen(character: str) -> bool:
    # Cc control, Cf format (zero width, right-to-left override), Cs lone surrogate, Zl and Zp separators
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} or character == "\n"


def _matching(pattern: re.Pattern[str], *, kind: Literal["identifier", "period"]) -> Any:
    def check(value: Any) -> Any:
        if not isinstance(value, str) or len(value) > _MAX_IDENTIFIER or not pattern.fullmatch(value):
            raise PydanticCustomError(kind, "not of the form")
        return value

    return BeforeValidator(check)


Number = Annotated[Decimal, BeforeValidator(_number)]
Note = Annotated[str, Field(max_length=2000), BeforeValidator(_text)]
Identifier = Annotated[str, _matching(_ID, kind="identifier")]
PeriodId = Annotated[str, _matching(_PERIOD, kind="period")]


class ObservationIn(BaseModel):
    """One value: numerator and denominator, or a value, or yes, as the indicator's measure asks."""

    model_config = ConfigDict(extra="forbid", strict=True)

    indicator: Identifier
    numerator: Number | None = None
    denominator: Number | None = None
    value: Number | None = None
    yes: bool | None = None
    note: Note | None = None


class SubmissionIn(BaseModel):
    """A submission of one agency for one period of one plan."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={
            "example": {
                "plan": "lam-dong-2014",
                "period": "2014-03",
                "observations": [
                    {"indicator": "edoc-exchange", "numerator": 412, "denominator": 510},
                    {"indicator": "doc-management", "yes": True},
                    {"indicator": "network-uptime", "value": "99.2", "note": "Mất điện ngày 12/3"},
                ],
            }
        },
    )

    plan: Identifier
    period: PeriodId
    agency: Identifier | None = None
    observations: Annotated[list[ObservationIn], Field(min_length=1, max_length=500)]
    note: Note | None = None
    revision: Annotated[int, BeforeValidator(_whole)] | None = None
    is_synthetic: bool = False


class PartialObservation(ObservationIn):
    """What is left of a value without its faulty fields."""

    indicator: Identifier = ""


class PartialSubmission(SubmissionIn):
    """What is left of a submission without its faulty fields."""

    plan: Identifier = ""
    period: PeriodId = ""
    observations: list[PartialObservation] = []  # type: ignore[assignment]  # nobody puts others into it
