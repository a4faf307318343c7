"""What is merged, waits for company, and how many leave: budgets, fuses, order, hosts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.notify.sending.why import standing
from tests.integration.relaying import Office_, about, an_office, header, notice


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office_]:
    with an_office(tmp_path) as made:
        yield made


def test_merges_what_belongs_together(office: Office_) -> None:
    """Document and fee of one case go in one mail; the other row points to it; both are told of."""
    told: list[int] = []
    sha256 = office.blobs.put(b"%PDF")
    document, fee, answer = office.add(
        about(NoticeKind.DOCUMENT_DELIVERED, documents=((sha256, "paper.pdf"),)),
        about(NoticeKind.FEE_NOTICE),
        notice(),
    )
    (report,) = office.run(on_sent=lambda uow, entry: told.append(entry.id))
    assert (report.sent, report.merged) == (2, 1)
    assert sorted(office.kinds()) == ["document_delivered,fee_notice", "query_answer"]
    row = office.row(fee)
    assert (row.state, row.reply) == (OutboxState.MERGED, f"merged into notice {document}")
    assert row.message_id == office.row(document).message_id
    assert sorted(told) == sorted([document, fee, answer])
    assert any(b"paper.pdf=%PDF" in mail.raw for mail in office.server.mails)


def test_merges_a_row_beyond_the_batch(office: Office_) -> None:
    """A partner that the batch did not reach is found, and protected while its mail is under way."""
    crowd = [notice(NoticeKind.UNFILLED, n, recipient=f"p{n}@patron.example") for n in range(60)]
    ids = office.add(about(NoticeKind.DOCUMENT_DELIVERED), *crowd, about(NoticeKind.FEE_NOTICE))
    first, second = office.run(2)
    assert (first.sent, second.sent, first.more) == (50, 11, True)
    assert "document_delivered,fee_notice" in office.kinds()
    assert office.row(ids[-1]).state is OutboxState.MERGED


def test_failed_merge_frees_the_partner(office: Office_) -> None:
    """Content refused: the leading row fails, its partner is tried by itself."""
    office.server.fault("dot", reply="554 5.7.1 content refused")
    document, fee = office.add(about(NoticeKind.DOCUMENT_DELIVERED), about(NoticeKind.FEE_NOTICE))
    office.run(2)
    assert (office.row(document).state, office.row(fee).state) == (OutboxState.FAILED, OutboxState.SENT)
    assert office.kinds() == ["fee_notice"]


def test_waits_for_company_when_told_to(office: Office_) -> None:
    """merge_seconds: a notice that may get company waits so long, then both go as one."""
    (document,) = office.add(about(NoticeKind.DOCUMENT_DELIVERED))
    (report,) = office.run(merge_seconds=30.0)
    assert (report.held, report.sent) == (1, 0)
    office.clock.advance(seconds=10)
    (fee,) = office.add(about(NoticeKind.FEE_NOTICE))
    office.clock.advance(seconds=21)
    office.run(merge_seconds=30.0)
    assert office.kinds() == ["document_delivered,fee_notice"]
    assert office.row(fee).reply == f"merged into notice {document}"


def test_daily_budget_keeps_a_reserve_for_urgent_kinds(office: Office_) -> None:
    """The last fifth of the day's budget is for urgent kinds; the rest waits for the office's midnight."""
    office.add(*(notice(NoticeKind.QUERY_ANSWER, n, recipient=f"q{n}@patron.example") for n in range(20)))
    office.run(3, daily_budget=10)
    assert office.kinds() == ["query_answer"] * 8
    office.add(*(notice(NoticeKind.UNFILLED, n, recipient=f"u{n}@patron.example") for n in range(5)))
    office.run(3, daily_budget=10)
    assert office.kinds()[8:] == ["unfilled"] * 2
    office.clock.moment = datetime(2026, 11, 24, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    office.run(3, daily_budget=10)
    assert len(office.kinds()) == 10
    office.clock.moment = datetime(2026, 11, 24, 16, 1, tzinfo=UTC)  # 00:01
    office.run(3, daily_budget=10)
    assert office.kinds()[10:] == ["unfilled"] * 3 + ["query_answer"] * 5


def test_no_budget_means_no_limit(office: Office_) -> None:
    """daily_budget = 0 never holds."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(30)))
    office.run(daily_budget=0)
    assert len(office.server.mails) == 30


def test_fuse_per_recipient_and_hour(office: Office_) -> None:
    """One address gets so many notices an hour; more wait and then go."""
    office.add(*(notice(n=n) for n in range(7)), notice(n=99, recipient="wang@patron.example"))
    (report,) = office.run(per_recipient_hourly=3)
    assert (report.sent, report.held) == (4, 4)
    office.clock.advance(minutes=11)
    assert office.run(per_recipient_hourly=3)[0].sent == 0
    office.clock.advance(minutes=61)
    assert office.run(per_recipient_hourly=3)[0].sent == 3


def test_one_recipients_mails_keep_their_order(office: Office_) -> None:
    """Over several connections a patron's mails still arrive in the order they were written."""
    ids = office.add(*(notice(n=n) for n in range(8)))
    office.run(connections=4)
    assert [header(mail.raw, "Message-ID") for mail in office.server.mails] == [office.row(i).message_id for i in ids]


@pytest.mark.parametrize(
    ("fault", "state"),
    [("template", OutboxState.WAITING), ("permanent", OutboxState.FAILED), ("key", OutboxState.FAILED)],
)
def test_notice_that_cannot_be_written(office: Office_, fault: str, state: OutboxState) -> None:
    """It fails (or, for a broken template, waits) alone; the queue behind it goes on."""
    bad, good = office.add(notice(n=1, data={"fault": fault}), notice(n=2))
    office.run()
    assert (office.row(bad).state, office.row(good).state) == (state, OutboxState.SENT)
    assert len(office.reviews()) == (state is OutboxState.FAILED)


def test_missing_document_goes_to_staff(office: Office_) -> None:
    """A document that is not in the store fails its notice with a reason."""
    (entry_id,) = office.add(about(NoticeKind.DOCUMENT_DELIVERED, documents=(("0" * 64, "gone.pdf"),)))
    office.run()
    assert office.row(entry_id).state is OutboxState.FAILED
    assert office.server.mails == []


def test_the_host_limits_of_an_hour_and_a_minute_are_kept(office: Office_) -> None:
    """What is over waits, says why, and goes when the time has passed; both limits hold side by side."""
    office.add(*(notice(n=n, recipient=f"q{n}@patron.example") for n in range(6)))
    office.run(3, hourly_budget=5, minute_budget=2)
    assert len(office.server.mails) == 2
    with office.store.read() as uow:
        said = standing(uow, office.settings(minute_budget=2), office.clock.now()).everything
    assert "smtp.minute_budget" in said
    office.clock.advance(seconds=61)
    office.run(3, hourly_budget=5, minute_budget=9)
    assert len(office.server.mails) == 5
    office.clock.advance(seconds=3600)
    office.run(3, hourly_budget=5)
    assert len(office.server.mails) == 6
