"""Revisions of one agency and period are counted in the order of their filings; nobody overwrites another unseen."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from services.ingest.submissions.model import Filing
from services.ingest.submissions.revisions import count_revisions
from shared.wording.faults import Fault
from tests.support.ingest_examples import COMMUNE, draft


def filing(*, revision: int | None = None, agency: str = "so-noi-vu") -> Filing:
    sent = replace(draft(agency=agency), revision=revision)
    return Filing(uuid4(), sent, 1, agency, datetime(2014, 4, 3, tzinfo=UTC))


def test_filings_take_the_revisions_after_the_latest_in_their_order() -> None:
    first, other, second = filing(), filing(agency=COMMUNE.agency), filing()
    counted = count_revisions([first, other, second], latest={first.filing_key: 4, other.filing_key: 0})
    assert counted == {first.submission: 5, other.submission: 1, second.submission: 6}


def test_a_filing_that_names_another_than_the_next_revision_is_stale_and_takes_none() -> None:
    stale, named, unnamed = filing(revision=2), filing(revision=3), filing()
    counted = count_revisions([stale, named, unnamed], latest={stale.filing_key: 2})
    fault = counted.pop(stale.submission)
    assert counted == {named.submission: 3, unnamed.submission: 4}
    assert isinstance(fault, Fault)
    assert (fault.code, fault.status) == ("stale-revision", 409)
    assert "Revision 2 is not the next one, which is 3" in fault.en


def test_of_two_corrections_of_the_same_revision_the_second_is_stale() -> None:
    first, second = filing(revision=3), filing(revision=3)
    counted = count_revisions([first, second], latest={first.filing_key: 2})
    assert counted[first.submission] == 3
    assert isinstance(counted[second.submission], Fault)
