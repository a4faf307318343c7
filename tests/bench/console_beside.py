"""The rows of the filled office beside its cases: books, proofs, statements, invoices, registrations, addresses, rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from maild.domain.desk.access import Role
from maild.domain.outgoing.reach import Heard
from maild.domain.requests.lifecycle import RegistrationState
from maild.store.schema import tables as t
from maild.store.schema import tables_console as c
from maild.store.schema import tables_money as m
from maild.store.schema import tables_service as s
from maild.store.schema import tables_statistics as f
from tests.bench.console_past import NOW, SPAN, Past, address_of, name_of, number_of

if TYPE_CHECKING:
    from tests.bench.console_fill import Filler

HEARD = (Heard.DELIVERED_TO_SERVER,) * 5 + (Heard.OPENED, Heard.HARD_BOUNCE, Heard.SOFT_BOUNCE, Heard.DEFERRAL)
OPEN_CLAIMS = 0.97  # of all requests: what was claimed for later ones is not confirmed yet


def books(filler: Filler, past: Past) -> None:
    """For each fee a charge, for most a claim with its proof, and a confirmation of all but the last; some are paid back."""
    entries: list[dict[str, Any]] = []
    postings: list[tuple[Any, ...]] = []
    claims: list[dict[str, Any]] = []

    def entry(kind: str, key: str, request: int, *lines: tuple[str, int, str, str], settles: str | None = None) -> int:
        at, owner = filler.at(past.when(request, past.requests)), f"P{past.owners[request]:06}"
        entries.append({"id": len(entries) + 1, "key": key, "kind": kind, "settles": settles, "at": at, "actor": "maild",
                        "reason": "38.00 CNY fits just one set of the open fees", "mail_id": None})  # fmt: skip
        for place, (book, cents, number, channel) in enumerate(lines):
            owned = owner if book not in ("cash", "income") else ""
            postings.append((len(entries), place, book, cents, "CNY", owned, number, channel))
        return len(entries)

    for request in range(past.requests):
        cents, number = past.payable(request), number_of(request)
        if cents is None:
            continue
        entry(
            "charge", f"charge:{number}:1", request, ("receivable", cents, number, ""), ("income", -cents, number, "")
        )
        if request % 10 == 1:
            continue
        key, done = f"claim:serial:{request:012}", request < past.requests * OPEN_CLAIMS and request % 400
        made = entry("claim", key, request, ("claimed", cents, "", ""), ("receivable", -cents, number, ""))
        claims.append({"entry_id": made, "tip": key, "settled_by": "confirmation" if done else "", "currency": "CNY",
                       "patron_id": f"P{past.owners[request]:06}", "cents": cents,
                       "at": filler.at(past.when(request, past.requests))})  # fmt: skip
        if done:
            entry("confirmation", f"confirmation:{request}", request, ("cash", cents, "", "bank"),
                  ("claimed", -cents, "", ""), settles=key)  # fmt: skip
        if done and request % 101 == 1:
            back = f"refund:{request}"
            entry("refund", back, request, ("income", cents, number, ""), ("refunded", -cents, number, ""))
            if request % 4:
                entry("refund", f"{back}:paid", request, ("refunded", cents, number, ""), ("cash", -cents, "", "bank"),
                      settles=back)  # fmt: skip
    filler.put(m.ledger_entry, entries)
    names = ["entry_id", "position", "book", "cents", "currency", "patron_id", "number", "channel"]
    filler.insert("ledger_posting", names, postings)
    filler.put(m.ledger_claim, claims)
    _proofs(filler, past)


def _proofs(filler: Filler, past: Past) -> None:
    """What was read in the pictures of a third of the items."""
    items = [n for n in range(0, past.items, 3) if past.waits(n) or n % 5 == 0]

    def row(place: int, n: int) -> dict[str, Any]:
        model, request = past.model_of(n).proofs[0], past.request_near(n, past.items)
        look = n * 0x9E3779B97F4A7C15 & (1 << 64) - 1  # spread over all bits
        return {
            "id": place, "mail_id": past.mail_of(n) + 1, "patron_id": f"P{past.owners[request]:06}",
            "sha256": model["sha256"], "page": model["page"], "part": model["part"], "receipt": model["receipt"],
            "claim": f"claim:serial:{request:012}", "transactions": f'["{number_of(request)}"]',
            "at": filler.at(past.when(n, past.items)), "look": f"{look:016x}",
            **{f"look_{band + 1}": look >> 16 * band & 0xFFFF for band in range(4)},
        }  # fmt: skip

    filler.put(m.proof, (row(place, n) for place, n in enumerate(items, 1)))
    filler.put(m.proof_key, ({"key": f"serial:{n:012}", "proof_id": place} for place, n in enumerate(items, 1)))


def papers(filler: Filler, past: Past) -> None:
    """Lines of bank statements, and invoices with their requests."""
    count = min(past.size.of("invoices"), past.items)
    filler.put(m.invoice, (
        {"id": n + 1, "patron_id": f"P{n % past.patrons:06}", "title": f"某某研究院{n % 700}", "cents": 3800,
         "currency": "CNY", "state": "requested" if n % 40 == 0 else "sent", "number": f"{n:020}", "mail_id": n + 1,
         "email": address_of(n % past.patrons), "created": filler.at(past.when(n, count)),
         "updated": filler.at(past.when(n, count))}
        for n in range(count)
    ))  # fmt: skip
    filler.put(
        m.invoice_transaction,
        (
            {"invoice_id": n + 1, "position": place, "number": number_of((n * 9 + place) % past.requests)}
            for n in range(count)
            for place in range(n % 3 + 1)
        ),
    )
    filler.put(m.statement_line, (
        {"key": f"bank:{n:07}", "format": "icbc", "channel": "bank", "cents": 3800 + n % 50, "currency": "CNY",
         "booked": (NOW - SPAN * past.luck.random()).date().isoformat(), "payer": name_of(n % 20_000),
         "purpose": "图书馆文献传递费", "placed_cents": 0 if n % 60 == 0 else 3800 + n % 50}
        for n in range(past.size.of("statements"))
    ))  # fmt: skip


def registrations(filler: Filler, past: Past) -> None:
    """Applications: a hundredth of them wait."""
    states, count = tuple(RegistrationState), past.size.of("registrations")

    def row(n: int) -> dict[str, Any]:
        at = NOW - SPAN * past.luck.random()
        state = RegistrationState.PENDING if n % 100 == 0 else states[n % len(states)]
        decided = None if state is RegistrationState.PENDING else filler.at(at + timedelta(hours=n % 70))
        return {"id": n + 1, "email": f"new{n}@patron.example", "login": f"new{n}", "login_key": f"new{n}",
                "name": name_of(n), "state": state, "step": "account", "submitted": filler.at(at), "decided": decided,
                "due": filler.at(at + timedelta(days=2)), "department": "化学系", "source": "mail"}  # fmt: skip

    filler.put(t.registration, map(row, range(count)))


def reach(filler: Filler, past: Past) -> None:
    """What was heard of addresses, and those that made trouble; news for the library's system."""
    count = past.size.of("heard")
    filler.put(s.heard, (
        {"id": n + 1, "at": filler.at(past.when(n, count)), "address": address_of(n % past.patrons),
         "domain": f"patron{n % past.patrons % 9}.example", "what": HEARD[n % len(HEARD)],
         "reason": "550 5.1.1 no such user", "outbox_id": n + 1}
        for n in range(count)
    ))  # fmt: skip
    filler.put(t.address, (
        {"address": address_of(n), "trouble": Heard.HARD_BOUNCE, "reason": "550 5.1.1 no such user",
         "since": filler.at(NOW - timedelta(days=n % 60)), "bounced_until": filler.at(NOW + timedelta(days=n % 60 + 1))}
        for n in range(0, past.patrons, 100)
    ))  # fmt: skip
    filler.put(s.event, (
        {"id": n + 1, "key": f"event:{n}", "at": filler.at(past.when(n, count)), "kind": "maild.transaction.state",
         "number": number_of(n % past.requests), "body": "{}", "state": "sent", "sent": filler.at(past.when(n, count))}
        for n in range(count)
    ))  # fmt: skip


def rules(filler: Filler, past: Past) -> None:
    """What each rule found, day by day, and how subjects looked."""

    def rows() -> Iterator[dict[str, Any]]:
        for back in range(past.size.of("days")):
            day = (NOW - timedelta(days=back)).date().isoformat()
            for place, one in enumerate(past.models.counted):
                mails = (back * 7 + len(one["rule"]) * 3 + len(one["kind"]) * 5) % 40 + 1
                having = max(mails - (back + place) % 2, 1) if one["field"] else mails  # not all mails have each field
                yield {**one, "day": day, "mails": having, "mail_id": max(past.mails - back, 1)}

    filler.put(s.rule_day, rows())
    shapes = (
        {**one, "first_seen": filler.at(NOW - SPAN), "last_seen": filler.at(NOW), "mails": 400, "mail_id": n + 1}
        for n, one in enumerate(past.models.shapes)
    )
    filler.put(s.subject_shape, shapes)


def staff(filler: Filler, past: Past) -> None:
    """Colleagues, and a daemon that lives."""
    filler.put(
        c.account,
        (
            {"name": name, "display": name.title(), "role": Role.ADMINISTRATOR if name == "li" else Role.LIBRARIAN}
            for name in ("li", "wang", "zhao", "chen")
        ),
    )
    filler.put(f.heartbeat, [{"role": "daemon", "host": "ill.example", "pid": 1, "data": "{}", "status": "at work"}])
