"""Faults that no rule finds, but the way a request comes in: what they say, and with which status."""

from services.ingest.submissions import faults
from shared.wording.faults import Fault


def test_who_corrects_what_is_not_the_latest_is_told_which_revision_is_next() -> None:
    fault = faults.STALE_REVISION(wanted=2, following=4)
    assert (fault.pointer, fault.code) == ("/revision", "stale-revision")
    assert "4" in fault.vi
    assert "4" in fault.en


def test_of_a_value_that_form_and_rules_speak_of_the_rules_know_more() -> None:
    at = "/observations/0/value"
    unread, period = Fault(at, "decimal-comma", "x", "x"), Fault("/period", "malformed", "x", "x")
    clearer = Fault(at, "ambiguous-number", "x", "x")
    assert faults.merged(of_form=[unread, period], of_rules=[clearer]) == [period, clearer]
    assert faults.merged(of_form=[unread], of_rules=[]) == [unread]


def test_a_bad_key_of_a_request_says_what_is_accepted() -> None:
    fault = faults.BAD_IDEMPOTENCY_KEY(longest=255)
    assert (fault.pointer, fault.status) == ("Idempotency-Key", 400)
    assert "1 to 255 printable ASCII" in fault.en
    assert "1 đến 255 ký tự ASCII in được" in fault.vi


def test_a_key_that_came_with_another_body_is_told_from_a_wrong_one() -> None:
    fault = faults.KEY_REUSED()
    assert fault.code == "idempotency-key-reused"
    assert "another body" in fault.en
    assert "nội dung khác" in fault.vi
