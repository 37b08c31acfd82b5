"""A contacts file is checked whole."""

import time
from pathlib import Path

import pytest

from services.notify.contacts.files import COLUMNS, ContactFaults, read_contacts
from services.notify.notices.model import Role
from shared.events.vocabulary import Language

GOOD = "so-noi-vu,officer,Cán bộ đầu mối,Can-Bo@so-noi-vu.lamdong.example,vi"


def written(folder: Path, *rows: str, header: str = ",".join(COLUMNS)) -> Path:
    file = folder / "contacts.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def faults(path: Path) -> list[str]:
    with pytest.raises(ContactFaults) as raised:
        read_contacts(path)
    return str(raised.value).splitlines()


def test_a_contact_is_read_with_its_role_and_language(tmp_path: Path) -> None:
    (found,) = read_contacts(written(tmp_path, GOOD))
    assert (found.agency, found.role, found.language) == ("so-noi-vu", Role.OFFICER, Language.VI)
    assert found.email == "Can-Bo@so-noi-vu.lamdong.example"


def test_the_same_row_is_always_the_same_contact(tmp_path: Path) -> None:
    assert read_contacts(written(tmp_path, GOOD)) == read_contacts(written(tmp_path, "", GOOD.replace(",v", " ,v")))


def test_columns_may_stand_in_any_order_and_excels_mark_at_the_start_is_no_fault(tmp_path: Path) -> None:
    file = written(tmp_path, "vi,so-noi-vu,officer,Cán bộ,a@x.example", header="\ufefflanguage,agency,role,name,email")
    assert read_contacts(file)[0].name == "Cán bộ"


def test_every_fault_is_named_at_once_with_its_line_and_what_would_be_accepted(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        GOOD,
        "Sở Nội vụ,boss,,đầu-mối@x.example,fr",
        "so-y-te,officer,A",
        GOOD,
        "so-y-te,officer,Tên,khong phai dia chi,vi",
    )
    found = faults(file)
    assert found[0] == f"8 faults in {file}, nothing was loaded"
    assert [line.removeprefix(f"{file}:").split(":")[0] for line in found[1:]] == [
        "3",
        "3",
        "3",
        "3",
        "3",
        "4",
        "5",
        "6",
    ]
    text = "\n".join(found)
    for accepted in (
        "so-noi-vu",
        "officer, head, digest, help",
        "vi, en",
        "name is empty — accepted: some text",
        "line 2 already",
    ):
        assert accepted in text
    assert "can-bo@so-noi-vu.example" in text


def test_a_pile_of_marks_is_refused_at_once(tmp_path: Path) -> None:
    pile = "a" + "\u0323\u0301" * 60_000
    begun = time.perf_counter()
    found = faults(written(tmp_path, f"so-noi-vu,officer,{pile},a@x.example,vi", f"so-noi-vu,head,Tên,{pile},vi"))
    assert time.perf_counter() - begun < 1
    assert sum("carries too many marks" in fault for fault in found) == 2
    (_, email, name) = faults(written(tmp_path, f"so-noi-vu,officer,{'x' * 201},{'x' * 255},vi"))
    assert "longer than 200 characters" in name
    assert "at most 254" in email


def test_a_file_with_other_columns_is_not_read_further(tmp_path: Path) -> None:
    _, fault = faults(written(tmp_path, GOOD, header="agency;role"))
    assert fault.startswith(f'{tmp_path / "contacts.csv"}:1: the header is "agency;role"')
    assert fault.endswith("accepted: the columns agency, role, name, email, language, separated by commas")


def test_whom_agencies_ask_for_help_has_a_telephone(tmp_path: Path) -> None:
    header = "agency,role,name,email,language,phone"
    (given,) = read_contacts(written(tmp_path, "so-a,help,Bà A,a@x.example,vi,0263 3822 000", header=header))
    assert (given.role, given.phone) == (Role.HELP, "0263 3822 000")
    assert "whom agencies ask for help needs a phone" in faults(written(tmp_path, "so-a,help,Bà A,a@x.example,vi"))[1]
    found = faults(written(tmp_path, "so-a,officer,Bà A,a@x.example,vi,gọi chiều", header=header))
    assert 'phone is "gọi chiều" — accepted: 3 to 30 digits' in found[1]


def test_an_empty_file_says_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(b"")
    assert "holds no rows — accepted: a header agency,role,name,email,language" in faults(file)[1]


def test_a_file_that_is_not_there_or_no_csv_or_not_utf_8_or_huge_is_one_clear_line(tmp_path: Path) -> None:
    assert "does not exist" in faults(tmp_path / "none.csv")[1]
    assert "quotes of this line do not match" in faults(written(tmp_path, 'so-noi-vu,officer,"A,a@x.example,vi'))[1]
    file = tmp_path / "contacts.csv"
    file.write_bytes("Sở".encode("utf-16"))
    assert "UTF-8" in faults(file)[1]
    file.write_bytes(b"x" * (5 * 1024 * 1024 + 1))
    assert "at most" in faults(file)[1]


def test_the_plans_own_contacts_are_taken() -> None:
    found = read_contacts(Path(__file__).parents[5] / "plans" / "lam-dong-2014" / "contacts.csv")
    assert {contact.role for contact in found} == set(Role)
