"""Pages of a PDF: its own text by position where it is to be trusted, else (or beside) the page as a picture.

Coordinates are pixels of the page as it would be rendered, so that text and picture fit together.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from maild.receipts import SAY
from maild.receipts.media import pdf
from maild.receipts.media.glyphs import is_rubbish, plain
from maild.receipts.media.runs import Glyph, boxes
from maild.receipts.picture.pictures import MASTER_SIDE, Pixels
from maild.receipts.sheet import Origin, Sheet

_MOST_CHARACTERS = 20_000
_FEW = 8  # characters: fewer are a stamp or a page number beside a scan
_RUBBISH = 0.08  # share of characters no text holds, from which on the text is not believed
_INVISIBLE = 3  # text render mode (ISO 32000-1 table 106): a scanner's own guess behind its picture
_SAMPLE = 40  # characters whose render mode is looked at
_PICTURE_SHARE = 0.1  # of the page: smaller pictures are logos and seals
_MOST_SCALE = 6.0
_OBJECTS = 400
_OVERSIZE = 2.5  # times its font's size: no character is so large
_WIDE, _DESCENT = "\u2e80", 0.12  # from this character on as wide as high; of the size below the line

_Box = tuple[float, float, float, float]  # left, right, bottom, top, in user space


class Render(Protocol):
    """The page as a picture, its longer side `side` pixels long (small pages: less)."""

    def __call__(self, side: int = MASTER_SIDE) -> Pixels: ...


class PdfFault(ValueError):
    """A PDF that cannot be shown; the message begins with a stable word: 'broken:', 'encrypted:'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """One page. sheet: its own text, None where it has none to be trusted; render: the page as a picture.

    pictured: whether pictures on it may say more than its text
    """

    number: int
    sheet: Sheet | None
    render: Render
    pictured: bool


def open_pages(content: bytes, most: int, *, first: int = 1) -> Iterator[PdfPage]:
    """The pages from `first` to `most`, each valid until the next is asked for. Raises PdfFault."""
    import pypdfium2

    with pdf.LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError as error:
            raise PdfFault(_why(content)) from error
        try:
            if len(document) == 0:
                raise PdfFault(SAY("broken_pdf_without_pages"))
            shown = 0
            for index in range(first - 1, min(len(document), most)):
                for page in _page(document, index):
                    shown += 1
                    yield page
            if not shown:
                raise PdfFault(SAY("no_page_shown"))
        finally:
            document.close()


def count(content: bytes) -> int:
    """The number of pages; 0 where the file cannot be opened."""
    import pypdfium2

    with pdf.LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return 0
        try:
            return len(document)
        finally:
            document.close()


def makers(content: bytes) -> list[str]:
    """The programs that a PDF names as its makers: Producer and Creator."""
    import pypdfium2

    with pdf.LOCK:
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return []
        try:
            said = document.get_metadata_dict()
            return [said[name] for name in ("Producer", "Creator") if said.get(name)]
        finally:
            document.close()


def _why(content: bytes) -> str:
    if b"/Encrypt" in content:
        return SAY("pdf_encrypted")
    return SAY("pdf_unopened")


def _page(document: Any, index: int) -> Iterator[PdfPage]:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        return  # one damaged page does not spoil the others
    try:
        scale = _scale(page)
        sheet, quarters = _text(page, scale)

        def render(side: int = MASTER_SIDE) -> Pixels:
            return np.ascontiguousarray(np.rot90(_rendered(page, scale * side / MASTER_SIDE), quarters))

        yield PdfPage(number=index + 1, sheet=sheet, render=render, pictured=_has_pictures(page))
    except pypdfium2.PdfiumError:
        return
    finally:
        page.close()


def _scale(page: Any) -> float:
    longer = max(page.get_width(), page.get_height(), 1.0)
    return float(min(_MOST_SCALE, MASTER_SIDE / longer))


def _rendered(page: Any, scale: float) -> Pixels:
    bitmap = page.render(scale=scale, rev_byteorder=False, prefer_bgrx=False)
    try:
        array = np.asarray(bitmap.to_numpy())
        if array.ndim == 2 or array.shape[2] == 1:
            return np.repeat(array.reshape(array.shape[:2])[:, :, None], 3, axis=2)
        return np.ascontiguousarray(array[:, :, :3])
    finally:
        bitmap.close()


def _text(page: Any, scale: float) -> tuple[Sheet | None, int]:
    """(the page's own text, None where there is next to none or it is not to be believed; quarter turns it needs)."""
    text = page.get_textpage()
    try:
        total = min(text.count_chars(), _MOST_CHARACTERS)
        if total < _FEW or _is_hidden(text, total):
            return None, 0
        space = _Space(page, (page.get_width() * scale, page.get_height() * scale), _angle(text, total))
        glyphs, rubbish = _glyphs(text, total, space)
    finally:
        text.close()
    if len(glyphs) < _FEW or rubbish > _RUBBISH * total:
        return None, 0
    width, height = space.size
    return Sheet(width=width, height=height, origin=Origin.TEXT, boxes=tuple(boxes(glyphs))), space.quarters


def _is_hidden(text: Any, total: int) -> bool:
    """Whether most of the text is not drawn: what a scanner thought it saw."""
    from pypdfium2 import raw

    looked = hidden = 0
    for index in range(0, total, max(1, total // _SAMPLE)):
        drawn = raw.FPDFText_GetTextObject(text, index)
        if drawn:
            looked += 1
            hidden += raw.FPDFTextObj_GetTextRenderMode(drawn) == _INVISIBLE
    return hidden * 2 > looked


def _angle(text: Any, total: int) -> float:
    """The angle most characters are written at, in user space, radians counter-clockwise."""
    from pypdfium2 import raw

    angles = [raw.FPDFText_GetCharAngle(text, i) for i in range(0, total, max(1, total // _SAMPLE))]
    return float(np.median([angle for angle in angles if angle >= 0] or [0.0]))


def _glyphs(text: Any, total: int, space: _Space) -> tuple[list[Glyph], int]:
    """(the visible characters in the page's pixels, how many were rubbish)."""
    from pypdfium2 import raw

    loose, tight = raw.FS_RECTF(), [ctypes.c_double() for _ in range(4)]
    glyphs: list[Glyph] = []
    rubbish = 0
    for index in range(total):
        code = raw.FPDFText_GetUnicode(text, index)
        character = plain(chr(code)) if 0 < code < 0x110000 else ""
        if raw.FPDFText_HasUnicodeMapError(text, index) == 1 or (character and is_rubbish(character)):
            rubbish += 1
            continue
        if not character.strip() or not raw.FPDFText_GetLooseCharBox(text, index, loose):
            continue
        left, right, bottom, top = loose.left, loose.right, loose.bottom, loose.top
        if right - left <= 0 or top - bottom <= 0:  # a font without measures
            raw.FPDFText_GetCharBox(text, index, *map(ctypes.byref, tight))
            left, right, bottom, top = (value.value for value in tight)
        left, right, bottom, top = _placed(text, index, character, (left, right, bottom, top))
        glyph = Glyph(character, *space.rectangle(left, top, right, bottom))
        if glyph.right > glyph.left and glyph.bottom > glyph.top:
            glyphs.append(glyph)
    return glyphs, rubbish


def _placed(text: Any, index: int, character: str, box: _Box) -> _Box:
    """The box of a character: its own, or, where that is far too large for its font, one about its matrix.

    Where a page blends (a seal over text), a browser prints it as a form XObject; in it PDFium places what has an
    ActualText (ISO 32000-1, 14.9.4), as some Chinese characters have, somewhere else. Each is a text object of its own.
    """
    from pypdfium2 import raw

    left, right, bottom, top = box
    matrix, size = raw.FS_MATRIX(), raw.FPDFText_GetFontSize(text, index)
    if not raw.FPDFText_GetMatrix(text, index, matrix):
        return box
    if max(right - left, top - bottom) < _OVERSIZE * size * max(map(abs, (matrix.a, matrix.b, matrix.c, matrix.d))):
        return box
    wide = size * (1.0 if character >= _WIDE else min(1.0, (right - left) / max(top - bottom, 0.1)))
    corners = [(u, v) for u in (0.0, wide) for v in (-_DESCENT * size, (1 - _DESCENT) * size)]
    across = [matrix.a * u + matrix.c * v + matrix.e for u, v in corners]
    down = [matrix.b * u + matrix.d * v + matrix.f for u, v in corners]
    return min(across), max(across), min(down), max(down)


class _Space:
    """User space → pixels of the page as shown, turned so that its text is upright.

    Crop box and /Rotate are PDFium's business: it is asked at three points. size: of the upright page;
    quarters: counter-clockwise turns from the page as shown.
    """

    def __init__(self, page: Any, size: tuple[float, float], angle: float) -> None:
        from pypdfium2 import raw

        fine = 1000  # PDFium answers in whole numbers
        width, height = max(1, round(size[0])), max(1, round(size[1]))

        def ask(x: float, y: float) -> Any:
            at = ctypes.c_int(), ctypes.c_int()
            raw.FPDF_PageToDevice(page, 0, 0, width * fine, height * fine, 0, x, y, *map(ctypes.byref, at))
            return np.array([at[0].value, at[1].value]) / fine

        origin = ask(0.0, 0.0)
        linear = np.column_stack([(ask(100.0, 0.0) - origin) / 100, (ask(0.0, 100.0) - origin) / 100])
        run = linear @ [np.cos(angle), np.sin(angle)]
        self.quarters = round(float(np.arctan2(run[1], run[0])) / (np.pi / 2)) % 4
        self.size = size
        for _ in range(self.quarters):  # (x, y) → (y, width − x)
            back = np.array([[0.0, 1.0], [-1.0, 0.0]])
            linear, origin = back @ linear, back @ origin + np.array([0.0, self.size[0]])
            self.size = self.size[1], self.size[0]
        self._linear, self._origin = linear.tolist(), origin.tolist()

    def rectangle(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        """(left, top, right, bottom) in pixels."""
        (a, b), (c, d) = self._linear
        x, y = self._origin
        across = x + a * left + b * top, x + a * right + b * bottom
        down = y + c * left + d * top, y + c * right + d * bottom
        return min(across), min(down), max(across), max(down)


def _has_pictures(page: Any) -> bool:
    """Whether a picture larger than a logo lies on the page."""
    from pypdfium2 import raw

    area = page.get_width() * page.get_height()
    for count_, thing in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3)):
        if count_ > _OBJECTS:
            return True
        left, bottom, right, top = thing.get_bounds()
        if abs(right - left) * abs(top - bottom) > _PICTURE_SHARE * area:
            return True
    return False
