"""What a row keeps of judgements and observations is read back as it was."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from services.scoring.judging.judgements import Judgement
from services.scoring.judging.model import Indicator, Observation
from services.scoring.progress.json_rows import Written, as_row, pieces_of, written
from shared.events.vocabulary import Direction, Expectation, GrowthFrom, Measure, Method
from tests.unit.services.scoring.examples import (
    CAUSE,
    DISTRICT,
    FIRST_QUARTER,
    KEY,
    above,
    at_least,
    at_most,
    filing,
    indicator,
    milestone,
    plan,
    share,
    value,
    yes,
)
from tests.unit.services.scoring.lived import after_closing, after_filing

FIGURES = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1_000_000, max_value=1_000_000)
NOTES = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INDICATORS = (
    indicator(milestones=(milestone("2014-06-30", 40),), weight=Decimal("2.50")),
    indicator("done", measure=Measure.YES_NO, method=Method.YES_NO, target=at_least(1)),
    indicator("less", measure=Measure.COUNT, direction=Direction.DECREASING, target=at_most(3)),
    indicator("at once", measure=Measure.NUMBER, target=above("1.50"), expectation=Expectation.AT_ONCE),
    indicator("way", measure=Measure.NUMBER, method=Method.FROM_BASELINE, baseline=milestone("2013-12-31", "1.50")),
    indicator(
        "paced",
        measure=Measure.NUMBER,
        method=Method.PACE,
        target=replace(at_least(200), on=date(2023, 12, 31)),
        baseline=milestone("2013-12-31", 100),
    ),
    indicator("first", measure=Measure.NUMBER, method=Method.NO_TARGET, growth_from=GrowthFrom.FIRST_OBSERVATION),
)
PLAN = plan(*INDICATORS)
JUDGEMENTS = TypeAdapter(tuple[Judgement, ...])
OBSERVATIONS = TypeAdapter(tuple[Observation, ...])


def filed(*observations: Observation) -> Written:
    made = after_filing(
        before=None, filing=filing(*observations), plan=PLAN, agency=DISTRICT, is_closed=False, cause=CAUSE
    )
    return written(made, plan=PLAN)


def is_read_back(kept: Written) -> bool:
    progress = kept.progress
    assert JUDGEMENTS.validate_json(kept.judgements) == progress.judgements
    assert OBSERVATIONS.validate_json(kept.observations) == (progress.filing.observations if progress.filing else ())
    return True


@given(
    share=st.tuples(st.integers(0, 9), st.integers(0, 9), NOTES),
    answer=st.tuples(st.booleans(), NOTES),
    figures=st.lists(st.tuples(FIGURES, NOTES), max_size=5),
)
def test_what_is_kept_is_read_back(
    share: tuple[int, int, str | None], answer: tuple[bool, str | None], figures: list[tuple[Decimal, str | None]]
) -> None:
    part, whole, note = share
    rest: tuple[Indicator, ...] = INDICATORS[2:]
    assert is_read_back(
        filed(
            Observation(INDICATORS[0].id, Decimal(min(part, whole)), Decimal(whole), note=note),
            Observation("done", yes=answer[0], note=answer[1]),
            *(
                Observation(each.id, value=figure, note=told)
                for each, (figure, told) in zip(rest, figures, strict=False)
            ),
        )
    )


def test_what_nobody_reported_is_kept_and_read_back() -> None:
    missing = after_closing(before=None, key=KEY, plan=PLAN, agency=DISTRICT, cause=CAUSE)
    assert missing is not None
    assert is_read_back(written(missing, plan=PLAN))


def test_what_was_read_back_is_kept_as_it_was() -> None:
    kept = filed(share(1, 3), yes(answer=True, of="done"), value(12, of="paced"), value(2, of="way"))
    again = JUDGEMENTS.validate_json(kept.judgements)
    assert as_row(pieces_of(again, plan=PLAN, period=FIRST_QUARTER)) == kept.judgements


def test_a_yes_that_is_told_with_a_note_is_not_taken_for_one_without() -> None:
    assert "vì sao" not in filed(yes(answer=True, of="done")).judgements
    noted = filed(yes(answer=True, of="done")._replace(note='"vì sao"'))
    assert is_read_back(noted)
    assert "vì sao" in noted.judgements
    assert "vì sao" not in filed(yes(answer=True, of="done")).judgements


def test_what_one_agency_counted_is_not_kept_as_what_another_did() -> None:
    # A share in one version of the plan and a yes-no in the next, by which it is judged again.
    kept = [JUDGEMENTS.validate_json(filed(share(count, count, of="done")).judgements) for count in ("50", "80")]
    observed = [next(each.observed for each in some if each.indicator == "done") for some in kept]
    assert [(str(each.numerator), str(each.denominator)) for each in observed if each] == [("50", "50"), ("80", "80")]
