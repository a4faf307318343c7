"""The laws of the books, against the real repository on SQLite, under every act that there is, in any order."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from maild.domain.accounting import bookkeeping as books
from maild.domain.accounting.channel import Channel
from maild.domain.accounting.ledger import Book, Claim, LedgerEntry
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import Permanent
from maild.domain.money import Money
from maild.domain.requests.lifecycle import PaymentState
from maild.domain.requests.patron import Transaction
from maild.store import migrate, open_store
from maild.store.uow import Store
from tests.share import times

START = datetime(2026, 11, 24, tzinfo=UTC)
PATRONS = ("p1", "p2", "lab")
NUMBERS = {"N1": "p1", "N2": "p1", "N3": "p2", "N4": "p2"}
NONE = Money.of(0)
amounts = st.integers(1, 4000).map(lambda cents: Money(Decimal(cents).scaleb(-2)))
fees = st.integers(0, 4000).map(lambda cents: Money(Decimal(cents).scaleb(-2)))
patrons, numbers = st.sampled_from(PATRONS), st.sampled_from(sorted(NUMBERS))
_template: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A file with the schema, copied for each run of the machine."""
    path = tmp_path_factory.mktemp("laws") / "maild.db"
    migrate.upgrade(f"sqlite:///{path}")
    _template[:] = [path]
    yield
    _template.clear()


class Office(RuleBasedStateMachine):
    """Fees, proofs, statements, refunds and corrections, as they come."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "maild.db"
        shutil.copy(_template[0], path)
        self.store: Store = open_store(f"sqlite:///{path}")
        self.now, self.count = START, 0
        self.written: dict[str, LedgerEntry] = {}
        # What there is to act on, so that few acts come to nothing.
        self.claims = self.confirmed = self.lines = 0
        self.owing = self.deposits = False

    def teardown(self) -> None:
        """The last look at what was written; close the store and remove its file."""
        self.nothing_was_edited()
        self.store.close()
        self.folder.cleanup()

    def post(self, *entries: LedgerEntry) -> list[str]:
        """Post in a transaction of its own, and again: the second time says nothing new."""
        self.now += timedelta(minutes=1)
        with self.store.begin() as uow:
            new = uow.ledger.post(entries, self.now)
            assert uow.ledger.post(entries, self.now) == []
            for key in new:
                entry = uow.ledger.get(key)
                assert entry is not None
                self.written[key] = entry
            self.claims = len(uow.ledger.claims())
            self.confirmed = sum(one.settled_by == "confirmation" for one in uow.ledger.claims(open_only=False))
            self.lines = len(uow.statements.open())
            self.owing = any(uow.ledger.owed(sorted(NUMBERS)).values())
            self.deposits = any(uow.ledger.account(one).deposit for one in PATRONS)
        return new

    def key(self) -> str:
        """A key that no fact had before."""
        self.count += 1
        return str(self.count)

    def parts(self, wanted: dict[str, Money], most: Money) -> list[tuple[str, Money]]:
        """What an amount can pay of what is owed, in order."""
        with self.store.read() as uow:
            owed = uow.ledger.owed(sorted(wanted))
        parts, left = [], most
        for number, amount in wanted.items():
            part = min(amount, left, owed.get(number, NONE))
            if part.amount > 0:
                parts.append((number, part))
                left = left - part
        return parts

    def open_claim(self, choose: int) -> tuple[Claim, dict[str, Money], dict[str, Money]] | None:
        """Some open claim, with what its transactions owe and hold."""
        with self.store.read() as uow:
            claims = uow.ledger.claims()
            if not claims:
                return None
            claim = claims[choose % len(claims)]
            numbers = [number for number, _ in claim.parts]
            return claim, uow.ledger.owed(numbers), uow.ledger.pending(numbers)

    @rule(number=numbers, total=fees, subsidy=fees)
    def fee_told(self, number: str, total: Money, subsidy: Money) -> None:
        """A fee is told, or told anew."""
        self.fee(number, total, subsidy)

    def fee(self, number: str, total: Money, subsidy: Money) -> None:
        """Post it; the books then say it, and no more is to be posted."""
        payable = max(total - subsidy, NONE)
        item = Transaction(
            number=number, patron_id=NUMBERS[number], total=total, subsidy=total - payable, payable=payable
        )
        with self.store.read() as uow:
            standing = uow.ledger.standing([number]).get(number)
        self.post(*books.charges(item, standing))
        with self.store.read() as uow:
            after = uow.ledger.standing([number]).get(number)
            assert (after.total, after.subsidy) == (total, total - payable) if after else not total
            assert books.charges(item, after) == ()

    @rule(payer=patrons, total=amounts, wanted=st.dictionaries(numbers, amounts, max_size=3))
    def proof(self, payer: str, total: Money, wanted: dict[str, Money]) -> None:
        """Somebody proves a payment for some fees, his own or another's."""
        self.post(books.claim(self.key(), payer, total, self.parts(wanted, total), owners=NUMBERS))

    @precondition(lambda self: self.owing)
    @rule(payer=patrons, beyond=st.sampled_from(["0", "3"]))
    def proof_of_all(self, payer: str, beyond: str) -> None:
        """Somebody proves that he paid all that anybody owes, and perhaps more."""
        with self.store.read() as uow:
            owed = {number: amount for number, amount in uow.ledger.owed(sorted(NUMBERS)).items() if amount}
        total = sum(owed.values(), Money.of(beyond))
        if total:
            self.post(books.claim(self.key(), payer, total, list(owed.items()), owners=NUMBERS))

    @precondition(lambda self: self.claims)
    @rule(choose=st.integers(0, 99), percent=st.sampled_from([0, 50, 75, 90, 120]))
    def claimed_fee_changes(self, choose: int, percent: int) -> None:
        """The fee of a transaction that was claimed to be paid falls, or rises again."""
        found = self.open_claim(choose)
        if found and found[0].parts:
            number, _ = found[0].parts[0]
            with self.store.read() as uow:
                standing = uow.ledger.standing([number])[number]
            share = standing.total.amount - standing.subsidy.amount
            self.fee(number, Money.of(max(share, Decimal(1)) * percent / 100), NONE)

    @precondition(lambda self: self.claims)
    @rule(choose=st.integers(0, 99), amount=st.none() | amounts)
    def money_came(self, choose: int, amount: Money | None) -> None:
        """A claim is confirmed: as claimed, with less or with more; never a second time."""
        if found := self.open_claim(choose):
            claim, owed, pending = found
            before = self.accounts()
            self.post(books.confirm(claim, amount, channel="bank", owed=owed, pending=pending))
            got = claim.amount if amount is None else amount
            assert self.net(self.accounts()) == self.net(before) + got
            again = books.reject(claim, "again", pending=pending)
            with pytest.raises(Permanent), self.store.begin() as uow:
                uow.ledger.post([again], self.now)

    @precondition(lambda self: self.claims)
    @rule(choose=st.integers(0, 99), mistake=st.booleans())
    def no_money(self, choose: int, mistake: bool) -> None:
        """A claim proves false, or is taken back."""
        if found := self.open_claim(choose):
            claim, _, pending = found
            end = books.withdraw if mistake else books.reject
            self.post(end(claim, "no such money", pending=pending))

    @precondition(lambda self: self.confirmed)
    @rule(choose=st.integers(0, 99))
    def confirmed_by_mistake(self, choose: int) -> None:
        """A confirmation is taken back; the claim may be confirmed anew."""
        with self.store.read() as uow:
            settled = [one for one in uow.ledger.claims(open_only=False) if one.settled_by == "confirmation"]
            if not settled:
                return
            claim = settled[choose % len(settled)]
            entry = uow.ledger.get(claim.tip)
            assert entry is not None
            # Deposit that came of it may be spent: that is for staff to settle first.
            if any(one.book is Book.DEPOSIT for one in entry.postings):
                return
            if any(one.book in (Book.RECEIVABLE, Book.PENDING) for one in entry.postings):
                return
        self.post(books.reverse(entry, "by mistake"))
        with self.store.read() as uow:
            (opened,) = [one for one in uow.ledger.claims() if one.key == claim.key]
            assert opened.tip == f"undo:{entry.key}"

    @rule(payer=patrons, amount=amounts, wanted=st.dictionaries(numbers, amounts, max_size=2))
    def paid_at_the_counter(self, payer: str, amount: Money, wanted: dict[str, Money]) -> None:
        """Confirmed money without a claim."""
        parts = self.parts(wanted, amount)
        self.post(books.payment(self.key(), payer, amount, parts, channel="cash", owners=NUMBERS))

    @rule(amount=amounts)
    def unknown_money(self, amount: Money) -> None:
        """A statement's line that nobody claimed."""
        line = StatementLine(
            key=f"line:{self.key()}", format="icbc", channel="bank", amount=amount, booked=date(2026, 11, 24)
        )
        with self.store.begin() as uow:
            uow.statements.add([line], self.now)
        self.post(books.unclaimed(line))

    @precondition(lambda self: self.lines)
    @rule(payer=patrons, share=amounts, wanted=st.dictionaries(numbers, amounts, max_size=2))
    def owner_found(self, payer: str, share: Money, wanted: dict[str, Money]) -> None:
        """Part of a line's money, or all of it, is given to its owner; never more than is left."""
        with self.store.read() as uow:
            lines = uow.statements.open()
            if not lines:
                return
            line, nth = lines[0], len([one for one in uow.ledger.entries(limit=10_000) if one.line == lines[0].key])
            left = line.amount
            for entry in uow.ledger.entries(limit=10_000):
                if entry.line == line.key and entry.kind == "allocation":
                    left = left - entry.postings[0].amount
        too_much = books.allocate(line.key, payer, left + Money.of("0.01"), nth=nth + 1000)
        with pytest.raises(Permanent, match="no such money left"), self.store.begin() as uow:
            uow.ledger.post([too_much], self.now)
        amount = min(share, left)
        self.post(books.allocate(line.key, payer, amount, self.parts(wanted, amount), owners=NUMBERS, nth=nth))

    @precondition(lambda self: self.deposits and self.owing)
    @rule(number=numbers, payer=patrons)
    def from_deposit(self, number: str, payer: str) -> None:
        """As much of a fee as the deposit covers."""
        with self.store.read() as uow:
            standing = uow.ledger.standing([number]).get(number)
            deposit = uow.ledger.account(payer).deposit
        if standing and (amount := min(standing.owed, deposit)).amount > 0:
            self.post(books.use_deposit(standing, amount, patron_id=payer))

    @precondition(lambda self: self.owing)
    @rule(number=numbers)
    def forgiven(self, number: str) -> None:
        """What is owed is waived."""
        with self.store.read() as uow:
            standing = uow.ledger.standing([number]).get(number)
        if standing and standing.owed:
            self.post(books.waive(standing, "by the librarian"))

    @precondition(lambda self: self.deposits)
    @rule(patron_id=patrons, paid=st.booleans())
    def given_back(self, patron_id: str, paid: bool) -> None:
        """A deposit is refunded, and perhaps paid out, once."""
        with self.store.read() as uow:
            deposit = uow.ledger.account(patron_id).deposit
        if deposit.amount <= 0:
            return
        entry = books.refund(self.key(), patron_id, deposit, "asked for")
        self.post(entry)
        with self.store.read() as uow:
            (open_,) = [one for one in uow.ledger.refunds() if one.key == entry.key]
        if paid:
            out = books.paid_out(open_, channel=Channel.BANK)
            self.post(out)
            with self.store.read() as uow:
                assert all(one.key != entry.key for one in uow.ledger.refunds())
            with pytest.raises(Permanent), self.store.begin() as uow:
                uow.ledger.post([replace(out, key=f"{out.key}:again")], self.now)

    @initialize(
        shares=st.lists(st.sampled_from([0, 5, 20, 41]), min_size=4, max_size=4),
        states=st.lists(st.sampled_from(sorted(PaymentState)), min_size=4, max_size=4),
    )
    def start(self, shares: list[int], states: list[PaymentState]) -> None:
        """Transactions from before the books."""
        for number, share, state in zip(sorted(NUMBERS), shares, states, strict=True):
            self.opened(number, Money.of(share), state)

    def opened(self, number: str, payable: Money, state: PaymentState) -> None:
        """It stands in the books as its state says."""
        item = Transaction(
            number=number, patron_id=NUMBERS[number], total=payable, payable=payable, payment_state=state
        )
        self.post(*books.opening(item))
        with self.store.read() as uow:
            owed = uow.ledger.owed([number]).get(number, NONE)
            standing = uow.ledger.standing([number]).get(number)
        assert owed == (payable if state in (PaymentState.DUE, PaymentState.DISPUTED) else NONE)
        assert books.opening(item, standing) == ()

    def accounts(self) -> dict[str, tuple[Money, ...]]:
        """Each patron's balances."""
        with self.store.read() as uow:
            found = [uow.ledger.account(patron_id) for patron_id in PATRONS]
        return {one.patron_id: (one.owed, one.claimed, one.pending, one.deposit) for one in found}

    @staticmethod
    def net(accounts: dict[str, tuple[Money, ...]]) -> Money:
        """What is held for patrons less what they owe and claim: received money adds to it."""
        total = NONE
        for owed, claimed, pending, deposit in accounts.values():
            total = total + pending + deposit - owed - claimed
        return total

    @invariant()
    def balances_are_sums_and_sum_to_zero(self) -> None:
        """The trial balance is what the entries say, added up here, and each currency comes to nothing."""
        sums: dict[Book, Money] = {}
        for entry in self.written.values():
            assert sum(one.amount.amount for one in entry.postings) == 0
            for one in entry.postings:
                sums[one.book] = sums.get(one.book, NONE) + one.amount
        with self.store.read() as uow:
            found = {book: amount for (book, _), amount in uow.ledger.balances().items()}
        assert {book: amount for book, amount in found.items() if amount} == {b: a for b, a in sums.items() if a}
        assert sum(amount.amount for amount in found.values()) == 0

    def nothing_was_edited(self) -> None:
        """Every entry is still as it was when it was written, and there are no others."""
        with self.store.read() as uow:
            assert {one.key: one for one in uow.ledger.entries(limit=10_000)} == self.written

    @invariant()
    def nothing_is_below_nothing(self) -> None:
        """No fee is overpaid, no deposit or pending sum negative; what is claimed is what open claims say."""
        with self.store.read() as uow:
            assert all(amount.amount >= 0 for amount in uow.ledger.owed(sorted(NUMBERS)).values())
            assert all(amount.amount > 0 for amount in uow.ledger.pending(sorted(NUMBERS)).values())
            for patron_id in PATRONS:
                account = uow.ledger.account(patron_id)
                assert account.deposit.amount >= 0
                assert account.pending.amount >= 0
                claims = uow.ledger.claims(patron_ids=[patron_id])
                assert account.claimed == sum((one.amount for one in claims), NONE)

    @invariant()
    def fees_are_paid_by_something(self) -> None:
        """Of each fee: what is owed, claimed, waived and paid is the patron's share."""
        with self.store.read() as uow:
            for standing in uow.ledger.standing(sorted(NUMBERS)).values():
                assert standing.claimed.amount >= standing.pending.amount >= 0
                assert not (standing.pending and standing.owed), "owed, though more than the fee is claimed"
                share = standing.total - standing.subsidy
                assert standing.owed.amount + standing.waived.amount <= share.amount


@pytest.mark.long
@pytest.mark.timeout(600)  # of work; on a busy machine it takes its time
def test_laws_of_the_books() -> None:
    """25 lives of an office, up to 40 acts each."""
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Office,
        settings=settings(
            max_examples=times(25, 120),
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
