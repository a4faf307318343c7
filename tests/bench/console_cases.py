"""The rows of the filled office: patrons, requests, notices, mails, the queue with its words, history."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from maild.domain.desk.search import words
from maild.domain.incoming.decision import Cause
from maild.domain.outgoing.notice import NoticeKind, OutboxState
from maild.domain.records.journal import ReviewState
from maild.domain.requests.lifecycle import PaymentState, State
from maild.store.schema import tables as t
from maild.store.schema.finding import patron_key, request_key
from maild.store.schema.tables_search import search, vector
from maild.traditional import simplified
from tests.bench.console_past import DEPARTMENTS, MAILS, NOW, SPAN, Past, address_of, name_of, number_of, title_of

if TYPE_CHECKING:
    from tests.bench.console_fill import Filler

CAUSES = tuple(cause for cause in Cause if cause)
WORK = tuple(State)[:8]
ACTORS = ("maild", "li", "wang", "zhao", "chen")
WHATS = ("state", "notice", "payment", "news", "review", "act", "import", "address", "invoice", "registration")
PROVIDERS = ("calis", "nstl", "cashl", "zjlib", "bl")
STEPS = (("", "submitted"), ("submitted", "accepted"), ("accepted", "shipped"), ("shipped", "delivered"),
         ("delivered", "closed"))  # fmt: skip
REASONS = json.dumps(
    ["the provider says so: 当前状态：已寄送", "by number, from the provider's proven address"], ensure_ascii=False
)
SETTLED = f'{{"event":"shipped","transactions":[],"candidates":[],"reasons":{REASONS}}}'
RARE = {1: OutboxState.WAITING, 2: OutboxState.FAILED, 3: OutboxState.HELD}
LONG = 500  # every so many lines one belongs to a request with a long history


def patrons(filler: Filler, past: Past) -> None:
    """Everybody, with an address each."""
    filler.put(t.patron, (
        {"patron_id": f"P{n:06}", "name": name_of(n), "name_key": name_of(n).casefold().replace(" ", ""),
         "kind": "internal" if n % 4 else "external", "department": DEPARTMENTS[n % 8], "login": f"user{n}",
         "login_key": f"user{n}", "language": "zh-CN",
         "find_key": patron_key(f"P{n:06}", name_of(n), f"user{n}", [address_of(n)], DEPARTMENTS[n % 8])}
        for n in range(past.patrons)
    ))  # fmt: skip
    filler.put(
        t.patron_address,
        ({"patron_id": f"P{n:06}", "address": address_of(n), "position": 0} for n in range(past.patrons)),
    )


def requests(filler: Filler, past: Past) -> None:
    """Requests, most of them closed long ago, and the documents of those that were delivered."""
    count, luck = past.requests, past.luck

    def row(n: int) -> dict[str, Any]:
        age, payable = SPAN * (1 - n / count), past.payable(n)
        done = n < count * 0.95 and luck.random() < 0.97
        return {
            "number": number_of(n), "patron_id": f"P{past.owners[n]:06}", "service": "loan" if n % 5 == 0 else "copy",
            "title": title_of(n), "find_key": request_key(number_of(n), title_of(n)),
            "provider": PROVIDERS[min(luck.randrange(40), 4)],
            "state": State.CLOSED if done else luck.choice(WORK), "opened": filler.at(NOW - age),
            "submitted": filler.at(NOW - age), "since": filler.at(NOW - age / 2),
            "due": filler.at(NOW - age + timedelta(days=30)) if n % 5 == 0 else None, "payable_cents": payable,
            "payable_currency": "CNY" if payable else None, "total_cents": payable and payable + 500,
            "total_currency": "CNY" if payable else None, "rush": n % 50 == 0,
            "payment_state": PaymentState.NONE if payable is None else PaymentState.CONFIRMED if done else PaymentState.DUE,
        }  # fmt: skip

    filler.put(t.transactions, map(row, range(count)))
    if not filler.sqlite:  # whose triggers are asleep where they may be put to sleep
        filler.run("INSERT INTO search_numbers SELECT number, find_key FROM transactions ON CONFLICT DO NOTHING")
    filler.put(t.document, (
        {"id": n + 1, "number": number_of(n), "digest": f"{n:064x}", "sha256": f"{n:064x}",
         "filename": f"{title_of(n)}.pdf", "media_type": "application/pdf", "size": 400_000 + n, "pages": n % 30 + 1, "mail_id": n * past.mails // count + 1,
         "stored": filler.at(past.when(n, count))}
        for n in range(count) if n % 5
    ))  # fmt: skip


def notices(filler: Filler, past: Past) -> None:
    """Notices: the kinds as frequent as they are listed first, most of them sent, with a copy."""
    count, kinds, luck = past.size.of("notices"), tuple(NoticeKind), past.luck
    letters = {letter.kind: letter for letter in past.models.letters}

    def row(n: int) -> dict[str, Any]:
        request, kind = past.request_near(n, count), kinds[min(luck.randrange(60), len(kinds) - 1)]
        owner, state = past.owners[request], RARE.get(n if n < 4 else luck.randrange(300), OutboxState.SENT)
        at, sent = filler.at(past.when(n, count)), state is OutboxState.SENT
        return {
            "id": n + 1, "kind": kind, "subject": f"s{n}", "number": number_of(request), "patron_id": f"P{owner:06}",
            "recipient": address_of(owner), "data": letters[kind].data, "state": state, "created": at,
            "sent": at if sent else None, "attempts": 1, "message_id": f"<maild.{n}@lib.example>",
            "reply": "250 2.0.0 Ok: queued" if sent else "550 5.1.1 no such user", "priority": 40,
            "copy": letters[kind].copy if sent else "", "mail_id": n * past.mails // count + 1,
        }  # fmt: skip

    filler.put(t.outbox, map(row, range(count)))


def mails(filler: Filler, past: Past) -> None:
    """Mails with their decisions; what most of them asked for was done without anybody."""
    settled = past.models.settled

    def model(n: int) -> Any:
        item = past.item_of(n)
        return settled[n % len(settled)] if item is None else past.model_of(item)

    def row(n: int) -> dict[str, Any]:
        of, at = model(n).mail, filler.at(past.when(n, past.mails))
        request = past.request_near(n, past.mails)
        return {
            "id": n + 1, "sha256": of["sha256"], "message_id": f"<m{n}@patron.example>", "size": of["size"],
            "sender": address_of(past.owners[request]), "subject": f"关于事务 {number_of(request)}",
            "status": of["status"], "kind": of["kind"], "rule": of["rule"], "reason": of["reason"], "stored": at,
            "received": at, "settled": at,
        }  # fmt: skip

    filler.put(t.mail, map(row, range(past.mails)))
    filler.put(
        t.mail_location,
        (
            {"mailbox": "office/INBOX", "uidvalidity": 1, "uid": n + 1, "mail_id": n + 1, "size": 9000, "filed": True}
            for n in range(past.mails)
        ),
    )
    filler.put(t.mailbox_state, [{"mailbox": "office/INBOX", "uidvalidity": 1, "last_uid": past.mails, "armed": True}])

    def decision(n: int) -> dict[str, Any]:
        of = model(n)
        said = of.decision
        return {"id": n + 1, "mail_id": n + 1, "at": filler.at(past.when(n, past.mails)), "action": said["action"],
                "kind": said["kind"], "rule": said["rule"], "cause": said["cause"],
                "body": said["body"] if of.item else SETTLED}  # fmt: skip

    filler.put(t.decision, map(decision, range(past.mails)))


def queue(filler: Filler, past: Past) -> None:
    """The review queue."""
    luck = past.luck

    def row(n: int) -> dict[str, Any]:
        waits, item, request = past.waits(n), past.model_of(n).item or {}, past.request_near(n, past.items)
        numbers = [number_of(max(0, request - step * 11)) for step in range(n % 4)]
        return {
            "id": n + 1,
            "mail_id": past.mail_of(n) + 1,
            "cause": CAUSES[min(luck.randrange(90), luck.randrange(90)) % len(CAUSES)],
            "state": ReviewState.OPEN if waits else luck.choice((ReviewState.ASSIGNED, ReviewState.DISMISSED)),
            "created": filler.at(past.when(n, past.items)),
            "kind": ("payment_proof", "patron_other", "shipped")[n % 3],
            "sender": address_of(past.owners[request]),
            "subject": f"关于事务 {number_of(request)}",
            "transactions": json.dumps(numbers[:1]),
            "reasons": item.get("reasons", "[]"),
            "candidates": f"[{','.join(map(_candidate, numbers))}]",
            "handled_by": "" if waits else ACTORS[1 + n % 4],
            "handled": None if waits else filler.at(past.when(n, past.items) + timedelta(hours=luck.randrange(1, 90))),
            "assignee": luck.choice(ACTORS[1:]) if waits and n % 5 == 0 else "",
        }

    filler.put(t.review, map(row, range(past.items)))
    filler.put(
        t.review_about,
        (
            {"number": number_of(max(0, past.request_near(n, past.items))), "review_id": n + 1}
            for n in range(past.items)
            if n % 4
        ),
    )


def _candidate(number: str) -> str:
    return (
        f'{{"transaction":"{number}","score":55,"reasons":["+45 the sender is its patron","+10 38.00 CNY is due"],'
        f'"evidence":[{{"signal":"sender","points":45,"reason":"the sender is its patron"}},'
        f'{{"signal":"amount","points":10,"reason":"the payment may be for it (38.00 CNY due)"}}]}}'
    )


def index(filler: Filler, past: Past) -> None:
    """The words of every item: the mail's, and those of its sender, request and patron."""
    texts = [words(text, simplified) for text in MAILS]
    titles = [words(title_of(n), simplified) for n in range(720)]
    names = [words(name_of(n), simplified) for n in range(past.patrons)]

    def said(n: int) -> list[str]:
        request = past.request_near(n, past.items)
        owner = past.owners[request]
        return [f"user{owner}", f"patron{owner % 9}", "example", "关于", "于事", "事务", "务", number_of(request),
                *texts[n % 8], *texts[(n // 8) % 8], f"{past.luck.randrange(10**16):016}", *titles[request % 720],
                *names[owner]]  # fmt: skip

    kept: dict[bool, list[tuple[int, str]]] = {True: [], False: []}

    def rows() -> Iterator[dict[str, Any]]:
        for n in range(past.items):
            own, waits = said(n), past.waits(n)
            if filler.sqlite:
                text = " ".join(own)
                kept[waits].append((n + 1, text))
                yield {"item_id": n + 1, "open": waits, "words": zlib.compress(text.encode(), 1)}
            else:
                yield {"item_id": n + 1, "open": waits, "words": vector(own)}

    filler.put(search, rows())
    if filler.sqlite:
        filler.insert("search_open", ["rowid", "words"], kept[True])
        filler.insert("search_handled", ["rowid", "words"], kept[False])


def history(filler: Filler, past: Past) -> None:
    """Lines of history: those of a request stand where it was under way; some have hundreds."""
    count, luck = past.size.of("lines"), past.luck
    sent = past.size.of("notices")

    def row(n: int) -> dict[str, Any]:
        long = n % LONG == 0
        request = n // 100_000 * past.requests // max(count // 100_000, 1) if long else past.request_near(n, count)
        before, after = STEPS[n % 5]
        return {
            "id": n + 1, "at": filler.at(past.when(n, count)), "actor": ACTORS[max(0, luck.randrange(60) - 55)],
            "what": WHATS[min(luck.randrange(11), luck.randrange(11)) % 10],
            "number": number_of(min(request, past.requests - 1)), "before": before, "after": after,
            "mail_id": n * past.mails // count + 1 if n % 3 else None,
            "outbox_id": n * sent // count + 1 if n % 4 == 0 else None, "reasons": REASONS, "data": "{}",
        }  # fmt: skip

    filler.put(t.journal, map(row, range(count)))
