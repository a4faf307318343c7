"""What leaves on paper: the slip, its receipt, the statement, an invoice's page, printed by Chromium and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from playwright.sync_api import Browser

pytestmark = [pytest.mark.integration, pytest.mark.timeout(300)]
A4 = (595, 842)  # points
PAID = "2026112000111"  # a request whose proof came: it has entries in the books
# (what, its path, whether it must fit one page, words that must be on it)
SHEETS = (
    ("slip", "/transactions/{number}/slip", True, ("取件单", "2026112000101", "李珺", "茶多酚提取工艺研究进展", "取件人签名")),
    ("receipt", f"/transactions/{PAID}/slip", True, ("收费单", PAID, "陈思", "12.00")),
    ("statement", "/patrons/{patron_id}", False, ("李珺", "p01", "预付款余额", "50.00", "收支明细", "到账")),
    ("invoice", "/invoices/{invoice_id}", True, ("发票", "读者", "申请")),
)  # fmt: skip
ELSEWHERE = ("今日", "待处理", "通知模板", "退出", "快捷键")  # words of the way around: not on paper


@pytest.mark.parametrize(("name", "path", "single", "words"), SHEETS, ids=[sheet[0] for sheet in SHEETS])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sheet_is_printed(
    browser: Browser, site: tuple[str, Mapping[str, str]], tmp_path: Path, name: str, path: str, single: bool,
    words: Sequence[str], theme: str,
) -> None:  # fmt: skip
    """On A4, in one page, without the way around, with all its words, black on white in either theme."""
    host, examples = site
    context = browser.new_context(locale="zh-CN", color_scheme=theme)  # type: ignore[arg-type]
    context.add_cookies([{"name": "theme", "value": theme, "url": host}])
    page = context.new_page()
    page.goto(host + path.format_map(examples))
    page.wait_for_selector("html[data-ready]")
    file = tmp_path / f"{name}-{theme}.pdf"
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    context.close()
    with pypdfium2.PdfDocument(file) as document:
        assert len(document) == 1 if single else len(document) <= 2
        assert tuple(round(side) for side in document[0].get_size()) == A4
        text = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
        sheet = document[0].render(scale=1.5).to_pil()
    said = "".join(text.split())
    assert [word for word in words if word not in said] == []
    assert [word for word in ELSEWHERE if word in said] == []
    assert _paper(sheet) >= 0.9, "the sheet is not white"
    assert _ink(sheet) < 90, "the words are not black"


def _paper(sheet: Image.Image) -> float:
    """How much of a sheet is white."""
    counts = sheet.convert("L").histogram()
    return sum(counts[250:]) / sum(counts)


def _ink(sheet: Image.Image) -> int:
    """The grey of its darkest half a permille: that of the words."""
    counts, seen = sheet.convert("L").histogram(), 0
    for grey, count in enumerate(counts):
        seen += count
        if seen >= sum(counts) * 0.0005:
            return grey
    return 255
