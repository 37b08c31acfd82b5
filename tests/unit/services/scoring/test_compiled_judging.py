"""The compiled rules take what they may, and are not trusted once they judge otherwise than the rules."""

import asyncio
import shutil
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from services.scoring import compiling
from services.scoring.bearings import Bearings, ClosedPeriod, PlanVersion
from services.scoring.compiled_judging import NOTHING_COMPILED, Compiled, judged_by_compiled
from services.scoring.judgements import Progress
from services.scoring.model import Agency, Ended, Filing, Key
from services.scoring.native.checking import verdict_of_rules
from services.scoring.native.judging import Ask, Judged, NativeRules
from services.scoring.timeline import AgencyInPlan, Arrival, after_filings
from tests.support.compiled import compiled_rules
from tests.support.requirements import skip_or_fail
from tests.unit.services.scoring.examples import CAUSE, DISTRICT, KEY, ended, share
from tests.unit.services.scoring.native.examples import PLAN, asked, travelled

BEARINGS: Final = Bearings(
    plans={PlanVersion(PLAN.id, PLAN.version): PLAN}, agencies={DISTRICT.id: DISTRICT}, closed=()
)
USUAL: Final = travelled(share(1, 3, of="share"))


@pytest.fixture
def rules() -> NativeRules:
    return NativeRules(compiled_rules().compiled, lane_of=len)


def arrived(filing: Filing | None = USUAL, *, endings: tuple[Ended, ...] = ()) -> Mapping[Key, Arrival]:
    return {KEY: Arrival(filing, CAUSE, endings)}


def judged(
    arrivals: Mapping[Key, Arrival],
    *,
    rules: NativeRules | None,
    before: Mapping[Key, Progress] | None = None,
    back: Collection[AgencyInPlan] = (),
    bearings: Bearings = BEARINGS,
) -> Compiled:
    return asyncio.run(judged_by_compiled(arrivals, before=before or {}, back=back, bearings=bearings, rules=rules))


def before_of(arrivals: Mapping[Key, Arrival]) -> Mapping[Key, Progress]:
    return {each.key: each for each in after_filings(arrivals, before={}, bearings=BEARINGS)}


def test_what_an_agency_files_first_is_taken(rules: NativeRules) -> None:
    found = judged(arrived(), rules=rules)
    [first] = found.progresses
    assert (first.filing, first.cause, first.verdict) == (
        USUAL,
        CAUSE,
        verdict_of_rules(asked(share(1, 3, of="share"))),
    )
    assert [each.lane for each in found.sums] == [len(DISTRICT.id)]
    assert not found.left


def test_what_follows_on_something_or_ends_is_left_to_the_rules(rules: NativeRules) -> None:
    def left(
        arrivals: Mapping[Key, Arrival],
        *,
        before: Mapping[Key, Progress] | None = None,
        back: Collection[AgencyInPlan] = (),
        bearings: Bearings = BEARINGS,
    ) -> bool:
        found = judged(arrivals, before=before, back=back, bearings=bearings, rules=rules)
        return not found.progresses and found.left == arrivals

    assert left(arrived(), before=before_of(arrived()))
    assert left(arrived(endings=(ended(USUAL),)))
    assert left(arrived(None, endings=(ended(USUAL),)))
    assert left(arrived(), back={AgencyInPlan(KEY.plan, KEY.agency)})
    second = replace(PLAN, version=2)
    replayed = BEARINGS._replace(
        plans={**BEARINGS.plans, PlanVersion(PLAN.id, 2): second}, least={ClosedPeriod(PLAN.id, KEY.period): 2}
    )
    assert left(arrived(), bearings=replayed)


def test_without_compiled_rules_all_is_left() -> None:
    arrivals = arrived()
    found = judged(arrivals, rules=None)
    assert found == NOTHING_COMPILED._replace(left=arrivals)


def test_nothing_that_came_is_nothing_judged(rules: NativeRules) -> None:
    assert judged({}, rules=rules) == ([], [], {})


def test_rules_found_out_while_they_judged_count_for_nothing() -> None:
    class FoundOutMeanwhile(NativeRules):
        def judging(
            self, asked: Sequence[Ask], *, registry: Mapping[str, Agency]
        ) -> Generator[Callable[[], int], int | None, Judged]:
            self.is_trusted = False
            return super().judging(asked, registry=registry)

    arrivals = arrived()
    rules = FoundOutMeanwhile(compiled_rules().compiled, lane_of=len)
    assert judged(arrivals, rules=rules) == NOTHING_COMPILED._replace(left=arrivals)


def test_rules_that_judge_otherwise_are_found_out_and_not_asked_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A twin that rounds down where the rules round to even."""
    for source in compiling.SOURCES:
        shutil.copy(compiling.FOLDER / source, tmp_path)
    text = (tmp_path / "figures.c").read_text()
    assert text.count("last > 5 ||") == 1
    (tmp_path / "figures.c").write_text(text.replace("last > 5 ||", "last > 99 ||"))
    compiler = compiling.compiler() or skip_or_fail("compiler", "this machine has no C compiler")
    compiling.build(tmp_path / "wrong.so", compiler=compiler, folder=tmp_path)
    wrong = NativeRules(compiling.load(tmp_path / "wrong.so"), lane_of=len)
    arrivals = arrived(travelled(share(2, 3, of="share")))
    for _ in range(2):
        found = judged(arrivals, rules=wrong)
        assert (found.progresses, found.sums, found.left) == ((), (), arrivals)
    assert not wrong.is_trusted
    out, err = capsys.readouterr()
    said = out + err
    assert said.count("judge otherwise than the rules") == 1
    assert str(USUAL.submission) in said
