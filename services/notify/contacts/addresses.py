"""Which mail addresses are taken: syntax only, so that reserved example domains are welcome."""

from email_validator import EmailNotValidError, validate_email


def address_fault(text: str) -> str | None:
    """Return what is wrong with a mail address and what would be accepted, or null where nothing is."""
    try:
        usable_address(text)
    except ValueError as fault:
        return str(fault)
    return None


def usable_address(text: str) -> str:
    """Return the address as it is used on the wire, its domain in ASCII.

    Raises:
        ValueError: it is no address that every mail server takes; the sentence says what would be accepted.
    """
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise ValueError(f"{error} (a plain address such as can-bo@so-noi-vu.example)") from None
    if not found.ascii_email:
        raise ValueError("the address has no ASCII form (a plain address such as can-bo@so-noi-vu.example)")
    return found.ascii_email
