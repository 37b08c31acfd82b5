"""The metadata that all tables of notify share, with the tables of the plumbing."""

from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from shared.runtime.auth.key_ring import key_table
from shared.runtime.kafka.inbox import inbox_table
from shared.runtime.process.clock_anchor import clock_anchor_table


class Table(SQLModel, registry=registry()):
    """The base of notify's tables, with metadata of its own."""


class JsonOf(TypeDecorator[Any]):
    """A column that holds frozen values as JSON."""

    impl = JSONB
    cache_ok = True

    def __init__(self, of: Any) -> None:
        super().__init__()
        self.of = of
        self._adapter: TypeAdapter[Any] = TypeAdapter(of)

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy's
        """Return the JSON of a value."""
        return self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  SQLAlchemy's
        """Return the value that was stored."""
        return self._adapter.validate_python(value)


inbox: Final = inbox_table(Table.metadata)
api_key: Final = key_table(Table.metadata)
clock_anchor: Final = clock_anchor_table(Table.metadata)
