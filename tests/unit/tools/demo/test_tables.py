"""The last screen names every indicator's target with its basis, also where a terminal is narrow."""

import io
from collections import Counter
from decimal import Decimal

import pytest
from rich.console import Console

from services.notify.contents import Attained
from services.notify.model import Target, Words
from shared.events.vocabulary import Basis, Comparison, Measure, RollUp, Standing
from tools.demo.tables import last_screen

EDOC = Attained(
    indicator="edoc-exchange",
    name=Words(vi="Văn bản, tài liệu chính thức trao đổi hoàn toàn dưới dạng điện tử", en="Documents exchanged"),
    unit=Words(vi="%", en="%"),
    measure=Measure.SHARE,
    target=Target(Comparison.ABOVE, Decimal(90)),
    roll_up=RollUp.SUM,
    unweighted=0,
    same=0,
    before=None,
    since=None,
    basis=Basis.STATED,
    value=Decimal("93.8"),
    is_met=True,
    reported=31,
    expected=32,
)
SUPPORT = Attained(
    indicator="enterprise-support",
    name=Words(vi="Hoạt động hỗ trợ doanh nghiệp CNTT", en="Support"),
    unit=Words(vi="hoạt động", en="activities"),
    measure=Measure.COUNT,
    target=Target(Comparison.AT_LEAST, Decimal(4)),
    roll_up=RollUp.SUM,
    unweighted=0,
    same=0,
    before=None,
    since=None,
    basis=Basis.ASSUMED,
    value=Decimal(3),
    is_met=False,
    reported=1,
    expected=1,
)


def shown(width: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=width, highlight=False).print(
        last_screen(
            standings={"2014-01": Counter({Standing.ON_TRACK: 171, Standing.MISSING: 4})},
            mails={"lag": 2, "overdue": 3},
            outcomes=Counter({("lag", "accepted"): 2, ("overdue", "accepted"): 3, ("overdue", "skipped"): 1}),
            attained=[EDOC, SUPPORT],
        )
    )
    return out.getvalue().splitlines()


@pytest.mark.parametrize("width", [80, 120])
def test_each_target_stands_beside_its_basis(width: int) -> None:
    lines = shown(width)
    assert any("93.8 % ✓" in line and "> 90 %" in line and "stated" in line and "31/32" in line for line in lines)
    assert any("3 activities ✗" in line and "≥ 4 activities" in line and "assumed" in line for line in lines)
    assert max(map(len, lines)) <= width


def test_standings_and_unsent_notices_are_counted() -> None:
    lines = shown(120)
    assert any("01/2014" in line and "171" in line and "4" in line for line in lines)
    assert any(line.split()[-3:] == ["overdue", "3", "1"] for line in lines)
