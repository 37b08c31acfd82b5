"""The Canadian plan is made from what was published, and is current."""

import csv
from pathlib import Path

from typer.testing import CliRunner

from services.ingest.plans.files.folder import load
from shared.events.vocabulary import Direction, GrowthFrom, Method
from tools import canadian_framework

SERIES = canadian_framework.published()


def test_the_plan_of_the_repository_is_current() -> None:
    result = CliRunner().invoke(canadian_framework.command, ["check"])
    assert result.exit_code == 0, result.output


def test_a_change_of_the_source_makes_the_plan_stale_until_it_is_written_anew(tmp_path: Path) -> None:
    run, options = CliRunner(), ["--folder", str(tmp_path)]
    source = (canadian_framework.FOLDER / "source.csv").read_text(encoding="utf-8")
    (tmp_path / "source.csv").write_text(source, encoding="utf-8")
    assert run.invoke(canadian_framework.command, ["write", *options]).exit_code == 0
    assert run.invoke(canadian_framework.command, ["check", *options]).exit_code == 0
    (tmp_path / "source.csv").write_text(source.replace("2023.0,10.4,", "2023.0,10.5,"), encoding="utf-8")
    stale = run.invoke(canadian_framework.command, ["check", *options])
    assert stale.exit_code == 1
    assert "observations.csv is not current" in stale.output


def test_every_series_is_an_indicator_judged_by_pace_against_its_own_year() -> None:
    plan = load(canadian_framework.FOLDER).to_plan_data(1)
    assert [indicator.name_en for indicator in plan.indicators] == [series.name for series in SERIES]
    for indicator, series in zip(plan.indicators, SERIES, strict=True):
        assert (indicator.method, indicator.growth_from) == (Method.PACE, GrowthFrom.FIRST_OBSERVATION)
        assert (indicator.direction is Direction.INCREASING) == series.is_increasing
        assert indicator.target is not None
        assert indicator.target.on is not None
        assert (float(indicator.target.value), indicator.target.on.year) == (float(series.target), series.target_year)


def test_two_values_of_each_series_are_filed_or_one_where_base_and_latest_year_are_the_same() -> None:
    text = canadian_framework.observations_text(SERIES)
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    assert len(rows) == 80
    filed = {(row["indicator"], row["period"]): row["value"] for row in rows}
    for series in SERIES:
        assert filed[series.id, str(series.base_year)] == series.base_value
        assert filed[series.id, str(series.current_year)] == series.current_value


def test_a_long_name_is_cut_between_words_and_stays_apart_from_others() -> None:
    ids = [series.id for series in SERIES]
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= 80
    assert not any(name.endswith("-") for name in ids)


def test_names_that_begin_alike_beyond_the_longest_id_are_no_one_series() -> None:
    alike = [SERIES[0]._replace(name=f"9-9-9 {'alike ' * 20}{end}") for end in ("men", "women")]
    one, other = (series.id for series in alike)
    assert one != other
    assert one.startswith("9-9-9-alike-alike")
    assert max(len(one), len(other)) <= 80
