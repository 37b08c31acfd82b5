"""The words of a judgement's sentence in Vietnamese and in English."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shared.events.vocabulary import Basis, Language, Reason, Standing


@dataclass(frozen=True, slots=True)
class Words:
    """What one language calls things."""

    standings: Mapping[Standing, str]
    sentences: Mapping[Reason, str]
    targets: Mapping[Basis, str]
    expected: str
    pace: str
    lag: str
    short: str  # of the expected value, where a tolerance is allowed
    over: str
    allowed: str
    of_tolerance: Mapping[Basis, str]  # whose tolerance that is, where not whose target
    points: str  # the unit of a difference between percentages
    by_when: str
    of_day: Mapping[Basis, str]  # whose day that is, where not whose figure
    required: str
    yearly: str
    near_limit: str
    at_limit: str
    yes: str
    no: str
    decimal_sign: str
    date_format: str


WORDS: Final[Mapping[Language, Words]] = MappingProxyType(
    {
        Language.VI: Words(
            standings={
                Standing.MET: "đạt",
                Standing.ON_TRACK: "đúng tiến độ",
                Standing.AT_RISK: "có nguy cơ chậm",
                Standing.LAGGING: "chậm tiến độ",
                Standing.MISSING: "chưa báo cáo",
                Standing.AWAITED: "chưa đến hạn",
                Standing.NOT_ASSESSABLE: "không đánh giá được",
            },
            sentences={
                Reason.TARGET_MET: "{value} / {target}: {standing}",
                Reason.BY_PACE: "{value} / {target}{expected}{pace}: {standing}{lag}",
                Reason.BY_TOLERANCE: "{value} / {target}{expected}: {standing}{lag}",
                Reason.NOTHING_EXPECTED_YET: "{value} / {target}, đến {last_on} chưa yêu cầu kết quả: {standing}",
                Reason.NOT_FILED: "chưa nộp báo cáo, đã quá hạn {due_on}: {standing}",
                Reason.WITHDRAWN: "báo cáo đã được rút lại, hạn nộp {due_on}: {standing}",
                Reason.RETURNED: "báo cáo bị trả lại, chưa nộp lại, hạn nộp {due_on}: {standing}",
                Reason.NOT_REPORTED: "báo cáo thiếu chỉ tiêu này, đã quá hạn {due_on}: {standing}",
                Reason.NOT_YET_DUE: "báo cáo chưa có chỉ tiêu này, hạn nộp {due_on}: {standing}",
                Reason.DENOMINATOR_ZERO: "mẫu số bằng 0, không có gì để tính tỷ lệ: {standing}",
                Reason.TARGET_ZERO: "{value} / {target}: không tính được tỷ lệ so với mục tiêu này, {standing}",
                Reason.NO_TARGET: "{value}, không có mục tiêu bằng số: chỉ trình bày, không đánh giá",
                Reason.NO_BASELINE: "{value} / {target}: chưa có hiện trạng để so sánh, {standing}",
                Reason.BASE_IS_TARGET: "{value} / {target}: ban đầu đã bằng mục tiêu, nay không còn đạt, {standing}",
                Reason.BASE_NOT_BEFORE_TARGET: (
                    "{value} / {target}: số liệu gốc ngày {base_on} không có trước hạn của mục tiêu, {standing}"
                ),
                Reason.ONE_OBSERVATION: "{value}{goal}: mới có một số liệu, chưa tính được tốc độ, {standing}",
                Reason.MIXED_SIGNS: (
                    "{value}{goal}: khác dấu, không tính được tốc độ từ {base} ngày {base_on}, {standing}"
                ),
                Reason.SUBSTANTIAL_PROGRESS: "{value} ngày {last_on}{goal}{growth}: tiến triển đáng kể, {standing}",
                Reason.MODERATE_PROGRESS: "{value} ngày {last_on}{goal}{growth}: tiến triển vừa phải, {standing}",
                Reason.LIMITED_PROGRESS: "{value} ngày {last_on}{goal}{growth}: tiến triển hạn chế, {standing}",
                Reason.DETERIORATION: "{value} ngày {last_on}{goal}{growth}: xấu đi, {standing}",
            },
            targets={Basis.STATED: "mục tiêu", Basis.ASSUMED: "mục tiêu giả định"},
            expected=", đến {last_on} cần {expected}",
            pace=", bằng {pace} lần mức cần",
            lag=", độ trễ mức đạt {lag} điểm phần trăm",
            short=", thấp hơn {lag} {unit}{allowed}",
            over=", vượt {lag} {unit}{allowed}",
            allowed=" (cho phép chênh {on_track}, quá {at_risk} là chậm{basis})",
            of_tolerance={Basis.STATED: ", do quyết định nêu", Basis.ASSUMED: ", giả định"},
            points="điểm phần trăm",
            by_when=" đến {on}",
            of_day={Basis.STATED: " (ngày do quyết định nêu)", Basis.ASSUMED: " (ngày giả định)"},
            required=", {ratio} lần tốc độ cần có từ {base} ngày {base_on}",
            yearly=", mỗi năm {ratio} % theo hướng tốt từ {base} ngày {base_on}",
            near_limit=", tính theo khoảng còn lại đến giới hạn {limit} là {ratio} %",
            at_limit=", xuất phát từ đúng giới hạn {limit}",
            yes="có",
            no="không",
            decimal_sign=",",
            date_format="%d/%m/%Y",
        ),
        Language.EN: Words(
            standings={
                Standing.MET: "met",
                Standing.ON_TRACK: "on track",
                Standing.AT_RISK: "at risk",
                Standing.LAGGING: "lagging",
                Standing.MISSING: "missing",
                Standing.AWAITED: "awaited",
                Standing.NOT_ASSESSABLE: "not assessable",
            },
            sentences={
                Reason.TARGET_MET: "{value} / {target}: {standing}",
                Reason.BY_PACE: "{value} / {target}{expected}{pace}: {standing}{lag}",
                Reason.BY_TOLERANCE: "{value} / {target}{expected}: {standing}{lag}",
                Reason.NOTHING_EXPECTED_YET: "{value} / {target}, nothing expected by {last_on}: {standing}",
                Reason.NOT_FILED: "nothing filed, was due on {due_on}: {standing}",
                Reason.WITHDRAWN: "what was filed was withdrawn, due on {due_on}: {standing}",
                Reason.RETURNED: "what was filed was returned and not filed again, due on {due_on}: {standing}",
                Reason.NOT_REPORTED: "filed without this indicator, was due on {due_on}: {standing}",
                Reason.NOT_YET_DUE: "filed without this indicator so far, due on {due_on}: {standing}",
                Reason.DENOMINATOR_ZERO: "denominator 0, nothing to take a share of: {standing}",
                Reason.TARGET_ZERO: "{value} / {target}: no ratio to this target exists, {standing}",
                Reason.NO_TARGET: "{value}, no target in figures: shown, not judged",
                Reason.NO_BASELINE: "{value} / {target}: no baseline to measure from, {standing}",
                Reason.BASE_IS_TARGET: "{value} / {target}: was at its target at first and is no longer, {standing}",
                Reason.BASE_NOT_BEFORE_TARGET: (
                    "{value} / {target}: the base of {base_on} is not before the target's date, {standing}"
                ),
                Reason.ONE_OBSERVATION: "{value}{goal}: one observation shows no growth, {standing}",
                Reason.MIXED_SIGNS: "{value}{goal}: other sign than {base} on {base_on}, no growth rate, {standing}",
                Reason.SUBSTANTIAL_PROGRESS: "{value} on {last_on}{goal}{growth}: substantial progress, {standing}",
                Reason.MODERATE_PROGRESS: "{value} on {last_on}{goal}{growth}: moderate progress, {standing}",
                Reason.LIMITED_PROGRESS: "{value} on {last_on}{goal}{growth}: limited progress, {standing}",
                Reason.DETERIORATION: "{value} on {last_on}{goal}{growth}: deterioration, {standing}",
            },
            targets={Basis.STATED: "target", Basis.ASSUMED: "assumed target"},
            expected=", expected by {last_on}: {expected}",
            pace=", {pace} times what was expected",
            lag=", attainment {lag} percentage points behind",
            short=", {lag} {unit} short{allowed}",
            over=", {lag} {unit} over{allowed}",
            allowed=" (up to {on_track} is on track, beyond {at_risk} lagging{basis})",
            of_tolerance={Basis.STATED: ", as stated", Basis.ASSUMED: ", assumed"},
            points="percentage points",
            by_when=" by {on}",
            of_day={Basis.STATED: " (day as stated)", Basis.ASSUMED: " (assumed day)"},
            required=", {ratio} times the pace required from {base} on {base_on}",
            yearly=", {ratio} % a year for the better from {base} on {base_on}",
            near_limit=", which counts as {ratio} % so near the limit of {limit}",
            at_limit=", from the limit of {limit} itself",
            yes="yes",
            no="no",
            decimal_sign=".",
            date_format="%Y-%m-%d",
        ),
    }
)
