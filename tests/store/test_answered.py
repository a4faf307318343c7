"""What the writer of an item was told already (maild.console.answered), from the outbox of either database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maild.console.answered import Told, told_by_item
from maild.domain.incoming.decision import Cause
from maild.domain.incoming.mail import MailKey
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.records.journal import NewMail, ReviewItem
from maild.domain.wording.words import Word
from maild.domain.wording.words_notice import NOTICES
from maild.store.uow import Store

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
READER = "qian@reader.example"
TOPICS = {"fees": Word("收费标准", "Fees"), "hours": Word("开放时间", "Opening hours")}
ITEM = ReviewItem(id=7, mail_id=1, cause=Cause.QUESTION, sender=READER, created=NOW)
GOES = {OutboxState.WAITING, OutboxState.LEASED, OutboxState.SENDING, OutboxState.IN_DOUBT, OutboxState.SENT,
        OutboxState.MERGED}  # fmt: skip


@pytest.fixture
def office(store: Store) -> Store:
    """A store with two mails, 1 and 2."""
    with store.begin() as uow:
        uow.mails.add([NewMail(key=MailKey("office/INBOX", 1, n), sha256=f"{n:064x}", size=9, message_id=f"<{n}@x>",
                               sender=READER, subject="s") for n in (1, 2)], now=NOW)  # fmt: skip
    return store


def tell(
    store: Store, subject: str, *, to: str = READER, kind: NoticeKind = NoticeKind.ANSWER, mail: int | None = 1,
    state: OutboxState = OutboxState.WAITING, after: int = 0, **data: Any,
) -> int:  # fmt: skip
    """Write a notice because of a mail, and let it come to a state; its id."""
    request = NoticeRequest(kind=kind, subject=subject, recipient=to, mail_id=mail, data=data)
    at = NOW + timedelta(minutes=after)
    with store.begin() as uow:
        [entry] = uow.outbox.add([request], at)
        if state is not OutboxState.WAITING:
            uow.outbox.mark(entry, state, now=at)
    return entry


def topics(*names: str) -> Mapping[str, Any]:
    """As an answer's data name its topics."""
    return {"topics": [{"topic": name} for name in names]}


def asked(store: Store, *items: ReviewItem) -> Mapping[int, Told]:
    """What is found for these items."""
    with store.read() as uow:
        return told_by_item(uow, items or [ITEM], TOPICS)


def test_topics_are_named_once_in_the_order_they_were_told(office: Store) -> None:
    """The first notice is the one that is linked, and its time the one that is said."""
    first = tell(office, "mail:1", **topics("hours", "fees"))
    tell(office, "mail:1:again", after=9, **topics("fees"))
    told = asked(office)[ITEM.id]
    assert (told.id, told.at) == (first, NOW)
    assert (told.said("zh-CN"), told.said("en")) == ("开放时间、收费标准", "Opening hours, Fees")


@pytest.mark.parametrize("data", [{}, {"topics": "fees"}, {"topics": ["fees"]}, topics("gone")])
def test_where_no_topic_is_known_the_notice_is_named(office: Store, data: Mapping[str, Any]) -> None:
    """An answer of a person's has none; a topic may have been given up since."""
    tell(office, "mail:1", kind=NoticeKind.FEE_NOTICE, **data)
    assert asked(office)[ITEM.id].what == [NOTICES[NoticeKind.FEE_NOTICE]]


@pytest.mark.parametrize("state", OutboxState)
def test_only_what_leaves_counts(office: Store, state: OutboxState) -> None:
    """Not drafts, nor what is held, failed or was taken back."""
    tell(office, "mail:1", state=state, **topics("fees"))
    assert bool(asked(office)) is (state in GOES)


def test_what_others_were_told_does_not_count(office: Store) -> None:
    """Only notices to the writer and because of this mail; the address's case says nothing."""
    tell(office, "to the library", to="ill@library.example", **topics("fees"))
    tell(office, "another mail's", mail=2, **topics("fees"))
    tell(office, "no mail's", mail=None, **topics("fees"))
    assert asked(office) == {}
    tell(office, "mail:1", to=READER.upper(), **topics("fees"))
    assert list(asked(office)) == [ITEM.id]


def test_every_item_of_a_mail_says_it(office: Store) -> None:
    """One that waits and one that was handled, of the same mail; none where there is no mail or no writer."""
    tell(office, "mail:1", **topics("fees"))
    handled, other = replace(ITEM, id=8), replace(ITEM, id=9, mail_id=2)
    nobody, silence = replace(ITEM, id=10, sender=""), replace(ITEM, id=11, mail_id=None)
    assert set(asked(office, ITEM, handled, other, nobody, silence)) == {ITEM.id, handled.id}
    assert asked(office, silence) == {}
