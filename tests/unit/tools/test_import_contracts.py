"""The import contracts are named so that a broken one says what it is for."""

from configparser import ConfigParser

from tools.docs.__main__ import PROJECT


def contracts() -> ConfigParser:
    parser = ConfigParser()
    parser.read(PROJECT / ".importlinter", encoding="utf-8")
    return parser


def test_every_contract_is_named_by_a_sentence() -> None:
    parser = contracts()
    names = [parser[section]["name"] for section in parser.sections() if ":contract:" in section]
    assert names
    assert all(name.endswith(".") and len(name.split()) > 4 for name in names)
