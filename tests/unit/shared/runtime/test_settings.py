"""A setting that is missing or wrong is named, with what it is for."""

import re
from pathlib import Path

import pytest
from pydantic import Field
from pydantic_settings import BaseSettings

from services.embedded_settings import EmbeddedSettings
from shared.runtime.errors import StartFailure
from shared.runtime.settings import (
    DEVELOPMENT_PASSWORDS,
    DEVELOPMENT_PEPPER,
    RuntimeSettings,
    development_secrets,
    read_settings,
)

GIVEN = {
    "DATABASE_URL": "postgresql://tiendo@localhost/ingest",
    "KAFKA_BOOTSTRAP_SERVERS": "localhost:9092",
    "KEY_PEPPER": "a pepper only for tests",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Begin with the needed variables and no others of ours."""
    for name in RuntimeSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in GIVEN.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_the_needed_variables_are_enough() -> None:
    settings = read_settings(RuntimeSettings)
    assert settings.database_url == GIVEN["DATABASE_URL"]
    assert (settings.host, settings.port) == ("127.0.0.1", 8080)
    assert settings.clock_start is None


def test_every_missing_variable_is_named_at_once_with_what_it_is_for(environment: pytest.MonkeyPatch) -> None:
    for name in GIVEN:
        environment.delenv(name)
    with pytest.raises(StartFailure) as failure:
        read_settings(RuntimeSettings)
    assert "DATABASE_URL is not set (PostgreSQL database of this service" in str(failure.value)
    assert "KAFKA_BOOTSTRAP_SERVERS is not set (Kafka brokers" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_a_wrong_variable_is_named_and_its_value_is_not_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("PORT", "s3cret")
    with pytest.raises(StartFailure, match="PORT is wrong") as failure:
        read_settings(RuntimeSettings)
    assert "s3cret" not in str(failure.value)


@pytest.mark.parametrize("moment", ["2014-04-03T09:00", "3 April 2014"])
def test_a_rehearsal_begins_at_a_moment_with_an_offset(environment: pytest.MonkeyPatch, moment: str) -> None:
    environment.setenv("CLOCK_START", moment)
    with pytest.raises(StartFailure, match="CLOCK_START is wrong"):
        read_settings(RuntimeSettings)


@pytest.mark.parametrize("model", [RuntimeSettings, EmbeddedSettings])
def test_a_wrong_moment_or_database_is_told_with_what_would_be_accepted(
    environment: pytest.MonkeyPatch, model: type[BaseSettings]
) -> None:
    environment.setenv("CLOCK_START", "gestern")
    environment.setenv("DATABASE_URL", "mysql://tiendo:s3cret@localhost/ingest")
    with pytest.raises(StartFailure) as failure:
        read_settings(model)
    assert "`2014-04-03T09:00+07:00`" in str(failure.value)
    assert "DATABASE_URL is wrong" in str(failure.value)
    assert "`postgresql://user:password@host:port/name`" in str(failure.value)
    assert "s3cret" not in str(failure.value)


def test_a_rehearsal_begins_where_it_is_told(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("CLOCK_START", "2014-04-03T09:00+07:00")
    start = read_settings(RuntimeSettings).clock_start
    assert start is not None
    assert start.isoformat() == "2014-04-03T09:00:00+07:00"


@pytest.mark.parametrize("blank", ["", "  "])
def test_an_empty_clock_start_asks_for_the_real_clock(environment: pytest.MonkeyPatch, blank: str) -> None:
    environment.setenv("CLOCK_START", blank)
    assert read_settings(RuntimeSettings).clock_start is None


def test_what_is_given_goes_before_the_environment() -> None:
    assert read_settings(RuntimeSettings, database_url="postgresql://given").database_url == "postgresql://given"


def test_a_service_adds_settings_of_its_own(environment: pytest.MonkeyPatch) -> None:
    class Settings(RuntimeSettings):
        colour: str = Field(description="Colour of the page.")

    with pytest.raises(StartFailure, match=r"COLOUR is not set \(Colour of the page\.\)"):
        read_settings(Settings)
    environment.setenv("COLOUR", "red")
    assert read_settings(Settings).colour == "red"


OWN = {
    "database_url": "postgresql://ingest:own@db/ingest",
    "kafka_bootstrap_servers": "k:9092",
    "key_pepper": "own" * 8,
}
KNOWN = {"database_url": "postgresql://ingest:ingest-development@db/ingest", "key_pepper": DEVELOPMENT_PEPPER}


@pytest.mark.parametrize("names", [["key_pepper"], ["database_url"], ["key_pepper", "database_url"]])
def test_secrets_that_everybody_knows_are_for_a_rehearsal(names: list[str]) -> None:
    given = read_settings(RuntimeSettings, **{**OWN, **{name: KNOWN[name] for name in names}})
    said = " and ".join(name.upper() for name in names)
    with pytest.raises(StartFailure, match=f"^{said}: these secrets"):
        development_secrets(given, is_rehearsal=False)
    assert development_secrets(given, is_rehearsal=True) == [name.upper() for name in names]


def test_a_password_in_the_query_of_the_url_is_seen() -> None:
    url = "postgresql://db/ingest?user=ingest&password=ingest-development"
    given = read_settings(RuntimeSettings, **{**OWN, "database_url": url})
    assert development_secrets(given, is_rehearsal=True) == ["DATABASE_URL"]


def test_secrets_of_one_s_own_are_for_any_clock() -> None:
    assert development_secrets(read_settings(RuntimeSettings, **OWN), is_rehearsal=False) == []


def test_the_secrets_that_everybody_knows_are_those_of_the_compose_file() -> None:
    compose = (Path(__file__).parents[4] / "docker-compose.yml").read_text(encoding="utf-8")
    assert f"KEY_PEPPER:-{DEVELOPMENT_PEPPER}}}" in compose
    assert set(re.findall(r"_DB_PASSWORD:-([a-z-]+)}", compose)) == DEVELOPMENT_PASSWORDS
