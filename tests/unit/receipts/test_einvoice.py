"""Issued invoices in each form they come in; codes that differ from the text; files that are hostile. Synthetic."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from maild.confine.einvoice import InvoiceFileReader
from maild.domain.money import Money
from maild.receipts.media.einvoice import decode_qr, read
from tests.unit.receipts.invoice_files import Made, ofd, pdf, qr_png, xml, zipped

MADE = Made()


def _complete(content: bytes, name: str = "", made: Made = MADE) -> None:
    found = read(content, name)
    assert found.warnings == ()
    assert found.number == made.number
    assert found.issued == date(2026, 11, 24)
    assert found.amount == Money.of(made.amount)
    assert (found.buyer, found.buyer_tax_number) == (made.buyer, made.buyer_tax)
    assert (found.seller, found.seller_tax_number) == (made.seller, made.seller_tax)
    assert found.item == made.item


@pytest.mark.parametrize("apart", [False, True])
def test_a_pdf_is_read_by_the_places_of_its_text(apart: bool) -> None:
    """Labels and values in one run or drawn apart; the QR agrees."""
    _complete(pdf(MADE, apart=apart))
    assert read(pdf(MADE, apart=apart)).qr == MADE.code


def test_the_tax_offices_xml() -> None:
    """Named fields."""
    _complete(xml(MADE))


@pytest.mark.parametrize("original", [False, True])
def test_an_ofd_says_it_in_its_data(original: bool) -> None:
    """CustomData, or the attached original; net and tax are added up where the sum is not said."""
    _complete(ofd(MADE, original=original))


def test_an_archive_of_the_platform() -> None:
    """A ZIP with the XML and the PDF, or with the PDF alone."""
    _complete(zipped({"a.xml": xml(MADE), "a.pdf": pdf(MADE)}))
    _complete(zipped({"a.pdf": pdf(MADE)}))


def test_a_person_has_no_tax_number() -> None:
    """An empty element, an empty place."""
    made = replace(MADE, buyer="沈听澜", buyer_tax="")
    for content in (xml(made), pdf(made, apart=True), ofd(made)):
        found = read(content)
        assert (found.buyer, found.buyer_tax_number) == ("沈听澜", "")


def test_a_page_without_text_tells_by_its_code() -> None:
    """A scanned or printed one: number, date and amount are in the code; names are not."""
    for content in (pdf(MADE, text=False), qr_png(MADE.code, 6)):
        found = read(content)
        assert (found.number, found.amount, found.issued) == (MADE.number, Money.of("42.50"), date(2026, 11, 24))
        assert found.buyer == ""
        assert found.warnings == ()


def test_a_code_that_differs_is_told() -> None:
    """Another invoice's code on this text."""
    other = replace(MADE, number="26332000000099999999", amount="999.00")
    found = read(pdf(MADE, code=other.code))
    assert found.number == MADE.number
    assert any("number" in w for w in found.warnings)
    assert any("amount" in w for w in found.warnings)


def test_codes() -> None:
    """Those of 数电票 include tax, older ones (code and eight digits) do not; others are no invoice's."""
    new = decode_qr("01,32,,24332000000012345678,12.50,20241124,,1A2B")
    old = decode_qr("01,10,033001900111,12345678,11.79,20191124,01234567890123456789,C0DE,")
    assert new is not None
    assert new.inclusive
    assert new.amount == Money.of("12.50")
    assert old is not None
    assert not old.inclusive
    assert decode_qr("ILL1:2026112400017:35.00") is None
    assert decode_qr("01,32,,243320,12.50,20241124,,1A2B") is None
    impossible = decode_qr("01,32,,24332000000012345678,12.50,20241399,,1A2B")
    assert impossible is not None
    assert impossible.issued is None


_BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
_OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><EInvoice><EIid>&a;</EIid></EInvoice>'
)
# Made when it is asked for, and not while tests are collected.
HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "entities": lambda: _BOMB,
    "outside": lambda: _OUTSIDE,
    "entities in an OFD": lambda: zipped({"OFD.xml": _BOMB}),
    "deep": lambda: b"<a>" * 100_000,
    "many": lambda: b"<r>" + b"<a/>" * 400_000 + b"</r>",
    "a bomb": lambda: zipped({f"Doc_0/{n}.xml": b" " * 8_000_000 for n in range(40)} | {"OFD.xml": "<a/>"}),
    "many files": lambda: zipped({f"{n}.xml": "<a/>" for n in range(3000)}),
    "cut": lambda: pdf(MADE)[:3000],
    "a cut archive": lambda: ofd(MADE)[:-200],
    "nothing": lambda: b"",
    "rubbish": lambda: bytes(range(256)) * 50,
    "an encoding that is none": lambda: b'<?xml version="1.0" encoding="x-none"?><a/>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_a_warning(name: str) -> None:
    """Nothing raises, nothing is made up, and none takes long."""
    start = time.monotonic()
    found = read(HOSTILE[name](), "x.ofd" if "OFD" in name or "bomb" in name else "")
    assert found.number == ""
    assert found.warnings
    assert time.monotonic() - start < 10


def test_reading_in_confinement() -> None:
    """The worker reads each form; the next file is read by the same one."""
    reader = InvoiceFileReader()
    try:
        for content in (pdf(MADE), ofd(MADE), xml(MADE)):
            assert reader.read(content).number == MADE.number
        assert reader.read(HOSTILE["cut"]()).warnings
    finally:
        reader.close()
