"""Photographs of our transfer form as the daemon reads them: in the confined worker, from the mailed file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from maild.bootstrap import build
from maild.config import Settings
from maild.confine.receipts import ReceiptPool
from maild.domain.accounting import slip
from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind
from tests.forms.photos import KEY, Photo, photograph, writer
from tests.receipts import generate

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


def test_a_slip_beside_the_form_is_read_as_well(pool: ReceiptPool) -> None:
    """One photograph of both: the form by its code, then the slip."""
    photo, slip_ = photograph(8), generate(7008, "open", "bank_receipt")
    form, other = (np.asarray(Image.open(BytesIO(one.content)).convert("RGB")) for one in (photo, slip_))
    share = 0.6 * form.shape[0] / other.shape[0]
    other = cv2.resize(other, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    both = np.full((form.shape[0], form.shape[1] + other.shape[1] + 30, 3), 120, np.uint8)
    both[:, : form.shape[1]] = form
    both[40 : 40 + other.shape[0], form.shape[1] + 15 : form.shape[1] + 15 + other.shape[1]] = other
    out = BytesIO()
    Image.fromarray(both).save(out, "JPEG", quality=90)
    first, second, *_ = pool.read(out.getvalue(), filename="IMG_2.jpg", media_type="image/jpeg")
    assert first.amount == photo.form.amount
    assert second.amount is not None
    assert second.amount.amount == slip_.truth.amount
