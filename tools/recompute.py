"""Recomputes every standing in a dump of the topic `progress` from the inputs in its events, and tells what differs.

    python tools/recompute.py var/demo/progress.jsonl

Imports nothing of the system that it checks: written from the formulas that `/v1/progress` tells. Quotients
are exact and must agree in all 28 published digits; growth, which takes powers, to one part in 10⁹.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

Told = dict[str, Any]  # an event's attribute `data`, one of its judgements, or what is found for one
KEPT, WIDE, NEAR = Context(prec=28), Context(prec=50), Decimal("1e-9")
ALMOST_ZERO: Final = Decimal("0.001")  # what a base or a target of 0 counts as
BASELESS: Final = {"from-baseline": "no-baseline", "to-target": "target-zero"}
TOLD: Final = (
    *("value", "expected_value", "expected_ratio", "attainment_ratio", "pace_ratio", "lag_points"),
    *("progress_ratio", "score", "status", "standing", "reason", "points", "lag_value", "limit_factor"),
)
WORST_FIRST: Final = ("lagging", "missing", "at_risk", "awaited", "on_track", "met")
STATUSES: Final = {
    "target_achieved": ("met", "target-met"),
    "substantial_progress": ("on_track", "substantial-progress"),
    "moderate_progress": ("at_risk", "moderate-progress"),
    "limited_progress": ("lagging", "limited-progress"),
    "deterioration": ("lagging", "deterioration"),
}
# Status, the ratio from which it holds, and the straight line of its score.
REQUIRED: Final = (
    ("substantial_progress", "0.95", "7.1429", "-4.2857"),
    ("moderate_progress", "0.6", "7.1429", "-4.2857"),
    ("limited_progress", "0", "4.1667", "-2.5"),
    ("deterioration", "-Infinity", "4.1667", "-2.5"),
)
YEARLY: Final = (
    ("substantial_progress", "0.015", "500", "-5"),
    ("moderate_progress", "0.005", "250", "-1.25"),
    ("limited_progress", "0", "500", "-2.5"),
    ("deterioration", "-Infinity", "125", "-2.5"),
)


def judged(event: Told, it: Told) -> Told:
    """Return the figures, the standing and its reason, from the inputs alone."""
    is_growth = it["method"] in {"pace", "no-target"}
    found = {} if is_growth or it["target"] is None else expected(event, it)
    if it["observed"] is None:
        standing, reason = ("missing", "not-filed") if event["is_closed"] else ("awaited", "not-yet-due")
        if event["filing"] and event["is_closed"]:
            reason = "not-reported"
        return found | {"standing": standing, "reason": event["ended"]["ending"] if event.get("ended") else reason}
    value = found["value"] = value_of(it)
    if value is None:
        return found | {"standing": "not_assessable", "reason": "denominator-zero"}
    if is_growth:
        return found | grown(event, it, Decimal(value.numerator) / value.denominator)
    return found | paced(event, it, value, by_then=found)


def value_of(it: Told) -> Fraction | None:
    """Return what was reported: a share as 100 × numerator ÷ denominator, nothing over 0; else the value itself."""
    if it["measure"] != "share":
        return Fraction(it["observed"]["value"])
    numerator, denominator = Fraction(it["observed"]["numerator"]), Fraction(it["observed"]["denominator"])
    return 100 * numerator / denominator if denominator else None


def is_met(it: Told, value: Fraction | Decimal) -> bool:
    """Return whether the value meets the target: above 90 is not met by 90."""
    if it["target"] is None:
        return False
    target = Fraction(it["target"]["value"])
    met = {"above": value > target, "at-least": value >= target, "at-most": value <= target, "below": value < target}
    return met[str(it["target"]["comparison"])]


def attainment(it: Told, value: Fraction) -> Fraction | None:
    """Return how much of its target the value reaches, a ratio; where none exists, 1 if the target is met."""
    target, ratio = Fraction(it["target"]["value"]), None
    if it["method"] == "yes-no":
        ratio = Fraction(is_met(it, value))
    elif it["method"] == "from-baseline" and it["baseline"]:
        baseline = Fraction(it["baseline"]["value"])
        ratio = (value - baseline) / (target - baseline) if target != baseline else None
    elif it["method"] == "to-target" and (target > 0 or (target == 0 and it["direction"] == "decreasing")):
        reversed_ratio = target / value if value > 0 else Fraction(1)
        ratio = value / target if it["direction"] == "increasing" else reversed_ratio
    return Fraction(1) if ratio is None and is_met(it, value) else ratio


def expected(event: Told, it: Told) -> Told:
    """Return the value expected at the period's end, on straight lines by whole days, and its attainment."""
    target, falls = Fraction(it["target"]["value"]), it["direction"] == "decreasing" and it["method"] != "yes-no"
    if it["expectation"] == "at-once" or (falls and not it["baseline"] and not it["milestones"]):
        return {"expected_value": target, "expected_ratio": Fraction(1)}
    if it["method"] == "yes-no":
        full = [next_day(each["on"]) for each in it["milestones"] if Fraction(each["value"]) >= 1]
        answer = Fraction(day(event["period_ends_on"]) >= (full[0] if full else due(event, it)))
        return {"expected_value": answer, "expected_ratio": answer}
    start, at, end = day(event["plan_starts_on"]), day(event["period_ends_on"]), due(event, it)
    corners = {} if falls or it["baseline"] else {start: Fraction(0)}
    if it["baseline"]:
        corners[max(start, next_day(it["baseline"]["on"]))] = Fraction(it["baseline"]["value"])
    corners |= {next_day(each["on"]): Fraction(each["value"]) for each in it["milestones"]} | {end: target}
    line = sorted(corner for corner in corners.items() if corner[0] <= end)
    value = line[0][1] if at <= line[0][0] else line[-1][1]
    for (before, low), (behind, high) in pairwise(line):
        if before < at <= behind:
            value = low + (high - low) * (at - before).days / (behind - before).days
    return {"expected_value": value, "expected_ratio": attainment(it, value)}


def paced(event: Told, it: Told, value: Fraction, *, by_then: Told) -> Told:
    """Return the standing by attainment ÷ expected attainment, or by a tolerance; one that meets its target is met."""
    if it["target"] is None:
        return {"standing": "not_assessable", "reason": "no-target"}
    attained, wanted = attainment(it, value), by_then.get("expected_ratio")
    found: Told = {"attainment_ratio": attained}
    if it.get("tolerance") and "expected_value" in by_then:
        short = by_then["expected_value"] - value
        found["lag_value"] = max(short if it["direction"] == "increasing" else -short, Fraction(0))
    if attained is not None and wanted is not None:
        found |= {
            "pace_ratio": attained / wanted if wanted > 0 else None,
            "lag_points": max(100 * (wanted - attained), Fraction(0)),
        }
    if is_met(it, value):
        return found | {"standing": "met", "reason": "target-met"}
    if attained is None:
        reason = "base-is-target" if it["method"] == "from-baseline" and it["baseline"] else BASELESS[it["method"]]
        return found | {"standing": "not_assessable", "reason": reason}
    if "lag_value" in found:
        bounds = [Fraction(it["tolerance"][name]) for name in ("on_track", "at_risk")]
        standing = "on_track" if found["lag_value"] <= bounds[0] else "lagging"
        standing = "at_risk" if bounds[0] < found["lag_value"] <= bounds[1] else standing
        return found | {"standing": standing, "reason": "by-tolerance"}
    if (pace := found.get("pace_ratio")) is None:
        return found | {"standing": "on_track", "reason": "nothing-expected-yet"}
    limits = [Fraction(event["thresholds"][name]) for name in ("on_track_ratio", "at_risk_ratio")]
    standing = "on_track" if pace >= limits[0] else "at_risk" if pace >= limits[1] else "lagging"
    return found | {"standing": standing, "reason": "by-pace"}


def grown(event: Told, it: Told, value: Decimal) -> Told:
    """Return the standing by growth beside the growth required, or without a target by growth in a year."""
    if it["target"] is None and it.get("base") is None:
        return {"standing": "not_assessable", "reason": "no-target"}
    found = growth(event, it, value) if it.get("base") else Told(reason="one-observation")
    if it["target"]:
        found["attainment_ratio"] = found.get("progress_ratio")
    if is_met(it, value):
        least = max(found.get("progress_ratio", 1), Decimal(1))
        found |= {"status": "target_achieved", "score": Decimal(5), "attainment_ratio": least}
    if "status" not in found:
        return found | {"status": "not_available", "standing": "not_assessable"}
    standing, reason = STATUSES[found["status"]]
    return found | {"standing": standing, "reason": reason}


def growth(event: Told, it: Told, value: Decimal) -> Told:
    """Return growth as a ratio with its status and score, or the reason why there is none."""
    base, since = Decimal(it["base"]["value"]), next_day(it["base"]["on"])
    at, end = day(event["period_ends_on"]), due(event, it)
    first, last = base or ALMOST_ZERO, Decimal(it["target"]["value"]) or ALMOST_ZERO if it["target"] else None
    if at <= since:
        return {"reason": "one-observation"}
    if last is not None and end <= since:
        return {"reason": "base-not-before-target"}
    if first * value < 0 or (last is not None and first * last < 0):
        return {"reason": "mixed-signs"}
    if first == last:
        return {"reason": "base-is-target"}
    sign = (1 if it["direction"] == "increasing" else -1) * (1 if base >= 0 else -1)
    years, years_in_all = years_between(since, at), years_between(since, end)
    ratio = sign * ((value / first) ** (1 / years) - 1) if value != base else Decimal(0)
    if last is None:
        return yearly(it, KEPT.plus(ratio), base=base, value=value)
    ratio = KEPT.divide(ratio, abs((last / first) ** (1 / years_in_all) - 1))
    return graded(ratio, REQUIRED) | {"expected_value": first * (last / first) ** (years / years_in_all)}


def yearly(it: Told, ratio: Decimal, *, base: Decimal, value: Decimal) -> Told:
    """Return growth in a year, divided by C where a limit is given and it did not fall."""
    best = {"progress_ratio": ratio, "status": "substantial_progress", "score": Decimal(5)}
    found: Told = {}
    if it.get("limit") and ratio >= 0:
        left = abs(base - Decimal(it["limit"])) / Decimal(it["limit"])
        is_near = base >= 0 and left < 1
        factor = found["limit_factor"] = 1 - (1 - left) ** Decimal("4.44") if is_near else Decimal(1)
        if factor == 0:
            return best | found
        ratio = KEPT.divide(ratio, factor)
    if base == value == 0 and it["direction"] == "decreasing":
        return best | found
    return graded(ratio, YEARLY) | found


def graded(ratio: Decimal, grades: Iterable[tuple[str, str, str, str]]) -> Told:
    """Return the first status whose limit the ratio reaches, with its score: slope × ratio + rise, within −5 and 5."""
    status, _, slope, rise = next(grade for grade in grades if ratio >= Decimal(grade[1]))
    score = min(max(Decimal(slope) * ratio + Decimal(rise), Decimal(-5)), Decimal(5))
    return {"progress_ratio": ratio, "status": status, "score": score}


def years_between(first: date, last: date) -> Decimal:
    """Return the years between the starts of two days: months apart as twelfths, days of the month apart as 365ths."""
    months = 12 * (last.year - first.year) + last.month - first.month
    return Decimal(months) / 12 + Decimal(last.day - first.day) / 365


def day(told: str) -> date:
    """Return the moment at which a day begins."""
    return date.fromisoformat(told)


def next_day(told: str) -> date:
    """Return the moment at which a day ends: the beginning of the next."""
    return day(told) + timedelta(days=1)


def due(event: Told, it: Told) -> date:
    """Return the moment by which the target is to be reached: the end of its own day, or of the plan."""
    on = it["target"].get("on") if it["target"] else None
    return next_day(on) if on else day(event["plan_ends_on"])


def agree(told: Any, found: Any) -> bool:
    """Return whether what is told is what was found: words and quotients exactly, what came of powers nearly."""
    if told is None or found is None or isinstance(found, str):
        return bool(told == found)
    if isinstance(found, Decimal):
        return bool(abs(Decimal(told) - found) <= NEAR * abs(found))
    return bool(Decimal(told) == kept(found))


def kept(found: Any) -> Any:
    """Return a quotient with the 28 digits that are published."""
    return KEPT.divide(found.numerator, found.denominator) if isinstance(found, Fraction) else found


def points(it: Told, found: Told) -> Decimal | None:
    """Return weight × attainment, which counts from 0 to 1: none where it cannot be assessed, 0 where it is missing."""
    attained: Decimal | None = kept(found.get("attainment_ratio"))
    if found["standing"] == "missing":
        return Decimal(0)
    if found["standing"] in {"awaited", "not_assessable"} or attained is None:
        return None
    return Decimal(it.get("weight", "1")) * min(max(attained, Decimal(0)), Decimal(1))


def differences_of(event: Told, it: Told, observed: dict[tuple[str, ...], str]) -> Iterator[str]:
    """Yield what one judgement tells otherwise than it is recomputed; `observed` are the values told before it."""
    with localcontext(WIDE):
        found = judged(event, it)
        found["points"] = points(it, found) if "coverage_ratio" in event else it.get("points")
    told = {**it, "value": (it["observed"] or {}).get("value")}
    for name in TOLD:
        if not agree(told.get(name), found.get(name)):
            yield f"{name} is told as {told.get(name)}, recomputed as {kept(found.get(name))}"
    period = (event["plan"], event["agency"], it["indicator"])
    observed[*period, str(day(event["period_ends_on"]) - timedelta(days=1))] = told["value"]
    if base := it.get("base"):
        source = it["baseline"] or {"on": base["on"], "value": observed.get((*period, base["on"]), base["value"])}
        if base["on"] != source["on"] or KEPT.create_decimal(base["value"]) != Decimal(source["value"]):
            yield f"base is told as {base['value']} on {base['on']}, but was {source['value']} on {source['on']}"


def scores(event: Told) -> Told:
    """Return 100 × Σ points ÷ Σ weights of what can be assessed, and which part of all weights that is."""
    weights = {it["indicator"]: Fraction(it.get("weight", "1")) for it in event["judgements"]}
    earned = {it["indicator"]: Fraction(it["points"]) for it in event["judgements"] if it.get("points") is not None}
    whole, most = sum(weights.values()), sum(weights[indicator] for indicator in earned)
    is_told = earned or "coverage_ratio" in event  # events of before there were points tell neither
    return {
        "composite_score": 100 * sum(earned.values()) / most if most else None,
        "coverage_ratio": Fraction(most) / whole if whole and is_told else None,
    }


def differences_of_agency(event: Told) -> Iterator[str]:
    """Yield what an event tells otherwise of the agency as a whole: the worst of its indicators, where it has filed."""
    found = {it["standing"] for it in event["judgements"]}
    worst = next((standing for standing in WORST_FIRST if standing in found), "not_assessable")
    overall = worst
    if found and not event["filing"]:
        overall = "missing" if event["is_closed"] else "awaited"
    if event["standing"] != overall:
        yield f"standing is told as {event['standing']}, recomputed as {overall}"
    for name, ratio in scores(event).items():
        if not agree(event.get(name), ratio):
            yield f"{name} is told as {event.get(name)}, recomputed as {kept(ratio)}"
    if event["filing"] and event["filing"]["is_timely"] != (event["filing"]["filed_at"][:10] <= event["due_on"]):
        yield f"is_timely is told as {event['filing']['is_timely']}"


def recompute(lines: Iterable[str], *, judgements: Counter[str], differing: Counter[str]) -> Iterator[str]:
    """Yield every difference in a dump, and count the judgements and those that differ, by method."""
    observed: dict[tuple[str, ...], str] = {}
    for number_of_line, line in enumerate(lines, start=1):
        method, at = "events", f"line {number_of_line}"
        try:
            event = json.loads(line)["data"]
            at += f", {event['agency']} {event['period']} #{event['sequence']}"
            judgements[method] += 1
            found = [(method, difference) for difference in differences_of_agency(event)]
            for it in event["judgements"]:
                method = it["method"]
                judgements[method] += 1
                found += [(method, f"{it['indicator']}: {told}") for told in differences_of(event, it, observed)]
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            found = [(method, f"cannot be recomputed: {error!r}")]
        differing.update(method for method, _ in found)
        yield from (f"{at}: {difference}" for _, difference in found)


def main(arguments: list[str] | None = None) -> int:
    """Return the exit status: 0 where something was recomputed and nothing differs, 2 where it cannot be read."""
    parser = argparse.ArgumentParser(description="Recompute every standing in a dump of the topic progress.")
    parser.add_argument("dump", type=Path, help="a file with one event a line")
    judgements: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    dump: Path = parser.parse_args(arguments).dump
    try:
        with dump.open(encoding="utf-8") as lines:
            for difference in recompute(lines, judgements=judgements, differing=differing):
                print(difference)
    except (OSError, UnicodeDecodeError) as error:
        print(f"{dump} cannot be read: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
        return 2
    print(f"{'method':<14}{'recomputed':>12}{'differences':>13}")
    for method in sorted(judgements | differing):
        print(f"{method:<14}{judgements[method]:>12}{differing[method]:>13}")
    return 1 if differing or not judgements else 0


if __name__ == "__main__":
    sys.exit(main())
