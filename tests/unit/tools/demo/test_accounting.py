"""The accounting finds what was lost, left open or sent twice."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from shared.runtime.clock import TIMEZONE
from tools.demo.accounting import Account, Mail, Notice, Receipt, Standing, account

NOW = datetime(2014, 2, 12, 8, 30, tzinfo=TIMEZONE)
FIRST = Receipt(uuid4(), agency="so-noi-vu", period="2014-01", revision=1)
SECOND = Receipt(uuid4(), agency="so-noi-vu", period="2014-01", revision=2)
LAG = Notice(id="n1", kind="lag", state="accepted", due_at=NOW)
MAIL = Mail(message_id="<n1@x>", notice="n1")


def accounted(
    *,
    receipts: tuple[Receipt, ...] = (FIRST, SECOND),
    applied: frozenset[UUID] = frozenset({FIRST.submission, SECOND.submission}),
    standing: Standing | None = Standing(SECOND.submission, 2),  # noqa: B008  frozen
    notices: tuple[Notice, ...] = (LAG,),
    mails: tuple[Mail, ...] = (MAIL,),
) -> Account:
    standings = {("so-noi-vu", "2014-01"): standing} if standing else {}
    return account(receipts=receipts, applied=applied, standings=standings, notices=notices, mails=mails, now=NOW)


def test_nothing_is_unaccounted_where_every_step_left_its_trace() -> None:
    found = accounted()
    assert (found.unaccounted, found.duplicates, found.sentences()) == (0, (), [])


def test_an_accepted_submission_without_a_standing_is_found() -> None:
    found = accounted(standing=None)
    assert found.unaccounted == 2
    assert str(FIRST.submission) in found.unscored[0]


def test_a_submission_closed_as_missing_is_found_although_a_standing_exists() -> None:
    assert accounted(receipts=(FIRST,), standing=Standing(None, None)).unaccounted == 1


def test_a_correction_that_scoring_did_not_judge_is_found() -> None:
    found = accounted(standing=Standing(FIRST.submission, 1))
    assert len(found.unscored) == 1
    assert "revision 2, but revision 1 was judged" in found.unscored[0]


def test_a_superseded_submission_that_scoring_never_saw_is_found() -> None:
    found = accounted(applied=frozenset({SECOND.submission}))
    assert len(found.unscored) == 1
    assert str(FIRST.submission) in found.unscored[0]


def test_a_due_notice_without_an_outcome_is_found() -> None:
    waiting = Notice(id="n2", kind="overdue", state="queued", due_at=NOW - timedelta(minutes=1))
    assert len(accounted(notices=(LAG, waiting)).undecided) == 1


def test_a_notice_that_is_due_later_is_no_debt() -> None:
    later = Notice(id="n2", kind="lag", state="queued", due_at=NOW + timedelta(hours=1))
    assert accounted(notices=(LAG, later)).unaccounted == 0


def test_a_skipped_notice_owes_no_mail() -> None:
    skipped = Notice(id="n2", kind="lag", state="skipped", due_at=NOW)
    assert accounted(notices=(LAG, skipped)).unaccounted == 0


def test_a_lost_mail_is_found() -> None:
    found = accounted(mails=())
    assert (found.unaccounted, len(found.undelivered)) == (1, 1)


def test_a_mail_that_no_notice_answers_for_is_found() -> None:
    found = accounted(mails=(MAIL, Mail(message_id="<other@x>", notice="")))
    assert (found.unaccounted, len(found.unexplained), found.duplicates) == (1, 1, ())


def test_a_mail_of_a_notice_that_was_not_sent_is_found() -> None:
    held = Notice(id="n1", kind="lag", state="held", due_at=NOW)
    assert len(accounted(notices=(held,)).unexplained) == 1


def test_the_same_mail_twice_is_found() -> None:
    found = accounted(mails=(MAIL, MAIL, MAIL))
    assert (len(found.duplicates), found.unaccounted) == (2, 0)


def test_the_same_notice_under_another_message_id_is_found() -> None:
    found = accounted(mails=(MAIL, Mail(message_id="<again@x>", notice="n1")))
    assert len(found.duplicates) == 1
