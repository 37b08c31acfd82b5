"""The order of tables that people read."""

from datetime import UTC, datetime

from services.scoring.plans.published import NamedAgency
from services.scoring.progress.documents import as_table
from services.scoring.progress.query import Listed
from shared.events.vocabulary import AgencyKind
from tests.unit.services.scoring.examples import as_announced, plan


def test_a_table_lists_agencies_period_by_period_by_their_names() -> None:
    names = ("UBND phường 10", "UBND huyện Lạc Dương", "UBND phường 2", "UBND huyện Đức Trọng")
    empty, at = as_announced(by=plan()), datetime(2014, 4, 9, tzinfo=UTC)
    listed = [
        Listed(empty.model_copy(update={"period": period}), at, NamedAgency(name, name, AgencyKind.WARD, None))
        for period in ("2014-02", "2014-03")
        for name in names
    ]
    assert [(each.data.period, each.agency.name_vi) for each in as_table(listed)] == [
        (period, name)
        for period in ("2014-02", "2014-03")
        for name in ("UBND huyện Đức Trọng", "UBND huyện Lạc Dương", "UBND phường 2", "UBND phường 10")
    ]
