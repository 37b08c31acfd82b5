"""What is told about a submission that is accepted all the same."""

from datetime import UTC, datetime
from uuid import uuid4

from services.ingest.submissions.model import Filing
from services.ingest.submissions.warnings import WarningCode, filing_warnings, sentences_of
from shared.events.submissions import WarningData
from tests.support.ingest_examples import draft, observed, share

OWED = {"edoc-exchange", "doc-management", "network-uptime"}


def test_a_correction_that_leaves_indicators_out_is_warned_of_them() -> None:
    found = filing_warnings(
        draft(share("1", "2")), before=["network-uptime", "edoc-exchange", "doc-management"], owed=OWED
    )
    assert found == (WarningData(code=WarningCode.LEFT_OUT, indicators=("network-uptime", "doc-management")),)
    vi, en = sentences_of(found[0])
    assert vi.startswith("Bản trước có 2 chỉ tiêu mà bản này không có: network-uptime, doc-management.")
    assert en.startswith("The revision before this one has 2 indicators that this one leaves out: network-uptime")


def test_a_correction_is_of_the_same_plan_agency_and_period() -> None:
    filing = Filing(uuid4(), draft(), 1, "ubnd-huyen-lac-duong", datetime(2014, 4, 3, tzinfo=UTC))
    assert filing.filing_key == ("lam-dong-2014", "so-noi-vu", "2014-03")


def test_of_one_it_is_said_in_the_singular() -> None:
    (found,) = filing_warnings(draft(share("1", "2")), before=["doc-management"], owed=OWED)
    assert "has 1 indicator that" in sentences_of(found)[1]


def test_a_whole_correction_a_first_submission_and_what_is_owed_no_longer_are_not_warned_of() -> None:
    correction = draft(share("1", "2"), observed("doc-management", yes=True))
    assert filing_warnings(correction, before=["edoc-exchange", "doc-management"], owed=OWED) == ()
    assert filing_warnings(correction, before=[], owed=OWED) == ()
    assert filing_warnings(correction, before=["eoffice-commune"], owed=OWED) == ()
