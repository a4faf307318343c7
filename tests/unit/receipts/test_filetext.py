"""The text of attached files, and what a request for an invoice takes from it. Synthetic files."""

from __future__ import annotations

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP

import pytest

from maild.domain.incoming.ruling import Kind
from maild.parse import parse_mail
from maild.receipts.media.filetext import text_of
from maild.spine.reading.invoice import with_files
from tests.unit.classify.classify_mails import PATRON, ruled, rules
from tests.unit.receipts.invoice_files import Made, pdf, zipped

TITLE, TAX = "青柏新材料有限公司", "91000012MACL12THBE"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'


def _run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text[:2]}</w:t></w:r><w:r><w:t>{text[2:]}</w:t></w:r></w:p>"


def word(*, table: bool, head: str = "") -> bytes:
    """A document; runs split within words, as Word does."""
    rows = [("名称", TITLE), ("税号", TAX), ("开户行", "云港银行"), ("地址", "云港市临江路88号")]
    if table:
        cells = "".join(f"<w:tr><w:tc>{_run(a)}</w:tc><w:tc>{_run(b)}</w:tc></w:tr>" for a, b in rows)
        body = f"{_run('开票信息')}<w:tbl>{cells}</w:tbl>"
    else:
        body = "".join(_run(f"{a}：{b}") for a, b in rows)
    xml = f"<?xml version='1.0' encoding='UTF-8'?>{head}<w:document {_W}><w:body>{body}</w:body></w:document>"
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": xml})


def excel() -> bytes:
    """A sheet with shared and inline strings."""
    strings = "".join(f"<si><t>{text}</t></si>" for text in ("单位名称", TITLE, "", "纳税人识别号"))
    row1 = '<row><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    row2 = f'<row><c r="A2" t="s"><v>3</v></c><c r="B2" t="inlineStr"><is><t>{TAX}</t></is></c></row>'
    row3 = '<row><c r="A3" t="s"><v>99</v></c></row>'
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
            "xl/worksheets/sheet1.xml": f"<worksheet><sheetData>{row1}{row2}{row3}</sheetData></worksheet>",
        }
    )


FILES = {
    "开票信息.docx": word(table=True),
    "抬头.docx": word(table=False),
    "开票资料.xlsx": excel(),
    "开票信息.txt": f"名称：{TITLE}\r\n税号：{TAX}\r\n".encode("gb18030"),
    "a.html": f"<html><body><p>名称：{TITLE}</p><div>税号：<b>{TAX}</b></div></body></html>".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_title_and_number_are_read_from_a_file(name: str) -> None:
    """The mail says 'see the attachment'; the file says the rest; the source is told."""
    mail = _mail("请开发票，信息见附件", {name: FILES[name]})
    found = next(r for r in mail.rulings if r.kind is Kind.INVOICE_REQUEST)
    assert (found.value("invoice_title"), found.value("tax_number")) == (TITLE, TAX)
    assert name in found.fields["tax_number"].source


def test_a_pdf_with_text() -> None:
    """Its own text layer, in whatever order."""
    assert TAX in text_of(pdf(replace(Made(), buyer=TITLE, buyer_tax=TAX)))


def test_the_mails_own_words_come_first() -> None:
    """What the mail says is not replaced by a file."""
    mail = _mail("请开发票，抬头：南溪药业股份有限公司", {"开票信息.docx": FILES["开票信息.docx"]})
    found = next(r for r in mail.rulings if r.kind is Kind.INVOICE_REQUEST)
    assert found.value("invoice_title") == "南溪药业股份有限公司"
    assert found.value("tax_number") == TAX


def test_other_mails_are_left_alone() -> None:
    """A question with a file stays what it was."""
    mail = _mail("请问文献什么时候能到？", {"参考.docx": FILES["开票信息.docx"]})
    assert Kind.INVOICE_REQUEST not in mail.kinds


@pytest.mark.parametrize(
    "content",
    [
        b"", word(table=True, head=_BOMB), word(table=True)[:-60], zipped({"word/document.xml": "<a>" * 5000}),
        zipped({"xl/workbook.xml": "<a/>", "xl/worksheets/sheet1.xml": "no xml"}), b"%PDF-1.7 broken", b"\x00" * 5000,
        zipped({"word/document.xml": " " * 30_000_000}), b"\x89PNG\r\n\x1a\nxxxx",
    ],
)  # fmt: skip
def test_what_cannot_be_read_has_no_text(content: bytes) -> None:
    """Broken, hostile, too large, a picture: nothing, and nothing raised."""
    assert text_of(content) == ""


def _mail(text: str, files: dict[str, bytes]):  # type: ignore[no-untyped-def]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = PATRON, "zjuill@zju.edu.cn", "2026112000103"
    message.set_content(text)
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    parsed = parse_mail(message.as_bytes(policy=SMTP))
    texts = {file.sha256: text_of(file.content) for file in parsed.attachments}
    return with_files(ruled(parsed), parsed.attachments, rules(), texts)
