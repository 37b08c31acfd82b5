"""Makes one realistic notice of each kind, for looking at the mails without a running system."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from services.notify.contents import Contents, Unsent
from services.notify.digest import digest_of
from services.notify.facts import contents_of
from services.notify.model import (
    Agency,
    Filing,
    Indicator,
    Judgement,
    NoticeKind,
    Period,
    Plan,
    Progress,
    Target,
    Words,
)
from services.notify.notices import Earlier, Situation, Why
from services.notify.policy import decide
from shared.events.vocabulary import (
    AgencyKind,
    Basis,
    Comparison,
    Direction,
    Measure,
    Method,
    Reason,
    RollUp,
    Standing,
)
from shared.runtime.clock import TIMEZONE

_FOLDER: Final = Path(__file__).parents[1] / "plans" / "lam-dong-2014"
NOW: Final = datetime(2014, 5, 12, 8, 0, tzinfo=TIMEZONE)
_AGENCY: Final = "ubnd-huyen-lac-duong"
_NOTE: Final = "Đường truyền đến 2 phòng chuyên môn chưa ổn định; dự kiến khắc phục trong tháng 5."
_MONTHS: Final = (3, 4)


def samples() -> Iterator[tuple[NoticeKind, Contents]]:
    """Yield a notice of each kind with its contents."""
    plan, agencies = _plan(), _agencies()
    lagging = _progress(plan, agencies[_AGENCY], month=4, effort=Decimal("0.4"))
    told = Earlier(
        cause="lag:earlier",
        kind=NoticeKind.LAG,
        period="2014-03",
        thread=f"{plan.id}.{_AGENCY}.2014-03",
        indicators=lagging.indicators_standing(Standing.LAGGING)[1:],
        is_pending=False,
        is_told=True,
        is_spent=True,
    )
    situation = Situation(
        plan=plan,
        agency=agencies[_AGENCY],
        lead=agencies[plan.lead_agency],
        newest=lagging,
        unfiled=("2014-03", "2014-04"),
        earlier=(told,),
        is_synthetic=True,
    )
    recovered = _progress(plan, agencies[_AGENCY], month=4, effort=Decimal("0.93"))
    for newest in (lagging, replace(lagging, filing=None), recovered):
        now = replace(situation, newest=newest)
        due = decide(situation=now, settling=timedelta(), now=NOW).due
        if due is not None:
            yield due.kind, contents_of(due, situation=now)
    everybody = [agency for agency in agencies.values() if agency.id in plan.agencies]
    effort = {agency.id: Decimal(60 + 37 * number % 60) / 100 for number, agency in enumerate(everybody)}
    history = [
        _progress(plan, agency, month=month, effort=effort[agency.id] + Decimal(number * month % 7) / 50)
        for number, agency in enumerate(everybody)
        for month in _MONTHS
    ]
    history = [
        replace(row, filing=None, standing=Standing.MISSING) if number % 31 == 0 else row
        for number, row in enumerate(history)
    ]
    unsent = (Unsent(kind=NoticeKind.LAG, why=Why.NO_RECIPIENT, count=1, agencies=(everybody[40].name,)),)
    april = plan.periods[_MONTHS[-1] - 1]
    yield (
        NoticeKind.DIGEST,
        digest_of(plan=plan, period=april, agencies=agencies, progress=history, unsent=unsent, now=NOW),
    )


def _plan() -> Plan:
    read: dict[str, Any] = YAML(typ="safe", pure=True).load(_FOLDER / "plan.yaml")
    starts = [date(2014, month, 1) for month in range(1, 13)] + [date(2015, 1, 1)]
    return Plan(
        id=read["plan"],
        version=1,
        title=Words(**read["title"]),
        decision=read["decision"],
        starts_on=starts[0],
        ends_on=starts[-1],
        lead_agency=read["lead_agency"],
        indicators=tuple(_indicator(each) for each in read["indicators"]),
        periods=tuple(
            Period(
                id=f"{first:%Y-%m}",
                starts_on=first,
                ends_on=end,
                due_on=end + timedelta(days=7),
                locked_on=end + timedelta(days=36),
            )
            for first, end in pairwise(starts)
        ),
        agencies=tuple(_agencies()),
        days_off=frozenset(),
    )


def _indicator(read: dict[str, Any]) -> Indicator:
    target = read.get("target")
    return Indicator(
        id=read["id"],
        name=Words(**read["name"]),
        unit=Words(**read["unit"]),
        measure=Measure(read["measure"]),
        target=Target(comparison=Comparison(target["comparison"]), value=Decimal(str(target["value"])))
        if target
        else None,
        basis=Basis(read["basis"]),
        roll_up=RollUp(read["roll_up"]),
        reported_by_kinds=tuple(AgencyKind(kind) for kind in read["reported_by"].get("kinds", ())),
        reported_by_agencies=tuple(read["reported_by"].get("agencies", ())),
    )


def _agencies() -> dict[str, Agency]:
    with (_FOLDER / "agencies.csv").open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {
            row["id"]: Agency(
                id=row["id"],
                name=Words(vi=row["name_vi"], en=row["name_en"]),
                kind=AgencyKind(row["kind"]),
                staff=int(row["staff"]) if row["staff"] else None,
                valid_from=date(2014, 1, 1),
                valid_to=None,
            )
            for row in rows
        }


def _progress(plan: Plan, agency: Agency, *, month: int, effort: Decimal) -> Progress:
    period = plan.periods[month - 1]
    asked = [
        each
        for each in plan.indicators
        if agency.kind in each.reported_by_kinds or agency.id in each.reported_by_agencies
    ]
    judgements = tuple(
        _judgement(each, part=Decimal(month) / 12, effort=effort + Decimal(number) / 20)
        for number, each in enumerate(asked)
    )
    return Progress(
        plan=plan.id,
        plan_version=plan.version,
        agency=agency.id,
        period=period.id,
        sequence=1,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        due_on=period.due_on,
        is_closed=True,
        on_track_ratio=Decimal("0.95"),
        standing=max((each.standing for each in judgements if each.lag_points is not None), key=list(Standing).index),
        filing=Filing(revision=1, filed_at=NOW, is_timely=True, is_synthetic=True),
        judgements=judgements,
        announced_at=NOW - timedelta(hours=1),
    )


def _judgement(indicator: Indicator, *, part: Decimal, effort: Decimal) -> Judgement:
    target = indicator.target.value if indicator.target else None
    is_decreasing = indicator.id == "open-incidents"
    denominator = Decimal(240) if indicator.measure is Measure.SHARE else None
    value = min((target or Decimal(12)) * part * effort, Decimal(100))
    if indicator.measure is Measure.YES_NO or is_decreasing:
        value = Decimal(effort > Decimal("0.8")) if not is_decreasing else Decimal(effort < Decimal("0.8"))
    numerator = (value * denominator / 100).to_integral_value() if denominator else None
    if denominator and numerator:
        value = numerator * 100 / denominator
    if indicator.measure is Measure.COUNT:
        value = value.to_integral_value()
    expected = Decimal(1) if is_decreasing else part
    ratio = value / target if target else None
    standing = Standing.NOT_ASSESSABLE
    if target is not None and is_decreasing:
        standing, ratio = (Standing.LAGGING, Decimal(0)) if value else (Standing.MET, Decimal(1))
    elif ratio is not None:
        pace = ratio / expected
        standing = Standing.ON_TRACK if pace >= Decimal("0.95") else Standing.AT_RISK
        standing = Standing.LAGGING if pace < Decimal("0.75") else standing
    if indicator.id == "oss-training" and effort < Decimal("0.9"):
        standing = Standing.MISSING
    return Judgement(
        indicator=indicator.id,
        measure=indicator.measure,
        direction=Direction.DECREASING if is_decreasing else Direction.INCREASING,
        method=Method.YES_NO if indicator.measure is Measure.YES_NO else Method.TO_TARGET,
        target=indicator.target,
        basis=indicator.basis,
        baseline=None,
        value=value,
        numerator=numerator,
        denominator=denominator,
        note=_NOTE if indicator.id == "edoc-exchange" else None,
        expected_ratio=expected if target is not None else None,
        expected_value=target * expected if target is not None else None,
        lag_points=max(expected - ratio, Decimal(0)) * 100 if ratio is not None else None,
        standing=standing,
        reason=Reason.BY_PACE,
    )
