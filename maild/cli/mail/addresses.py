"""maild addresses: which addresses our mail does not reach, why, until when, and whom to phone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import services
from maild.cli.made import Limit, noun
from maild.domain.desk.rows import COMMAND

if TYPE_CHECKING:
    from datetime import datetime

    from maild.domain.outgoing.reach import AddressState, DomainTally, HeardLine
    from maild.domain.requests.patron import Patron
    from maild.store.uow import UnitOfWork

app = typer.Typer(help="Addresses that our mail does not reach.", no_args_is_help=True, cls=noun("addresses"))
Address = Annotated[str, typer.Argument(help="Mail address.")]
BAR = 20  # characters of the widest bar
Row = dict[str, Any]


@app.command("list")
def list_(
    text: Annotated[str, typer.Option(help="Only addresses with this in them.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    limit: Limit = 100,
) -> None:
    """List addresses that are avoided, or whose owner complained; the latest trouble first."""
    with services() as made, made.store.read() as uow:
        now = made.clock.now()
        states = uow.addresses.find(now=now, everything=everything, text=text, limit=limit)
        rows = [_row(uow, state, now) for state in states]
    show.table(rows, ("address", "state", "since", "until", "reason", "phone"), empty="our mail reaches everybody")


@app.command("show")
def show_(address: Address, limit: Annotated[int, typer.Option(min=1, max=10_000, help="Newest lines.")] = 30) -> None:
    """Show what is known of an address, and what was heard of it."""
    with services() as made, made.store.read() as uow:
        row = _row(uow, uow.addresses.get(address), made.clock.now())
        heard = [_line(line) for line in uow.heard.of(address, limit=limit)]
    lines = ["", "heard"] if heard else []
    lines += [f"  {line['at']}  {line['what']:<20} {line['reason']}".rstrip() for line in heard]
    show.one({**row, "heard": heard}, lines)


@app.command()
def domains(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Of the last so many days.")] = 30,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="The busiest so many.")] = 50,
) -> None:
    """How our mail fares, domain by domain: sent, deferred, bounced, refused, complained of, opened."""
    with services() as made, made.store.read() as uow:
        found = uow.heard.tally(made.clock.now() - timedelta(days=days))[:limit]
    rows = [_tally(tally) for tally in found]
    most = max((row["sent"] for row in rows), default=0)
    columns = ("domain", "sent", "deferred", "hard", "soft", "refused", "complained", "opened", "bar")
    show.table(
        ({**row, "bar": _bar(row, most)} for row in rows), columns, empty=f"nothing was sent in the last {days} days"
    )


def _row(uow: UnitOfWork, state: AddressState, now: datetime) -> Row:
    patrons = uow.patrons.by_email([state.address])
    registration = uow.registrations.of(email=state.address) if not patrons else None
    people = [{"patron_id": p.patron_id, "name": p.name, "phone": p.phone} for p in patrons]
    if registration is not None:
        people = [{"patron_id": "", "name": registration.name, "phone": registration.phone}]
    return {
        "address": state.address,
        "state": _state(state, now),
        "trouble": state.trouble.value if state.trouble else "",
        "since": COMMAND.moment(state.since),
        "until": COMMAND.moment(state.bounced_until),
        "permanent": state.permanent,
        "complained": COMMAND.moment(state.complained),
        "told": COMMAND.moment(state.told),
        "reason": state.reason,
        "phone": [f"{p['name']} {p['phone']}".strip() for p in people],
        "people": people,
    }


def _state(state: AddressState, now: datetime) -> str:
    words = ["complained"] if state.complained else []
    if state.avoided(now):
        words.append("avoided" if state.permanent else "waited for")
    return " ".join(words) or ("written to again" if state.trouble else "good")


def _line(line: HeardLine) -> Row:
    return {
        "at": COMMAND.moment(line.at),
        "what": line.what.value,
        "reason": line.reason,
        "outbox_id": line.outbox_id,
        "mail_id": line.mail_id,
    }


def _tally(tally: DomainTally) -> Row:
    from maild.domain.outgoing.reach import Heard

    return {
        "domain": tally.domain,
        "sent": tally.of(Heard.DELIVERED_TO_SERVER),
        "deferred": tally.of(Heard.DEFERRAL),
        "hard": tally.of(Heard.HARD_BOUNCE),
        "soft": tally.of(Heard.SOFT_BOUNCE),
        "refused": tally.of(Heard.CONTENT_REFUSED, Heard.REFUSED),
        "complained": tally.of(Heard.COMPLAINT),
        "opened": tally.of(Heard.OPENED),
        "auto_replies": tally.of(Heard.AUTO_REPLY),
    }


def _bar(row: Row, most: int) -> str:
    """The mails sent, to scale; what did not arrive of them as ░."""
    if not most:
        return ""
    lost = min(row["sent"], row["hard"] + row["soft"] + row["refused"])
    whole, empty = int(BAR * row["sent"] / most + 0.5), int(BAR * lost / most + 0.5)
    return "█" * (whole - empty) + "░" * empty


def patron_lines(patron: Patron, now: datetime) -> list[str]:
    """A patron's addresses that do not take our mail, for `maild patrons show`."""
    lines = []
    for known in patron.emails:
        if known.bounced_until is not None and known.bounced_until > now:
            lines.append(
                f"  {known.address}  avoided until {COMMAND.moment(known.bounced_until)}: {known.bounce_reason}"
            )
        if known.complained is not None:
            lines.append(f"  {known.address}  marked our mail as spam on {COMMAND.moment(known.complained)}")
    return ["", f"addresses in trouble (phone {patron.phone or 'not known'})", *lines] if lines else []
