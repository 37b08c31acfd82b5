""".env.example names every variable of docker-compose.yml with the default it has there."""

import re
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
ASKED = re.compile(r"\$\{([A-Z_]+)(?::?-([^}]*))?\}")
NAMED = re.compile(r"^(?:# )?([A-Z_]+)=(.*)$", re.MULTILINE)


def test_every_variable_is_there_with_its_default() -> None:
    asked = set(ASKED.findall((PROJECT / "docker-compose.yml").read_text(encoding="utf-8")))
    named = set(NAMED.findall((PROJECT / ".env.example").read_text(encoding="utf-8")))
    assert named == asked
