"""The order of tables that people read."""

from services.scoring.progress.documents import as_listed


def test_a_table_lists_agencies_period_by_period_by_their_names() -> None:
    names = ("UBND phường 10", "UBND huyện Lạc Dương", "UBND phường 2", "UBND huyện Đức Trọng")
    rows = [{"period": period, "name_vi": name} for period in ("2014-02", "2014-03") for name in names]
    assert [(row["period"], row["name_vi"]) for row in as_listed(rows)] == [
        (period, name)
        for period in ("2014-02", "2014-03")
        for name in ("UBND huyện Đức Trọng", "UBND huyện Lạc Dương", "UBND phường 2", "UBND phường 10")
    ]
