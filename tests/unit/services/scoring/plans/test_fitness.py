"""A filing that cannot be judged at all is told why."""

import pytest

from services.scoring.plans.fitness import fault_of
from tests.unit.services.scoring.examples import filing, indicator, plan, share

PLAN = plan(indicator())


@pytest.mark.parametrize("revision", [0, -1, 2**31])
def test_a_revision_that_nothing_could_keep_is_a_fault(revision: int) -> None:
    filed = filing(share(1, 2))._replace(revision=revision)
    assert fault_of(filed, plan=PLAN) == f"no submission has revision {revision}"
    assert fault_of(filed._replace(revision=2**31 - 1), plan=PLAN) is None
