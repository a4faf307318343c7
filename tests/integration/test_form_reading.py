"""Photographs of our transfer form as the daemon reads them: in the confined worker, from the mailed file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maild.bootstrap import build
from maild.config import Settings
from maild.confine.receipts import ReceiptPool
from maild.domain import slip
from maild.domain.receipt import Ground, Receipt, ReceiptKind
from tests.forms.photos import KEY, Photo, photograph, writer

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def pool() -> Iterator[ReceiptPool]:
    """One confined worker: it has no key, no network, and reads no file but Python's, the rules and the form's."""
    services = build(Settings())
    yield services.receipts
    services.close()


def read(pool: ReceiptPool, photo: Photo) -> Receipt:
    (receipt,) = pool.read(photo.content, filename="IMG_1.jpg", media_type="image/jpeg")
    assert receipt.kind is ReceiptKind.CAMPUS_TRANSFER
    said = slip.verify(KEY, receipt.qr)
    assert said is not None
    assert said.numbers == tuple(sorted(photo.form.numbers))
    return receipt


@pytest.mark.parametrize("seed", [41, 42, 43])
def test_a_stamped_form_is_sure_at_once(pool: ReceiptPool, seed: int) -> None:
    """Fees, amount and stamp, without reading the page."""
    photo = photograph(seed, side=1600)
    receipt = read(pool, photo)
    assert receipt.amount == photo.form.amount
    assert receipt.ground is Ground.DUE
    assert receipt.sure == (receipt.sealed is True)
    assert receipt.look


@pytest.mark.parametrize("altered", ["struck", "written", "doctored"])
def test_an_altered_form_is_read_for_a_person(pool: ReceiptPool, altered: str) -> None:
    """All of it is read, and nothing of it is sure, whatever the figures say."""
    receipt = read(pool, photograph(51, side=1600, altered=altered))
    assert not receipt.sure
    assert receipt.ground is Ground.NONE
    assert receipt.amount_agrees is False
    assert any(warning.startswith("amount in ") for warning in receipt.warnings)


def test_the_form_mailed_back_unstamped(pool: ReceiptPool) -> None:
    """The PDF as it was sent: its text alone proves nothing."""
    form = photograph(61).form
    (receipt,) = pool.read(writer().write(form), filename="form.pdf", media_type="application/pdf")
    assert receipt.amount == form.amount
    assert receipt.sealed is False
    assert not receipt.sure
