"""Makes the registry of a province, agencies.csv and contacts.csv, from its hand-kept departments and a package."""

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import vietnam_provinces

from services.ingest.plans.files.registry_file import COLUMNS
from tools.plan_folder import command_for, csv_text

FOLDER: Final = Path(__file__).resolve().parent.parent / "plans" / "lam-dong-2014"
CONTACT_COLUMNS: Final = ("agency", "role", "name", "email", "language", "phone")
_NO_PHONE: Final = "0263 000 0000"  # no number begins so
DOMAIN: Final = "lamdong.example"  # reserved by RFC 2606: no mail can ever reach anyone

_PACKAGE: Final = "vietnam-provinces 0.5.0"
_PROVINCE_CODE: Final = 68
_LEAD: Final = "so-thong-tin-va-truyen-thong"
_VALID_FROM: Final = "2014-01-01"
_VALID_TO: Final = "2025-07-01"
_HEADER: Final = f"""\
# The registry of Lâm Đồng for the plan of 2014; `python -m tools.registry write` makes it.
# Cities, districts, communes, wards and townships: package {_PACKAGE}, whose data are of {{data_of}}.
# That is 142 communes, wards and townships; in 2014 there were 148, some of which have since been merged or renamed.
# Departments, boards and the centre: general knowledge, see departments.csv. English names are ours.
# staff: SYNTHETIC, worked out from the id, so that figures can be weighted; no agency's real number.
# valid_from: the first day of the plan; nothing is claimed about the years before.
# valid_to: on 1 July 2025 the district level ended and communes were merged; the successors are not in this registry.
"""


class Kind(NamedTuple):
    """How a division of the package is called here."""

    kind: str
    slug: str
    english: str
    staff: tuple[int, int]  # synthetic: from, to


_KINDS: Final = {
    "thành phố": Kind("city", "thanh-pho", "City", (120, 180)),
    "huyện": Kind("district", "huyen", "District", (90, 140)),
    "xã": Kind("commune", "xa", "Commune", (18, 25)),
    "phường": Kind("ward", "phuong", "Ward", (18, 25)),
    "thị trấn": Kind("township", "thi-tran", "Township", (18, 25)),
}
_STAFF: Final = {"department": (40, 110), "centre": (12, 24)}


def slugify(name: str) -> str:
    """Return a Vietnamese name as an id: `Đạ M' Rong` becomes `da-m-rong`."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    letters = "".join(sign for sign in plain if unicodedata.category(sign) != "Mn" and sign not in "'’")
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def synthetic_staff(agency_id: str, between: tuple[int, int]) -> int:
    """Return a number of staff that is always the same for an id and says nothing of the real one."""
    lowest, highest = between
    digest = hashlib.sha256(agency_id.encode()).digest()
    return lowest + int.from_bytes(digest[:4], "big") % (highest - lowest + 1)


def agencies() -> list[dict[str, str]]:
    """Return every agency of the registry: departments, then each city and district before its communes."""
    return [*_departments(), *_divisions()]


def agencies_text() -> str:
    """Return what agencies.csv should hold."""
    return _HEADER.format(data_of=vietnam_provinces.__data_version__) + csv_text(COLUMNS, agencies())


def contacts_text() -> str:
    """Return what contacts.csv should hold: roles instead of people, at addresses that lead nowhere."""
    rows = [
        _contact(agency, role, name, mailbox, "vi")
        for agency in agencies()
        for role, name, mailbox in (("officer", "Cán bộ đầu mối", "can-bo"), ("head", "Thủ trưởng", "thu-truong"))
    ]
    lead = next(agency for agency in agencies() if agency["id"] == _LEAD)
    rows.append(_contact(lead, "digest", "Tổ tổng hợp", "tong-hop", "vi"))
    rows.append(_contact(lead, "digest", "Digest desk", "digest", "en"))
    rows.append(_contact(lead, "help", "Tổ hỗ trợ", "ho-tro", "vi") | {"phone": _NO_PHONE})
    return csv_text(CONTACT_COLUMNS, rows)


def _departments() -> Iterator[dict[str, str]]:
    lines = (FOLDER / "departments.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        staff = synthetic_staff(row["id"], _STAFF[row["kind"]])
        yield row | {"staff": str(staff), "valid_from": _VALID_FROM, "source": "general knowledge (departments.csv)"}


def _divisions() -> Iterator[dict[str, str]]:
    for district in _province()["districts"]:
        above = _division(district, parent="")
        yield above
        whose = f"{_kind(district).slug}-{slugify(_bare(district))}"
        for ward in sorted(district["wards"], key=lambda division: int(division["code"])):
            yield _division(ward, parent=f"ubnd-{whose}", within=district)


def _province() -> Mapping[str, Any]:
    provinces = json.loads(vietnam_provinces.NESTED_DIVISIONS_JSON_PATH.read_text(encoding="utf-8"))
    return next(province for province in provinces if province["code"] == _PROVINCE_CODE)


def _division(division: Mapping[str, Any], *, parent: str, within: Mapping[str, Any] | None = None) -> dict[str, str]:
    kind = _kind(division)
    slug = f"ubnd-{kind.slug}-{slugify(_bare(division))}"
    vietnamese = f"UBND {division['division_type']} {_bare(division)}"
    english = f"People's Committee of {_english(division)}"
    if within is not None:
        slug = f"{slug}-{slugify(_bare(within))}"
        vietnamese = f"{vietnamese}, {within['division_type']} {_bare(within)}"
        english = f"{english}, {_english(within)}"
    return {
        "id": slug,
        "name_vi": vietnamese,
        "name_en": english,
        "kind": kind.kind,
        "parent": parent,
        "staff": str(synthetic_staff(slug, kind.staff)),
        "valid_from": _VALID_FROM,
        "valid_to": _VALID_TO,
        "source": f"{_PACKAGE} code {division['code']}",
    }


def _kind(division: Mapping[str, Any]) -> Kind:
    return _KINDS[division["division_type"]]


def _bare(division: Mapping[str, Any]) -> str:
    """Return a division's name without what it is: `Xã Lát` becomes `Lát`, `Phường 1` becomes `1`."""
    return unicodedata.normalize("NFC", str(division["name"]))[len(division["division_type"]) :].strip()


def _english(division: Mapping[str, Any]) -> str:
    bare, kind = _bare(division), _kind(division)
    return f"{kind.english} {bare}" if bare.isdigit() else f"{bare} {kind.english}"


def _contact(agency: Mapping[str, str], role: str, name: str, mailbox: str, language: str) -> dict[str, str]:
    return {
        "agency": agency["id"],
        "role": role,
        "name": f"{name} – {agency['name_vi' if language == 'vi' else 'name_en']}",
        "email": f"{mailbox}@{agency['id']}.{DOMAIN}",
        "language": language,
        "phone": "",
    }


def _files(_: Path) -> Mapping[str, str]:
    return {"agencies.csv": agencies_text(), "contacts.csv": contacts_text()}


command: Final = command_for(_files, usual=FOLDER, module="tools.registry", what="registry", about=__doc__)

if __name__ == "__main__":
    command()
