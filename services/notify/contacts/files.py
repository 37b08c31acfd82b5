"""Reads a whole contacts file and reports every fault at once, with its line and what would be accepted."""

import csv
import re
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from email_validator import EmailNotValidError, validate_email

from services.notify.notices.model import Contact, Role
from shared.events.envelope import event_id
from shared.events.vocabulary import Language
from shared.runtime.errors import StartFailure, counted
from shared.runtime.text import UnfitText, composed

COLUMNS: Final = ("agency", "role", "name", "email", "language")
_OPTIONAL: Final = "phone"
_PHONE: Final = re.compile(r"[0-9+(][0-9 ().-]{1,28}[0-9]", re.ASCII)
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_LONGEST_NAME: Final = 200
_LONGEST_EMAIL: Final = 254  # RFC 5321, section 4.5.3.1.3, without its angle brackets
_SHOWN: Final = 40
_LARGEST_BYTES: Final = 5 * 1024 * 1024


class ContactFaults(StartFailure):
    """A contacts file cannot be loaded; the text lists every fault, one a line."""


def read_contacts(path: Path) -> list[Contact]:
    """Return the contacts of a CSV file with the columns agency, role, name, email, language and perhaps phone.

    Raises:
        ContactFaults: the file cannot be read or has faults; each is named with its line.
    """
    rows = _rows(path)
    contacts: list[Contact] = []
    faults: list[str] = []
    seen: dict[tuple[str, Role, str], int] = {}
    for line, row in rows:
        contact, found = _contact(row)
        if contact is not None:
            key = (contact.agency, contact.role, contact.email)
            if key in seen:
                found.append(f"the same agency, role and email stand in line {seen[key]} already; give each once")
            seen.setdefault(key, line)
            contacts.append(contact)
        faults.extend(f"{path}:{line}: {fault}" for fault in found)
    if faults:
        raise ContactFaults("\n".join([f"{counted(len(faults), 'fault')} in {path}, nothing was loaded", *faults]))
    return contacts


def usable_address(text: str) -> str:
    """Return a mail address as it is used on the wire, its domain in ASCII.

    Only the syntax is checked, so that reserved example domains are accepted.

    Raises:
        ValueError: it is no address that every mail server accepts; the sentence says what would be.
    """
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(f"{error} (a plain address such as can-bo@so-noi-vu.example)") from None
    if not found.ascii_email:
        raise ValueError("the address has no ASCII form (a plain address such as can-bo@so-noi-vu.example)")
    return found.ascii_email


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        content = path.read_bytes()
        if len(content) > _LARGEST_BYTES:
            raise ContactFaults(f"{path} has {len(content)} bytes; at most {_LARGEST_BYTES} are taken")
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise ContactFaults(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ContactFaults(f"{path} is not UTF-8 at byte {error.start}; save it as CSV UTF-8") from None
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if sorted(header) not in (sorted(COLUMNS), sorted([*COLUMNS, _OPTIONAL])):
            raise ContactFaults(
                f"{path}:1: the columns are {','.join(header) or 'none'};"
                f" give {','.join(COLUMNS)} and perhaps {_OPTIONAL}"
            )
        # A row of another length is kept, so that the check of its fields names it.
        return [(reader.line_num, _named(header, row)) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise ContactFaults(f"{path}:{reader.line_num}: no CSV: {error}") from None


def _named(header: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    if len(row) != len(header):
        return {"": f"{len(row)} fields; give {len(header)}: {','.join(header)}"}
    return dict(zip(header, map(str.strip, row), strict=True))


def _contact(row: dict[str, str]) -> tuple[Contact | None, list[str]]:
    if "" in row:
        return None, [row[""]]
    faults = []
    if not _SLUG.fullmatch(row["agency"]):
        faults.append(f"agency {_shown(row['agency'])} is no agency id; give one such as so-noi-vu")
    if row["role"] not in list(Role):
        faults.append(f"role {_shown(row['role'])} is unknown; give {_either(Role)}")
    if row["language"] not in list(Language):
        faults.append(f"language {_shown(row['language'])} is unknown; give {_either(Language)}")
    phone = row.get(_OPTIONAL, "")
    if phone and not _PHONE.fullmatch(phone):
        faults.append(f"phone {_shown(phone)} is no telephone number; give 3 to 30 digits, spaces and + ( ) . -")
    if row["role"] == Role.HELP and not phone:
        faults.append("whom agencies ask for help needs a phone")
    name = email = ""
    try:
        name = composed(row["name"], longest=_LONGEST_NAME)
    except UnfitText as fault:
        faults.append(f"name {_shown(row['name'])}: {fault}")
    try:
        email = _email(row["email"])
    except ValueError as fault:
        faults.append(f"email {_shown(row['email'])}: {fault}")
    if faults:
        return None, faults
    role = Role(row["role"])
    contact = Contact(
        id=event_id("contact", row["agency"], role, email),
        agency=row["agency"],
        role=role,
        name=name,
        email=email,
        language=Language(row["language"]),
        phone=phone,
    )
    return contact, []


def _email(text: str) -> str:
    if len(text) > _LONGEST_EMAIL:  # before it is composed, which takes minutes where marks are piled up
        raise ValueError(f"it has {len(text)} signs; at most {_LONGEST_EMAIL} are taken")
    return usable_address(text)


def _shown(text: str) -> str:
    return repr(text[:_SHOWN])


def _either(words: Iterable[str]) -> str:
    return " or ".join(str(word) for word in words)
