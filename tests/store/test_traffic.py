"""Counts of what rules find: only ever added to, read by provider, forgotten when old; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from maild.config import Staff
from maild.domain.incoming.decision import Cause
from maild.domain.learning.drift import ShapeSeen, Tally
from maild.domain.records.journal import MailKey, NewMail, ReviewItem, ReviewState
from maild.office.providers.drift import DriftAlarm, load_drift
from maild.store.uow import Store
from tests.servers.clock import MovedClock

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _tally(day: str, field: str = "", mails: int = 1, provider: str = "nlc", mail_id: int = 1) -> Tally:
    return Tally(day=day, provider=provider, rule="38-nlc", kind="shipped", field=field, mails=mails, mail_id=mail_id)


def _shape(shape: str, seen: datetime, mails: int = 1, rule: str = "38-nlc") -> ShapeSeen:
    return ShapeSeen(provider="nlc", shape=shape, rule=rule, mails=mails, first_seen=seen, last_seen=seen, mail_id=7)


def test_counts_add_up(store: Store) -> None:
    """Batch after batch; the latest mail stays as sample, a shape keeps its first."""
    for n in range(3):
        with store.begin() as uow:
            uow.traffic.count(
                [_tally("2026-11-24", mails=2, mail_id=n), _tally("2026-11-24", "due", mail_id=n)],
                [_shape("通知 #", NOW + timedelta(hours=n), 2, rule=f"r{n}")],
            )
    with store.read() as uow:
        assert uow.traffic.providers() == {"nlc": NOW + timedelta(hours=2)}
        days = {tally.field: (tally.mails, tally.mail_id) for tally in uow.traffic.days("nlc", "2026-11-24")}
        assert days == {"": (6, 2), "due": (3, 2)}
        (shape,) = uow.traffic.shapes("nlc")
    assert (shape.mails, shape.rule, shape.first_seen, shape.last_seen) == (6, "r2", NOW, NOW + timedelta(hours=2))


def test_days_are_read_by_provider_and_together(store: Store) -> None:
    """From a day to before another; the sums stand for the day before it."""
    with store.begin() as uow:
        uow.traffic.count(
            [_tally(f"2026-11-{day:02}", mails=day) for day in range(1, 25)] + [_tally("2026-11-02", provider="bl")], []
        )
    with store.read() as uow:
        assert [tally.mails for tally in uow.traffic.days("nlc", "2026-11-03", "2026-11-06")] == [3, 4, 5]
        (summed,) = uow.traffic.sums("nlc", "2026-11-01", "2026-11-11")
        assert uow.traffic.days("nobody", "2000-01-01") == []
    assert (summed.day, summed.mails) == ("2026-11-10", 55)


def test_the_old_and_the_rare_are_forgotten(store: Store) -> None:
    """Days and shapes beyond their time, and of too many shapes those seen least."""
    with store.begin() as uow:
        uow.traffic.count(
            [_tally("2024-01-01"), _tally("2026-11-24")],
            [_shape("old", NOW - timedelta(days=900)), *(_shape(f"s{n}", NOW, n + 1) for n in range(5))],
        )
        uow.traffic.forget("nlc", "2024-09-15", 3)
        assert [tally.day for tally in uow.traffic.days("nlc", "2000-01-01")] == ["2026-11-24"]
        assert sorted(shape.shape for shape in uow.traffic.shapes("nlc")) == ["s2", "s3", "s4"]


def test_a_sample_leaves_the_mail_s_own_item_alone(store: Store) -> None:
    """An alarm shows a mail that may wait in the queue itself: both stand there, and neither takes the other's place."""
    with store.begin() as uow:
        (mail,) = uow.mails.add([NewMail(key=MailKey("m", 1, 1), sha256="a" * 64, size=1, message_id="<x@y>")], now=NOW)
        own = uow.reviews.add(ReviewItem(id=0, mail_id=mail.mail_id, cause=Cause.QUESTION), NOW)
        alarm = uow.reviews.add(ReviewItem(id=0, mail_id=mail.mail_id, cause=Cause.DRIFT, key="drift:1"), NOW)
        assert uow.reviews.add(ReviewItem(id=0, mail_id=mail.mail_id, cause=Cause.NO_NUMBER), NOW) == own
        uow.reviews.add_many([ReviewItem(id=0, mail_id=mail.mail_id, cause=Cause.NO_NUMBER)], NOW)
        found = {item.id: item.cause for item in uow.reviews.find(state=ReviewState.OPEN)}
    assert found == {own: Cause.NO_NUMBER, alarm: Cause.DRIFT}


def test_an_alarm_is_raised_once_and_again_only_for_news(store: Store) -> None:
    """Once while its item is open, more only for another field; after it was handled what came before does not count."""
    clock = MovedClock(NOW)
    alarm = DriftAlarm(store, clock, load_drift(""), Staff(addresses=("a@lib.example", "b@lib.example"), language="en"))

    def count(mails: int, *fields: str) -> int:
        day = clock.now().date().isoformat()
        with store.begin() as uow:
            seen = _shape("通知 #", clock.now(), mails)
            uow.traffic.count([_tally(day, name, mails, mail_id=99) for name in ("", *fields)], [seen])
        found = alarm.run_once()
        clock.pass_time(days=1)
        return found

    def open_items() -> list[ReviewItem]:
        with store.read() as uow:
            return uow.reviews.find(cause=Cause.DRIFT)

    for _ in range(10):
        assert count(5, "transaction", "due", "title") == 0
    assert count(6, "transaction", "title") == 1
    (item,) = open_items()
    assert item.reasons[1].startswith("rule 38-nlc (shipped), field due: 100 % of 50 until")
    assert item.mail_id is None  # the mail is not there
    assert count(6, "transaction", "title") == 0
    assert count(12, "transaction") == 1  # the title as well
    assert len(open_items()) == 2
    with store.begin() as uow:
        assert len(uow.outbox.of_subject(item.key)) == 2  # to each of the staff
        for one in open_items():
            uow.reviews.handle(
                one.id, ReviewState.DISMISSED, expected_version=0, actor="li", note="", transactions=(), now=clock.now()
            )
    for _ in range(10):
        assert count(5, "transaction") == 0
    assert count(8) == 1  # what is read no more is told, though it was told of other fields before
    assert [line for line in open_items()[0].reasons if "transaction" in line]
