"""What the embedded system is told by its environment."""

from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.runtime.settings import POSTGRESQL_URL, LogLevel, none_if_blank


class EmbeddedSettings(BaseSettings):
    """Settings of `python -m services`; each service's own settings count as well."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", frozen=True)

    tiendo_var: Path = Field(default=Path("var"), description="Folder that holds all data of the embedded parts.")
    kafka_bootstrap_servers: Annotated[str | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        description="Kafka brokers, `host:port` separated by commas. Unset: an embedded broker, in memory.",
    )
    kafka_topic_prefix: str = Field(
        default="", description="Put before every topic and group name, so that several systems share one broker."
    )
    database_url: Annotated[str | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        pattern=POSTGRESQL_URL,
        description="PostgreSQL server, `postgresql://user:password@host:port/name`; the databases `name_ingest`, "
        "`name_scoring` and `name_notify` are made there. Unset: an embedded PostgreSQL.",
    )
    smtp_url: Annotated[str | None, BeforeValidator(none_if_blank)] = Field(
        default=None, description="Mail server, `smtp://host:port`. Unset: a mail catcher with a page at /mail."
    )
    key_pepper: Annotated[str | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        min_length=16,
        description="Secret mixed into the hash of every API key. Unset: one is made and kept in the data folder.",
    )
    clock_start: Annotated[AwareDatetime | None, BeforeValidator(none_if_blank)] = Field(
        default=None,
        description="Rehearsal: the moment, with offset, that the clock is set to at first start and runs on from, "
        "such as `2014-04-03T09:00+07:00`.",
    )
    log_level: LogLevel = Field(default="WARNING", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port of loopback to listen on; 0 takes a free one.")
    allowed_hosts: str = Field(
        default="localhost,127.0.0.1",
        description="Names under which the API is reached, separated by commas, without ports: requests for another "
        "`Host` are refused. Empty: any.",
    )
    is_durable: bool = Field(
        default=True,
        description="Whether the embedded PostgreSQL waits for the disk at each commit; tests do without.",
    )
