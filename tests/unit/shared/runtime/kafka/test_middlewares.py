"""What a dead letter says of the error that it was set aside for."""

import asyncpg

from shared.runtime.kafka.middlewares import reason_of


def test_a_reason_names_the_place_of_an_error_and_quotes_no_row() -> None:
    error = asyncpg.UniqueViolationError("duplicate key; DETAIL: Key (email)=(can-bo@so-noi-vu.example) exists")
    error.constraint_name, error.table_name, error.column_name = "one_contact", "contact", None
    assert reason_of(error) == "UniqueViolationError: constraint one_contact, table contact"
    assert reason_of(asyncpg.DataError('invalid input syntax: "0263 3822 000"')) == "DataError"


def test_a_reason_of_our_own_code_is_told_in_its_words() -> None:
    assert reason_of(KeyError("a bug")) == "KeyError: 'a bug'"
