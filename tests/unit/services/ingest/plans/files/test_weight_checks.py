"""An indicator may weigh nothing, an agency's work not: no score could come of it."""

from decimal import Decimal

from shared.events.plans import IndicatorData
from tests.unit.services.ingest.plans.files.examples import PlanFolder

OF_DOCUMENTS = "    roll_up: pooled"
OF_GROWTH = "    roll_up: value"


def weigh(folder: PlanFolder, *, documents: str = "1", growth: str = "1") -> None:
    for key, weight in ((OF_DOCUMENTS, documents), (OF_GROWTH, growth)):
        folder.change("plan.yaml", (key, f"    weight: {weight}\n{key}"))


def test_an_indicator_weighs_one_where_the_plan_says_nothing_and_the_hash_stays(folder: PlanFolder) -> None:
    before = folder.load()
    weigh(folder, documents="1.0")
    after = folder.load()
    assert after.content_hash == before.content_hash
    assert {one.weight for one in after.content.indicators} == {Decimal(1)}
    assert "weight" not in after.content.model_dump_json()


def test_a_weight_travels_with_its_plan_and_makes_another_version(folder: PlanFolder) -> None:
    before = folder.load()
    weigh(folder, documents="2.50", growth="0.1")
    after = folder.load()
    assert [one.weight for one in after.content.indicators] == [Decimal("2.5"), Decimal("0.1")]
    assert after.content_hash != before.content_hash
    (documents, _) = after.content.indicators
    assert IndicatorData.model_validate_json(documents.model_dump_json()) == documents


def test_weights_that_are_all_nothing_are_refused_once(folder: PlanFolder) -> None:
    weigh(folder, documents="0", growth="0.0")
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("no-weight", "weight: 0")
    assert "every other weight of the plan" in fault.message


def test_an_agency_that_owes_only_what_weighs_nothing_is_refused_by_its_kind(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    (fault,) = folder.faults()
    assert (fault.code, folder.line(fault)) == ("no-weight", "weight: 0")
    assert "all else that 2 of kind department report, first so-mot" in fault.message


def test_what_weighs_nothing_is_shown_beside_what_counts(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    folder.change("plan.yaml", ("{agencies: [van-phong]}", "{kinds: [department], agencies: [van-phong]}"))
    assert [one.weight for one in folder.load().content.indicators] == [Decimal(0), Decimal(1)]


def test_a_weight_that_cannot_be_read_is_not_taken_for_nothing(folder: PlanFolder) -> None:
    weigh(folder, documents="some", growth="0")
    assert [(code, line) for code, line in folder.told()] == [
        ("bad-number", "weight: some"),
        ("no-weight", "weight: 0"),
    ]


def test_nobody_is_blamed_for_weights_while_it_is_not_known_who_reports(folder: PlanFolder) -> None:
    weigh(folder, documents="0")
    folder.change("plan.yaml", ("{agencies: [van-phong]}", "{kinds: [sở]}"))
    assert [code for code, _ in folder.told()] == ["unknown-word"]
