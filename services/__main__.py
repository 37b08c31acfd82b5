"""`python -m services`: ingest, scoring and notify in one process, for a first look, a rehearsal, or a small office."""

import asyncio
import os
import sys

from services.embedded_settings import EmbeddedSettings
from services.embedded_system import EmbeddedSystem, embedded_system
from shared.runtime import logging
from shared.runtime.database import hides_password
from shared.runtime.errors import StartFailure, one_clear_line
from shared.runtime.process.program import end_at_first_signal, run_program
from shared.runtime.settings import read_settings


def main() -> None:
    """Run the system until Ctrl-C."""
    with one_clear_line():
        if len(sys.argv) > 1:
            raise StartFailure("usage: python -m services (settings are read from the environment)")
        settings = read_settings(EmbeddedSettings)
        logging.configure(settings.log_level)
        run_program(_run(settings))


async def _run(settings: EmbeddedSettings) -> None:
    end_at_first_signal(tell=lambda: _say("\nstopping …"))
    async with embedded_system(settings) as system:
        _write_environments(system, settings=settings)
        _say(whereabouts(system, settings=settings))
        await asyncio.Event().wait()  # until a signal cancels us


def whereabouts(system: EmbeddedSystem, *, settings: EmbeddedSettings) -> str:
    """Return what a person needs to find their way, one line each."""
    now = system.clock.now()
    python = os.path.relpath(sys.executable)
    mail = f"{system.base_url}/mail" if system.mail_dir else f"handed to {system.parts.smtp_url}"
    lines = {
        "API": f"{system.base_url}/docs",
        "mail": mail,
        "Kafka": system.bootstrap + (" (embedded, in memory)" if system.parts.is_broker_embedded else ""),
        **{f"database {name}": hides_password(url) for name, url in system.databases.items()},
        "commands": f"set -a; . {settings.tiendo_var}/env/ingest.env; {python} -m services.ingest --help",
    }
    if system.clock.is_rehearsal:
        lines["clock"] = f"REHEARSAL, now {now:%d/%m/%Y %H:%M}; nothing here is of today"
    width = max(map(len, lines)) + 2
    return "\n".join(["Tiendo runs; Ctrl-C stops it.", *(f"  {name:<{width}}{where}" for name, where in lines.items())])


def _write_environments(system: EmbeddedSystem, *, settings: EmbeddedSettings) -> None:
    """Write what each service's commands need, so that `plan load` and the like reach this system."""
    folder = settings.tiendo_var / "env"
    folder.mkdir(exist_ok=True)
    for service, url in system.databases.items():
        given = {
            "DATABASE_URL": url,
            "KAFKA_BOOTSTRAP_SERVERS": system.bootstrap,
            "KAFKA_TOPIC_PREFIX": settings.kafka_topic_prefix,
            "KEY_PEPPER": system.key_pepper,
            "SMTP_URL": system.parts.smtp_url,
            "CLOCK_START": settings.clock_start.isoformat() if settings.clock_start else "",
        }
        file = folder / f"{service}.env"
        file.touch(mode=0o600)
        file.write_text("".join(f"{name}='{value}'\n" for name, value in given.items()))


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
