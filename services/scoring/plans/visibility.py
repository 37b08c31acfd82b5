"""Whose rows a key may see: every agency's, or its own and, for a district or city, those of its communes."""

from typing import Final

from shared.runtime.auth.key_ring import Holder

IS_SEEN: Final = (
    "(${0}::text is null or agency = ${0} or agency in (select id from agency where body->>'parent' = ${0}"
    " and body->>'kind' in ('commune', 'ward', 'township')))"
)
"""A condition on a row's column `agency`, for `whose(asker)` as the parameter of this number: `IS_SEEN.format(7)`."""


def whose(asker: Holder) -> str | None:
    """Return the agency whose rows, and whose communes' rows, a key sees; None where it sees all."""
    return None if asker.sees_all else asker.agency
