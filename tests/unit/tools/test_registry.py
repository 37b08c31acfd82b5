"""The registry of Lâm Đồng is made from its package and is current."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools import registry


def test_names_become_ids_without_marks() -> None:
    assert registry.slugify("Đạ M' Rong") == "da-m-rong"
    assert registry.slugify("Phước Cát 2") == "phuoc-cat-2"
    assert registry.slugify("B'lao") == "blao"


def test_synthetic_staff_is_always_the_same_and_within_bounds() -> None:
    staff = [registry.synthetic_staff(f"xa-{number}", (18, 25)) for number in range(200)]
    assert staff == [registry.synthetic_staff(f"xa-{number}", (18, 25)) for number in range(200)]
    assert set(staff) == set(range(18, 26))


def test_the_registry_has_the_provinces_agencies_of_each_kind() -> None:
    assert Counter(agency["kind"] for agency in registry.agencies()) == {
        "department": 20,
        "centre": 1,
        "city": 2,
        "district": 10,
        "commune": 111,
        "ward": 18,
        "township": 13,
    }


def test_each_agency_has_an_id_of_its_own_that_a_mail_domain_can_hold() -> None:
    ids = [agency["id"] for agency in registry.agencies()]
    assert len(ids) == len(set(ids))
    assert max(map(len, ids)) <= 63  # a label of a domain name


@pytest.mark.parametrize(
    ("agency_id", "name_vi", "name_en", "parent"),
    [
        ("ubnd-thanh-pho-da-lat", "UBND thành phố Đà Lạt", "People's Committee of Đà Lạt City", None),
        ("ubnd-huyen-lac-duong", "UBND huyện Lạc Dương", "People's Committee of Lạc Dương District", None),
        (
            "ubnd-phuong-1-da-lat",
            "UBND phường 1, thành phố Đà Lạt",
            "People's Committee of Ward 1, Đà Lạt City",
            "ubnd-thanh-pho-da-lat",
        ),
        (
            "ubnd-thi-tran-lac-duong-lac-duong",
            "UBND thị trấn Lạc Dương, huyện Lạc Dương",
            "People's Committee of Lạc Dương Township, Lạc Dương District",
            "ubnd-huyen-lac-duong",
        ),
        (
            "ubnd-xa-da-m-rong-dam-rong",
            "UBND xã Đạ M' Rong, huyện Đam Rông",
            "People's Committee of Đạ M' Rong Commune, Đam Rông District",
            "ubnd-huyen-dam-rong",
        ),
    ],
)
def test_an_agency_is_named_in_both_languages(agency_id: str, name_vi: str, name_en: str, parent: str | None) -> None:
    agency = next(agency for agency in registry.agencies() if agency["id"] == agency_id)
    assert (agency["name_vi"], agency["name_en"], agency["parent"] or None) == (name_vi, name_en, parent)


def test_writing_makes_a_folder_current_and_a_change_makes_it_stale(tmp_path: Path) -> None:
    run = CliRunner()
    assert run.invoke(registry.command, ["check", "--folder", str(tmp_path)]).exit_code == 1
    assert run.invoke(registry.command, ["write", "--folder", str(tmp_path)]).exit_code == 0
    assert run.invoke(registry.command, ["check", "--folder", str(tmp_path)]).exit_code == 0
    contacts = tmp_path / "contacts.csv"
    contacts.write_text(contacts.read_text(encoding="utf-8").replace("Thủ trưởng", "Giám đốc", 1), encoding="utf-8")
    stale = run.invoke(registry.command, ["check", "--folder", str(tmp_path)])
    assert stale.exit_code == 1
    assert "contacts.csv is not current" in stale.output
    assert "agencies.csv" not in stale.output


def test_the_registry_of_the_repository_is_current() -> None:
    result = CliRunner().invoke(registry.command, ["check"])
    assert result.exit_code == 0, result.output


def test_every_agency_has_an_officer_and_a_head_and_the_lead_agency_two_digests() -> None:
    contacts = list(csv.DictReader(registry.contacts_text().splitlines()))
    ids = {agency["id"] for agency in registry.agencies()}
    for role in ("officer", "head"):
        assert [c["agency"] for c in contacts if c["role"] == role] == [agency["id"] for agency in registry.agencies()]
    digests = [(c["agency"], c["language"]) for c in contacts if c["role"] == "digest"]
    assert digests == [("so-thong-tin-va-truyen-thong", "vi"), ("so-thong-tin-va-truyen-thong", "en")]
    assert {contact["agency"] for contact in contacts} == ids
