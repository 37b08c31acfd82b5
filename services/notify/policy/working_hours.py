"""When people in the agencies work: 07:30 to 17:00 on working days, Asia/Ho_Chi_Minh."""

from datetime import date, datetime, time, timedelta
from typing import Final

from shared.events.plans import PlanPublishedData

OPENS: Final = time(7, 30)
CLOSES: Final = time(17, 0)
_SATURDAY: Final = 5
_ANNOUNCED_AFTER_END_DAYS: Final = 59  # a plan names its days off until two months after its end, 59 days at least


def is_working_day(day: date, *, plan: PlanPublishedData) -> bool:
    """Return whether people work on `day`: not on the plan's days off, or on weekends outside its days."""
    if plan.starts_on <= day < plan.ends_on + timedelta(days=_ANNOUNCED_AFTER_END_DAYS):
        return day not in plan.days_off
    return day.weekday() < _SATURDAY


def next_working_moment(moment: datetime, *, plan: PlanPublishedData) -> datetime:
    """Return `moment` itself within working hours, else when the next ones begin."""
    if is_working_day(moment.date(), plan=plan) and OPENS <= moment.time() < CLOSES:
        return moment
    day = moment.date()
    if moment.time() >= OPENS:
        day += timedelta(days=1)
    return datetime.combine(next_working_day(day, plan=plan), OPENS, moment.tzinfo)


def next_working_day(day: date, *, plan: PlanPublishedData) -> date:
    """Return `day` itself if people work on it, else the next day on which they do."""
    while not is_working_day(day, plan=plan):
        day += timedelta(days=1)
    return day


def after_working_time(start: datetime, span: timedelta, *, plan: PlanPublishedData) -> datetime:
    """Return the first working moment by which people had `span` of working hours since `start`."""
    moment, left = next_working_moment(start, plan=plan), span
    while moment + left >= (closing := datetime.combine(moment.date(), CLOSES, moment.tzinfo)):
        left -= closing - moment
        moment = next_working_moment(closing, plan=plan)
    return moment + left
