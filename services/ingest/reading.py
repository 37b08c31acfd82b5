"""From the bytes of a request to a draft, or to every fault of its form at once."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from services.ingest import faults
from services.ingest.faults import Fault
from services.ingest.model import Draft, Observation

_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?", re.ASCII)  # published series carry fifteen
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PERIOD: Final = re.compile(r"[0-9]{4}(-[0-9A-Z]{2})?", re.ASCII)
_MAX_REVISION: Final = 1_000_000
_MAX_EXPONENT: Final = 20
_MAX_IDENTIFIER: Final = 100
_WANTED: Final = {
    "whole-number": ("cần số nguyên từ 1", "a whole number from 1 is wanted"),
    "bool_type": ("cần true hoặc false", "true or false is wanted"),
    "list_type": ("cần một danh sách [ … ]", "a list [ … ] is wanted"),
    "model_type": ("cần một đối tượng { … }", "an object { … } is wanted"),
    "model_attributes_type": ("cần một đối tượng { … }", "an object { … } is wanted"),
    "text": ("cần văn bản trong dấu nháy", "a text in quotes is wanted"),
    "identifier": ("cần chữ thường, số và gạch nối, như so-noi-vu", "lower-case letters, digits, hyphens: so-noi-vu"),
    "period": ("cần một kỳ, như 2014-03", "a period such as 2014-03 is wanted"),
    "too_short": ("cần ít nhất một giá trị", "at least one value is wanted"),
    "too_long": ("nhiều hơn 500 giá trị", "more than 500 values"),
    "literal_error": ("cần verified hoặc returned", "verified or returned is wanted"),
    "string_too_long": ("dài hơn 2000 ký tự", "longer than 2,000 characters"),
}


class UnreadableBody(Exception):
    """The body is no JSON document; its code and sentences say why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.en)
        self.fault = fault


class _RepeatedField(ValueError):
    """An object names a field twice."""


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
Note = Annotated[str, BeforeValidator(_text), Field(max_length=2000)]
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


DocumentT = TypeVar("DocumentT", bound=BaseModel)


def read_document(body: bytes, model: type[DocumentT]) -> DocumentT | list[Fault]:
    """Return the document in a request's body, or every fault of its form.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    try:
        document = _parse(body)
    except _RepeatedField as error:
        return [faults.repeated_field("", name=str(error))]
    try:
        return model.model_validate(document)
    except ValidationError as error:
        return [_fault(each) for each in error.errors(include_url=False, include_input=False)]


def read_draft(body: bytes, *, filer: str) -> Draft | list[Fault]:
    """Return the draft in a request's body, or every fault of its form.

    Raises:
        UnreadableBody: the body is no JSON document in UTF-8.
    """
    read = read_document(body, SubmissionIn)
    if isinstance(read, list):
        return read
    return Draft(
        plan=read.plan,
        period=read.period,
        agency=read.agency or filer,
        observations=tuple(Observation(**vars(each)) for each in read.observations),
        note=read.note,
        revision=read.revision,
        is_synthetic=read.is_synthetic,
    )


def _parse(body: bytes) -> Any:
    try:
        text = body.decode("utf-8")
        if text.startswith("\ufeff"):
            raise _unreadable("byte-order-mark", "có dấu BOM ở đầu", "it begins with a byte order mark")
        return json.loads(
            text, parse_float=Decimal, parse_int=Decimal, parse_constant=_no_constant, object_pairs_hook=_object
        )
    except UnicodeDecodeError:
        raise _unreadable("not-utf-8", "không phải UTF-8", "it is not UTF-8") from None
    except InvalidOperation:
        raise _unreadable("number-out-of-bounds", "có số quá lớn", "a number is out of all bounds") from None
    except RecursionError:
        raise _unreadable("too-deep", "lồng quá sâu", "it is nested too deeply") from None
    except json.JSONDecodeError as error:
        where = f"{error.lineno}:{error.colno}"
        raise _unreadable(
            "not-json", f"không phải JSON (dòng:cột {where})", f"it is not JSON (line:column {where})"
        ) from None


def _unreadable(code: str, vi: str, en: str) -> UnreadableBody:
    return UnreadableBody(
        Fault("", code, f"Không đọc được nội dung: {vi}.", f"The body cannot be read: {en}.", status=400)
    )


def _no_constant(name: str) -> Any:
    raise _unreadable("not-a-number", f"{name} không phải số", f"{name} is no number")


def _object(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    fields = list(pairs)
    document = dict(fields)
    if len(document) != len(fields):
        raise _RepeatedField(_printable(Counter(name for name, _ in fields).most_common(1)[0][0]))
    return document


def _printable(name: str) -> str:
    return name[:_MAX_IDENTIFIER].encode("utf-8", "backslashreplace").decode()


def _fault(error: Any) -> Fault:
    pointer = "".join(f"/{_printable(str(step)).replace('~', '~0').replace('/', '~1')}" for step in error["loc"])
    kind = error["type"]
    if kind == "missing":
        return faults.required(pointer)
    if kind == "extra_forbidden":
        return faults.unknown_field(pointer)
    if kind in {"bad-number", "decimal-comma"}:
        return faults.bad_number(pointer, has_comma=kind == "decimal-comma")
    if kind == "bad-text":
        return faults.bad_text(pointer)
    wanted_vi, wanted_en = _WANTED.get(kind, ("giá trị không được nhận", "the value is not accepted"))
    return faults.malformed(pointer, wanted_vi=wanted_vi, wanted_en=wanted_en)
