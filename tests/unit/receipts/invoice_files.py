"""Issued invoices made for tests: PDF, OFD, XML, picture. Synthetic: layouts after the published formats, every name,
number and amount invented.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import segno

FONT = Path("/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What the invoice says. `net` and `tax` come to `amount`."""

    number: str = "26332000000012345678"
    day: str = "2026-11-24"
    amount: str = "42.50"
    net: str = "40.09"
    tax: str = "2.41"
    buyer: str = "青柏新材料有限公司"
    buyer_tax: str = "91000012MACL12THBE"
    seller: str = "东篱大学"
    seller_tax: str = "1200004568426846MP"
    item: str = "*文献服务*文献传递费"

    @property
    def code(self) -> str:
        """The text of its QR code."""
        return f"01,32,,{self.number},{self.amount},{self.day.replace('-', '')},,1A2B,"


def qr_png(text: str, scale: int = 4) -> bytes:
    """The code as a picture."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


@cache
def _font() -> str:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    if not FONT.is_file():
        raise FileNotFoundError(f"{FONT} is missing: install the Debian package fonts-arphic-gbsn00lp")
    pdfmetrics.registerFont(TTFont("invoice", str(FONT)))
    return "invoice"


def pdf(made: Made, *, code: str | None = None, apart: bool = False, text: bool = True) -> bytes:
    """One page. code: another text for its QR ('' for none); apart: labels and values are drawn apart, labels
    first, as some platforms do; text False: the QR alone.
    """
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(610, 397))
    canvas.setFont(_font(), 9)
    code = made.code if code is None else code
    if code:
        canvas.drawImage(ImageReader(io.BytesIO(qr_png(code))), 20, 320, 64, 64)
    if text:
        year, month, day = made.day.split("-")
        pairs = [
            (430, 372, "发票号码：", made.number),
            (430, 358, "开票日期：", f"{year}年{month}月{day}日"),
            (40, 300, "名称：", made.buyer),
            (40, 280, "统一社会信用代码/纳税人识别号：", made.buyer_tax),
            (330, 300, "名称：", made.seller),
            (330, 280, "统一社会信用代码/纳税人识别号：", made.seller_tax),
        ]
        width = canvas.stringWidth
        drawn = [(x, y, label) for x, y, label, _ in pairs]
        values = [(x + width(label, _font(), 9) + 4, y, value) for x, y, label, value in pairs]
        if not apart:
            drawn, values = [(x, y, label + value) for x, y, label, value in pairs], []
        for x, y, said in (*drawn, *values):
            canvas.drawString(x, y, said)
        canvas.drawString(230, 370, "电子发票（普通发票）")
        canvas.drawString(40, 240, made.item)
        canvas.drawString(420, 240, made.net)
        canvas.drawString(520, 240, made.tax)
        canvas.drawString(420, 180, f"¥{made.net}")
        canvas.drawString(520, 180, f"¥{made.tax}")
        canvas.drawString(40, 160, "价税合计（大写）  ⊗肆拾贰圆伍角整")
        canvas.drawString(420, 160, f"（小写）¥{made.amount}")
    canvas.save()
    return out.getvalue()


def xml(made: Made) -> bytes:
    """The tax office's XML."""
    said = {
        "EIid": made.number, "SellerIdNum": made.seller_tax, "SellerName": made.seller, "BuyerIdNum": made.buyer_tax,
        "BuyerName": made.buyer, "TotalAmWithoutTax": made.net, "TotalTaxAm": made.tax,
        "TotalTax-includedAmount": made.amount, "ItemName": made.item, "IssueTime": made.day,
    }  # fmt: skip
    e = {name: f"<{name}>{escape(value)}</{name}>" for name, value in said.items()}
    return (
        '<?xml version="1.0" encoding="UTF-8"?><EInvoice><Header>' + e["EIid"] + "</Header><EInvoiceData>"
        f"<SellerInformation>{e['SellerIdNum']}{e['SellerName']}</SellerInformation>"
        f"<BuyerInformation>{e['BuyerIdNum']}{e['BuyerName']}</BuyerInformation>"
        f"<BasicInformation>{e['TotalAmWithoutTax']}{e['TotalTaxAm']}{e['TotalTax-includedAmount']}</BasicInformation>"
        f"<IssuItemInformation>{e['ItemName']}</IssuItemInformation></EInvoiceData>"
        f"<TaxSupervisionInfo><InvoiceNumber>{made.number}</InvoiceNumber>{e['IssueTime']}</TaxSupervisionInfo>"
        "</EInvoice>"
    ).encode()


_OFD = "http://www.ofdspec.org/2016"


def ofd(made: Made, *, original: bool = False) -> bytes:
    """An OFD: its CustomData says the main fields, the page the rest; original: an attached original_invoice.xml."""
    year, month, day = made.day.split("-")
    custom = {
        "发票号码": made.number, "开票日期": f"{year}年{month}月{day}日", "合计金额": made.net, "合计税额": made.tax,
        "购买方纳税人识别号": made.buyer_tax, "销售方纳税人识别号": made.seller_tax,
        "购买方名称": made.buyer, "销售方名称": made.seller,
    }  # fmt: skip
    datas = "" if original else "".join(f'<ofd:CustomData Name="{k}">{v}</ofd:CustomData>' for k, v in custom.items())
    head = (
        f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD xmlns:ofd="{_OFD}" Version="1.1"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:CustomDatas>{datas}</ofd:CustomDatas></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
        "</ofd:DocBody></ofd:OFD>"
    )
    shown = [made.item, f"（小写）¥{made.amount}", f"发票号码：{made.number}"]
    page = (
        f'<ofd:Page xmlns:ofd="{_OFD}"><ofd:Content>'
        + "".join(f"<ofd:TextObject><ofd:TextCode>{text}</ofd:TextCode></ofd:TextObject>" for text in shown)
        + "</ofd:Content></ofd:Page>"
    )
    files = {"OFD.xml": head, "Doc_0/Pages/Page_0/Content.xml": page}
    if original:
        files["Doc_0/Attachs/original_invoice.xml"] = (
            f"<eInvoice><InvoiceNo>{made.number}</InvoiceNo><IssueDate>{made.day}</IssueDate><Buyer><BuyerName>"
            f"{made.buyer}</BuyerName><BuyerTaxID>{made.buyer_tax}</BuyerTaxID></Buyer><Seller><SellerName>"
            f"{made.seller}</SellerName><SellerTaxID>{made.seller_tax}</SellerTaxID></Seller><GoodsInfos><GoodsInfo>"
            f"<Item>{made.item}</Item></GoodsInfo></GoodsInfos><TaxExclusiveTotalAmount>{made.net}"
            f"</TaxExclusiveTotalAmount><TaxTotalAmount>{made.tax}</TaxTotalAmount><TaxInclusiveTotalAmount>"
            f"{made.amount}</TaxInclusiveTotalAmount></eInvoice>"
        )
    return zipped({**files, "Doc_0/Res/image_1.png": qr_png(made.code)})


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
