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
