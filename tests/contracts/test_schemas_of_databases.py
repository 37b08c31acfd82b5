"""What each service expects of its database is what the migrations make."""

import re
from importlib import import_module

import pytest

from migrations.run import SERVICES, newest
from shared.runtime.schema import Schema


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_expects_the_newest_migration_of_its_branch(service: str) -> None:
    schema: Schema = import_module(f"services.{service}.tables").SCHEMA
    assert (schema.service, schema.revision) == (service, newest(service))
    assert re.fullmatch(rf"{service}_\d{{4}}", schema.revision)
