"""The adversarial payment proofs: complete, the same every time, and each what its class says."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from tests.receipts.adverse import CLASSES, NEVER, OPEN, Plan, plans
from tests.receipts.values import OUR_ACCOUNT

PLANS = plans(OPEN)


def first(cls: str, variant: str = "", group: str = "") -> Plan:
    return next(one for one in PLANS if one.cls == cls and variant in one.variant and group in one.group)


def test_every_class_has_its_share() -> None:
    """150 proofs that may not simply be acted upon, 60 honest ones in the same layouts, none of them twice."""
    counts = Counter(plan.cls for plan in PLANS)
    assert set(counts) == set(CLASSES)
    assert counts["honest"] >= 60
    assert sum(counts.values()) - counts["honest"] >= 150
    assert all(counts[cls] >= 20 for cls in NEVER)
    assert [plan.seed for plan in PLANS] == list(range(1, len(PLANS) + 1))


def test_every_layout_is_paid_honestly_too() -> None:
    """What is refused in a layout can be told from what is paid in it."""
    adverse = {group for plan in PLANS if plan.cls != "honest" for group in plan.group.split("+")}
    honest = {plan.group for plan in PLANS if plan.cls == "honest"}
    assert adverse <= honest


@pytest.mark.parametrize("cls", ["honest", "returned", "two", "stamps", "struck", "forged"])
def test_the_same_plan_draws_the_same_bytes(cls: str) -> None:
    """A case is a function of its plan, and says what its class allows."""
    case, again = first(cls).case(OPEN), first(cls).case(OPEN)
    assert case == again
    assert case.sample.content
    assert case.fees == tuple(truth.amount for truth in case.sample.truths)
    assert case.allow == ("apply" if cls in ("honest", "two") else "person")


def test_two_receipts_have_two_truths() -> None:
    """Sums and serials of the receipts in one file differ; the same payment seen twice is one."""
    two = first("two", "side_by_side").case(OPEN).sample
    assert len({truth.amount for truth in two.truths}) == len({truth.serials for truth in two.truths}) == 2
    assert len(first("two", "same_twice").case(OPEN).sample.truths) == 1


def test_an_edited_pdf_shows_the_other_sum() -> None:
    """Saved behind the old file, the sum that was paid no longer to be read."""
    sample = first("forged", "pdf_edited").case(OPEN).sample
    assert sample.content.count(b"startxref") == 2
    text = pypdfium2.PdfDocument(sample.content)[0].get_textpage().get_text_range()
    assert f"{sample.truth.amount:,.2f}" in text


def test_an_account_off_by_a_digit_is_read_as_such() -> None:
    """In the text of the PDF, where nothing excuses it."""
    sample = first("elsewhere", "digit_1").case(OPEN).sample
    text = pypdfium2.PdfDocument(sample.content)[0].get_textpage().get_text_range()
    assert sample.truth.payee_account in text
    assert OUR_ACCOUNT not in text


def test_an_editor_names_itself() -> None:
    """EXIF says Software; of honest pictures it is a telephone's at most."""
    software = Image.open(BytesIO(first("forged", "editor").case(OPEN).sample.content)).getexif()[0x0131]
    honest = Image.open(BytesIO(first("honest", "camera").case(OPEN).sample.content)).getexif().get(0x0131)
    assert "Photoshop" in software
    assert honest == "HarmonyOS 4.2"
