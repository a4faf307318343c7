"""Quiet hours, the daily mail, what goes together: tables of moments and notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maild.domain.errors import RuleError
from maild.domain.hours import Hours, next_at, read_time
from maild.domain.outgoing.notice import PRIORITY, NoticeKind, NoticeRequest, OutboxEntry
from maild.domain.requests.patron import Delivery, Patron
from maild.notify.rendering.subjects import several
from maild.notify.writing.letter import Section
from maild.notify.writing.merge import partners
from maild.notify.writing.timing import Timing
from maild.notify.writing.timing_policy import TIMING_POLICY, load_timing_policy
from maild.tables import read_toml

K = NoticeKind
ZONE = ZoneInfo("Asia/Shanghai")
DAILY = Patron(patron_id="p1", name="林知夏", delivery=Delivery.DAILY)
EACH = replace(DAILY, delivery=Delivery.EACH)


def here(text: str) -> datetime:
    """A moment of the office's clock on 24 November 2026, or on the day given."""
    day, _, hour = text.rpartition(" ")
    return datetime.fromisoformat(f"{day or '2026-11-24'}T{hour}").replace(tzinfo=ZONE)


def entry(kind: NoticeKind, number: str = "N1", n: int = 1, *, created: str = "12:00", **said: Any) -> OutboxEntry:
    """A row of the outbox."""
    request = NoticeRequest(
        kind=kind, subject=number or "mail:1", recipient="p1@patron.example", patron_id="p1", number=number, **said
    )
    at = here(created).astimezone(UTC)
    return OutboxEntry(id=n, request=request, priority=PRIORITY[kind], created=at, not_before=at)


TIMING = Timing(zone=ZONE, quiet=Hours(time(22), time(7)), daily_at=time(17), timing_policy=load_timing_policy())


@pytest.mark.parametrize(
    ("text", "moment", "end"),
    [
        ("22:00-07:00", "21:59", None), ("22:00-07:00", "22:00", "2026-11-25 07:00"),
        ("22:00-07:00", "23:59", "2026-11-25 07:00"), ("22:00-07:00", "00:00", "07:00"),
        ("22:00-07:00", "06:59", "07:00"), ("22:00-07:00", "07:00", None),
        ("12:00-13:30", "12:10", "13:30"), ("12:00-13:30", "13:30", None), ("7:00–8:00", "07:30", "08:00"),
    ],
)  # fmt: skip
def test_spans_of_the_day(text: str, moment: str, end: str | None) -> None:
    """Over midnight or not; the end is no longer within."""
    hours = Hours.read(text)
    assert hours is not None
    assert hours.until(here(moment)) == (here(end) if end else None)


@pytest.mark.parametrize("text", ["22-7", "25:00-07:00", "22:00", "22:00-22:00", "ten to six", "22:60-07:00"])
def test_no_span(text: str) -> None:
    """What is no span says so."""
    with pytest.raises(ValueError, match=r".+"):
        Hours.read(text)


def test_times() -> None:
    """None for nothing; the next time may be today's."""
    assert Hours.read("") is None
    assert read_time("8:05") == time(8, 5)
    assert next_at(here("17:00"), time(17)) == here("17:00")
    assert next_at(here("17:01"), time(17)) == here("2026-11-25 17:00")


@pytest.mark.parametrize(
    ("row", "patron", "now", "start"),
    [
        (entry(K.DOCUMENT_DELIVERED), EACH, "23:00", "2026-11-25 07:00"),
        (entry(K.DOCUMENT_DELIVERED), EACH, "12:00", "12:00"),
        (entry(K.DOCUMENT_DELIVERED), DAILY, "12:00", "12:00"),
        (entry(K.FEE_NOTICE), DAILY, "12:00", "12:00"),
        (entry(K.REQUEST_ACCEPTED), DAILY, "12:00", "17:00"),
        (entry(K.REQUEST_ACCEPTED), DAILY, "17:00", "17:00"),
        (entry(K.REQUEST_ACCEPTED, created="17:01"), DAILY, "17:02", "2026-11-25 17:00"),
        (entry(K.REQUEST_ACCEPTED, created="2026-11-23 12:00"), DAILY, "09:00", "09:00"),
        (entry(K.REQUEST_ACCEPTED), EACH, "12:00", "12:00"),
        (entry(K.REQUEST_ACCEPTED), None, "12:00", "12:00"),
        (entry(K.QUERY_ANSWER, created="23:00", reply_to="<q@p>"), EACH, "23:01", "23:01"),
        (entry(K.QUERY_ANSWER, created="20:30", reply_to="<q@p>"), EACH, "23:01", "2026-11-25 07:00"),
        (entry(K.PROOF_RECEIVED, created="12:00", reply_to="<q@p>"), DAILY, "12:01", "12:01"),
        (entry(K.FEE_NOTICE, created="23:00", data={"by_hand": "zhou"}), EACH, "23:01", "23:01"),
        (replace(entry(K.FEE_NOTICE), reply="by zhou"), EACH, "23:01", "23:01"),
        (entry(K.STAFF_ALERT, ""), None, "23:00", "23:00"),
    ],
)
def test_when_a_notice_may_go(row: OutboxEntry, patron: Patron | None, now: str, start: str) -> None:
    """At once, in the morning, or with the daily mail; a reason stands wherever it waits."""
    moment = here(now).astimezone(UTC)
    found, why = TIMING.go_from(row, patron, moment)
    assert found == here(start)
    assert bool(why) == (found > moment)


def test_no_quiet_hours() -> None:
    """'' lets everything go at any hour."""
    free = replace(TIMING, quiet=None)
    assert free.go_from(entry(K.PICK_UP), EACH, here("03:00")) == (here("03:00"), "")


def test_what_goes_together() -> None:
    """Several pick-ups of a patron: one mail. Documents: apart. One that has news of its own case: with that."""
    one, two, three = (entry(K.PICK_UP, f"N{n}", n) for n in (1, 2, 3))
    fee = entry(K.FEE_NOTICE, "N3", 4)
    assert partners(one, [two, three, fee]) == [two]
    assert partners(three, [fee, one]) == [fee]
    stranger = replace(two, request=replace(two.request, recipient="p2@patron.example"))
    answered = replace(two, request=replace(two.request, reply_to="<a@b>"))
    assert partners(one, [stranger, answered]) == []
    assert partners(entry(K.DOCUMENT_DELIVERED, "N1", 5), [entry(K.DOCUMENT_DELIVERED, "N2", 6)]) == []
    assert partners(entry(K.LOAN_DUE, "N1", 7), [entry(K.LOAN_DUE, "N2", 8), entry(K.LOAN_OVERDUE, "N3", 9)]) == [
        entry(K.LOAN_DUE, "N2", 8)
    ]
    assert partners(entry(K.LOAN_DUE, "N1", 7), [entry(K.LOAN_DUE, "N2", 8, data={"recalled": True})]) == []


def test_the_daily_mail_takes_all_that_is_gathered_and_nothing_else() -> None:
    """Whatever the kinds and cases; what is not gathered stays out, and keeps out what is."""
    rows = [entry(K.REQUEST_ACCEPTED, "N1", 1), entry(K.PICK_UP, "N2", 2), entry(K.DEPOSIT_LOW, "", 3)]
    fee = entry(K.FEE_NOTICE, "N1", 4)
    daily = {row.id for row in rows}
    assert sorted(row.id for row in partners(rows[0], [*rows[1:], fee], daily)) == [2, 3]
    assert partners(fee, rows, daily) == []
    many = [entry(K.REQUEST_ACCEPTED, f"N{n}", n) for n in range(1, 50)]
    assert len(partners(many[0], many[1:], {row.id for row in many})) == 29


def _sections(*said: tuple[NoticeKind, str]) -> list[Section]:
    return [Section(kind=kind, context={"zh-CN": {"number": n}, "en": {"number": n}}) for kind, n in said]


@pytest.mark.parametrize(
    ("said", "zh", "en"),
    [
        ([(K.PICK_UP, "1")], ("", ""), ("", "")),
        ([(K.PICK_UP, "1"), (K.FEE_NOTICE, "1")], ("", ""), ("", "")),
        ([(K.PICK_UP, "1"), (K.PICK_UP, "2")], ("", "（共 2 件）"), ("", " (2 requests)")),
        ([(K.FEE_NOTICE, "1"), (K.FEE_NOTICE, "2")], ("", ""), ("", "")),
        (
            [(K.PICK_UP, "1"), (K.LOAN_DUE, "2"), (K.DEPOSIT_LOW, "")],
            ("您的申请动态汇总（3 条）", ""),
            ("News of your requests (3 notices)", ""),
        ),
    ],
)
def test_subjects_of_several(said: list[tuple[NoticeKind, str]], zh: tuple[str, str], en: tuple[str, str]) -> None:
    """One case: its own subject. Several: how many, and no single title."""
    assert several(_sections(*said), "zh-CN") == zh
    assert several(_sections(*said), "en") == en


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("at_night = 3", "at_night: must be a list"),
        ('can_wait = ["nonsense"]', "can_wait[0]: unknown value 'nonsense'"),
        ('quiet = ["pick_up"]', "quiet: unknown key"),
        ("[by_hand]\npick_up = [1]", "by_hand.pick_up[0]: must be a string"),
        ("[by_hand", "voice.toml"),
    ],
)
def test_a_faulty_voice_file_stops_the_start(tmp_path: Path, text: str, says: str) -> None:
    """File and entry are named."""
    (tmp_path / "voice.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError) as refused:
        TIMING_POLICY.read(read_toml(tmp_path / "voice.toml"))
    assert says in refused.value.what
    assert "voice.toml" in refused.value.what


def test_an_offices_own_voice(tmp_path: Path) -> None:
    """A file in the rules folder is laid over the shipped one; words are compared without case and width."""
    (tmp_path / "voice.toml").write_text('at_night = ["pick_up"]\n[by_hand]\nfee_notice = ["Ｆee"]', "utf-8")
    timing_policy = load_timing_policy(str(tmp_path))
    assert timing_policy.at_night == {K.PICK_UP}
    assert timing_policy.says_the_same(K.FEE_NOTICE, "THE FEE IS 3") == "fee"
    assert timing_policy.says_the_same(K.PICK_UP, "fee") == ""
    timing = replace(TIMING, timing_policy=timing_policy)
    assert timing.go_from(entry(K.PICK_UP), EACH, here("23:00"))[1] == ""


def test_a_retry_keeps_its_reply(tmp_path: Path) -> None:
    """Two hours is the limit of 'just written', also across the hour of the daily mail."""
    late = entry(K.QUERY_ANSWER, created="20:00", reply_to="<q@p>")
    assert TIMING.go_from(late, EACH, here("22:00"))[1] == ""
    assert TIMING.go_from(late, EACH, here("22:00") + timedelta(seconds=1))[1] == "quiet hours"


def test_what_a_librarian_lets_go_does_not_wait_for_the_morning() -> None:
    """Released, or sent as the answer to a queue item: the decision is of now, however old the draft is."""
    old = entry(K.FEE_NOTICE, created="12:00")
    night = here("23:00")
    for reply in ("by li", "let go by li"):
        assert TIMING.go_from(replace(old, reply=reply), EACH, night) == (night, "")
    assert TIMING.go_from(old, EACH, night)[1]
