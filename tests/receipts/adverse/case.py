"""What an adversarial picture is made of: the payment it shows, the layout that draws it, what may be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from types import MappingProxyType
from typing import Literal

from tests.receipts import values
from tests.receipts.drawing import Drawing
from tests.receipts.registry import Medium, Pad
from tests.receipts.truth import Sample, Truth

Allow = Literal["apply", "claim", "person"]
CLASSES = ("honest", "unpaid", "returned", "foreign", "elsewhere", "two", "stamps", "struck", "hand", "application",
           "forged", "currency")  # fmt: skip
NEVER = ("unpaid", "returned", "foreign", "elsewhere")  # nothing of these may ever be booked
LATEST = datetime(2026, 11, 23, 18)  # the office of the bench opens a day later


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One payment as it is shown.

    title, state   headline and value of the status row; None: the layout's own for a payment that was made,
                   '': not shown
    sign           before the sum
    rows           further labels and values; steps: a progress line, (what, when)
    foot           lines below the rest; button: a button at the end
    unit           a line that says in what the sum is given
    stamp          words of the bank's stamp by line, where the layout has a place for it
    shown_sum      the sum as printed, where it is not simply the amount
    """

    amount: Decimal
    at: datetime
    payer: str
    payer_account: str
    payee: str
    payee_account: str
    purpose: str
    serial: str
    order: str
    bank: str = ""
    title: str | None = None
    state: str | None = None
    sign: str = ""
    currency: str = "CNY"
    unit: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    steps: tuple[tuple[str, str], ...] = ()
    foot: tuple[str, ...] = ()
    button: str = ""
    stamp: tuple[str, ...] | None = None
    shown_sum: str = ""

    @property
    def figures(self) -> str:
        return self.shown_sum or f"{self.sign}{self.amount:,.2f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A layout. done: headlines of a payment that was made; made: values of its status row ('': it has none).

    kind    as in `maild receipt --json`; shows: what of a Truth can be read from it
    names   the payee's spellings that it would print for us
    """

    name: str
    kind: str
    medium: Medium
    lang: str
    draw: Callable[[Slip, Pad], Drawing]
    done: tuple[str, ...] = ("",)
    made: tuple[str, ...] = ("",)
    pdf: bool = False
    shows: frozenset[str] = frozenset()
    names: tuple[str, ...] = (values.OUR_NAME,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How a payment differs from an honest one: fields of a Slip by name, and which layouts can say so."""

    cls: str
    name: str
    lang: str = "zh"
    media: tuple[str, ...] = ("screen",)
    change: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    shapes: tuple[str, ...] = ()
    allow: Allow = "person"
    told: bool = False
    pdf: bool | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file, and what a careful librarian would let happen.

    variant  which wording or fault of its class; group: the layout
    allow    the most that may be done without a person: 'apply' documents go out, 'claim' it is booked and documents
             wait, 'person' nothing is booked
    told     whether the patron may be told at once that the proof does not do (not paid to us, stamp missing)
    fees     what this patron owes, in the order of the truths; never: sums among them that may not be booked
    """

    cls: str
    variant: str
    group: str
    allow: Allow
    sample: Sample
    told: bool = False
    fees: tuple[Decimal, ...] = ()
    never: frozenset[Decimal] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.cls}-{self.sample.seed:04d}-{self.group}-{self.variant}"


def layout(kind: str, medium: Medium, lang: str = "zh", *, done: tuple[str, ...] = ("",), made: tuple[str, ...] = ("",),
           pdf: bool = False, shows: str = "", names: tuple[str, ...] = (values.OUR_NAME,)) -> Callable[[Callable[[Slip, Pad], Drawing]], Shape]:  # fmt: skip
    """Make a Shape of the function below."""

    def make(draw: Callable[[Slip, Pad], Drawing]) -> Shape:
        return Shape(name=draw.__name__, kind=kind, medium=medium, lang=lang, draw=draw, done=done, made=made, pdf=pdf,
                     shows=frozenset(shows.split()), names=names)  # fmt: skip

    return make


def payment(random: Random, shape: Shape) -> Slip:
    """An honest payment to us as this layout shows it."""
    at = LATEST - timedelta(seconds=random.randint(0, 9 * 86_400))
    at = at.replace(hour=random.randint(8, 20), minute=random.randint(1, 59), second=random.randint(1, 59))
    bank = random.choice(list(values.BANKS))
    return Slip(
        amount=_sum(random),
        at=at,
        payer=values.person(random),
        payer_account=values.account(random, bank),
        payee=random.choice(shape.names),
        payee_account=values.OUR_ACCOUNT,
        purpose=random.choice(values.PURPOSES) if random.random() < 0.75 else "",
        serial=values.digits(random, random.choice((16, 18, 20, 24))),
        order=values.digits(random, random.choice((12, 22, 28))),
        bank=values.BANKS[bank],
        title=random.choice(shape.done),
        state=random.choice(shape.made),
    )


def _sum(random: Random) -> Decimal:
    """A fee that is not mistaken for a decoy: 3.00 to 480.00."""
    return usual((Decimal("0.30") * random.randint(10, 1600)).quantize(Decimal("0.01")))


def usual(amount: Decimal) -> Decimal:
    """Most of what the office asks for is under 100; documents of larger sums may wait for the money by policy."""
    return amount if amount < 100 or int(amount) % 4 == 0 else amount % 93 + 3


def truth(slip: Slip, shape: Shape, *, ours: bool | None) -> Truth:
    """What the picture says. The payee is no fact where the layout names it without an account and it is not us."""
    account = "payee_account" in shape.shows
    return Truth(
        kind=shape.kind, layout=shape.name, amount=slip.amount, payer=slip.payer, payer_account=slip.payer_account,
        payee=slip.payee, payee_account=slip.payee_account if account else "",
        payee_account_shown=slip.payee_account if account else "", payee_is_library=ours, date=slip.at.date(),
        time=f"{slip.at:%H:%M:%S}", serials=(slip.serial, slip.order), purpose=slip.purpose, shown=shape.shows,
    )  # fmt: skip
