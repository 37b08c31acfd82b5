"""What can be wrong with the form of a submission: fields, numbers and texts that are not what they should be."""

from services.ingest.faults import Fault


def malformed(pointer: str, *, wanted_vi: str, wanted_en: str) -> Fault:
    """Say that a value is not of the form asked for."""
    return Fault(
        pointer, "malformed", f"Giá trị không đúng dạng: {wanted_vi}.", f"Not of the form asked for: {wanted_en}."
    )


def required(pointer: str) -> Fault:
    """Say that a field is missing."""
    return Fault(pointer, "required", "Thiếu trường bắt buộc này.", "This field is required.")


def unknown_field(pointer: str) -> Fault:
    """Say that a field is not one of ours."""
    return Fault(pointer, "unknown-field", "Không có trường này.", "There is no such field.")


def repeated_field(pointer: str, *, name: str) -> Fault:
    """Say that an object names a field twice."""
    return Fault(
        pointer, "repeated-field", f"Trường “{name}” xuất hiện hai lần.", f"The field “{name}” is given twice."
    )


def no_number(pointer: str, *, text: str) -> Fault:
    """Say that what stands for a number is none, such as NaN, or is out of all bounds."""
    return Fault(
        pointer,
        "not-a-number",
        f"{text} không phải số được nhận, ví dụ 12.5.",
        f"{text} is no number that is taken; 12.5 is one.",
    )


def bad_text(pointer: str) -> Fault:
    """Say that a text is empty or carries characters that no reader sees."""
    return Fault(
        pointer,
        "bad-text",
        "Văn bản trống hoặc có ký tự điều khiển; hãy nhập văn bản thuần.",
        "The text is blank or carries control characters; plain text is accepted.",
    )


def bad_number(pointer: str, *, has_comma: bool) -> Fault:
    """Say that a text is no decimal number in the form accepted."""
    return Fault(
        pointer,
        "decimal-comma" if has_comma else "bad-number",
        "Dùng dấu chấm thập phân, ví dụ 12.5."
        if has_comma
        else "Không phải số thập phân, ví dụ 12.5 (tối đa 15 chữ số trước và 15 chữ số sau dấu chấm).",
        "Use a decimal point, such as 12.5."
        if has_comma
        else "Not a decimal number such as 12.5 (at most 15 digits before the point and 15 after it).",
    )
