"""What is heard of addresses, and what it makes of them, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from alembic import command

from maild.domain.outgoing.notice import NoticeKind, NoticeRequest, OutboxState
from maild.domain.outgoing.reach import AddressBounce, Heard, News, ReachPolicy, mark
from maild.store import migrate, open_store
from maild.store.engine import make_engine
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LI = "li@patron.example"
POLICY = ReachPolicy()


def _note(store: Store, what: Heard, at: datetime, reason: str = "why", address: str = LI) -> None:
    news = News(address=address, what=what, reason=reason)
    with store.begin() as uow:
        before = uow.heard.count(address, Heard.SOFT_BOUNCE, at - timedelta(days=14))
        uow.heard.add([news], at)
        uow.addresses.note(news, mark(news, before, at, POLICY), at)


def test_an_address_has_one_state_whoever_has_it(store: Store) -> None:
    """Unknown: good. A soft ban grows to a hard one, is never shortened, and a complaint stands beside it."""
    with store.read() as uow:
        assert uow.addresses.get("LI@patron.example").trouble is None
    _note(store, Heard.SOFT_BOUNCE, NOW, "mailbox-full", address=LI.upper())
    with store.read() as uow:
        soft = uow.addresses.get(LI)
    assert (soft.permanent, soft.bounced_until, soft.since) == (False, NOW + timedelta(hours=24), NOW)
    later = NOW + timedelta(hours=1)
    _note(store, Heard.HARD_BOUNCE, later, "5.1.1")
    _note(store, Heard.SOFT_BOUNCE, later + timedelta(hours=1), "full")
    _note(store, Heard.COMPLAINT, later + timedelta(hours=2), "abuse")
    with store.read() as uow:
        state = uow.addresses.get(LI)
        assert [s.address for s in uow.addresses.find(now=later)] == [LI]
        assert uow.addresses.find(now=later, text="nobody") == []
    assert (state.permanent, state.bounced_until) == (True, later + timedelta(days=90))
    assert (state.trouble, state.complained) == (Heard.COMPLAINT, later + timedelta(hours=2))
    with store.begin() as uow:
        uow.addresses.told(LI, later + timedelta(hours=3))
        assert uow.addresses.get(LI).told == later + timedelta(hours=3)
        assert uow.addresses.clear(LI)
        assert not uow.addresses.clear(LI)


def test_bans_end_and_former_ones_can_be_listed(store: Store) -> None:
    """After its time an address is written to again, and is listed with the former ones only."""
    _note(store, Heard.HARD_BOUNCE, NOW)
    after = NOW + timedelta(days=91)
    with store.read() as uow:
        assert uow.addresses.find(now=after) == []
        assert [s.address for s in uow.addresses.find(now=after, everything=True)] == [LI]
        assert not uow.addresses.get(LI).avoided(after)


def test_what_is_heard_is_kept_and_counted(store: Store) -> None:
    """Newest first by address; counts by domain; slow domains by how many addresses they defer."""
    news = [News(address=f"p{n}@Slow.example", what=Heard.DEFERRAL, reason="451", outbox_id=n) for n in range(5)]
    news += [
        News(address="p1@slow.example", what=Heard.DEFERRAL),
        News(address=LI, what=Heard.DELIVERED_TO_SERVER),
        News(address=LI, what=Heard.OPENED),
        News(address=LI, what=Heard.SOFT_BOUNCE),
    ]
    with store.begin() as uow:
        uow.heard.add(news, NOW, mail_id=9)
        uow.heard.add([], NOW)
    hour = NOW - timedelta(hours=1)
    with store.read() as uow:
        first = uow.heard.of(LI)[0]
        assert (first.what, first.mail_id, first.domain) == (Heard.SOFT_BOUNCE, 9, "patron.example")
        assert uow.heard.count(LI, Heard.SOFT_BOUNCE, hour) == 1
        assert uow.heard.slow(["slow.example", "patron.example"], hour, 5) == {"slow.example": NOW}
        assert uow.heard.slow(["slow.example"], hour, 6) == {}
        assert uow.heard.slow(["slow.example"], NOW + timedelta(seconds=1), 1) == {}
        assert uow.heard.deferring(hour) == ["slow.example"]
        slow, patron = uow.heard.tally(hour)
    assert (slow.domain, slow.counts) == ("slow.example", {Heard.DEFERRAL: 6})
    assert patron.of(Heard.DELIVERED_TO_SERVER, Heard.OPENED) == 2


def test_what_was_opened_and_what_went_together(store: Store) -> None:
    """All rows of a mail, the leading one first; the first opening counts."""
    requests = [
        NoticeRequest(kind=kind, subject="N1", recipient=LI, number="N1")
        for kind in (NoticeKind.FEE_NOTICE, NoticeKind.DOCUMENT_DELIVERED)
    ]
    with store.begin() as uow:
        fee, document = uow.outbox.add(requests, NOW)
        uow.outbox.mark(fee, OutboxState.MERGED, now=NOW, message_id="<m@x>")
        uow.outbox.mark(document, OutboxState.SENT, now=NOW, message_id="<m@x>")
        assert [row.id for row in uow.outbox.parts_of("<m@x>")] == [document, fee]
        assert uow.outbox.parts_of("") == []
        uow.outbox.opened([fee, document], NOW)
        uow.outbox.opened([document], NOW + timedelta(days=1))
        assert [row.opened for row in uow.outbox.parts_of("<m@x>")] == [NOW, NOW]


def test_bounces_of_an_older_database_move_to_the_addresses(empty_url: str) -> None:
    """The longest ban of an address that several patrons have, with its reason; patrons see it as before."""
    engine = make_engine(empty_url, create=True)
    with engine.begin() as connection:
        command.upgrade(migrate.alembic_config(connection), "0002")
    sqlite = engine.dialect.name == "sqlite"

    def moment(day: int) -> object:
        at = NOW + timedelta(days=day)
        return int(at.timestamp() * 1_000_000) if sqlite else at

    people = [("p1", LI, moment(9)), ("p2", LI, moment(90)), ("p3", "ok@patron.example", None)]
    with engine.begin() as connection:
        for patron, address, until in people:
            connection.execute(
                sa.text(
                    "INSERT INTO patron (patron_id, name, name_key, kind, department, login, login_key, phone, language, "
                    "updated, version) VALUES (:p, 'R', 'r', 'internal', '', '', '', '', '', :now, 0)"
                ),
                {"p": patron, "now": moment(0)},
            )
            connection.execute(
                sa.text(
                    "INSERT INTO patron_address (patron_id, address, position, bounced_until, bounce_reason) "
                    "VALUES (:p, :a, 0, :u, '5.1.1')"
                ),
                {"p": patron, "a": address, "u": until},
            )
    engine.dispose()
    migrate.upgrade(empty_url)
    store = open_store(empty_url)
    with store.read() as uow:
        state = uow.addresses.get(LI)
        one, two, three = uow.patrons.get_many(["p1", "p2", "p3"])
    store.close()
    assert (state.bounced_until, state.reason, state.permanent) == (NOW + timedelta(days=90), "5.1.1", True)
    assert [p.emails[0].bounced_until for p in (one, two, three)] == [state.bounced_until, state.bounced_until, None]


SOFT = [(0, False, timedelta(hours=24)), (1, False, timedelta(hours=24)), (2, True, timedelta(days=90))]


@pytest.mark.parametrize(("before", "permanent", "ban"), SOFT)
def test_soft_ones_add_up(before: int, permanent: bool, ban: timedelta) -> None:
    """The third within two weeks is taken for a hard one."""
    made = mark(News(address=LI, what=Heard.SOFT_BOUNCE, reason="full"), before, NOW, POLICY)
    assert isinstance(made, AddressBounce)
    assert (made.permanent, made.until - NOW) == (permanent, ban)
