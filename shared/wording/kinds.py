"""What the answers call kinds of agencies, levels and reaches, in Vietnamese and in English."""

from collections.abc import Mapping
from typing import Final

from shared.events.vocabulary import AgencyKind, Language, Verdict

KINDS: Final[Mapping[Language, Mapping[AgencyKind, str]]] = {
    Language.VI: {
        AgencyKind.DEPARTMENT: "sở, ban, ngành",
        AgencyKind.CENTRE: "trung tâm",
        AgencyKind.CITY: "thành phố",
        AgencyKind.DISTRICT: "huyện",
        AgencyKind.COMMUNE: "xã",
        AgencyKind.WARD: "phường",
        AgencyKind.TOWNSHIP: "thị trấn",
        AgencyKind.OFFICE: "cơ quan",
    },
    Language.EN: {
        AgencyKind.DEPARTMENT: "departments",
        AgencyKind.CENTRE: "centres",
        AgencyKind.CITY: "cities",
        AgencyKind.DISTRICT: "districts",
        AgencyKind.COMMUNE: "communes",
        AgencyKind.WARD: "wards",
        AgencyKind.TOWNSHIP: "townships",
        AgencyKind.OFFICE: "offices",
    },
}
VERDICTS: Final[Mapping[Language, Mapping[Verdict, str]]] = {
    Language.VI: {
        Verdict.MET: "đạt",
        Verdict.NOT_MET: "chưa đạt",
        Verdict.NOT_YET_KNOWN: "chưa biết ({reported}/{owed} cơ quan đã báo cáo)",
    },
    Language.EN: {
        Verdict.MET: "met",
        Verdict.NOT_MET: "not met",
        Verdict.NOT_YET_KNOWN: "not yet known ({reported} of {owed} agencies reported)",
    },
}
INCOMPLETE: Final[Mapping[Language, str]] = {
    Language.VI: " – thiếu báo cáo ({reported}/{owed} cơ quan đã báo cáo)",
    Language.EN: " – incomplete ({reported} of {owed} agencies reported)",
}
"""What is said beside a verdict over those that reported, when the others can no longer."""
WHOLE: Final[Mapping[Language, str]] = {Language.VI: "toàn kế hoạch", Language.EN: "the whole plan"}
"""What all agencies of a plan are called: those of the province."""


def verdict(verdict: Verdict, *, is_incomplete: bool, reported: int, owed: int, language: Language) -> str:
    """Return a verdict over many agencies, with how many reported where not all did."""
    told = VERDICTS[language][verdict] + (INCOMPLETE[language] if is_incomplete else "")
    return told.format(reported=reported, owed=owed)
