"""A photographed form of ours, checked in a tenth of a second: is the amount the one we printed, is it stamped?

The code says what was due, and so what we printed where, in which size of which font. The cells of the amount are
laid flat and compared with that: ink that is not ours (a figure added, changed or struck out) and ink of ours that is
missing are both seen, and the figures are read as well. Whatever is in doubt is not confirmed: then the whole page is
read. The code is taken at its word: whether it is genuine is told where the key is (domain.slip.verify).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maild.domain.accounting import capital, slip
from maild.domain.accounting.receipt import Ground, Receipt, ReceiptKind, Stamp, stamp_told, with_stamp
from maild.receipts import SAY
from maild.receipts.picture.handwriting import is_written_over
from maild.receipts.picture.inks import Colour, darkest
from maild.receipts.picture.ocr import engine
from maild.receipts.picture.pictures import Pixels
from maild.receipts.picture.seals import read_seals, verdict
from maild.receipts.picture.slipplane import Place, Plane, geometry, lay_flat
from maild.receipts.words.stamps import StampWords, shipped
from maild.resources import data_folder

Ink = NDArray[np.float32]  # height × width, 0 paper … 1 print
ReadLine = Callable[[Pixels, NDArray[np.float32]], str]

LEAST_SCALE = 2.7  # pixels a millimetre: with fewer, a changed figure might not be told from a blurred one
_SCALE = 8.0  # pixels a millimetre of the cells laid flat
_MM = 25.4 / 72
_MARGIN = 1.3  # millimetres from a cell's lines that are not looked at
_PIECE = 24.0  # millimetres of print that are put in place together: paper is never quite flat
_SHIFT = 1.2  # millimetres that print may lie off its place
_SLACK = 0.3  # millimetres around our print that are its own
_STRANGE = 0.38  # of the print's blackness: from here on it is ink
_SPOT = {"figures": 0.3, "words": 0.8}  # square millimetres in one place, too many or missing
_AGREEMENT = 0.72  # correlation with what we printed
_ENOUGH_MARKS = 4
_COARSEST = 4.0  # pixels a millimetre below which a line cannot be read
_BARE = 80.0  # millimetres left of the column of figures: below the table nothing is printed there
_GRAIN = 0.2  # of 255: with less the ground is no paper
_LEAST_STAMP = 14.0  # millimetres: the longer side of the smallest stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipCheck:
    """What the form shows.

    amount   the amount is printed as the code says, in figures and in words, and untouched
    stamp    what the words of the stamp in its place say
    figures  as read, '' where they were not
    altered  there is ink that is not ours in the amount's cells, or ink of ours is gone, or other figures are read
    drawn    the page was never on paper: it lies as a program draws it, on ground without any grain
    reasons  why the amount is not confirmed; empty where it is
    """

    amount: bool = False
    stamp: Stamp = Stamp.UNREAD
    figures: str = ""
    altered: bool = False
    drawn: bool = False
    reasons: tuple[str, ...] = ()
    marks: int = 0
    seconds: float = 0.0

    @property
    def sealed(self) -> bool | None:
        """There is finance's stamp in its place; False: there is none; None: something is there, or no telling."""
        return with_stamp(Receipt(), self.stamp).sealed

    @property
    def confirmed(self) -> bool:
        """Nothing else need be read."""
        return self.amount and self.stamp is Stamp.FINANCE


def check(
    picture: Pixels,
    text: str,
    corners: Sequence[Sequence[float]],
    *,
    read_line: ReadLine | None = None,
    words: StampWords | None = None,
) -> SlipCheck:
    """Check a form. picture: blue, green, red; text and corners: of its code, in pixels of the picture.

    `corners`: the code's own upper left, upper right, lower right, lower left one, so that the picture may lie
    any way up. `words`: what stamps say, where it is not as shipped.
    """
    begun = time.monotonic()
    due = slip.claimed(text)
    plane = lay_flat(picture, corners) if due is not None else None
    if due is None or plane is None:
        return SlipCheck(reasons=(SAY("code_of_no_form"),))
    cells = geometry().cells
    stamp = _stamp(plane, cells["stamp"], words or shipped())
    scale = plane.scale(cells["figures"])
    small = scale < LEAST_SCALE
    if small:
        # The stamp alone would not do where the amount cannot be looked at.
        stamp = Stamp.UNREAD if stamp is Stamp.FINANCE else stamp
        reasons, figures = [SAY("too_small", scale=f"{scale:.1f}")], ""
    else:
        reasons = [
            reason for name, print_ in printed(due).items() if (reason := _compared(plane, cells[name], print_, name))
        ]
        figures = "" if reasons else (read_line or _read_line)(picture, plane.quad(_line_of_figures()))
        if not reasons and _amounts(figures) != [f"{due.amount.amount:.2f}"]:
            reasons = [SAY("figures_read", figures=repr(figures))]
    if not small and is_written_over(plane, len(due.numbers)):
        reasons = [*reasons, SAY("handwriting")]
    return SlipCheck(
        amount=not reasons,
        stamp=stamp,
        figures=figures,
        reasons=tuple(reasons),
        marks=plane.marks,
        altered=bool(reasons) and not small,
        drawn=_is_drawn(plane),
        seconds=round(time.monotonic() - begun, 4),
    )


_SHEET = Place(left=0, top=0, right=210, bottom=297)
_BESIDE = 0.2  # of the picture: with less no other receipt can be read there


def laid_flat(
    picture: Pixels, text: str, corners: Sequence[Sequence[float]]
) -> tuple[Pixels, NDArray[np.float64]] | None:
    """The form from its title to its stamp, upright and flat, without desk and instructions: what is left to be read.

    With the map (3 × 3, homogeneous) from the picture to it. None where the code is none of a form, or too little of
    the form is seen to lay it flat.
    """
    plane = lay_flat(picture, corners) if slip.looks_like(text) else None
    if plane is None or plane.marks < _ENOUGH_MARKS:
        return None
    place = Place(left=6, top=8, right=204, bottom=geometry().cells["stamp"].bottom + 3)
    scale = min(max(plane.scale(place), _COARSEST), _SCALE)
    return plane.flat(place, scale), plane.flattening(place, scale)


def around(picture: Pixels, text: str, corners: Sequence[Sequence[float]]) -> Pixels | None:
    """The picture without the sheet that the form is printed on: what lies beside it. None where that is little."""
    import cv2

    plane = lay_flat(picture, corners) if slip.looks_like(text) else None
    if plane is None or plane.marks < _ENOUGH_MARKS:
        return None
    sheet = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(sheet, np.rint(plane.quad(_SHEET)).astype(np.int32), 1)
    if 1.0 - float(sheet.mean()) < _BESIDE:
        return None
    ground = np.median(picture[sheet == 0], axis=0)
    return np.asarray(np.where(sheet[..., None] == 1, ground, picture), dtype=np.uint8)


def receipt(text: str, found: SlipCheck) -> Receipt | None:
    """A form whose amount is confirmed, as a receipt: sure only with the stamp. None where it must be read whole."""
    due = slip.claimed(text)
    if due is None or not found.amount:
        return None
    read = Receipt(
        kind=ReceiptKind.CAMPUS_TRANSFER,
        layout="form",
        amount=due.amount,
        amount_words=capital.write(due.amount),
        amount_agrees=True,
        payee_is_library=True,
        transactions=due.numbers,
        qr=text,
        confidence=0.99,
        sure=True,
        ground=Ground.DUE,
        seconds=found.seconds,
    )
    return with_stamp(read, found.stamp)


def doubted(whole: Receipt, found: SlipCheck) -> Receipt:
    """What reading all of a form found, where its amount is not confirmed: for a person, whatever it is.

    Reading alone would not do: a sum that was struck out and written anew is still read as it was printed.
    """
    said = (*found.reasons, stamp_told(found.stamp))
    return replace(
        whole,
        stamp=found.stamp,
        sealed=found.sealed,
        sure=False,
        ground=Ground.NONE,
        amount_agrees=False if found.altered else whole.amount_agrees,
        warnings=(*whole.warnings, *(reason for reason in said if reason)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """A line as the form has it: the text, its font file, size in points, and left end in millimetres."""

    text: str
    face: str
    size: float
    left: float


def printed(due: slip.Slip) -> dict[str, Print]:
    """What the form prints into the cells of the amount; sizes as maild.notify.writing.form chooses them."""
    amount, cells = geometry().amount, geometry().cells
    words, figures = f"人民币{capital.write(due.amount)}", f"¥{due.amount.amount:.2f}元"
    lines = {"words": (words, "MaildForm-Regular.otf", 1.0), "figures": (figures, "MaildForm-Bold.otf", 0.62)}
    found = {}
    for name, (text, face, width) in lines.items():
        left = amount[f"{name}_left"]
        room = (cells[name].right - left - 2) / (len(text) * width) / _MM
        found[name] = Print(text=text, face=face, size=round(min(amount[f"{name}_size"], room), 2), left=left)
    return found


def _line_of_figures() -> Place:
    amount, cell = geometry().amount, geometry().cells["figures"]
    tall = amount["figures_size"] * _MM
    return Place(
        left=cell.left + _MARGIN,
        top=amount["baseline"] - tall * 1.05,
        right=cell.right - _MARGIN,
        bottom=amount["baseline"] + tall * 0.35,
    )


def _read_line(picture: Pixels, quad: NDArray[np.float32]) -> str:
    line = engine().read_one(picture, quad)
    return line.text if line else ""


def _amounts(text: str) -> list[str]:
    """Every number of a line; '.' may have been read as ',' or '。', and blanks between characters are lost or not."""
    plain = re.sub(r"[,，。·]", ".", re.sub(r"\s", "", text))
    return re.findall(r"[0-9.]+", plain)


def _compared(plane: Plane, cell: Place, line: Print, name: str) -> str:
    """Why a cell does not show our print and nothing else; '' where it does."""
    inner = cell.inset(_MARGIN)
    raw = _ink(plane.flat(inner, _SCALE))
    coarse = _SCALE / plane.scale(cell)  # how many of our pixels one of the picture's covers
    ours = _softened(_drawn(line, inner, raw.shape[0], raw.shape[1]), coarse)
    seen = _blackened(raw, ours)
    if seen is None:
        return SAY("nothing_printed", what=name)
    placed = np.zeros_like(ours)
    step = round(_PIECE * _SCALE)
    ends = np.flatnonzero(ours.max(axis=0) > 0.1)
    for begin in range(int(ends[0]) - 2, int(ends[-1]) + 1, step):
        window = slice(max(0, begin), min(begin + step, ours.shape[1]))
        moved, agreement = _put(ours, seen, window)
        if agreement < _AGREEMENT:
            return SAY("not_as_printed", what=name, agreement=f"{agreement:.2f}")
        placed = np.maximum(placed, moved)
    return _differences(seen, placed, name)


def _differences(seen: Ink, ours: Ink, name: str) -> str:
    import cv2

    most = _SPOT[name]
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(_SLACK * _SCALE) + 1,) * 2)
    strange = _largest((seen > _STRANGE) & (cv2.dilate(ours, disc) < 0.4))
    if strange > most:
        return SAY("ink_not_ours", what=name, size=f"{strange:.1f}")
    gone = _largest((ours > 0.7) & (cv2.dilate(seen, disc) < _STRANGE))
    return SAY("print_missing", what=name, size=f"{gone:.1f}") if gone > most else ""


def _largest(mask: NDArray[np.bool_]) -> float:
    """The largest connected part of what is marked, in square millimetres."""
    import cv2

    _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return max(map(float, stats[1:, cv2.CC_STAT_AREA]), default=0.0) / _SCALE**2


def _put(ours: Ink, seen: Ink, window: slice) -> tuple[Ink, float]:
    """A piece of our print where it fits what is seen best, and the correlation there."""
    import cv2

    reach = round(_SHIFT * _SCALE)
    rows = np.flatnonzero(ours[:, window].max(axis=1) > 0.1)
    if not rows.size:
        return np.zeros_like(ours), 1.0
    top, bottom = max(0, int(rows[0]) - 2), min(ours.shape[0], int(rows[-1]) + 3)
    piece = np.ascontiguousarray(ours[top:bottom, window])
    around = cv2.copyMakeBorder(seen, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=0)
    field = around[top : bottom + 2 * reach, window.start : window.stop + 2 * reach]
    fit = cv2.matchTemplate(field, piece, cv2.TM_CCOEFF_NORMED)
    _, best, _, (dx, dy) = cv2.minMaxLoc(fit)
    alone = np.zeros_like(ours)
    alone[:, window] = ours[:, window]
    shift = np.array([[1, 0, dx - reach], [0, 1, dy - reach]], dtype=np.float32)
    return np.asarray(cv2.warpAffine(alone, shift, (ours.shape[1], ours.shape[0]))), float(best)


def _ink(flat: Pixels) -> Ink:
    """How much darker than the paper around it each pixel is, in its darkest colour: pens of any colour are ink."""
    import cv2

    dark = darkest(flat)
    small = cv2.resize(dark, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8), borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper, (0, 0), 5)
    paper = cv2.resize(paper, (dark.shape[1], dark.shape[0]), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return np.asarray(np.clip(1 - dark.astype(np.float32) / np.maximum(paper, 1), 0, 1), dtype=np.float32)


def _softened(ours: Ink, coarse: float) -> Ink:
    """As sharp as a picture can show it whose pixels are `coarse` of ours wide."""
    import cv2

    return np.asarray(cv2.GaussianBlur(ours, (0, 0), 0.3 + 0.45 * coarse), dtype=np.float32)


def _blackened(seen: Ink, ours: Ink) -> Ink | None:
    """Scaled so that the print is 1; None where there is none."""
    share = float((ours > 0.5).mean())
    level = float(np.quantile(seen, 1 - share / 2)) if share else 0.0
    return np.asarray(np.clip(seen / level, 0, 1.2), dtype=np.float32) if level > 0.2 else None


@lru_cache(maxsize=4)
def _face(file: str, size: float) -> object:
    from PIL import ImageFont

    font = data_folder("templates") / "form" / "fonts" / file
    return ImageFont.truetype(str(font), size, layout_engine=ImageFont.Layout.BASIC)


def _drawn(line: Print, place: Place, height: int, width: int) -> Ink:
    """Our print in a place of the form, as black on nothing."""
    import cv2
    from PIL import Image, ImageDraw, ImageFont

    double, size = 2 * _SCALE, line.size * _MM * 2 * _SCALE
    face, measure = _face(line.face, size), _face(line.face, 1000.0)
    assert isinstance(face, ImageFont.FreeTypeFont)
    assert isinstance(measure, ImageFont.FreeTypeFont)
    canvas = Image.new("L", (2 * width, 2 * height), 0)
    pen = ImageDraw.Draw(canvas)
    x, y = (line.left - place.left) * double, (geometry().amount["baseline"] - place.top) * double
    for character in line.text:
        pen.text((x, y), character, fill=255, font=face, anchor="ls")
        x += measure.getlength(character) / 1000 * size
    small = cv2.resize(np.asarray(canvas), (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small / 255, dtype=np.float32)


def _is_drawn(plane: Plane) -> bool:
    """Whether the page came from a program and not from paper."""
    if not plane.is_exact():
        return False
    rows, split = geometry().table, geometry().cells["figures"].left
    ground = Place(left=split - _BARE, top=rows + 1.5, right=split - 12, bottom=rows + 4.5)
    return float(plane.flat(ground, _COARSEST).astype(np.float32).std()) < _GRAIN


def _stamp(plane: Plane, cell: Place, words: StampWords) -> Stamp:
    """What the stamp in its place says. A copy without colours shows that there is one, not that it is real."""
    label = geometry().label
    inner = Place(left=cell.left + 1, top=cell.top + label, right=cell.right - 1, bottom=cell.bottom - 1)
    flat = plane.flat(inner, _SCALE)
    least = _LEAST_STAMP * _SCALE
    seals = read_seals(flat, words, least=least, clear=True)
    if not seals:
        seals = read_seals(flat, words, least=least, clear=True, colours=(Colour.BLACK,))
    return verdict(seals, alone=True)
