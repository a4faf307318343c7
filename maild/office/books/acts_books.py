"""Staff acts on claims, prepaid balances and refunds. Each is audited; `take_back` undoes what one of them posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from maild.domain.accounting import bookkeeping
from maild.domain.accounting.channel import Channel, proven
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.errors import MaildError, NotFound, Permanent
from maild.domain.money import Money
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.patron import Patron, Transaction
from maild.office import SAY as COMMON
from maild.office.acting.act import Given, Line, Note, Number, Seen, act
from maild.office.acting.result import ActResult
from maild.office.acting.seen import check_transaction
from maild.office.books import SAY
from maild.office.books.acts_deposit import pay_back, top_up
from maild.office.books.acts_money import confirm_claim, pay_from_deposit, reject_claim, take_back
from maild.office.books.reconcile_refunds import open_refund
from maild.office.payments.undo_money import open_claim
from maild.spine import SAY as SPINE
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

Key = Annotated[str, Given(least=1, most=300, word=True)]
Claim = Annotated[Key, Given(help="Key of the claim, as `claims list` shows it.")]


class BookActs:
    """Staff and money. Raises NotFound, Permanent (not allowed, with the reason), StaleVersion as Acts does."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    @act("payments.confirm", "/payments/confirm", command="claims confirm")
    def confirm(
        self,
        claim: Claim,
        *,
        actor: str,
        channel: Annotated[Channel | None, Given(help="How it came; default: as the proof says.")] = None,
        amount: Annotated[Money | None, Given(help="What came, where it differs from the claim.")] = None,
        note: Note = "",
    ) -> ActResult:
        """The money of a claim is there.

        Fees are confirmed, held documents go out, the patron is told.
        """
        if amount is not None:
            _positive(amount)
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            found = open_claim(uow, claim)
            outbox = confirm_claim(
                uow, claim, self._parts.policy, now, actor=actor, channel=channel, amount=amount, note=note
            )
            numbers = tuple(n for n, _ in found.parts)
            entry = f"confirm:{found.tip or found.key}"
            _audit(uow, now, actor, "confirmed", found.key, note, numbers, found.mail_id)
        return ActResult(
            done=SAY("confirmed", key=found.key, amount=amount or found.amount, entry=entry),
            transactions=numbers,
            outbox=outbox,
        )

    @act("payments.confirm_several", "/payments/confirm-several", command=None)
    def confirm_several(
        self, claims: Annotated[tuple[Key, ...], Given(least=1, most=200)], *, actor: str, note: Note = ""
    ) -> ActResult:
        """The money of several claims is there, each as its proof says.

        Each by itself: what is refused keeps none of the others back. Raises the first where none was confirmed.
        """
        done: list[ActResult] = []
        refused: dict[str, MaildError] = {}
        for claim in dict.fromkeys(claims):
            try:
                with self._parts.store.read() as uow:
                    found = uow.receipts.of_claims([claim]).get(claim, ())
                if proven(one.receipt for one in found) is None:
                    raise Permanent(SAY("no_proof_says_how"), remedy=SAY("confirm_by_itself"))
                done.append(self.confirm(claim, actor=actor, note=note))
            except MaildError as error:
                refused[claim] = error
        why = next(iter(refused.values()), None)
        if why and not done:
            raise why
        return ActResult(
            done=SAY("some_confirmed", count=len(done), more=len(refused), why=why.what)
            if why
            else SAY("several_confirmed", count=len(done)),
            transactions=tuple(number for one in done for number in one.transactions),
            outbox=tuple(entry for one in done for entry in one.outbox),
            data={"refused": {claim: error.what for claim, error in refused.items()}},
        )

    @act("payments.reject", "/payments/reject", command="claims reject")
    def reject(self, claim: Claim, *, actor: str, note: Note) -> ActResult:
        """The money of a claim never came: what it paid is owed again.

        Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(COMMON("rejection_needs_reason"), remedy=SAY("say_why"))
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            found = reject_claim(uow, claim, now, actor=actor, note=note)
            numbers = tuple(n for n, _ in found.parts)
            _audit(uow, now, actor, "rejected", found.key, note, numbers, found.mail_id)
        return ActResult(
            done=SAY("rejected", key=found.key, amount=found.amount, entry=found.key), transactions=numbers
        )

    @act("patrons.top_up", "/patrons/{patron_id:key}/deposit", command="deposit top-up")
    def top_up(
        self,
        patron_id: Annotated[str, Given(help="Patron id.", option="patron")],
        amount: Annotated[Money, Given(help="Amount in CNY, such as 100 or 12.50.", word=True)],
        *,
        actor: str,
        channel: Annotated[Channel, Given(help="How it was paid.")] = Channel.CASH,
        note: Annotated[Line, Given(help="Kept in the books.")] = "",
    ) -> ActResult:
        """Money that is there goes to a patron's prepaid balance."""
        _positive(amount)
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            patron = _patron(uow, patron_id)
            outbox = top_up(uow, patron, amount, now, actor=actor, channel=channel, note=note)
            balance = uow.ledger.account(patron_id).deposit
            _audit(uow, now, actor, "deposit", str(amount), note)
        return ActResult(
            done=SAY(
                "deposit_entered", amount=amount, patron=patron_id, balance=balance, entry=_last(self._parts, patron_id)
            ),
            outbox=outbox,
        )

    @act("transactions.deposit", "/transactions/{number:key}/deposit", command="deposit use")
    def use_deposit(
        self,
        number: Number,
        *,
        actor: str,
        note: Annotated[Line, Given(help="Kept in the books.")] = "",
        seen: Seen = None,
    ) -> ActResult:
        """Pay what is owed of a fee from its patron's balance.

        A document that waited for it goes out.
        """
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            transaction = _transaction(uow, number)
            check_transaction(uow, transaction, seen)
            outbox = pay_from_deposit(uow, transaction, self._parts.policy, now, actor=actor, note=note)
            balance = uow.ledger.account(transaction.patron_id).deposit
            _audit(uow, now, actor, "deposit", "used", note, (number,))
        return ActResult(
            done=SAY("paid_from_deposit", number=number, left=balance), transactions=(number,), outbox=outbox
        )

    @act("patrons.refund", "/patrons/{patron_id:key}/refund", command=None)
    def refund_balance(self, patron_id: str, amount: Money, note: Line, *, actor: str) -> ActResult:
        """Money of a patron's balance is to be paid out.

        Raises as `refund`.
        """
        return self.refund(amount, actor=actor, note=note, patron_id=patron_id)

    @act("deposit.refund")
    def refund(
        self,
        amount: Annotated[Money, Given(help="Amount in CNY, such as 100 or 12.50.", word=True)],
        *,
        actor: str,
        note: Annotated[Line, Given(help="Why; kept in the books.")],
        patron_id: Annotated[str, Given(help="Of this patron's balance.", option="patron")] = "",
        number: Annotated[str, Given(help="Of this request's fee, which was paid.", option="transaction")] = "",
        keep: Annotated[bool, Given(help="It is not paid out: it stays as a deposit.")] = False,
        seen: Annotated[Seen, Given(help="Version of the request that was looked at.")] = None,
    ) -> ActResult:
        """Confirmed money is to be paid out; refused where an invoice was issued for it.

        Of a balance, or of a paid fee (`keep`: it stays as a deposit). Raises Permanent without a reason, where it is
        not one of the two, or where the version of a balance is said to have been seen.
        """
        _positive(amount)
        if not note.strip():
            raise Permanent(SAY("refund_needs_reason"), remedy=SAY("say_why"))
        if bool(patron_id) == bool(number):
            raise Permanent(SAY("balance_or_fee"), remedy=SAY("name_one"))
        if patron_id and seen is not None:
            raise Permanent(SAY("balance_has_no_version"), remedy=SAY("without_seen"))
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            transaction = _transaction(uow, number) if number else None
            check_transaction(uow, transaction, seen)
            patron = _patron(uow, transaction.patron_id if transaction else patron_id)
            outbox = pay_back(uow, patron, amount, now, actor=actor, note=note, transaction=transaction, keep_it=keep)
            _audit(uow, now, actor, "refund", str(amount), note, (number,) if number else ())
        what = "is on the balance" if keep else "is to be paid out"
        return ActResult(
            done=f"{amount} {what} ({patron.patron_id})", transactions=(number,) if number else (), outbox=outbox
        )

    def paid_out(self, refund: str, *, actor: str, channel: Channel = Channel.BANK, note: str = "") -> ActResult:
        """A refund has left us, though no statement says so (yet): one that comes later takes its place."""
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            found = open_refund(uow, refund)
            uow.ledger.post([bookkeeping.paid_out(found, channel=channel, reason=note)], now, actor=actor)
            numbers = (found.number,) if found.number else ()
            _audit(uow, now, actor, SAY("paid_out"), found.key, note, numbers)
        return ActResult(
            done=SAY("paid_out_by", refund=found.key, amount=found.amount, channel=channel, entry=found.tip),
            transactions=numbers,
        )

    @act("payments.take_back", "/payments/take-back", command="claims undo")
    def take_back(
        self,
        key: Annotated[Key, Given(help="Key of an entry of the books (claim:…, confirm:…, refund:…).", name="entry")],
        *,
        actor: str,
        note: Note,
    ) -> ActResult:
        """Take an entry of the books back, by one that reverses it.

        Payment states follow. Notices that left stay said. Raises Permanent without a reason.
        """
        if not note.strip():
            raise Permanent(SAY("taking_back_needs_reason"), remedy=SAY("say_why"))
        now = self._parts.clock.now()
        with self._parts.store.begin() as uow:
            moved = take_back(uow, key, now, actor=actor, note=note)
            _audit(uow, now, actor, "reversed", key, note, moved)
        return ActResult(done=SAY("taken_back", key=key), transactions=moved)


def _audit(
    uow: UnitOfWork,
    now: datetime,
    actor: str,
    what: str,
    about: str,
    note: str,
    numbers: Sequence[str] = (),
    mail_id: int | None = None,
) -> None:
    line = JournalEntry(
        what="act", at=now, actor=actor, mail_id=mail_id, before=about, after=what, reasons=(note,) if note else ()
    )
    entries = [replace(line, number=number) for number in numbers or ("",)]
    uow.journal.add(entries)


def _last(parts: Parts, patron_id: str) -> str:
    with parts.store.read() as uow:
        entries: list[LedgerEntry] = uow.ledger.entries(patron_id=patron_id, limit=1)
    return SAY("entry", key=entries[0].key) if entries else ""


def _positive(amount: Money) -> None:
    if amount.amount <= 0:
        raise Permanent(SAY("no_amount", amount=amount), remedy=SAY("amount_above_zero"))


def _patron(uow: UnitOfWork, patron_id: str) -> Patron:
    patron = uow.patrons.get(patron_id)
    if patron is None:
        raise NotFound(COMMON("no_patron", patron=patron_id), remedy="maild patrons list --text …")
    return patron


def _transaction(uow: UnitOfWork, number: str) -> Transaction:
    transaction = uow.transactions.get(number)
    if transaction is None:
        raise NotFound(SPINE("no_request", numbers=number), remedy="maild transactions list --text …")
    return transaction
