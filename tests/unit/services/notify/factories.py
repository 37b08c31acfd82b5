"""Makes plans, agencies and progress for tests of notify: a small plan of three indicators reported each month."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from services.notify.policy.model import EarlierNotice, NoticeKind, Situation
from services.notify.progress.model import Plan, Progress
from shared.events.adjustments import (
    AuthorData,
    LevelData,
    MissData,
    OutlookChanged,
    OutlookChangedData,
    OutlookRulesData,
    ProposalChanged,
    ProposalChangedData,
    ProposedIndicatorData,
    TargetOutlookData,
)
from shared.events.envelope import attributes, event_id
from shared.events.plans import (
    AgencyRegistered,
    AgencyRegisteredData,
    IndicatorData,
    PeriodData,
    PlanPublished,
    PlanPublishedData,
    TargetData,
    ThresholdsData,
)
from shared.events.progress import FilingData, JudgementData, ObservedData, ProgressChanged, ProgressChangedData
from shared.events.rollups import IndicatorRollUpData, RollUpChanged, RollUpChangedData
from shared.events.vocabulary import (
    Adjustment,
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Expectation,
    LocalizedText,
    Measure,
    Method,
    PeriodLength,
    ProposalState,
    Reach,
    Reason,
    RollUp,
    Standing,
    Verdict,
)
from shared.runtime.clock import TIMEZONE

PLAN = "lam-dong-2014"
LEAD = "so-thong-tin-va-truyen-thong"
LAC_DUONG = "ubnd-huyen-lac-duong"
DA_LAT = "ubnd-thanh-pho-da-lat"
NOI_VU = "so-noi-vu"
NAMES = {
    LEAD: "Sở Thông tin và Truyền thông",
    LAC_DUONG: "UBND huyện Lạc Dương",
    DA_LAT: "UBND thành phố Đà Lạt",
    NOI_VU: "Sở Nội vụ",
}
KINDS = {
    LEAD: AgencyKind.DEPARTMENT,
    LAC_DUONG: AgencyKind.DISTRICT,
    DA_LAT: AgencyKind.CITY,
    NOI_VU: AgencyKind.DEPARTMENT,
}
EMAIL, PARK, SOFTWARE = "official-email", "enterprise-support", "doc-management"
INDICATORS = (EMAIL, PARK, SOFTWARE)
STARTS = [*(date(2014, month, 1) for month in range(1, 13)), date(2015, 1, 1)]
TET = tuple(date(2014, 1, 28) + timedelta(days=each) for each in range(9))
DAYS_OFF = tuple(
    sorted({*TET, *(day for day in (date(2014, 1, 1) + timedelta(days=n) for n in range(424)) if day.weekday() > 4)})
)


def at(text: str) -> datetime:
    """Return the moment `2014-03-10 09:00` in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=TIMEZONE)


def plan_published(*, version: int = 1, agencies: Iterable[str] = tuple(NAMES)) -> PlanPublished:
    told = PlanPublishedData(
        plan=PLAN,
        version=version,
        content_hash=f"hash-{version}",
        title_vi="Kế hoạch ứng dụng CNTT năm 2014",
        title_en="Plan for IT application, 2014",
        decision="2770/QĐ-UBND",
        source="tin",
        starts_on=STARTS[0],
        ends_on=STARTS[-1],
        timezone="Asia/Ho_Chi_Minh",
        lead_agency=LEAD,
        reporting=PeriodLength.MONTH,
        thresholds=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
        programmes=(),
        indicators=tuple(map(indicator_data, INDICATORS)),
        periods=tuple(
            PeriodData(
                id=f"{first:%Y-%m}",
                starts_on=first,
                ends_on=end,
                due_on=end + timedelta(days=6),
                locked_on=end + timedelta(days=36),
            )
            for first, end in pairwise(STARTS)
        ),
        agencies=tuple(agencies),
        days_off=DAYS_OFF,
    )
    given = attributes(
        kind="plan.published.v1",
        source="/ingest",
        subject=PLAN,
        time=at("2014-01-01 08:00"),
        identity=event_id("plan", PLAN, version),
        correlation="test",
    )
    return PlanPublished(**given, data=told)


def indicator_data(indicator: str) -> IndicatorData:
    measure = {EMAIL: Measure.SHARE, PARK: Measure.COUNT, SOFTWARE: Measure.YES_NO}[indicator]
    return IndicatorData(
        id=indicator,
        programme="egov",
        name_vi={EMAIL: "Thư điện tử công vụ", PARK: "Hỗ trợ doanh nghiệp", SOFTWARE: "Phần mềm quản lý văn bản"}[
            indicator
        ],
        name_en={EMAIL: "Official e-mail", PARK: "Support of enterprises", SOFTWARE: "Document management"}[indicator],
        unit_vi={EMAIL: "%", PARK: "hoạt động", SOFTWARE: "có/không"}[indicator],
        unit_en={EMAIL: "%", PARK: "activities", SOFTWARE: "yes/no"}[indicator],
        measure=measure,
        direction=Direction.INCREASING,
        method=Method.YES_NO if measure is Measure.YES_NO else Method.TO_TARGET,
        target=target_data(indicator),
        basis=Basis.ASSUMED if indicator == PARK else Basis.STATED,
        basis_sentence=None,
        expectation=Expectation.LINEAR,
        roll_up={EMAIL: RollUp.POOLED, PARK: RollUp.SUM, SOFTWARE: RollUp.SHARE_OF_YES}[indicator],
        reported_by_kinds=tuple(AgencyKind),
    )


def target_data(indicator: str) -> TargetData:
    value = {EMAIL: Decimal(90), PARK: Decimal(4), SOFTWARE: Decimal(1)}[indicator]
    return TargetData(comparison=Comparison.ABOVE if indicator == EMAIL else Comparison.AT_LEAST, value=value)


def agency_registered(agency: str) -> AgencyRegistered:
    told = AgencyRegisteredData(
        agency=agency,
        name_vi=NAMES[agency],
        name_en=agency.replace("-", " ").title(),
        kind=KINDS[agency],
        parent=None,
        staff=50,
        valid_from=date(2014, 1, 1),
        valid_to=None,
        succeeded_by=None,
    )
    given = attributes(
        kind="agency.registered.v1",
        source="/ingest",
        subject=agency,
        time=at("2014-01-01 08:00"),
        identity=event_id("agency", agency),
        correlation="test",
    )
    return AgencyRegistered(**given, data=told)


def judgement_data(
    indicator: str, standing: Standing, *, value: Decimal | None = None, note: str | None = None
) -> JudgementData:
    measure = indicator_data(indicator).measure
    shown = {EMAIL: Decimal(12), PARK: Decimal(1), SOFTWARE: Decimal(0)}[indicator] if value is None else value
    is_share = measure is Measure.SHARE
    is_reported = standing not in {Standing.MISSING, Standing.AWAITED}
    return JudgementData(
        indicator=indicator,
        measure=measure,
        direction=Direction.INCREASING,
        method=Method.YES_NO if measure is Measure.YES_NO else Method.TO_TARGET,
        target=target_data(indicator),
        basis=Basis.STATED,
        expectation=Expectation.LINEAR,
        baseline=None,
        milestones=(),
        observed=ObservedData(
            value=shown,
            numerator=shown * 2 if is_share else None,
            denominator=Decimal(200) if is_share else None,
            note=note,
        )
        if is_reported
        else None,
        attainment_ratio=Decimal("0.1333") if is_reported else None,
        expected_ratio=Decimal("0.25"),
        expected_value=target_data(indicator).value / 4,
        pace_ratio=Decimal("0.53") if is_reported else None,
        lag_points=Decimal("11.67") if is_reported else None,
        standing=standing,
        needed_value=target_data(indicator).value / 3 if is_share else None,
        needed_numerator=Decimal(60) if is_share and is_reported else None,
        reason=Reason.BY_PACE if is_reported else Reason.NOT_REPORTED,
        formula="value ÷ target",
        sentence_vi="…",
        sentence_en="…",
    )


def progress_changed(
    agency: str = LAC_DUONG,
    period: str = "2014-03",
    *,
    sequence: int = 1,
    standings: Mapping[str, Standing] | None = None,
    is_filed: bool = True,
    is_closed: bool = True,
    is_synthetic: bool = False,
    judgements: Sequence[JudgementData] | None = None,
    revision: int | None = None,
    time: datetime | None = None,
) -> ProgressChanged:
    """Return progress of an agency, filed and judged at `time`; what `standings` does not name is on track."""
    starts_on = date.fromisoformat(f"{period}-01")
    ends_on = STARTS[STARTS.index(starts_on) + 1]
    default = Standing.ON_TRACK if is_filed else Standing.MISSING
    judged = judgements
    if judged is None:
        judged = [judgement_data(each, (standings or {}).get(each, default)) for each in INDICATORS]
    time = time or datetime.combine(ends_on, at("2014-01-01 10:00").timetz())
    told = ProgressChangedData(
        plan=PLAN,
        plan_version=1,
        agency=agency,
        period=period,
        sequence=sequence,
        plan_starts_on=STARTS[0],
        plan_ends_on=STARTS[-1],
        period_starts_on=starts_on,
        period_ends_on=ends_on,
        due_on=ends_on + timedelta(days=6),
        is_closed=is_closed,
        thresholds=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
        filing=FilingData(
            submission=event_id(agency, period, sequence),
            revision=revision or sequence,
            filed_at=time,
            is_timely=True,
            is_synthetic=is_synthetic,
        )
        if is_filed
        else None,
        standing=max((each.standing for each in judged), key=list(Standing).index, default=Standing.NOT_ASSESSABLE),
        previous_standing=None,
        judgements=tuple(judged),
        changed_indicators=(),
    )
    given = attributes(
        kind="progress.changed.v1",
        source="/scoring",
        subject=agency,
        time=time,
        identity=event_id("progress", agency, period, sequence),
        correlation="test",
    )
    return ProgressChanged(**given, data=told)


def rolled_up(
    period: str = "2014-03",
    *,
    is_closed: bool = True,
    as_of: datetime | None = None,
    agencies: Mapping[Standing, int] | None = None,
    period_before: str | None = "2014-02",
    agencies_before: Mapping[Standing, int] | None = None,
    indicators: Sequence[IndicatorRollUpData] | None = None,
) -> RollUpChanged:
    """Return what the four agencies reach together, of which one is silent; closed on the day after the due date."""
    starts_on = date.fromisoformat(f"{period}-01")
    ends_on = STARTS[STARTS.index(starts_on) + 1]
    counts = agencies or {Standing.ON_TRACK: 2, Standing.LAGGING: 1, Standing.MISSING: 1}
    told = RollUpChangedData(
        plan=PLAN,
        plan_version=1,
        mixed=0,
        period=period,
        period_starts_on=starts_on,
        period_ends_on=ends_on,
        due_on=ends_on + timedelta(days=6),
        is_closed=is_closed,
        is_locked=False,
        as_of=as_of or datetime.combine(ends_on + timedelta(days=7), at("2014-01-01 00:05").timetz()),
        owed=sum(counts.values()),
        filed=sum(counts.values()) - counts.get(Standing.MISSING, 0),
        on_time=sum(counts.values()) - counts.get(Standing.MISSING, 0),
        agencies=counts,
        period_before=period_before,
        agencies_before={Standing.ON_TRACK: 1, Standing.LAGGING: 2} if agencies_before is None else agencies_before,
        indicators=tuple(map(indicator_rolled_up, INDICATORS)) if indicators is None else tuple(indicators),
    )
    given = attributes(
        kind="rollup.changed.v1",
        source="/scoring",
        subject=f"{PLAN}/{period}",
        time=told.as_of,
        identity=event_id("rollup", PLAN, period, told.as_of.isoformat()),
        correlation="test",
    )
    return RollUpChanged(**given, data=told)


def indicator_rolled_up(indicator: str, **changes: object) -> IndicatorRollUpData:
    """Return what the four agencies reach on an indicator, of which one is silent."""
    value = {EMAIL: Decimal(12), PARK: Decimal(3), SOFTWARE: Decimal(0)}[indicator]
    told = IndicatorRollUpData(
        indicator=indicator,
        value=value,
        target=target_data(indicator),
        basis=indicator_data(indicator).basis,
        expected_value=target_data(indicator).value / 4,
        expected_basis=Basis.ASSUMED,
        verdict=Verdict.NOT_YET_KNOWN,
        reported=3,
        owed=4,
        is_incomplete=False,
        unknown_staff=0,
        agencies={Standing.LAGGING: 3, Standing.MISSING: 1},
        same=2,
        value_of_same=value,
        value_before=value,
    )
    return told.model_copy(update=changes)


def rollup(period: str = "2014-03", **given: object) -> RollUpChangedData:
    return rolled_up(period, **given).data  # type: ignore[arg-type]  # passed through


def plan(**changes: object) -> Plan:
    return Plan(**{**dict(plan_published().data), **changes})


def names() -> dict[str, LocalizedText]:
    told = [agency_registered(agency).data for agency in NAMES]
    return {each.agency: LocalizedText(vi=each.name_vi, en=each.name_en) for each in told}


def progress(agency: str = LAC_DUONG, period: str = "2014-03", **given: object) -> Progress:
    return Progress.of(progress_changed(agency, period, **given))  # type: ignore[arg-type]  # passed through


def situation(newest: Progress, *earlier: EarlierNotice, unfiled: tuple[str, ...] = ()) -> Situation:
    known = names()
    return Situation(
        plan=plan(),
        agency_name=known[newest.agency],
        lead_name=known[LEAD],
        newest=newest,
        unfiled=unfiled,
        earlier=earlier,
        is_synthetic=False,
    )


def told(
    kind: NoticeKind,
    period: str = "2014-03",
    *indicators: str,
    state: str = "accepted",
    cause: str | None = None,
    thread: str | None = None,
    recovered: tuple[str, ...] = (),
    sent_at: datetime | None = None,
) -> EarlierNotice:
    """Return what was decided before, as it stands in one state: accepted, queued, failed or skipped."""
    return EarlierNotice(
        cause=cause or f"{kind}:{PLAN}:{LAC_DUONG}:{period}",
        kind=kind,
        period=period,
        thread=thread or f"{PLAN}.{LAC_DUONG}.{period}",
        indicators=indicators,
        is_pending=state == "queued",
        is_sent=state == "accepted",
        is_attempted=state in {"accepted", "failed"},
        recovered=recovered,
        sent_at=sent_at,
    )


def proposed(number: int = 1, *, state: ProposalState = ProposalState.PROPOSED, **changes: object) -> ProposalChanged:
    """Return a proposal of the lead agency to ask for less of an indicator."""
    before = target_data(EMAIL)
    after = before.model_copy(update={"value": Decimal(60)})
    told = ProposalChangedData(
        proposal=number,
        plan=PLAN,
        plan_version=1,
        state=state,
        indicators=(
            ProposedIndicatorData(
                indicator=EMAIL,
                basis=Basis.STATED,
                target_before=before,
                target=after,
                milestones_before=(),
                milestones=None,
            ),
        ),
        thresholds_before=ThresholdsData(on_track_ratio=Decimal("0.95"), at_risk_ratio=Decimal("0.75")),
        thresholds=None,
        reason="Hạ tầng <i>chưa</i> kịp",
        by=AuthorData(agency=LEAD, key="AbCd1234"),
        made_at=at("2014-04-10 09:30"),
        periods=("2014-02", "2014-03"),
        standings_before={Standing.LAGGING: 3},
        standings_after={Standing.LAGGING: 1, Standing.ON_TRACK: 2},
        decisions=(),
        in_force_version=None,
        in_force_at=None,
    )
    given = attributes(
        kind="proposal.changed.v1",
        source="/scoring",
        subject=f"{PLAN}/{number}",
        time=at("2014-04-10 09:30") if state is ProposalState.PROPOSED else at("2014-04-11 08:00"),
        identity=event_id("proposal", number, state),
        correlation="test",
    )
    return ProposalChanged(**given, data=told.model_copy(update=changes))


def outlook_changed(period: str = "2014-03", as_of: str = "2014-04-08 00:05") -> OutlookChanged:
    """Return how the targets look: one is out of reach, of another nothing was found."""
    found = TargetOutlookData(
        indicator=EMAIL,
        target=target_data(EMAIL),
        basis=Basis.STATED,
        adjustment=Adjustment.OUT_OF_REACH,
        reaches={Reach.YES: 0, Reach.NO: 2, Reach.TOO_FEW_OBSERVATIONS: 2, Reach.NO_PACE: 0},
        observed=0,
        reported=2,
        level=LevelData(value=Decimal(30), is_pooled=True),
        median_shortfall=Decimal(60),
        worst=MissData(agency=LAC_DUONG, shortfall=Decimal(80)),
        ample=None,
        ample_periods=0,
    )
    told = OutlookChangedData(
        plan=PLAN,
        plan_version=1,
        plan_ends_on=date(2015, 1, 1),
        period=period,
        period_ends_on=STARTS[STARTS.index(date.fromisoformat(f"{period}-01")) + 1],
        as_of=at(as_of),
        rules=OutlookRulesData(
            least_observations=3,
            reaching_ratio=Decimal("0.5"),
            quorum_ratio=Decimal("0.5"),
            long_periods=3,
            margin_ratio=Decimal("0.1"),
            room_ratio=Decimal("0.5"),
        ),
        outlooks=(found, found.model_copy(update={"indicator": PARK, "adjustment": None})),
    )
    given = attributes(
        kind="outlook.changed.v1",
        source="/scoring",
        subject=PLAN,
        time=told.as_of,
        identity=event_id("outlook", PLAN, period, as_of),
        correlation="test",
    )
    return OutlookChanged(**given, data=told)
