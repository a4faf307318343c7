"""Issued invoices (数电票): PDF, OFD, XML or a picture → number, date, amount, names, item.

XML and OFD say everything in named fields, a PDF in the places of its text, and each that shows the QR code is
checked against it: '01,type,code,number,amount,yyyymmdd,check,4 hex digits', code and check empty, the amount
including tax. Raises nothing for what bytes may be: what cannot be read is a warning.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from maild.domain.accounting.invoice import IssuedInvoice
from maild.domain.money import Money
from maild.domain.text import normalise
from maild.receipts import SAY, magic
from maild.receipts.media.einvoice_xml import XmlFault, leaves
from maild.receipts.sheet import Box

OFD = "application/ofd"
XML = ("application/xml", "text/xml")
MOST_PAGES = 3
MOST_MEMBERS, MOST_MEMBER_BYTES, MOST_UNPACKED = 300, 4_000_000, 24_000_000

# What names the fields, in the tax office's XML, in an OFD's CustomData and in its older original_invoice.xml.
# Compared without case, hyphens and name spaces. 'parent/name' where a name alone says too little.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("invoicenumber", "eiid", "invoiceno", "发票号码"),
    "issued": ("issuetime", "issuedate", "requesttime", "开票日期"),
    "amount": ("totaltaxincludedamount", "taxinclusivetotalamount", "价税合计", "价税合计小写"),
    "net": ("totalamwithouttax", "taxexclusivetotalamount", "合计金额"),
    "tax": ("totaltaxam", "taxtotalamount", "合计税额"),
    "buyer": ("buyername", "购买方名称"),
    "buyer_tax_number": ("buyeridnum", "buyertaxid", "购买方纳税人识别号", "购买方统一社会信用代码"),
    "seller": ("sellername", "销售方名称"),
    "seller_tax_number": ("selleridnum", "sellertaxid", "销售方纳税人识别号", "销售方统一社会信用代码"),
    "item": ("itemname", "goodsinfo/item", "项目名称"),
}
_QR = re.compile(r"01,(\d{2}),(\d{0,12}),(\d{8,20}),(-?\d{1,9}(?:\.\d{1,2})?),(\d{8}),(\d{0,20}),([0-9A-Fa-f]{0,8}),?")
_DATE = re.compile(r"(20\d\d)\s*(?:年|[-/.])?\s*(\d{1,2})\s*(?:月|[-/.])?\s*(\d{1,2})")
_NUMBER = re.compile(r"(?<!\d)\d{20}(?!\d)")
_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{15,20}(?![0-9A-Z])")
_MONEY = re.compile(r"(?:¥|￥)\s*(-?\d[\d,]*\.\d{2})")
_SMALL = re.compile(r"小写\)?\s*:?\s*(?:¥)?\s*(-?\d[\d,]*\.\d{2})")
_ITEM = re.compile(r"\*[^*\n]{1,30}\*[^*\n]{1,40}")
_NAME_LABEL = re.compile(r"^名\s*称\s*:?\s*(.*)$")
_TAX_LABEL = re.compile(r"(?:纳税人识别号|统一社会信用代码)[^:]{0,12}:?\s*(.*)$")


@dataclass(frozen=True, slots=True)
class QrFacts:
    """What the code says. `inclusive`: the amount includes tax (a 数电票: no code, a number of 20 digits)."""

    number: str
    amount: Money
    issued: date | None
    inclusive: bool


def decode_qr(text: str) -> QrFacts | None:
    """The facts of an invoice's code, or None where the text is none."""
    hit = _QR.fullmatch(text.strip())
    if not hit:
        return None
    _, code, number, amount, day, _, _ = hit.groups()
    return QrFacts(number=number, amount=Money.of(amount), issued=_day(day), inclusive=not code and len(number) == 20)


def read(content: bytes, filename: str = "") -> IssuedInvoice:
    """Read an issued invoice from the bytes of its file."""
    kind = magic.sniff(content)
    if kind == magic.PDF:
        return _checked(_pdf(content))
    if kind in ("application/zip", OFD):
        return _checked(_archive(content, ofd=kind == OFD or filename.lower().endswith(".ofd")))
    if kind in XML or content.lstrip()[:1] == b"<":
        return _checked(_xml([content], "xml"))
    if kind.startswith("image/"):
        return _checked(_picture(content, kind))
    return IssuedInvoice(warnings=(SAY("type_holds_no_invoice", kind=kind),))


# --- XML and OFD --------------------------------------------------------------------------------------------


def _xml(documents: Iterable[bytes], source: str) -> IssuedInvoice:
    found: dict[str, str] = {}
    warnings: list[str] = []
    for document in documents:
        try:
            for path, text in leaves(document):
                if name := _field(path):
                    found.setdefault(name, text)
        except XmlFault as error:
            warnings.append(str(error))
    return _made(found, source, warnings)


def _field(path: Sequence[str]) -> str:
    """Which field the element (or the Name of a CustomData) is."""
    own = _plain(path[-1])
    both = f"{_plain(path[-2])}/{own}" if len(path) > 1 else own
    return next((field for field, names in _NAMES.items() if own in names or both in names), "")


def _plain(name: str) -> str:
    return re.sub(r"[\s_:()-]", "", normalise(name)).lower()


def _made(found: Mapping[str, str], source: str, warnings: Sequence[str]) -> IssuedInvoice:
    amount = _money(found.get("amount", ""))
    net, tax = _money(found.get("net", "")), _money(found.get("tax", ""))
    if amount is None and net is not None:
        amount = net + tax if tax is not None else net
    return IssuedInvoice(
        number=_digits(found.get("number", "")),
        issued=_day(found.get("issued", "")),
        amount=amount,
        buyer=found.get("buyer", ""),
        buyer_tax_number=found.get("buyer_tax_number", ""),
        seller=found.get("seller", ""),
        seller_tax_number=found.get("seller_tax_number", ""),
        item=found.get("item", ""),
        source=source,
        warnings=tuple(warnings),
    )


def _archive(content: bytes, *, ofd: bool) -> IssuedInvoice:
    """An OFD (GB/T 33190), or a ZIP with the invoice's XML, OFD or PDF: the XML within it is read."""
    warnings: list[str] = []
    documents: list[bytes] = []
    pictures: list[bytes] = []
    nested: list[tuple[str, bytes]] = []
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name, data in _members(archive, warnings):
                if name.lower().endswith(".xml"):
                    documents.append(data)
                elif not ofd and name.lower().endswith((".pdf", ".ofd")):
                    nested.append((name, data))
                elif magic.sniff(data).startswith("image/"):
                    pictures.append(data)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        return IssuedInvoice(source="ofd", warnings=(SAY("archive_is_broken", why=type(error).__name__),))
    # What the file says of itself comes before the pages; 'OFD.xml' has the CustomData.
    invoice = _xml(documents, "ofd" if ofd else "xml")
    if not invoice.number and nested:
        return read(nested[0][1], nested[0][0])
    if ofd:
        invoice = _from_pages(invoice, documents)
        codes = [code for data in pictures[:5] for code in _codes_of_picture(data, magic.sniff(data))]
        invoice = replace(invoice, qr=next((c for c in codes if decode_qr(c)), ""))
    return replace(invoice, warnings=(*invoice.warnings, *warnings))


def _members(archive: zipfile.ZipFile, warnings: list[str]) -> Iterator[tuple[str, bytes]]:
    """Members within the limits, OFD.xml and attachments first; counted while they unpack."""
    entries = [e for e in archive.infolist() if not e.is_dir()]
    entries.sort(key=lambda e: (not e.filename.endswith("OFD.xml"), "attach" not in e.filename.lower(), e.filename))
    if len(entries) > MOST_MEMBERS:
        warnings.append(SAY("too_many_inside", count=len(entries)))
    total = 0
    for entry in entries[:MOST_MEMBERS]:
        with archive.open(entry) as stream:
            data = stream.read(MOST_MEMBER_BYTES + 1)
        total += len(data)
        if len(data) > MOST_MEMBER_BYTES or total > MOST_UNPACKED:
            warnings.append(SAY("too_large", name=entry.filename[:80]))
            if total > MOST_UNPACKED:
                return
            continue
        yield entry.filename, data


def _from_pages(invoice: IssuedInvoice, documents: Iterable[bytes]) -> IssuedInvoice:
    """What an OFD's pages show as text, for what its data does not say."""
    texts: list[str] = []
    for document in documents:
        try:
            texts += [text for path, text in leaves(document) if _plain(path[-1]).endswith("textcode")]
        except XmlFault:
            continue
    return _filled(invoice, "\n".join(texts)) if texts else invoice


# --- PDF and pictures ---------------------------------------------------------------------------------------


def _pdf(content: bytes) -> IssuedInvoice:
    from maild.receipts.media.pdfpages import PdfFault, open_pages
    from maild.receipts.picture.codes import read_codes

    invoice = IssuedInvoice(source="pdf")
    try:
        for page in open_pages(content, MOST_PAGES):
            if page.sheet is not None:
                invoice = _from_boxes(invoice, page.sheet.boxes, page.sheet.width)
            if not invoice.qr:
                codes = [code.text for code in read_codes(page.render())]
                invoice = replace(invoice, qr=next((c for c in codes if decode_qr(c)), ""))
            if invoice.number and invoice.qr:
                break
    except PdfFault as error:
        return IssuedInvoice(source="pdf", warnings=(str(error),))
    return invoice


def _picture(content: bytes, kind: str) -> IssuedInvoice:
    code = next((c for c in _codes_of_picture(content, kind) if decode_qr(c)), "")
    return IssuedInvoice(source="picture", qr=code, warnings=() if code else (SAY("no_invoice_code"),))


def _codes_of_picture(content: bytes, kind: str) -> list[str]:
    from maild.receipts.picture.codes import read_codes
    from maild.receipts.picture.pictures import FORMATS, PictureFault, open_frames

    if kind not in FORMATS:
        return []
    try:
        return [code.text for frame in open_frames(content, kind) for code in read_codes(frame)]
    except PictureFault:
        return []


def _from_boxes(invoice: IssuedInvoice, boxes: Sequence[Box], width: float) -> IssuedInvoice:
    """Buyer on the left, seller on the right; what belongs to a label stands behind it or in the box after it."""
    lines = [replace(box, text=normalise(box.text)) for box in boxes]
    values: dict[str, str] = {}
    for pattern, field in ((_NAME_LABEL, ""), (_TAX_LABEL, "_tax_number")):
        for box in lines:
            if not (hit := pattern.search(box.text)):
                continue
            value = hit.group(1).strip() or _right_of(box, lines)
            side = "buyer" if box.left < width * 0.45 else "seller"
            if field:
                code = _CODE.search(value)
                value = code.group() if code else ""
            if value:
                values.setdefault(side + field, value)
    filled = _filled(invoice, "\n".join(box.text for box in lines))
    return replace(
        filled,
        buyer=filled.buyer or values.get("buyer", ""),
        seller=filled.seller or values.get("seller", ""),
        buyer_tax_number=filled.buyer_tax_number or values.get("buyer_tax_number", ""),
        seller_tax_number=filled.seller_tax_number or values.get("seller_tax_number", ""),
    )


def _right_of(label: Box, boxes: Sequence[Box]) -> str:
    """The text of the nearest box on the same line, to the right; '' where that is a label too: nothing is said."""
    middle = (label.top + label.bottom) / 2
    beside = [b for b in boxes if b.left >= label.right - 2 and b.top <= middle <= b.bottom]
    text = min(beside, key=lambda b: b.left).text.strip() if beside else ""
    return "" if _NAME_LABEL.search(text) or _TAX_LABEL.search(text) else text


def _filled(invoice: IssuedInvoice, text: str) -> IssuedInvoice:
    """Number, date, amount and item as they stand in plain text."""
    text = normalise(text)
    numbers = list(dict.fromkeys(_NUMBER.findall(text)))
    labelled = re.search(r"发票号码\s*:?\s*(\d{20})(?!\d)", text)
    number = labelled.group(1) if labelled else numbers[0] if len(numbers) == 1 else ""
    day = re.search(r"开票日期\s*:?\s*(20[^\n]{6,14})", text)
    small = _SMALL.search(text)
    sums = [_money(said) for said in _MONEY.findall(text)]
    amount = _money(small.group(1)) if small else max((s for s in sums if s is not None), default=None)
    item = _ITEM.search(text)
    return replace(
        invoice,
        number=invoice.number or number,
        amount=invoice.amount or amount,
        issued=invoice.issued or _day(day.group(1) if day else _first(_DATE, text)),
        item=invoice.item or (item.group().strip() if item else ""),
    )


# --- checks -------------------------------------------------------------------------------------------------


def _checked(invoice: IssuedInvoice) -> IssuedInvoice:
    """The code against the text: it fills what is missing, and says what differs."""
    warnings = list(invoice.warnings)
    facts = decode_qr(invoice.qr) if invoice.qr else None
    if facts is not None:
        said = (
            ("number", invoice.number, facts.number),
            ("date", invoice.issued, facts.issued),
            ("amount", invoice.amount, facts.amount if facts.inclusive else None),
        )
        warnings += [
            SAY("code_and_text_differ", name=name, code=b, text=a) for name, a, b in said if a and b and a != b
        ]
        invoice = replace(
            invoice,
            number=invoice.number or facts.number,
            issued=invoice.issued or facts.issued,
            amount=invoice.amount or (facts.amount if facts.inclusive else None),
        )
    if not invoice.number:
        warnings.append(SAY("no_invoice_number"))
    elif len(invoice.number) != 20:
        warnings.append(SAY("number_of_digits", count=len(invoice.number)))
    return replace(invoice, warnings=tuple(dict.fromkeys(warnings)))


def _money(text: str) -> Money | None:
    try:
        return Money.of(normalise(text).lstrip("¥")) if text else None
    except ValueError:
        return None


def _digits(text: str) -> str:
    hit = re.search(r"\d{8,20}", text)
    return hit.group() if hit else ""


def _day(text: str) -> date | None:
    hit = _DATE.search(text)
    try:
        return date(*(int(part) for part in hit.groups())) if hit else None
    except ValueError:
        return None


def _first(pattern: re.Pattern[str], text: str) -> str:
    hit = pattern.search(text)
    return hit.group() if hit else ""
