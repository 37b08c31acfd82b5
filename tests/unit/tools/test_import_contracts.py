"""The import contracts are named so that a broken one says what it is for."""

import tomllib

from tools.docs.__main__ import PROJECT


def test_every_contract_is_named_by_a_sentence() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    names = [each["name"] for each in settings["contracts"]]
    assert names
    assert all(name.endswith(".") and len(name.split()) > 4 for name in names)
