"""The import contracts forget no rule: what stands below the ports of a service is pure."""

from configparser import ConfigParser

import pytest

from tools.docs.__main__ import PROJECT

TRANSLATES = {
    "ports",
    "translation",
    "progress_events",
}  # they stand between handlers and rules, and know both languages


def contracts() -> ConfigParser:
    parser = ConfigParser()
    parser.read(PROJECT / ".importlinter", encoding="utf-8")
    return parser


@pytest.mark.parametrize("service", ["ingest"])
def test_every_file_below_the_ports_is_a_rule_without_plumbing(service: str) -> None:
    parser = contracts()
    lines = parser[f"importlinter:contract:{service}"]["layers"].split("\n")
    layers = [{name.strip() for name in line.split("|")} for line in lines]
    lowest_edge = next(position for position, layer in enumerate(layers) if "ports" in layer)
    below = set().union(*layers[lowest_edge:]) - TRANSLATES
    pure = parser["importlinter:contract:pure"]["source_modules"].split()
    assert {f"services.{service}.{name}" for name in below} == {
        module for module in pure if module.startswith(f"services.{service}.")
    }


def test_every_contract_is_named_by_a_sentence() -> None:
    parser = contracts()
    names = [parser[section]["name"] for section in parser.sections() if ":contract:" in section]
    assert names
    assert all(name.endswith(".") and len(name.split()) > 4 for name in names)
