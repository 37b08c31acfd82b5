"""A file that cannot be read as text is told where it breaks off."""

import time
from pathlib import Path

import pytest

from tests.unit.services.ingest.plans.files.examples import AGENCIES, PLAN, PlanFolder


@pytest.fixture
def folder(tmp_path: Path) -> PlanFolder:
    return PlanFolder(tmp_path / "small")


def test_a_byte_order_mark_and_windows_lines_change_nothing(folder: PlanFolder) -> None:
    before = folder.load()
    for name, words in (("plan.yaml", PLAN), ("agencies.csv", AGENCIES)):
        folder.write(name, "\ufeff" + words.replace("\n", "\r\n"))
    assert folder.load() == before


def test_decomposed_letters_are_composed(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("Sở Một", "So\u031b\u0309 Mo\u0323\u0302t"))
    assert folder.load().agencies[0].name_vi == "Sở Một"


def test_bytes_that_are_no_utf8_are_told_line_by_line(folder: PlanFolder) -> None:
    lines = AGENCIES.encode().split(b"\n")
    lines[3] = lines[3].replace("Sở".encode(), b"S\xf4")
    lines[5] = lines[5].replace("Xã".encode(), b"X\xe3")
    (folder.path / "agencies.csv").write_bytes(b"\n".join(lines))
    assert [(fault.code, fault.line) for fault in folder.faults()] == [("not-utf-8", 4), ("not-utf-8", 6)]


def test_a_file_in_another_encoding_is_told_once(folder: PlanFolder) -> None:
    (folder.path / "agencies.csv").write_bytes(AGENCIES.encode("utf-16-le"))
    assert [(fault.code, fault.line) for fault in folder.faults()] == [("not-utf-8", 1)]


@pytest.mark.parametrize("sign", ["\x07", "\x85", "\u2028", "\ufffe"])
def test_a_sign_that_cannot_be_seen_is_told_and_the_rest_is_read_on(folder: PlanFolder, sign: str) -> None:
    folder.change("plan.yaml", ("# A plan", f"# A{sign}plan"), ("method: pace", "method: paces"))
    assert [(fault.code, fault.line) for fault in folder.faults()] == [("control-character", 1), ("unknown-word", 37)]


def test_a_file_larger_than_any_plan_is_not_read(folder: PlanFolder) -> None:
    folder.write("plan.yaml", "#" * (2 * 1024 * 1024 + 1))
    assert folder.told() == [("too-large", "<plan.yaml>")]


def test_a_folder_in_the_place_of_a_file_is_told(folder: PlanFolder) -> None:
    (folder.path / "plan.yaml").unlink()
    (folder.path / "plan.yaml").mkdir()
    (fault,) = folder.faults()
    assert fault.code == "unreadable"


def test_a_pile_of_marks_is_told_before_it_is_composed(folder: PlanFolder) -> None:
    folder.change("agencies.csv", ("Sở Một", "So" + "\u0323\u0301" * 100_000))
    folder.change("plan.yaml", ("# A plan", "# A" + "\u0323\u0301" * 100_000 + " plan"))
    begun = time.perf_counter()
    assert [(fault.code, fault.line) for fault in folder.faults()] == [("bad-text", 3), ("bad-text", 1)]
    assert time.perf_counter() - begun < 2
