"""What pydantic finds wrong with a request, in words for its sender: a code and a sentence in each language."""

import re
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

_WANTED: Final = {
    "missing": ("required", "Thiếu giá trị bắt buộc này.", "This value is required."),
    "extra_forbidden": ("unknown-name", "Không có tên này.", "There is no such name."),
    "greater_than_equal": ("out-of-range", "Giá trị phải từ {ge} trở lên.", "The value must be at least {ge}."),
    "less_than_equal": ("out-of-range", "Giá trị không được quá {le}.", "The value must be at most {le}."),
    "greater_than": ("out-of-range", "Giá trị phải lớn hơn {gt}.", "The value must be greater than {gt}."),
    "less_than": ("out-of-range", "Giá trị phải nhỏ hơn {lt}.", "The value must be less than {lt}."),
    "enum": ("unknown-word", "Chỉ nhận: {words_vi}.", "Accepted are {expected}."),
    "literal_error": ("unknown-word", "Chỉ nhận: {words_vi}.", "Accepted are {expected}."),
    "int_parsing": ("malformed", "Cần một số nguyên.", "A whole number is wanted."),
    "int_from_float": ("malformed", "Cần một số nguyên.", "A whole number is wanted."),
    "decimal_parsing": ("malformed", "Cần một số thập phân, như 12.5.", "A decimal number such as 12.5 is wanted."),
    "bool_parsing": ("malformed", "Cần true hoặc false.", "true or false is wanted."),
    "uuid_parsing": ("malformed", "Cần một UUID.", "A UUID is wanted."),
    "date_from_datetime_parsing": ("malformed", "Cần một ngày, như 2014-03-31.", "A day such as 2014-03-31 is wanted."),
    "datetime_from_date_parsing": (
        "malformed",
        "Cần một thời điểm có múi giờ, như 2014-03-31T17:00+07:00.",
        "A moment with its offset such as 2014-03-31T17:00+07:00 is wanted.",
    ),
    "timezone_aware": (
        "malformed",
        "Thời điểm thiếu múi giờ, như +07:00.",
        "The moment lacks its offset, such as +07:00.",
    ),
    "string_too_short": (
        "malformed",
        "Cần ít nhất {min_length} ký tự.",
        "At least {min_length} characters are wanted.",
    ),
    "string_too_long": ("malformed", "Không quá {max_length} ký tự.", "At most {max_length} characters are taken."),
    "too_short": ("malformed", "Cần ít nhất {min_length} giá trị.", "At least {min_length} values are wanted."),
    "too_long": ("malformed", "Không quá {max_length} giá trị.", "At most {max_length} values are taken."),
    "json_invalid": ("not-json", "Nội dung không phải JSON.", "The body is not JSON."),
}
_EMPTY: Final = ("malformed", "Không được để trống.", "It may not be empty.")
_OTHERWISE: Final = ("malformed", "Giá trị không đúng dạng.", "The value is not of the form asked for.")


def malformed(*, code: str = "malformed", vi: str, en: str) -> PydanticCustomError:
    """Return what a validator of ours raises, so that the fault reads as these two sentences."""
    # Its words are given as values, because braces in them would be taken for names.
    return PydanticCustomError(code, "{en}", {"vi": vi, "en": en})


def shaped(pattern: str, *, vi: str, en: str) -> BeforeValidator:
    """Return a validator that says in words which form a text lacks; beside a pattern, which is for `/openapi.json`."""
    form = re.compile(pattern, re.ASCII)

    def checked(value: Any) -> Any:
        if isinstance(value, str) and not form.fullmatch(value):  # $ alone lets a line feed follow
            raise malformed(vi=vi, en=en)
        return value

    return BeforeValidator(checked)


WHOLE: Final = shaped(r"^-?[0-9]{1,20}$", vi="Cần một số nguyên.", en="A whole number is wanted.")
"""Beside a whole number in a query or a path, of which pydantic takes 1_0, +3, 3.0 and blanks around it as well."""


_NAME: Final = r"^[0-9A-Za-z-]{1,100}$"
Name = Annotated[
    str,
    StringConstraints(pattern=_NAME),
    shaped(
        _NAME,
        vi="Cần một mã gồm chữ cái không dấu, chữ số và dấu gạch nối, từ 1 đến 100 ký tự.",
        en="An id of letters without accents, digits and hyphens is wanted, of 1 to 100 characters.",
    ),
]
"""The form of every id: of plans, periods, agencies, programmes and indicators."""


def words_of(error: Any) -> tuple[str, str, str]:
    """Return code, Vietnamese and English of one of pydantic's errors, without what the client sent."""
    context = error.get("ctx") or {}
    if "vi" in context:
        return error["type"], context["vi"], context["en"]
    code, vi, en = _WANTED.get(error["type"], _OTHERWISE)
    if context.get("min_length") == 1:
        code, vi, en = _EMPTY
    if "expected" in context:  # by pydantic in English: 'a', 'b' or 'c'
        context = {**context, "words_vi": context["expected"].replace(" or ", " hoặc ")}
    return code, vi.format_map(_Given(context)), en.format_map(_Given(context))


class _Given(dict[str, Any]):
    """What an error tells; what it does not tell stays as it is."""

    def __missing__(self, name: str) -> str:
        return "…"
