"""A tale: its people, their fees, the proofs they send, and the truth of each payment."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from maild.domain.accounting import reference, slip
from maild.domain.accounting.receipt import Ground, Mark, Receipt, ReceiptKind, Stamp
from maild.domain.errors import Permanent
from maild.domain.incoming import token
from maild.domain.money import Money
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.lifecycle import PaymentState, State
from maild.domain.requests.patron import Language, Patron, PatronAddress, PatronKind, Transaction
from tests.stories.world import KEY, World

TODAY = date(2026, 11, 24)
NOTHING = Money.of(0)
BANKS = (ReceiptKind.BANK_RECEIPT, ReceiptKind.BANK_APP)
SCREENS = (ReceiptKind.WECHAT, ReceiptKind.ALIPAY, ReceiptKind.LIBRARY_PAYMENT)
FAMILY, GIVEN = "林周沈顾陆许唐秦", "知夏慕白予安景行若水清和"
HELLO = ("老师您好，费用已转账，凭证见附件。", "您好，已缴费，请查收附件中的回单。", "附件是付款凭证，谢谢！",
         "Dear librarian, I have paid the fee. The receipt is attached.", "已付款，截图见附件")  # fmt: skip


@dataclass(slots=True)
class Truth:
    """A payment as it really was: who paid for what, how much goes to the deposit, whether it is money for us."""

    patron_id: str
    amount: Money
    parts: Mapping[str, Money]
    good: bool = True

    @property
    def deposit(self) -> Money:
        return self.amount - sum(self.parts.values(), NOTHING)


@dataclass(slots=True)
class Tale:
    """One story: its people, and the truth by the hash of each picture."""

    rng: random.Random
    world: World
    place: int
    patrons: list[Patron] = field(default_factory=list)
    truths: dict[str, Truth] = field(default_factory=dict)
    mails: list[int] = field(default_factory=list)
    automatic: bool | None = None  # whether a person should not be needed; None: either is right
    number: int = 0

    # --- people and fees ----------------------------------------------------------------------------------

    def patron(self, kind: PatronKind = PatronKind.INTERNAL) -> Patron:
        index = len(self.patrons)
        name = self.rng.choice(FAMILY) + "".join(self.rng.sample(GIVEN, 2))
        address = f"reader{self.place}-{index}@patron.example"
        patron = Patron(patron_id=f"s{self.place}-{index}", name=name, kind=kind, language=Language.ZH,
                        emails=(PatronAddress(address=address),))  # fmt: skip
        self.patrons.append(patron)
        self.world.settle_in([patron], [])
        return patron

    def fees(self, patron: Patron, amounts: Sequence[str | Money], **more: object) -> list[Transaction]:
        """Requests whose copies wait here for these fees."""
        found = []
        for amount in amounts:
            self.number += 1
            payable = amount if isinstance(amount, Money) else Money.of(amount)
            values: dict[str, object] = {
                "number": f"20261124{self.place:05d}{self.number:02d}", "patron_id": patron.patron_id,
                "state": State.SHIPPED, "title": f"Title {self.place} {self.number}", "total": payable,
                "subsidy": NOTHING, "payable": payable, "payment_state": PaymentState.DUE, **more,
            }  # fmt: skip
            found.append(Transaction(**values))  # type: ignore[arg-type]
        self.world.settle_in([], found)
        return found

    def sum(self) -> Money:
        """A fee as they are: pages at 0.30, handling 2, 5 or 10."""
        return Money.of(Decimal(self.rng.randint(3, 120)) * Decimal("0.30") + self.rng.choice((2, 5, 10)))

    def sums(self, count: int) -> list[Money]:
        """Fees of which no two sets have one sum."""
        while True:
            found = [self.sum() for _ in range(count)]
            totals = [sum((f for i, f in enumerate(found) if mask >> i & 1), NOTHING) for mask in range(1 << count)]
            if len(set(totals)) == len(totals):
                return found

    # --- proofs --------------------------------------------------------------------------------------------

    def proof(
        self, patron: Patron, parts: Mapping[str, Money], amount: Money | None = None, *, good: bool = True,
        **more: object,
    ) -> Receipt:  # fmt: skip
        """A picture of a payment, read as a good reader would read it; `more` changes what it says."""
        amount = amount if amount is not None else sum(parts.values(), NOTHING)
        kind = self.rng.choice((*BANKS, *BANKS, *SCREENS))
        day = TODAY - timedelta(days=self.rng.randint(0, 20))
        values: dict[str, object] = {
            "source": "IMG.jpg", "sha256": self.hash(), "kind": kind, "amount": amount, "payer": patron.name,
            "payee": "浙江大学", "payee_is_library": True, "date": day, "time": self.moment(),
            "serials": (self.serial(),) if self.rng.random() < 0.9 else (), "confidence": 0.97, "sure": True,
            "ground": self.rng.choice((Ground.WORDS, Ground.PASSES, Ground.TEXT)), "look": f"{self.rng.getrandbits(64):016x}",
            "marks": {"transactions": Mark(confidence=0.97, source=self.rng.choice(("ocr", "text")))}, **more,
        }  # fmt: skip
        receipt = Receipt(**values)  # type: ignore[arg-type]
        self.truths[receipt.sha256] = Truth(patron_id=patron.patron_id, amount=amount, parts=parts, good=good)
        return receipt

    def form(self, patron: Patron, requests: Sequence[Transaction], **more: object) -> Receipt:
        """Our own form for these requests, stamped and photographed."""
        parts = due(requests)
        whole = sum(parts.values(), NOTHING)
        values: dict[str, object] = {
            "kind": ReceiptKind.CAMPUS_TRANSFER, "serials": (), "time": "", "payer": "信息学院", "sealed": True,
            "stamp": Stamp.FINANCE,
            "qr": slip.make(KEY, list(parts), whole), "ground": Ground.DUE, "date": None, **more,
        }  # fmt: skip
        return self.proof(patron, parts, **values)  # type: ignore[arg-type]

    def again(self, receipt: Receipt, **more: object) -> Receipt:
        """Another picture of the same payment: other bytes, nearly the same look."""
        look = f"{int(receipt.look, 16) ^ 1 << self.rng.randrange(64):016x}"
        copy = replace(receipt, **{"sha256": self.hash(), "look": look, **more})  # type: ignore[arg-type]
        self.truths[copy.sha256] = self.truths[receipt.sha256]
        return copy

    def hash(self) -> str:
        return hashlib.sha256(self.rng.randbytes(16)).hexdigest()

    def serial(self) -> str:
        return "".join(self.rng.choices("0123456789", k=self.rng.choice((15, 16, 18, 20))))

    def moment(self) -> str:
        hour, minute, second = self.rng.randint(8, 20), self.rng.randint(0, 59), self.rng.randint(1, 59)
        return f"{hour:02d}:{minute:02d}:{second:02d}"

    def work(self) -> None:
        """A librarian settles what waits and what is claimed, now and then wrongly, and takes some of it back."""
        with self.world.store.read() as uow:
            items = [i for i in uow.reviews.find(limit=100_000) if i.mail_id in self.mails]
        for item in items:
            self._settle(item)
        with self.world.store.read() as uow:
            claims = uow.ledger.claims(patron_ids=[p.patron_id for p in self.patrons])
        for claim in claims:
            act = self.rng.randrange(5)
            if act == 0:
                self.world.books.reject(claim.key, actor="li", note="never came")
            elif act == 1:
                self.world.books.take_back(claim.key, actor="li", note="posted by mistake")
            elif act == 2:
                less = Money.of(claim.amount.amount / 2)
                self.world.books.confirm(claim.key, actor="li", channel="bank", amount=less)
            else:
                self.world.books.confirm(claim.key, actor="li", channel="bank")
                if act == 4:
                    self.world.books.take_back(f"confirm:{claim.key}", actor="li", note="another's money")

    def _settle(self, item: ReviewItem) -> None:
        with self.world.store.read() as uow:
            proofs = uow.receipts.of_mail(item.mail_id or 0)
        truth = next((self.truths[p.receipt.sha256] for p in proofs if not p.claim), None)
        if truth is None or not truth.good or self.rng.random() < 0.3:
            self.world.acts.dismiss(item.id, actor="li", note="nothing to do")
            return
        amounts = [*truth.parts.values(), *([truth.deposit] if truth.deposit else [])]
        try:
            self.world.acts.assign(item.id, list(truth.parts), actor="li", amounts=amounts, deposit=bool(truth.deposit),
                                   patron_id=truth.patron_id)  # fmt: skip
        except Permanent:
            return  # paid already, or claimed by another mail
        if self.rng.random() < 0.3:
            self.world.acts.undo(item.id, actor="li")

    # --- telling -------------------------------------------------------------------------------------------

    def send(
        self, patron: Patron | str, receipts: Sequence[Receipt], text: str = "", subject: str = "缴费凭证", *,
        proven: bool = True,
    ) -> int:  # fmt: skip
        """The mail, processed at once."""
        sender = patron if isinstance(patron, str) else patron.emails[0].address
        mail_id = self.world.mail(sender, subject, text or self.rng.choice(HELLO), receipts, proven=proven)
        self.mails.append(mail_id)
        self.world.process()
        return mail_id

    def named(self, patron: Patron, requests: Sequence[Transaction], **more: object) -> None:
        """Pay these requests and say so in one of the ways people do."""
        parts = due(requests)
        numbers = list(parts)
        match self.rng.randrange(6):
            case 0:
                self.send(patron, [self.form(patron, requests, **more)])
            case 1:
                self.send(patron, [self.proof(patron, parts, purpose="文献传递费" + "、".join(numbers),
                                              transactions=tuple(numbers), **more)])  # fmt: skip
            case 2 if len(numbers) == 1:
                purpose = f"图书馆文献传递费 {reference.make(KEY, numbers[0])}"
                self.send(patron, [self.proof(patron, parts, purpose=purpose, **more)])
            case 3 if len(numbers) == 1:
                text = f"已转账，见附件。\n> 回复凭据 {token.make(KEY, numbers[0], patron.emails[0].address, TODAY)}\n"
                self.send(patron, [self.proof(patron, parts, **more)], text)
            case 4:
                subject = "缴费凭证 " + " ".join(numbers)
                self.send(patron, [self.proof(patron, parts, **more)], subject=subject)
            case _:
                text = f"老师好，事务号{'、'.join(numbers)}的费用已付，凭证见附件。"
                self.send(patron, [self.proof(patron, parts, **more)], text)


def due(requests: Sequence[Transaction]) -> dict[str, Money]:
    """What each of the requests costs."""
    return {t.number: t.payable for t in requests if t.payable is not None}


Telling = Callable[[Tale], None]
