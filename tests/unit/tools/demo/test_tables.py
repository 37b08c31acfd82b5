"""The last screen names every indicator's target with its basis, also where a terminal is narrow."""

import io
from decimal import Decimal

import pytest
from rich.console import Console

from services.notify.notices.contents import Attained
from shared.events.plans import TargetData
from shared.events.vocabulary import Basis, Comparison, LocalizedText, Measure, RollUp, Verdict
from tools.demo.tables import reached_table

EDOC = Attained(
    indicator="edoc-exchange",
    name=LocalizedText(
        vi="Văn bản, tài liệu chính thức trao đổi hoàn toàn dưới dạng điện tử", en="Documents exchanged"
    ),
    unit=LocalizedText(vi="%", en="%"),
    measure=Measure.SHARE,
    target=TargetData(comparison=Comparison.ABOVE, value=Decimal(90)),
    roll_up=RollUp.SUM,
    unknown_staff=0,
    agencies={},
    same=0,
    value_before=None,
    value_of_same=None,
    basis=Basis.STATED,
    value=Decimal("93.8"),
    expected_value=Decimal(90),
    expected_basis=Basis.ASSUMED,
    verdict=Verdict.MET,
    is_incomplete=False,
    reported=31,
    owed=32,
)
SUPPORT = Attained(
    indicator="enterprise-support",
    name=LocalizedText(vi="Hoạt động hỗ trợ doanh nghiệp CNTT", en="Support"),
    unit=LocalizedText(vi="hoạt động", en="activities"),
    measure=Measure.COUNT,
    target=TargetData(comparison=Comparison.AT_LEAST, value=Decimal(4)),
    roll_up=RollUp.SUM,
    unknown_staff=0,
    agencies={},
    same=0,
    value_before=None,
    value_of_same=None,
    basis=Basis.ASSUMED,
    value=Decimal(3),
    expected_value=Decimal(4),
    expected_basis=Basis.ASSUMED,
    verdict=Verdict.NOT_MET,
    is_incomplete=False,
    reported=1,
    owed=1,
)


def shown(width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(reached_table([EDOC, SUPPORT], period="2014-12"))
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_each_indicator_is_one_line_with_its_target_beside_its_basis(width: int) -> None:
    head, edoc, support = shown(width)
    assert "by 12/2014" in head
    assert edoc.startswith("Văn bản, tài liệu")
    assert support.startswith("Hoạt động hỗ trợ")
    for words in ("93.8 % ✓", "> 90 %", "stated", "31/32"):
        assert words in edoc
    for words in ("3 activities ✗", "≥ 4 activities", "assumed", "1/1"):
        assert words in support
    assert max(map(len, (head, edoc, support))) <= width
