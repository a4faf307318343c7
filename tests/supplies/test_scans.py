"""Scans: a supply without text is looked at once, in the confined worker, and told by what OCR reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from maild.config import Settings
from maild.confine.receipts import ReceiptPool
from maild.domain.incoming.document import DocumentReport
from maild.domain.requests.patron import Transaction
from maild.office.payments.scans import look_now, scan_files
from maild.office.providers.supply import supplied
from maild.receipts.media.document import inspect
from tests.supplies.mails import NUMBER, mail
from tests.supplies.printed import pdf, scan
from tests.supplies.test_supplies import reader

_TEXT = (
    "Samples were taken during summer in the northern basin and results are discussed with respect to earlier surveys\n"
    "while methods follow standard practice for water chemistry and grain size of the upper layers\n"
)
_PAGE = (
    f"Journal of Basin Studies 12 (2019) 34-51\nDiatoms of the southern lakes and their waters\nA Silva\n{_TEXT * 3}"
)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReceiptPool]:
    """The worker that reads payment proofs, and scans."""
    settings = Settings()
    made = ReceiptPool(
        settings.receipts, settings.office, rules_folder="", transaction_number=settings.matching.transaction_number
    )
    yield made
    made.close()


def test_a_scan_is_told_by_its_picture(pool: ReceiptPool) -> None:
    """The same scan is the right document for one request, and another one for the next; behind a cover sheet, too."""
    sheet = "Interlibrary Loan\nILLiad TN: 17\nBorrower: ZJU\nArticle Title: Bank lending in three counties"
    for pages in ([_PAGE], [sheet, _PAGE]):
        reading = reader().read(mail("en", files=[("scan.pdf", scan(pages))]), {})
        assert len(scan_files(reading)) == 1
        seen = look_now(reading, pool)
        right = Transaction(number=NUMBER, patron_id="p1", title="Diatoms of the southern lakes and their waters")
        assert supplied(seen, right, 1).other == ""
        wrong = replace(right, title="Bank lending in three counties")
        assert "title does not stand" in supplied(seen, wrong, 1).other
        assert supplied(reading, wrong, 1).other == "", "before it is looked at nothing can be told"


def test_what_has_text_or_is_broken_is_not_looked_at() -> None:
    """OCR costs seconds: only a usable file of a proven provider that says too little is looked at."""
    assert inspect(pdf([_PAGE])).front != ()
    for content in (pdf([_PAGE]), scan([_PAGE])[:9000], b"no file"):
        assert scan_files(reader().read(mail("en", files=[("a.pdf", content)]), {})) == ()
    forged = (
        mail("en", files=[("a.pdf", scan([_PAGE]))])
        .replace(b"dkim=pass", b"dkim=fail")
        .replace(b"dmarc=pass", b"dmarc=fail")
    )
    assert scan_files(reader().read(forged, {})) == ()


def test_a_hostile_scan_ends(pool: ReceiptPool) -> None:
    """Bytes that are none, and a page without anything, have no text."""
    assert pool.scanned(b"%PDF-1.4 nonsense") == ()
    assert pool.scanned(b"\xff\xd8\xff\xe0 nonsense") == ()
    assert "".join(pool.scanned(scan([""]))) in ("", "1")
    assert isinstance(inspect(scan([""])), DocumentReport)
