"""What every service can be told by its environment."""

from typing import Annotated, Any, Final, Literal, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import AwareDatetime, BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.errors import StartFailure

DEVELOPMENT_PEPPER: Final = "development-pepper-change-me"
DEVELOPMENT_PASSWORDS: Final = frozenset({"ingest-development", "scoring-development", "notify-development"})
"""As docker-compose.yml and .env.example have them, where everybody can read them."""

POSTGRESQL_URL: Final = r"^postgres(ql)?://"

SettingsT = TypeVar("SettingsT", bound=BaseSettings)


def none_if_blank(value: object) -> object:
    """Return None for a variable that is set to nothing, which compose files do."""
    return None if isinstance(value, str) and not value.strip() else value


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


LogLevel = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]


class DatabaseSettings(BaseSettings):
    """What a command needs that only touches its service's database."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", frozen=True)

    database_url: str = Field(
        pattern=POSTGRESQL_URL,
        description="PostgreSQL database of this service, `postgresql://user:password@host:port/name`.",
    )
    log_level: LogLevel = Field(default="INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`.")


class RuntimeSettings(DatabaseSettings):
    """Settings shared by all services; a service adds its own in its settings.py."""

    kafka_bootstrap_servers: str = Field(description="Kafka brokers, `host:port` separated by commas.")
    kafka_topic_prefix: str = Field(
        default="", description="Put before every topic and group name, so that several systems share one broker."
    )
    key_pepper: str = Field(
        min_length=16,
        description="Secret mixed into the hash of every API key, at least 16 characters, the same in every service; "
        "a new one voids all keys.",
    )
    clock_start: Annotated[AwareDatetime | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        description="Rehearsal: the moment, with offset, that the clock is set to at first start and runs on from, "
        "such as `2014-04-03T09:00+07:00`. Unset or empty: the real clock.",
    )
    clock_start_if_empty: Annotated[AwareDatetime | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        description="Where `CLOCK_START` is not set: a database that nobody has opened yet begins a rehearsal at this"
        " moment, and any other goes on with the clock it was begun on.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    allowed_hosts: str = Field(
        default="",
        description="Names under which the API is reached, separated by commas, without ports: requests for another "
        "`Host` are refused. Empty: any.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on.")
    database_pool_size: int = Field(
        default=8,  # in scoring each group (one two at a time), the closing and the relay may hold one while they wait
        ge=1,
        le=50,
        description="Most connections kept to the database.",
    )


def read_settings(model: type[SettingsT], **given: Any) -> SettingsT:
    """Return the settings from the environment, with `given` taking precedence.

    Raises:
        StartFailure: a variable is missing or wrong; the sentence names each one and what it is for.
    """
    try:
        return model(**given)
    except ValidationError as error:
        faults = []
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            name = str(fault["loc"][0]) if fault["loc"] else "?"
            field = model.model_fields.get(name)
            said = "is not set" if fault["type"] == "missing" else f"is wrong: {fault['msg']}"
            faults.append(f"{name.upper()} {said} ({field.description if field else 'unknown setting'})")
        raise StartFailure("; ".join(faults)) from None


def development_secrets(settings: RuntimeSettings, *, is_rehearsal: bool) -> list[str]:
    """Return the variables whose secrets are those that everybody can read in our repository.

    Raises:
        StartFailure: there are some and this is no rehearsal.
    """
    url = urlsplit(settings.database_url)
    passwords = {unquote(url.password or ""), *parse_qs(url.query).get("password", ())}
    found = ["KEY_PEPPER"] if settings.key_pepper == DEVELOPMENT_PEPPER else []
    found += ["DATABASE_URL"] if passwords & DEVELOPMENT_PASSWORDS else []
    if found and not is_rehearsal:
        raise StartFailure(
            f"{' and '.join(found)}: these secrets are the ones of .env.example, which everybody knows; make your own "
            "with `openssl rand -hex 32`: outside a rehearsal they are refused"
        )
    return found
