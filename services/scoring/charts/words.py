"""The words of the picture in Vietnamese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.events.vocabulary import Basis, Language


@dataclass(frozen=True, slots=True)
class PictureWords:
    """What one language calls what the picture shows."""

    title: str
    subtitle: str
    cut_off: str
    nothing_yet: str
    synthetic: str
    rehearsal: str
    of_agencies: str
    together: str
    over_time: str
    attainment: str
    value: str
    target: str
    reported: str
    counted: str
    bases: Mapping[Basis, str]
    targets: Mapping[Basis, str]
    expectations: Mapping[Basis, str]
    decimal_sign: str
    date_format: str
    moment_format: str


PICTURE_WORDS: Final[Mapping[Language, PictureWords]] = MappingProxyType(
    {
        Language.VI: PictureWords(
            title="{plan}: kỳ {period}",
            subtitle="Kỳ báo cáo {first_on} – {last_on} · phiên bản kế hoạch {version} · {cut_off}",
            cut_off="số liệu tính đến {at}",
            nothing_yet="chưa có số liệu",
            synthetic="SỐ LIỆU MÔ PHỎNG (synthetic)",
            rehearsal="DIỄN TẬP (rehearsal)",
            of_agencies="% cơ quan",
            together="Gộp các cơ quan: mức đạt so với mục tiêu",
            over_time="Xếp loại tiến độ theo kỳ, số cơ quan",
            attainment="mức đạt, xếp loại",
            value="giá trị",
            target="mục tiêu",
            reported="cơ quan\nđã báo cáo",
            counted="trong ngoặc: số cơ quan trong kỳ",
            bases={Basis.STATED: "quyết định nêu", Basis.ASSUMED: "giả định"},
            targets={Basis.STATED: "mục tiêu quyết định nêu", Basis.ASSUMED: "mục tiêu giả định"},
            expectations={
                Basis.STATED: "mức cần đạt cuối kỳ, quyết định nêu",
                Basis.ASSUMED: "mức cần đạt cuối kỳ, giả định",
            },
            decimal_sign=",",
            date_format="%d/%m/%Y",
            moment_format="%H:%M ngày %d/%m/%Y",
        ),
        Language.EN: PictureWords(
            title="{plan}: period {period}",
            subtitle="Reporting period {first_on} – {last_on} · plan version {version} · {cut_off}",
            cut_off="data as of {at}",
            nothing_yet="no data yet",
            synthetic="SYNTHETIC FIGURES (số liệu mô phỏng)",
            rehearsal="REHEARSAL (diễn tập)",
            of_agencies="% of agencies",
            together="All agencies together: attainment against target",
            over_time="Standings over time, in agencies",
            attainment="attainment, standing",
            value="value",
            target="target",
            reported="agencies\nreported",
            counted="in brackets: agencies in the period",
            bases={Basis.STATED: "stated", Basis.ASSUMED: "assumed"},
            targets={Basis.STATED: "target, stated", Basis.ASSUMED: "target, assumed"},
            expectations={
                Basis.STATED: "expected at the period's end, stated",
                Basis.ASSUMED: "expected at the period's end, assumed",
            },
            decimal_sign=".",
            date_format="%Y-%m-%d",
            moment_format="%Y-%m-%d %H:%M",
        ),
    }
)
