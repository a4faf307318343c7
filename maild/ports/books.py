"""The ports of money: reading proofs, the ledger, statements, invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from maild.domain.accounting.invoice import Invoice, InvoiceState
    from maild.domain.accounting.ledger import Account, Book, Claim, LedgerEntry, Refund, Standing
    from maild.domain.accounting.money import Money
    from maild.domain.accounting.payment import SeenReceipt
    from maild.domain.accounting.receipt import Receipt
    from maild.domain.accounting.statement import StatementLine


class Receipts(Protocol):
    """Proofs as they were read, and what came of them."""

    def cached(self, sha256s: Sequence[str], version: str) -> dict[str, tuple[Receipt, ...]]:
        """What the reader of this version found in files with these hashes, where it has read them."""

    def cache(self, sha256: str, version: str, receipts: Sequence[Receipt], now: datetime) -> None: ...

    def scans(self, sha256s: Sequence[str], version: str) -> dict[str, tuple[str, ...]]:
        """What the reader of this version read on the first pages of scans with these hashes."""

    def keep_scan(self, sha256: str, version: str, texts: Sequence[str], now: datetime) -> None: ...

    def add(
        self,
        mail_id: int | None,
        patron_id: str,
        receipts: Sequence[Receipt],
        now: datetime,
        *,
        claim: str = "",
        transactions: Sequence[str] = (),
    ) -> None:
        """Remember proofs of a mail, with their keys (domain.payment.keys) and look."""

    def seen(self, keys: Sequence[str], *, except_mail: int | None = None) -> dict[str, list[SeenReceipt]]:
        """Earlier proofs by duplicate key (domain.payment.keys), oldest first."""

    def alike(self, look: str, *, distance: int = 6, except_mail: int | None = None) -> list[SeenReceipt]:
        """Earlier proofs whose perceptual hash differs in at most `distance` bits; indexed, not a scan."""

    def of_mail(self, mail_id: int) -> list[SeenReceipt]: ...
    def of_claims(self, claims: Sequence[str]) -> dict[str, list[SeenReceipt]]:
        """The proofs that claims were made on, by the claim's key."""


class Ledger(Protocol):
    """The books. There is no method that changes or removes an entry, and the database refuses it too."""

    def post(
        self, entries: Sequence[LedgerEntry], now: datetime, *, actor: str = "maild", mail_id: int | None = None
    ) -> list[str]:
        """Write entries; returns the keys that are new. A known key with the same postings is left alone.

        Raises ValueError where postings do not sum to zero or a known key says something else; Permanent where
        `settles` names a claim that is settled already.
        """

    def account(self, patron_id: str) -> Account: ...
    def owed(self, numbers: Sequence[str]) -> dict[str, Money]:
        """Balance of RECEIVABLE by transaction (0.00 where charged and settled); one never charged is not named."""

    def charged(self, numbers: Sequence[str]) -> dict[str, tuple[Money, Money]]:
        """What was charged by transaction: (total fee, subsidy); one never charged is not named."""

    def standing(self, numbers: Sequence[str]) -> dict[str, Standing]:
        """All that domain.bookkeeping needs to know of transactions; one that no entry speaks of is not named."""

    def pending(self, numbers: Sequence[str]) -> dict[str, Money]:
        """What was claimed beyond the fee by transaction, where it is anything: the fee fell after its claim."""

    def fresh(self, key: str) -> str:
        """`key` itself, or once its entry was reversed the first of 'key:2', 'key:3', … to post the fact anew."""

    def entries(self, *, patron_id: str = "", number: str = "", limit: int = 200) -> list[LedgerEntry]:
        """Newest first."""

    def get(self, key: str) -> LedgerEntry | None: ...
    def claims(
        self,
        *,
        patron_ids: Sequence[str] = (),
        numbers: Sequence[str] = (),
        amount: Money | None = None,
        before: datetime | None = None,
        open_only: bool = True,
        limit: int = 500,
    ) -> list[Claim]:
        """Claims, oldest first."""

    def refunds(self, *, open_only: bool = True, since: datetime = ...) -> list[Refund]:
        """What is to be paid out, oldest first; with the rest, what was paid since, too (latest 10,000)."""

    def refund(self, key: str) -> Refund | None:
        """The refund of that key, paid out or not; None where there is none, or where it was taken back."""

    def balances(self) -> dict[tuple[Book, str], Money]:
        """The trial balance by book and currency: each currency sums to zero."""

    def sum_up(self) -> None:
        """Keep the trial balance as it stood a while ago: it is then summed from there, to the same."""

    def faults(self) -> list[str]:
        """A sentence for each law of the books that is broken; empty where they hold. Reads all of them."""

    def subsidised(self, patron_id: str, since: datetime, currency: str = "CNY") -> Money:
        """What a patron's fees were subsidised with since then (domain.fees.Usage)."""

    def unopened(self, *, after: str = "", limit: int = 500) -> list[str]:
        """Transactions whose fee was asked for and which no entry speaks of, by number; `after` pages on."""


class Statements(Protocol):
    """Imported statement lines; which of them are used is told by the ledger entries that name them."""

    def add(self, lines: Sequence[StatementLine], now: datetime) -> list[str]:
        """Keys that are new; known ones are left alone."""

    def get(self, key: str) -> StatementLine | None: ...
    def open(self, *, limit: int = 1000) -> list[StatementLine]:
        """Lines of incoming money that no ledger entry names or whose money is UNCLAIMED still, oldest first."""

    def went_out(self, *, limit: int = 1000) -> list[StatementLine]:
        """Money that went out and that no refund explains yet, oldest first."""

    def find(self, *, since: date | None = None, limit: int = 1000) -> list[StatementLine]: ...


class Invoices(Protocol):
    def add(self, invoice: Invoice, now: datetime) -> int:
        """The id; one of the same mail, patron and title is left alone and its id given."""

    def change(self, invoice: Invoice, now: datetime) -> None:
        """Write it anew. Raises StaleVersion where `version` is not the stored one."""

    def get(self, invoice_id: int) -> Invoice | None: ...
    def find(
        self, *, state: InvoiceState | None = None, patron_id: str = "", number: str = "", limit: int = 100
    ) -> list[Invoice]:
        """`number`: of the invoice. Newest first."""

    def of_transactions(self, numbers: Sequence[str]) -> list[Invoice]: ...
    def of_mail(self, mail_id: int) -> list[Invoice]: ...
