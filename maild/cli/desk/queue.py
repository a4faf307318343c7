"""maild queue: what waits for staff, and settling it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maild.cli import show
from maild.cli.context import acting, actor, services
from maild.cli.made import As, Limit, Seen, amount_of, noun
from maild.domain.desk.rows import COMMAND
from maild.domain.errors import ConfigError, NotFound

if TYPE_CHECKING:
    from maild.domain.accounting.payment import SeenReceipt
    from maild.domain.money import Money
    from maild.office.queue.acts_answer import Draft

app = typer.Typer(help="Mails that wait for a librarian.", no_args_is_help=True, cls=noun("queue"))
Id = Annotated[int, typer.Argument(help="Number of the item.")]
LINES = 40  # of a mail's text that are shown


@app.command("list")
def list_(
    cause: Annotated[str, typer.Option(help="Only this cause, e.g. no_number.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Handled ones too.")] = False,
    limit: Limit = 100,
) -> None:
    """List what waits."""
    from maild.domain.incoming.cause import Cause
    from maild.domain.records.journal import ReviewState

    causes = [known.value for known in Cause if known]
    if cause and cause not in causes:
        raise ConfigError(f"--cause: {cause!r} is not known", remedy=f"one of {', '.join(causes)}")
    state = None if everything else ReviewState.OPEN
    with services() as made:
        limits = made.queue_limits
        with made.store.read() as uow:
            found = uow.reviews.find(state=state, cause=Cause(cause) if cause else None, limit=limit)
    columns = ("id", "state", "cause", "kind", "from", "subject", "created", "due", "assignee")
    show.table((COMMAND.review(item, limits) for item in found), columns, empty="nothing waits")


@app.command("show")
def show_(item_id: Id) -> None:
    """Show an item: the mail, why it waits, the candidates with their reasons, its history."""
    from maild.office.acting.drafts import history_of
    from maild.office.queue.undo import undoable

    with services() as made:
        with made.store.read() as uow:
            item = uow.reviews.get(item_id)
            if item is None:
                raise NotFound(f"no queue item {item_id}", remedy="maild queue list")
            decisions = [dict(d) for d in uow.decisions.of_mail(item.mail_id)] if item.mail_id else []
            history, undoing = history_of(uow, item), undoable(uow, item)
            proofs = uow.receipts.of_mail(item.mail_id) if item.mail_id else []
        text, files = made.acts.mail_of(item)
        drafts, limits = made.answer_acts.drafts(item_id), made.queue_limits
        trace = made.trace(item.mail_id)
    row = {
        **COMMAND.review(item, limits),
        **({"trace": trace} if trace else {}),
        "text": text,
        "receipts": [_proof(seen) for seen in proofs],
        "attachments": list(files),
        "decisions": decisions,
        "drafts": [_draft(d) for d in drafts],
        "history": [COMMAND.event(e) for e in history],
        "undoable": undoing,
    }
    show.one(
        row,
        [
            *_mail(text, files),
            *_proofs(proofs),
            *_candidates(item.candidates),
            *_drafts(drafts),
            *show.timeline(history),
        ],
    )


def _draft(draft: Draft) -> dict[str, object]:
    return {
        "id": draft.id,
        "kind": draft.request.kind,
        "to": draft.request.recipient,
        "subject": draft.subject,
        "text": draft.text,
    }


def _drafts(found: Sequence[Draft]) -> list[str]:
    """The drafts as they would be sent."""
    lines: list[str] = []
    for draft in found:
        lines += ["", f"draft {draft.id} ({draft.request.kind}) to {draft.request.recipient}: {draft.subject}"]
        lines += [f"  | {line}".rstrip() for line in draft.text.strip().splitlines()]
    return [*lines, "", "it goes out with: maild queue answer ITEM"] if lines else []


def _mail(text: str, files: tuple[str, ...]) -> list[str]:
    lines = text.strip().splitlines()
    shown = [f"  {line}" for line in lines[:LINES]]
    more = [f"  … {len(lines) - LINES} more lines"] if len(lines) > LINES else []
    return [*(["", "the mail says", *shown, *more] if lines else []), *(f"  attached: {name}" for name in files)]


def _proof(seen: SeenReceipt) -> dict[str, object]:
    from maild.domain.accounting.receipt import as_row

    return {**as_row(seen.receipt), "claim": seen.claim, "claimed_for": list(seen.transactions)}


def _proofs(found: Sequence[SeenReceipt]) -> list[str]:
    """What the payment proofs of the mail say, and which claim each made."""
    lines = ["", "payment proofs"] if found else []
    for seen in found:
        r = seen.receipt
        sure = "sure" if r.sure else "not sure"
        lines.append(
            f"  {r.source}: {r.kind}, {r.amount or 'no amount'} ({sure}), {r.date or 'no date'}, "
            f"paid to {r.payee or r.payee_account or '?'}, by {r.payer or '?'}"
        )
        lines += [f"      {warning}" for warning in r.warnings]
        lines.append(f"      claimed by {seen.claim}" if seen.claim else "      no claim stands on it")
    return lines


def _candidates(found: tuple[Mapping[str, Any], ...]) -> list[str]:
    lines = ["", "candidates"] if found else []
    for candidate in found:
        lines.append(f"  {candidate.get('transaction')}  {candidate.get('score')} points")
        lines += [f"      {reason}" for reason in candidate.get("reasons") or ()]
    return lines


@app.command("assign")
def assign(
    item_id: Id,
    numbers: Annotated[list[str] | None, typer.Argument(help="The requests it is about.")] = None,
    transactions: Annotated[str, typer.Option(help="The same, with commas between them.")] = "",
    amounts: Annotated[str, typer.Option(help="A payment: how much goes to each, in their order, with commas.")] = "",
    deposit: Annotated[bool, typer.Option("--deposit", help="What is left of the payment is prepayment.")] = False,
    patron: Annotated[str, typer.Option(help="Whose payment it is, where that is not plain (patron id).")] = "",
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
    seen: Seen = None,
) -> None:
    """Settle an item: it is about these transactions; a payment proof pays them."""
    wanted = [*(numbers or ()), *(n.strip() for n in transactions.split(",") if n.strip())]
    shares = [amount_of(text, "--amounts") for text in amounts.split(",") if text.strip()]
    with acting() as made:
        result = made.acts.assign(
            item_id, wanted, actor=actor(who), note=note, amounts=shares, deposit=deposit, patron_id=patron, seen=seen
        )
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)


@app.command("split")
def split(
    item_id: Id,
    shares: Annotated[list[str], typer.Argument(help="NUMBER=AMOUNT for each request, deposit=AMOUNT for the rest.")],
    patron: Annotated[str, typer.Option(help="Whose payment it is, where that is not plain (patron id).")] = "",
    note: Annotated[str, typer.Option(help="Why; kept in the history.")] = "",
    who: As = "",
    seen: Seen = None,
) -> None:
    """Settle a payment by dividing it."""
    told: dict[str, Money] = {}
    for share in shares:
        name, equals, amount = share.rpartition("=")
        if not equals or not name or name in told:
            raise ConfigError(f"{share!r} says not what goes where", remedy="NUMBER=AMOUNT, each number once")
        told[name] = amount_of(amount, share)
    rest = told.pop("deposit", None)
    with acting() as made:
        result = made.acts.assign(
            item_id,
            list(told),
            actor=actor(who),
            note=note,
            deposit=rest is not None,
            amounts=[*told.values(), *([rest] if rest else [])],
            patron_id=patron,
            seen=seen,
        )
    show.done(result.done, transactions=result.transactions, outbox=result.outbox)


@app.command("undo")
def undo(item_id: Id, who: As = "", seen: Seen = None) -> None:
    """Take back what handling an item did, unless a notice has left the house."""
    with acting() as made:
        if screen := made.queue_acts.undo_cleared(item_id, actor=actor(who)):
            show.done(f"{sum(not each.refused for each in screen)} taken back", items=[e.item_id for e in screen])
            return
        result = made.acts.undo(item_id, actor=actor(who), seen=seen)
    show.done(result.done, outbox=result.outbox)


@app.command("ignored")
def ignored_(
    why: Annotated[str, typer.Option(help="Only this reason: list, reply, own, sender, staff, other.")] = "",
    limit: Limit = 100,
) -> None:
    """List the mails that were ignored, with the reason, the newest first."""
    from maild.domain.records.ignored import Why
    from maild.office.ignoring.ignored_mails import ignored, row

    reasons = [known.value for known in Why]
    if why and why not in reasons:
        raise ConfigError(f"--why: {why!r} is not known", remedy=f"one of {', '.join(reasons)}")
    with services() as made, made.store.read() as uow:
        found = ignored(uow, Why(why) if why else None, limit=limit)
    columns = ("mail_id", "why", "from", "subject", "stored", "reason")
    show.table((row(line) for line in found.lines), columns, empty="nothing was ignored")


@app.command("clear")
def clear(
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the oldest first.")] = 50, who: As = ""
) -> None:
    """Dismiss what is probably advertising, the oldest first; undo of one of them takes all back."""
    from maild.domain.incoming.cause import Cause
    from maild.office.queue.acts_queue import Marked

    with acting() as made:
        with made.store.read() as uow:
            items = uow.reviews.find(cause=Cause.ADVERTISING, limit=limit)
        results = made.queue_acts.clear(tuple(Marked(item_id=i.id, seen=i.version) for i in items), actor=actor(who))
    done = [each.item_id for each in results if not each.refused]
    show.done(f"{len(done)} cleared" + (f"; taken back with: maild queue undo {done[0]}" if done else ""), items=done)


@app.command("reindex")
def reindex() -> None:
    """Make the queue's items of before the full-text search findable by it; may be interrupted and repeated."""
    from maild.cli.reading.sources import counting
    from maild.office.queue.reindex import reindex

    with acting() as made, counting("items") as progress:
        result = reindex(made.parts, progress)
    left = f", {result.unread} without their mail, which cannot be read" if result.unread else ""
    show.done(f"{result.items} items indexed{left}", items=result.items, unread=result.unread)
