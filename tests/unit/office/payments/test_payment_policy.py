"""rules/payments.toml: read strictly, asked in order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maild.domain.accounting.allocation import Fit
from maild.domain.accounting.receipt import Ground, Purpose, ReceiptKind, Stamp
from maild.domain.errors import RuleError
from maild.domain.money import Money
from maild.domain.requests.patron import PatronKind
from maild.office.payments.payment_policy import (
    Evidence,
    Link,
    Payee,
    Payer,
    PaymentPolicy,
    Sender,
    StandingKind,
    Then,
    load_payments,
    read_payments,
)
from maild.resources import data_folder
from maild.tables import read_toml
from tests.cases import each

SHIPPED = data_folder("rules") / "payments.toml"
GOOD = Evidence(
    link=Link.NUMBER, sender=Sender.PATRON, fit=Fit.EXACT, kind=ReceiptKind.BANK_RECEIPT, ground=Ground.WORDS,
    payee=Payee.OURS, payer=Payer.PATRON, purpose=Purpose.OURS, standing=StandingKind.GOOD, patron=PatronKind.INTERNAL, sealed=False,
    stamp=Stamp.UNASKED,
    sure=True, dated=True, amount=Money.of("12.50"), confidence=0.9,
)  # fmt: skip


@each(
    ("change", "then"),
    [
        ({}, Then.RELEASE),
        ({"sure": False}, Then.LIBRARIAN),
        ({"purpose": Purpose.SILENT}, Then.RELEASE),
        ({"purpose": Purpose.OTHER}, Then.LIBRARIAN),
        ({"purpose": Purpose.OTHER, "link": Link.DEPOSIT}, Then.LIBRARIAN),
        ({"purpose": Purpose.OTHER, "link": Link.SLIP, "sealed": True}, Then.LIBRARIAN),
        ({"dated": False}, Then.LIBRARIAN),
        ({"amount": Money.of("300.01")}, Then.STATEMENT),
        ({"amount": Money.of("10.00", "USD")}, Then.STATEMENT),
        ({"standing": StandingKind.BAD}, Then.STATEMENT),
        ({"payee": Payee.UNSAID}, Then.STATEMENT),
        ({"sender": Sender.OTHER}, Then.STATEMENT),
        ({"link": Link.AMOUNT}, Then.RELEASE),
        ({"link": Link.AMOUNT, "payer": Payer.OTHER}, Then.LIBRARIAN),
        ({"link": Link.AMOUNT, "fit": Fit.PARTIAL}, Then.LIBRARIAN),
        ({"link": Link.AMOUNT, "sender": Sender.OTHER}, Then.LIBRARIAN),
        ({"link": Link.AMOUNT, "amount": Money.of("150.00")}, Then.STATEMENT),
        ({"link": Link.DEPOSIT}, Then.STATEMENT),
        ({"link": Link.SLIP, "sure": False}, Then.LIBRARIAN),
        ({"link": Link.SLIP, "sure": False, "dated": False, "stamp": Stamp.FINANCE}, Then.RELEASE),
        ({"link": Link.SLIP, "sure": False, "dated": False, "sealed": True}, Then.LIBRARIAN),
        ({"link": Link.SLIP, "sure": False, "dated": False, "stamp": Stamp.UNREAD}, Then.STATEMENT),
        ({"sure": False, "stamp": Stamp.UNREAD}, Then.STATEMENT),
        ({"sure": False, "stamp": Stamp.UNREAD, "ground": Ground.PASSES}, Then.LIBRARIAN),
        ({"sure": False, "stamp": Stamp.OTHER}, Then.LIBRARIAN),
        ({"link": Link.SLIP, "sure": False, "stamp": Stamp.FINANCE, "sender": Sender.OTHER}, Then.LIBRARIAN),
        ({"link": Link.SLIP, "dated": False, "sender": Sender.OTHER, "stamp": Stamp.FINANCE}, Then.RELEASE),
    ],
)
def test_the_shipped_policy(change: dict[str, object], then: Then) -> None:
    """What goes at once, what waits for the statement, what for a librarian."""
    assert load_payments().judge(replace(GOOD, **change))[0] is then  # type: ignore[arg-type]


def test_without_rules_everything_waits() -> None:
    """The default of the code lets nothing go by itself."""
    assert PaymentPolicy().judge(GOOD)[0] is Then.LIBRARIAN


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("oldest_days = 180", "oldest_days = -1", "window.oldest_days: must be a whole number"),
        ("oldest_days = 180", 'oldest_days = "180"', "window.oldest_days: must be a whole number"),
        ("oldest_days = 180", "oldest = 180", "window.oldest: unknown key (did you mean 'oldest_days'?)"),
        ('low = "20.00"', "low = 20.0", "low: must be a string\n  remedy: an amount in quotes"),
        ('low = "20.00"', 'low = "twenty"', "low: not an amount"),
        ("charge_on_delivery = true", 'charge_on_delivery = "yes"', "true or false"),
        ("[standing] ", "[repute] ", "repute: unknown key"),
        ('link = ["deposit"]', 'link = ["guess"]', "link[0]: unknown value 'guess'"),
        ('link = ["deposit"]', "link = []", "link: must not be empty"),
        ('link = ["deposit"]', 'links = ["deposit"]', "links: unknown key (did you mean 'link'?)"),
        ('fit = ["exact"]', 'fit = ["ambiguous"]', "fit[0]: unknown value 'ambiguous'"),
        ('then = "release"', 'then = "pay"', "then: unknown value 'pay'"),
        (
            'sender = ["patron"]\nfit = ["exact"]\nstamp',
            'sender = ["other"]\nfit = ["exact"]\nstamp',
            "sure = false needs",
        ),
        ("[window]", "[window", "payments.toml"),
    ],
)
def test_a_wrong_file_stops_the_start(tmp_path: Path, old: str, new: str, said: str) -> None:
    """File, place and fault are named."""
    text = SHIPPED.read_text("utf-8").replace("[standing]          #", "[standing]  #")
    assert old in text
    path = tmp_path / "payments.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RuleError) as error:
        read_payments(read_toml(path))
    assert said in str(error.value)
    assert str(path) in str(error.value)
