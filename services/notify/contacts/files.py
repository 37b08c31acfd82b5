"""Reads a whole contacts file and reports every fault at once, with its line and what would be accepted."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from email_validator import EmailNotValidError, validate_email

from services.notify.notices.model import Contact, Role
from shared.events.envelope import event_id
from shared.events.vocabulary import Language
from shared.runtime.errors import StartFailure, counted
from shared.runtime.files.csv_rows import Row, read_table
from shared.runtime.files.fields import FileFaults, Findings, render
from shared.runtime.files.values import UnusableValue, shown, slug, text, word

_PHONE: Final = re.compile(r"[0-9+(][0-9 ().-]{1,28}[0-9]", re.ASCII)
_LONGEST_NAME: Final = 200
_LONGEST_EMAIL: Final = 254  # RFC 5321, section 4.5.3.1.3, without its angle brackets
_EXAMPLE: Final = "a plain address such as can-bo@so-noi-vu.example"


class ContactFaults(StartFailure):
    """A contacts file cannot be loaded; the text lists every fault, one a line."""


def read_contacts(path: Path) -> list[Contact]:
    """Return the contacts of a CSV file with the columns agency, role, name, email, language and perhaps phone.

    Raises:
        ContactFaults: the file cannot be read or has faults; each is named with its line.
    """
    findings = Findings()
    contacts: dict[tuple[str, Role, str], Contact] = {}
    lines: dict[tuple[str, Role, str], int] = {}
    for row in read_table(findings, path, columns=COLUMNS, optional=("phone",)) or ():
        contact = _contact(row) if row.is_whole else None
        if contact is None:
            continue
        key = (contact.agency, contact.role, contact.email)
        if key in contacts:
            message = f"the same agency, role and email stand on line {lines[key]} already"
            row.report(row.line, code="duplicate-contact", message=message, accepted="each once")
        contacts[key], lines[key] = contact, row.line
    try:
        findings.raise_if_any()
    except FileFaults as found:
        told = f"{counted(len(found.faults), 'fault')} in {path}, nothing was loaded"
        raise ContactFaults(f"{told}\n{render(found.faults)}") from None
    return list(contacts.values())


def usable_address(raw: str) -> str:
    """Return a mail address as it is used on the wire, its domain in ASCII.

    Only the syntax is checked, so that reserved example domains are accepted.

    Raises:
        ValueError: it is no address that every mail server accepts; the sentence says what would be.
    """
    try:
        return _ascii_form(raw)
    except EmailNotValidError as error:
        raise ValueError(f"{error} ({_EXAMPLE})") from None


def _ascii_form(address: str) -> str:
    found = validate_email(address, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    if not found.ascii_email:
        raise EmailNotValidError("The address has no ASCII form.")
    return found.ascii_email


def _email(raw: str) -> str:
    if len(raw) > _LONGEST_EMAIL:  # before it is composed, which takes minutes where marks are piled up
        raise UnusableValue(code="too-long", message=f"has {len(raw)} signs", accepted=f"at most {_LONGEST_EMAIL}")
    try:
        return _ascii_form(raw)
    except EmailNotValidError as error:
        raise UnusableValue(code="bad-email", message=f"is {shown(raw)}: {error}", accepted=_EXAMPLE) from None


def _phone(raw: str) -> str:
    if raw and not _PHONE.fullmatch(raw):
        accepted = "3 to 30 digits, spaces and + ( ) . -"
        raise UnusableValue(code="bad-phone", message=f"is {shown(raw)}", accepted=accepted)
    return raw


_PARSERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "agency": slug,
    "role": word(Role),
    "name": partial(text, longest=_LONGEST_NAME),
    "email": _email,
    "language": word(Language),
}
COLUMNS: Final = tuple(_PARSERS)
"""That every contacts file has; `phone` may stand beside them."""


def _contact(row: Row) -> Contact | None:
    before = len(row.findings)
    values: dict[str, Any] = {column: row.read(column, parse) for column, parse in _PARSERS.items()}
    phone = row.read("phone", _phone) if "phone" in row.cells else ""
    if values["role"] is Role.HELP and phone == "":
        row.report(row.line, code="no-phone", message="whom agencies ask for help needs a phone", accepted="a phone")
    if len(row.findings) > before or None in values.values():
        return None
    identity = event_id("contact", *(values[column] for column in ("agency", "role", "email")))
    return Contact(id=identity, phone=phone or "", **values)
