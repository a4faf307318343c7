"""Proofs, look-alikes, invoices and the audit of the books, on both databases."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting.invoice import Invoice, InvoiceState
from maild.domain.accounting.ledger import Book, EntryKind, LedgerEntry, Posting
from maild.domain.accounting.receipt import Frame, Ground, Mark, Receipt, ReceiptKind
from maild.domain.accounting.statement import StatementLine
from maild.domain.errors import NotFound, StaleVersion
from maild.domain.incoming.mail import MailKey
from maild.domain.money import Money
from maild.domain.records.journal import NewMail
from maild.store.accounting.receipt_json import receipt_data, receipt_of
from maild.store.engine import make_engine
from maild.store.uow import Store

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
LOOK = 0x0123456789ABCDEF
FULL = Receipt(
    source="回单.jpg", sha256="ab" * 32, page=2, part=3, kind=ReceiptKind.BANK_RECEIPT, layout="icbc", bank="icbc",
    amount=Money.of("12.50"), amount_words="壹拾贰元伍角整", amount_agrees=True, payer="某人",
    payee_is_library=True, date=date(2026, 11, 20), time="10:23:45", serials=("1234567890123456",),
    transactions=("ZJU-2026-000123",), sealed=False, confidence=0.9, sure=True, ground=Ground.WORDS,
    warnings=("dim",), look=f"{LOOK:016x}", seconds=0.5,
    marks=MappingProxyType({"amount": Mark(confidence=0.99, source="ocr", box=(1, 2, 3, 4)),
                            "date": Mark(confidence=0.5, source="text")}),
    frame=Frame(width=100.0, height=50.0, matrix=(0.0, 1.0, 0.0, -1.0, 0.0, 99.0, 0.0, 0.0, 1.0)), text="金额\n12.50",
)  # fmt: skip


def mail(store: Store, uid: int) -> int:
    """A stored mail's id."""
    place = MailKey(mailbox="office/INBOX", uidvalidity=1, uid=uid)
    new = NewMail(key=place, sha256=f"{uid:064x}", message_id=f"<m{uid}@patron.example>", size=1)
    with store.begin() as uow:
        (stored,) = uow.mails.add([new], now=NOW)
    return stored.mail_id


def turned(look: int, bits: int, seed: int) -> str:
    """The hash with so many bits turned over."""
    for place in random.Random(seed).sample(range(64), bits):
        look ^= 1 << place
    return f"{look:016x}"


@pytest.mark.parametrize("receipt", [FULL, Receipt()], ids=["full", "empty"])
def test_receipts_survive_json(receipt: Receipt) -> None:
    """Every field comes back as it was."""
    assert receipt_of(receipt_data(receipt)) == receipt


def test_the_cache_is_by_file_and_version(store: Store) -> None:
    """What a version found in a file is kept; another version reads anew; the first reading stands."""
    with store.begin() as uow:
        uow.receipts.cache("aa", "1", [FULL, Receipt()], NOW)
        uow.receipts.cache("aa", "1", [], NOW)
        uow.receipts.cache("bb", "1", [], NOW)
    with store.read() as uow:
        assert uow.receipts.cached(["aa", "bb", "cc"], "1") == {"aa": (FULL, Receipt()), "bb": ()}
        assert uow.receipts.cached(["aa"], "2") == {}


def test_proofs_are_seen_again(store: Store) -> None:
    """By serial and by file; not in the mail that is asked about; what came of them is told."""
    with store.begin() as uow:
        uow.receipts.add(None, "p1", [FULL], NOW, claim="claim:1", transactions=["N1", "N2"])
    with store.read() as uow:
        found = uow.receipts.seen(["serial:1234567890123456", "serial:nothing"])
        assert list(found) == ["serial:1234567890123456"]
        (seen,) = found["serial:1234567890123456"]
        assert (seen.receipt, seen.patron_id, seen.claim, seen.transactions, seen.at) == (
            FULL,
            "p1",
            "claim:1",
            ("N1", "N2"),
            NOW,
        )


def test_what_came_of_a_proof_may_be_said_again(store: Store) -> None:
    """A mail that is decided anew has each proof once, with the later word."""
    first, second = mail(store, 1), mail(store, 2)
    with store.begin() as uow:
        uow.receipts.add(first, "p1", [FULL], NOW)
        uow.receipts.add(first, "p1", [FULL], NOW, claim="claim:1")
        uow.receipts.add(second, "p2", [FULL], NOW)
    with store.read() as uow:
        assert [one.claim for one in uow.receipts.of_mail(first)] == ["claim:1"]
        seen = uow.receipts.seen(["serial:1234567890123456"], except_mail=second)
        assert [one.mail_id for one in seen["serial:1234567890123456"]] == [first]
        assert [one.mail_id for one in uow.receipts.alike(FULL.look, except_mail=first)] == [second]


@pytest.mark.parametrize("distance", [0, 3, 6, 7, 11])
def test_look_alikes_are_never_missed(store: Store, distance: int) -> None:
    """Against a plain count of bits over 300 hashes, near and far: the same ones, nearest first."""
    looks = [turned(LOOK, bits, seed) for bits in range(16) for seed in range(16)]
    looks += [f"{random.Random(seed).getrandbits(64):016x}" for seed in range(44)]
    with store.begin() as uow:
        for n, look in enumerate(looks):
            uow.receipts.add(None, str(n), [replace(FULL, look=look)], NOW)
    apart = {str(n): (int(look, 16) ^ LOOK).bit_count() for n, look in enumerate(looks)}
    expected = sorted((bits, -int(n)) for n, bits in apart.items() if bits <= distance)[:50]
    with store.read() as uow:
        found = uow.receipts.alike(FULL.look, distance=distance)
    assert [(apart[one.patron_id], -int(one.patron_id)) for one in found] == expected


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=7))
def test_some_band_is_always_near(look: int, turned_bits: set[int]) -> None:
    """The pigeonhole itself: up to seven bits leave one of four bands with at most one."""
    other = look
    for place in turned_bits:
        other ^= 1 << place
    bands = [((look ^ other) >> 16 * band & 0xFFFF).bit_count() for band in range(4)]
    assert min(bands) <= 1


def test_looks_that_are_none(store: Store) -> None:
    """No hash, or a broken one, is like nothing; too wide a search is refused."""
    with store.begin() as uow:
        uow.receipts.add(None, "p1", [replace(FULL, look=""), replace(FULL, look="xyz", page=9)], NOW)
        assert uow.receipts.alike("") == []
        assert uow.receipts.alike("-123456789abcdef") == []
        assert uow.receipts.alike(FULL.look) == []
        with pytest.raises(ValueError, match="0 to 11"):
            uow.receipts.alike(FULL.look, distance=12)


def test_invoices(store: Store) -> None:
    """Added once for mail, patron and title; changed at their version only; found in every way."""
    first = mail(store, 1)
    asked = Invoice(patron_id="p1", transactions=("N2", "N1"), title="浙江大学", tax_number="12100000470095016Q",
                    amount=Money.of(20), mail_id=first, warnings=("check",))  # fmt: skip
    with store.begin() as uow:
        one = uow.invoices.add(asked, NOW)
        assert uow.invoices.add(asked, NOW) == one
        other = uow.invoices.add(replace(asked, title="另一单位", transactions=()), NOW)
        assert uow.invoices.add(replace(asked, mail_id=None), NOW) not in (one, other)
        known = uow.invoices.get(one)
        assert known == replace(asked, id=one, created=NOW)
        issued = replace(
            known, state=InvoiceState.ISSUED, number="2" * 20, issued=date(2026, 11, 25), transactions=("N3",)
        )
        uow.invoices.change(issued, NOW)
        with pytest.raises(StaleVersion):
            uow.invoices.change(issued, NOW)
        with pytest.raises(NotFound):
            uow.invoices.change(replace(issued, id=999), NOW)
        assert uow.invoices.get(one) == replace(issued, version=1)
        assert [i.id for i in uow.invoices.find(number="2" * 20)] == [one]
        assert [i.id for i in uow.invoices.find(state=InvoiceState.ISSUED, patron_id="p1")] == [one]
        assert [i.id for i in uow.invoices.find(limit=2)] == [other + 1, other]
        assert [i.id for i in uow.invoices.of_transactions(["N3", "N9"])] == [one]
        assert uow.invoices.of_transactions(["N1"]) == [i for i in [uow.invoices.get(other + 1)] if i]


def _booked(store: Store) -> None:
    """A fee, a claim with its statement line: books that hold."""

    def lines(*found: tuple[Book, int, str, str]) -> tuple[Posting, ...]:
        return tuple(
            Posting(book=book, amount=Money(Decimal(amount)), patron_id=patron, number=number)
            for book, amount, patron, number in found
        )

    charge = lines((Book.RECEIVABLE, 20, "p1", "N1"), (Book.INCOME, -20, "p1", "N1"))
    claim = lines((Book.CLAIMED, 20, "p1", ""), (Book.RECEIVABLE, -20, "p1", "N1"))
    came = lines((Book.CASH, 20, "", ""), (Book.CLAIMED, -20, "p1", ""))
    with store.begin() as uow:
        uow.statements.add(
            [StatementLine(key="L", format="icbc", channel="bank", amount=Money.of(20), booked=date(2026, 11, 24))], NOW
        )
        uow.ledger.post(
            [
                LedgerEntry(key="charge:N1:1", kind=EntryKind.CHARGE, postings=charge),
                LedgerEntry(key="claim:1", kind=EntryKind.CLAIM, postings=claim),
                LedgerEntry(key="confirm:1", kind=EntryKind.CONFIRMATION, postings=came, settles="claim:1", line="L"),
            ],
            NOW,
        )


BREAKS: dict[str, tuple[str, str]] = {
    "an uneven entry": ("UPDATE ledger_posting SET cents = cents + 1 WHERE book = 'cash'", "does not sum to zero"),
    "a lost posting": ("DELETE FROM ledger_posting WHERE book = 'income'", "does not sum to zero"),
    "an overpaid fee": (
        "UPDATE ledger_posting SET cents = 10 WHERE book = 'receivable' AND cents > 0",
        "beyond its fee",
    ),
    "a lost settlement": ("UPDATE ledger_entry SET kind = 'reversal' WHERE key = 'confirm:1'", "what became of"),
    "settled nothing": ("UPDATE ledger_entry SET settles = 'x' WHERE key = 'confirm:1'", "not in the books"),
    "a deposit below nothing": ("UPDATE ledger_posting SET book = 'deposit' WHERE book = 'cash'", "below nothing"),
    "a claim of another amount": ("UPDATE ledger_claim SET cents = 1", "wrong amount for claim 'claim:1'"),
    "a claim forgotten": ("DELETE FROM ledger_claim", "wrong amount for claim 'claim:1'"),
    "a claim reopened": ("UPDATE ledger_claim SET settled_by = '', tip = 'claim:1'", "what became of 'claim:1'"),
    "a line of another use": ("UPDATE statement_line SET placed_cents = 5", "use of statement line 'L'"),
    "a line forgotten": ("DELETE FROM statement_line", "never imported"),
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_audit_finds(store: Store, url: str, name: str) -> None:
    """What a hand in the database does to the books, its triggers taken away, is told."""
    _booked(store)
    with store.read() as uow:
        assert uow.ledger.faults() == []
    statement, said = BREAKS[name]
    engine = make_engine(url)
    with engine.begin() as connection:
        for table in ("ledger_entry", "ledger_posting"):
            for act in ("update", "delete"):
                on = f" ON {table}" if engine.dialect.name == "postgresql" else ""
                connection.execute(sa.text(f"DROP TRIGGER {table}_no_{act}{on}"))
        connection.execute(sa.text(statement))
    engine.dispose()
    with store.read() as uow:
        assert any(said in fault for fault in uow.ledger.faults()), uow.ledger.faults()


def test_who_takes_the_last_of_a_deposit(url: str, opened: Callable[[str], Store]) -> None:
    """Two processes that spend one deposit at the same time: one of them is told to read again."""
    import threading

    store, other = opened(url), opened(url)

    def entry(key: str, kind: EntryKind, *found: tuple[Book, int, str]) -> LedgerEntry:
        postings = tuple(
            Posting(book=b, amount=Money.of(a), patron_id="p1" if b is not Book.CASH else "", number=n)
            for b, a, n in found
        )
        return LedgerEntry(key=key, kind=kind, postings=postings)

    with store.begin() as uow:
        uow.ledger.post([
            entry("pay", EntryKind.PAYMENT, (Book.CASH, 20, ""), (Book.DEPOSIT, -20, "")),
            *(entry(f"charge:{n}:1", EntryKind.CHARGE, (Book.RECEIVABLE, 15, n), (Book.INCOME, -15, n))
              for n in ("N1", "N2")),
        ], NOW)  # fmt: skip
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def spend(one: Store, number: str) -> None:
        ready.wait(10)
        try:
            with one.begin() as uow:
                uow.ledger.post([entry(f"use:{number}", EntryKind.DEPOSIT_USE, (Book.DEPOSIT, 15, ""),
                                       (Book.RECEIVABLE, -15, number))], NOW)  # fmt: skip
            outcomes.append("spent")
        except StaleVersion:
            outcomes.append("stale")

    threads = [threading.Thread(target=spend, args=pair) for pair in ((store, "N1"), (other, "N2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["spent", "stale"]
