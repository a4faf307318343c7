"""How the office stands, as metrics: a filled office counted by other means gives the same numbers."""

from __future__ import annotations

from datetime import timedelta

from maild.domain.desk.access import Role
from maild.domain.incoming.decision import Cause
from maild.domain.operation import metric
from maild.domain.operation.heartbeat import Heartbeat, Running
from maild.domain.operation.metric import Metric
from maild.domain.operation.trouble import Trouble, TroubleCause
from maild.domain.outgoing.notice import OutboxState
from maild.domain.records.journal import JournalEntry, MailboxState, MailStatus, ReviewItem
from maild.metrics import office as standing
from tests.console.conftest import signed_in
from tests.console.world import World

LATER = timedelta(minutes=7)


def told(office: World) -> dict[tuple[Metric, tuple[str, ...]], float]:
    """Every sample by metric and labels; none twice."""
    with office.services.store.read() as uow:
        found = [*standing.standing(office.services, uow), *standing.figures(office.services, uow)]
    keys = [(one.metric, one.labels) for one in found]
    assert len(set(keys)) == len(keys)
    assert all(len(one.labels) == len(one.metric.labels) for one in found)
    return {(one.metric, one.labels): float(one.value) for one in found}


def beat(office: World, host: str, **data: object) -> None:
    """A daemon's word, now."""
    now = office.services.clock.now()
    word = Heartbeat(role=Running.DAEMON, host=host, pid=1, version="1", started=now, seen=now, data=data)
    with office.services.store.begin() as uow:
        uow.heartbeats.beat(word)


def test_what_waits_is_counted_in_full(office: World) -> None:
    """Queue, outbox and mails by state, with the age of the oldest."""
    clock = office.services.clock
    with office.services.store.begin() as uow:
        items = [ReviewItem(id=0, mail_id=None, cause=Cause.DRIFT, key=f"k{n}") for n in range(3)]
        for place, item in enumerate(items):
            uow.reviews.add(item, clock.now() - timedelta(hours=place))
        waiting = uow.outbox.find(state=OutboxState.WAITING, limit=1000)
        uow.outbox.mark(waiting[0].id, OutboxState.FAILED, now=clock.now(), reply="550 no")
        waits = len(waiting) - 1
        pending = sum(row.by_status.get(MailStatus.PENDING, 0) for row in uow.mails.counts())
    found = told(office)
    assert found[metric.QUEUE, ("drift",)] == 3
    assert found[metric.QUEUE_AGE, ("drift",)] == 7200
    assert found[metric.OUTBOX, ("waiting",)] == waits > 0
    assert found[metric.OUTBOX, ("failed",)] == 1
    assert found[metric.OUTBOX, ("in_doubt",)] == 0 == found[metric.OUTBOX_AGE, ("in_doubt",)]
    assert (metric.OUTBOX, ("sent",)) not in found
    assert found[metric.PENDING, ()] == pending


def test_folders_and_troubles_are_told_by_whichever_daemon_heard_them(office: World) -> None:
    """The latest word of a folder; a trouble that two daemons tell is one; a ready office is ready."""
    now = office.services.clock.now()
    earlier = (now - LATER).isoformat()
    away = Trouble(cause=TroubleCause.RELAY_FAILING, since=now)
    over = Trouble(cause=TroubleCause.DISK_FULL, since=now, closed=now)
    with office.services.store.begin() as uow:
        uow.mailboxes.save(MailboxState(mailbox="office/INBOX", uidvalidity=1, armed=True))
    beat(office, "a", folders={"office/INBOX": earlier})
    assert told(office)[metric.READY, ()] == 1
    beat(office, "b", folders={"office/INBOX": now.isoformat()}, troubles=[away.row(), over.row()],
         balance={"even": True, "at": now.isoformat()})  # fmt: skip
    beat(office, "a", folders={"office/INBOX": earlier}, troubles=[away.row()], balance={"even": False, "at": earlier})
    found = told(office)
    assert found[metric.HEARD, ("office/INBOX",)] == now.timestamp()
    assert found[metric.ARMED, ("office/INBOX",)] == 1
    assert [key for key in found if key[0] is metric.TROUBLE] == [(metric.TROUBLE, ("relay_failing", ""))]
    assert found[metric.READY, ()] == 0
    assert found[metric.BALANCE, ()] == 1  # the later of the two
    assert {labels for of, labels in found if of is metric.SEEN} == {("daemon", "a"), ("daemon", "b")}


def test_figures_are_those_of_stats(office: World) -> None:
    """The share that needed no person, by outcome; what staff took back of a rule's mails, and how often."""
    keeper, clock = office.services.figures, office.services.clock
    keeper.count(whole=True, ever=True)
    with office.services.store.begin() as uow:
        line = JournalEntry(what="act", at=clock.now(), after="undone", number="1")
        uow.journal.add([line, line, JournalEntry(what="act", at=clock.now() - timedelta(days=31), after="undone")])
    found = told(office)
    outcomes = {labels[0]: value for (of, labels), value in found.items() if of is metric.OUTCOMES}
    asked = outcomes["automatic"] + outcomes.get("staff", 0) + outcomes["review"]
    assert found[metric.AUTOMATIC, ()] == outcomes["automatic"] / asked
    assert sum(value for (of, _), value in found.items() if of is metric.FATES) == sum(outcomes.values())
    assert found[metric.UNDONE, ()] == 2
    assert found[metric.DATABASE_BYTES, ()] > 100_000


def test_the_console_counts_what_it_is_asked(office: World) -> None:
    """By method and status; a word that a client makes up is no label of its own."""
    client = signed_in(office, "li", Role.LIBRARIAN)
    client.get("/today")
    client.get("/nowhere")
    client.request("BREW", "/today")
    counts = {labels: n for (of, labels), n in office.services.tally.counts().items() if of is metric.REQUESTS}
    assert counts["GET", "200"] == 1 == counts["GET", "404"]
    assert {method for method, _ in counts} == {"GET", "other"}
