"""Pages with text of their own: PDF, HTML; and what is odd about their characters."""

from __future__ import annotations

import io
import time
import zlib
from pathlib import Path

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen import canvas

from maild.receipts.media.glyphs import is_rubbish, plain
from maild.receipts.media.pdfpages import PdfFault, PdfPage, open_pages
from maild.receipts.media.runs import Glyph, boxes
from maild.receipts.media.webpages import read_html
from maild.receipts.sheet import Origin, Sheet
from tests.corpus.bombing import one_page, picture, stream
from tests.corpus.bombs_pdfs import pdf_page_loop, pdf_password

FONT = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"


def text_pdf(*, turn: int = 0, render_mode: int = 0, with_picture: bool = False) -> bytes:
    """A page of 595 × 420 points with two rows of label and value."""
    pdfmetrics.registerFont(TTFont("hei", FONT))
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=(595, 420))
    page.setPageRotation(turn)
    text = page.beginText()
    text.setTextRenderMode(render_mode)
    text.setFont("hei", 12)
    for y, cells in ((300, ("户名", "浙江大学")), (270, ("金额", "123.50元"))):
        for x, cell in zip((50, 250), cells, strict=True):
            text.setTextOrigin(x, y)
            text.textOut(cell)
    page.drawText(text)
    if with_picture:
        page.drawImage(ImageReader(io.BytesIO(picture("JPEG"))), 50, 20, 500, 200)
    page.showPage()
    page.save()
    return file.getvalue()


def only(content: bytes) -> tuple[PdfPage, Sheet | None]:
    """The first page, with its text."""
    return next((page, page.sheet) for page in open_pages(content, 1))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_text_in_place(turn: int) -> None:
    """However the page is turned, the sheet is upright; every character has its left edge."""
    for page in open_pages(text_pdf(turn=turn), 5):
        assert page.sheet is not None
        assert page.sheet.origin is Origin.TEXT
        assert [b.text for b in page.sheet.boxes] == ["户名", "浙江大学", "金额", "123.50元"]
        label, value = page.sheet.boxes[:2]
        scale = 2000 / 595
        assert abs(label.left - 50 * scale) < 3
        assert abs(value.left - 250 * scale) < 3
        assert abs(value.edges[1] - 262 * scale) < 3
        height = 420 if turn in (0, 180) else 595  # reportlab makes the page of a turned one upright
        assert label.top < (height - 300) * scale < label.bottom + 12
        shown = page.render()
        assert shown.shape[:2] == (round(page.sheet.height), round(page.sheet.width))
        assert shown[int(value.top) : int(value.bottom), int(value.left) : int(value.right)].min() < 100


def test_what_is_not_seen_is_not_believed() -> None:
    """A scanner's guess behind its picture (text render mode 3) is no text of the file."""
    page, sheet = only(text_pdf(render_mode=3, with_picture=True))
    assert sheet is None
    assert page.pictured


def test_pictures_beside_text() -> None:
    """A page of text with a large picture is told from one without."""
    assert only(text_pdf(with_picture=True))[0].pictured
    assert not only(text_pdf())[0].pictured


def test_a_font_without_names_is_rubbish() -> None:
    """Characters mapped to private use: the page must be looked at instead."""
    to_unicode = stream(
        zlib.compress(
            b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange "
            b"1 beginbfrange <20> <7e> <e020> endbfrange endcmap end end"
        )
    )
    font = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>"
    content = zlib.compress(b"BT /F 12 Tf 50 700 Td (amount 123.50 payment account transfer) Tj ET")
    page = one_page(content, resources=b"/Font <</F 5 0 R>>", more=[font, to_unicode])
    assert only(page)[1] is None


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"%PDF-1.7\nnothing", "broken"), (pdf_password(), "encrypted"), (pdf_page_loop(), "broken")],
)
def test_pdfs_that_cannot_be_shown(content: bytes, word: str) -> None:
    """Told with a stable first word."""
    with pytest.raises(PdfFault, match=f"^{word}: "):
        list(open_pages(content, 5))


def test_characters_as_people_write_them() -> None:
    """Kangxi radicals, the supplement NFKC leaves alone, compatibility ideographs; one for one."""
    assert "".join(map(plain, "⽤⼾⽂⾦⻓⻅⻋⻉⻔⻚\uf9b4Ａ：￥")) == "用户文金长见车贝门页領Ａ：￥"
    assert plain("\u3000") == plain("\u00a0") == " "
    assert plain("\u200b") == plain("\u202e") == ""
    assert is_rubbish("\ue123")
    assert is_rubbish("\ufffd")
    assert not is_rubbish("金")


def glyphs(text: str, left: float, top: float, *, height: float = 20, width: float = 10) -> list[Glyph]:
    """Characters side by side."""
    return [
        Glyph(c, left + i * width, top, left + (i + 1) * width, top + height) for i, c in enumerate(text) if c != " "
    ]


def test_runs_part_where_the_gap_is_wide() -> None:
    """Columns become boxes, words keep a space, lines follow one another whatever the order of drawing."""
    drawn = [*glyphs("second line", 0, 60), *glyphs("value", 300, 1), *glyphs("label a", 0, 0)]
    assert [b.text for b in boxes(drawn)] == ["label a", "value", "second line"]
    first = next(iter(boxes(drawn)))
    assert len(first.edges) == len(first.text)


def test_bold_by_drawing_twice() -> None:
    """The second stroke is no second character; two equal figures side by side are."""
    drawn = glyphs("1100", 0, 0)
    assert [b.text for b in boxes([*drawn, *(g._replace(left=g.left + 1, right=g.right + 1) for g in drawn)])] == [
        "1100"
    ]


def test_an_html_page() -> None:
    """Rows below one another, cells in columns, entities read; what is not seen is left out."""
    page = (
        "<html><head><title>no</title><style>p{}</style></head><body><!-- <p>no</p> --><h1>支付成功</h1>"
        "<script>if (a<b) no()</script><table><tr><td>金额<td>&yen;12.00</tr><tr><td>收款方</td><td><b>浙江</b>大学</td></tr>"
        "</table>备注：<br/>谢谢 &lt;再见&gt;"
    )
    sheet = read_html(page.encode())
    assert [b.text for b in sheet.boxes] == [
        "支付成功",
        "金额",
        "¥12.00",
        "收款方",
        "浙江大学",
        "备注：",
        "谢谢 <再见>",
    ]
    by_text = {b.text: b for b in sheet.boxes}
    assert by_text["金额"].top == by_text["¥12.00"].top
    assert by_text["¥12.00"].left == by_text["浙江大学"].left > by_text["收款方"].right
    assert by_text["谢谢 <再见>"].top > by_text["备注："].top


def test_a_table_keeps_its_columns() -> None:
    """Empty cells have their place, and cells that reach over others; lines of a cell stand below one another."""
    page = (
        "<table><tr><th>交易时间</th><th>支出金额</th><th>收入金额</th><th>对方户名</th></tr><tr></tr>"
        "<tr><td rowspan='2'>2026-11-21</td><td>17.00</td><td></td><td><div>浙江大学</div><div>图书馆</div></td></tr>"
        "<tr><td></td><td>9.00</td><td>退款方</td></tr><tr><td colspan=3>合计</td><td>2 笔</td></tr></table>"
    )
    at = {box.text: box for box in read_html(page.encode()).boxes}
    assert at["支出金额"].left == at["17.00"].left
    assert at["收入金额"].left == at["9.00"].left > at["17.00"].right
    assert at["对方户名"].left == at["浙江大学"].left == at["图书馆"].left == at["退款方"].left == at["2 笔"].left
    assert at["浙江大学"].top == at["17.00"].top < at["图书馆"].top < at["9.00"].top


def test_what_a_style_sets_apart_is_no_word() -> None:
    """A label and its value in elements that follow at once; a bold word in a sentence is none."""
    page = "<div><span>付款人</span><span>谢砚舟</span></div><p>付给<b>浙江大学</b>的 <i>费用</i></p>"
    assert [box.text for box in read_html(page.encode()).boxes] == ["付款人", "谢砚舟", "付给浙江大学的 费用"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<",
        b"<!--",
        b"<script>",
        b"<td" * 300_000,
        b"<div>" * 200_000,
        b"<p>&#x110000;&#0;",
        b"<table>" * 150_000,
        b"<table><tr>" + b"<td>1" * 200_000,
        b"<table>" + b"<tr><td colspan=99 rowspan=99>1" * 30_000,
        b"<span>1</span>" * 70_000,
        b"<table><tr><td>" + b"x<br>" * 20_000 + b"<dd>" * 20_000,
    ],
)
def test_odd_pages(content: bytes) -> None:
    """Any bytes give a sheet at once."""
    start = time.process_time()
    assert read_html(content).origin is Origin.TEXT
    assert time.process_time() - start < 3


def test_what_a_browser_prints_below_a_seal() -> None:
    """A page with something blended into it: characters that have another text of their own are in their places."""
    content = (Path(__file__).parent / "printed_by_a_browser.pdf").read_bytes()
    _, sheet = only(content)
    assert sheet is not None
    assert [box.text for box in sheet.boxes if box.text != "章"] == [
        "开户银行 工行大分理处",
        "人民币用途 文献费",
        "户名 浙江大学",
    ]


@pytest.mark.parametrize(
    ("places", "texts"),
    [
        ([("会", 0), ("计", 60), ("科", 120), ("目", 180)], ["会计科目"]),
        ([("摘", 0), ("要", 70), ("会", 400), ("计", 460)], ["摘要", "会计"]),
        ([("万", 0), ("千", 60), ("百", 120), ("十", 180)], ["万", "千", "百", "十"]),
        ([("户", 0), ("名", 60), ("李", 140), ("四", 160)], ["户名", "李四"]),
    ],
)
def test_words_with_room_between_their_letters(places: list[tuple[str, int]], texts: list[str]) -> None:
    """Evenly spaced letters are a word; heads of columns of a figure each are none."""
    found = boxes([Glyph(char, left, 0, left + 20, 20) for char, left in places])
    assert [box.text.replace(" ", "") for box in found] == texts
