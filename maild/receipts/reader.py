"""One file → its receipts: unpack, look for codes, read what is needed, extract. Any bytes in, receipts out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from maild.domain.accounting.receipt import (
    MOST_TEXT,
    Frame,
    Receipt,
    ReceiptKind,
    Stamp,
    held,
    is_proof,
    lacks_little,
    waits_for_stamp,
    with_signs,
)
from maild.receipts import SAY, magic
from maild.receipts.media import editing
from maild.receipts.media.editing import Editors
from maild.receipts.media.files import Allowance, Leaf, Obstacle, OpenMail, leaves
from maild.receipts.media.pdfpages import PdfFault, PdfPage, makers, open_pages
from maild.receipts.media.webpages import read_html
from maild.receipts.picture import formstamp, slipcheck, strokes
from maild.receipts.picture.codes import Code, is_ours, read_codes
from maild.receipts.picture.features import features, look
from maild.receipts.picture.formstamp import stamped, unstamped, voided
from maild.receipts.picture.ocr import engine
from maild.receipts.picture.page_reader import Page, PictureZoom, find_lines, frame_of, read_page, speaks_of_money
from maild.receipts.picture.pictures import BLANK, FORMATS, Bounds, PictureFault, Pixels, open_frames
from maild.receipts.picture.straighten import quarter
from maild.receipts.sheet import Preparation, Region, Sheet, Zoom
from maild.receipts.words import stamps as stampwords
from maild.receipts.words.stamps import StampWords

# A sheet, and what reads a region again → the receipts on it; none, or NOT_A_RECEIPT and why, where there is none.
Extract = Callable[[Sheet, Zoom | None], Sequence[Receipt]]

_ICON = 120  # pixels: no receipt can be read in a picture whose longer side is shorter
_ICON_AREA = 24_000
_SLIVER = 16  # pixels
_SHORT_TEXT = 1500  # characters: a PDF page with less, none of it about money, may be wrongly mapped: it is looked at
_MOST_WARNINGS = 6
_SUMS = ("amount", "amount_words")
_QUICK_SIDE = 1100  # pixels
_FEW_LINES = 8  # with fewer there is no receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLimits:
    """What one file may cost. seconds: of the processor, soft: from then on no further page is begun and no second
    look is taken. Not of the clock: what is read may not depend on what else the machine does.
    """

    seconds: float = 10.0
    pages: int = 12
    bounds: Bounds = field(default_factory=Bounds)
    allowance: Allowance = field(default_factory=Allowance)


class FileReader:
    """Reads files. Not thread-safe: one a process."""

    def __init__(
        self,
        extract: Extract,
        *,
        limits: ReaderLimits | None = None,
        open_mail: OpenMail | None = None,
        stamps: StampWords | None = None,
        editors: Editors | None = None,
    ) -> None:
        """`stamps`: what stamps say; `editors`: programs that change files; where they are not as shipped."""
        self._extract = extract
        self._stamps, self._editors = stamps or stampwords.shipped(), editors or editing.shipped()
        self._limits = limits or ReaderLimits()
        self._open_mail = open_mail

    def read(self, content: bytes, *, filename: str = "", media_type: str = "") -> tuple[Receipt, ...]:
        """Every receipt in the file, in its order; else one NOT_A_RECEIPT that says what stood in the way."""
        task = _Task(self._extract, self._limits, self._stamps, self._editors)
        files = leaves(
            content,
            filename=filename,
            media_type=media_type,
            open_mail=self._open_mail,
            allowance=self._limits.allowance,
        )
        try:
            for leaf in files:
                if isinstance(leaf, Obstacle):
                    task.rest.append(Receipt(source=leaf.name, sha256=_sha256(content), warnings=(leaf.what,)))
                elif task.over:
                    task.rest.append(Receipt(source=leaf.name, warnings=(SAY("time_over"),)))
                    break
                else:
                    task.leaf(leaf)
        finally:
            formstamp.forget()
        if task.found:
            return task.proofs()
        return (replace(task.nothing(), source=filename, sha256=_sha256(content)),)


class _Task:
    """The reading of one file."""

    def __init__(self, extract: Extract, limits: ReaderLimits, stamps: StampWords, editors: Editors) -> None:
        self.extract = extract
        self.stamps, self.editors = stamps, editors
        self.limits = limits
        self.begun = time.process_time()
        self.deadline = self.begun + limits.seconds
        self.pages = limits.pages
        self.found: list[Receipt] = []
        self.rest: list[Receipt] = []
        self.seen: set[str] = set()

    @property
    def over(self) -> bool:
        return time.process_time() > self.deadline

    def leaf(self, leaf: Leaf) -> None:
        """Read one picture, PDF or page. Nothing raises for what its bytes may be."""
        sha256 = _sha256(leaf.content)
        if sha256 in self.seen:
            return
        self.seen.add(sha256)
        since, number, begun = len(self.found), 0, time.process_time()
        try:
            for number, receipts in self._pages(leaf):
                spent = round(time.process_time() - begun, 3)
                for part, receipt in enumerate(receipts or [Receipt()], 1):
                    told = replace(receipt, source=leaf.name, sha256=sha256, page=number, part=part, seconds=spent)
                    (self.found if is_proof(told) else self.rest).append(told)
                begun = time.process_time()
        except (PictureFault, PdfFault) as fault:
            self._fail(leaf, sha256, number + 1, str(fault))
        except MemoryError:
            del self.found[since:]
            self._fail(leaf, sha256, number + 1, SAY("reading_memory"))
        if self.found[since:]:  # not while a PDF's pages are open: its library lets nobody else in
            signs = self._signs(leaf)
            self.found[since:] = [with_signs(r, signs) for r in self.found[since:]]

    def _signs(self, leaf: Leaf) -> tuple[str, ...]:
        """What the file itself says of its making."""
        if leaf.kind == magic.PDF:
            return editing.signs_of_pdf(leaf.content, makers(leaf.content), self.editors)
        return editing.signs_of_picture(leaf.content, self.editors) if leaf.kind in FORMATS else ()

    def _fail(self, leaf: Leaf, sha256: str, page: int, what: str) -> None:
        self.rest.append(Receipt(source=leaf.name, sha256=sha256, page=page, warnings=(what,)))

    def _pages(self, leaf: Leaf) -> Iterator[tuple[int, Sequence[Receipt]]]:
        """(page number, receipts on it)."""
        pages = self._of_pdf(leaf.content) if leaf.kind == magic.PDF else self._of_pictures(leaf)
        if leaf.kind == magic.HTML:
            page = Page(sheet=read_html(leaf.content))
            found = stamped(_completed(self.extract(page.sheet, None), page), page.sheet, None, self.stamps)
            yield 1, [held(one, unstamped(one, page.sheet, None, self.stamps)) for one in found]
            return
        for number, receipts in pages:
            self.pages -= 1
            yield number, receipts
            if self.pages <= 0 or self.over:
                what = SAY("time_over" if self.over else "too_many_pages")
                self.rest.append(Receipt(source=leaf.name, page=number + 1, warnings=(what,)))
                return

    def _of_pictures(self, leaf: Leaf) -> Iterator[tuple[int, Sequence[Receipt]]]:
        looks: set[str] = set()
        for number, picture in enumerate(open_frames(leaf.content, leaf.kind, self.limits.bounds), 1):
            if number > 1:  # frames of an animation are mostly alike
                seen = look(picture)
                if seen in looks:
                    continue
                looks.add(seen)
            yield number, self._picture(picture)

    def _picture(self, picture: Pixels) -> Sequence[Receipt]:
        if empty := _empty(picture):
            return [Receipt(warnings=(empty,))]
        codes = read_codes(picture)
        form = next((code for code in codes if is_ours(code.text)), None)
        if form is not None:
            return self._form(picture, form)
        page = read_page(picture, codes=codes, deadline=self.deadline)
        found = stamped(_completed(self.extract(page.sheet, page.zoom), page), page.sheet, page.picture, self.stamps)
        return [self._looked_over(r, picture, page) for r in found]

    def _looked_over(self, receipt: Receipt, picture: Pixels, page: Page) -> Receipt:
        """What would be acted on, with what speaks against that on the picture itself."""
        if page.picture is None or not (receipt.sure or waits_for_stamp(receipt) or lacks_little(receipt)):
            return receipt
        boxes = [mark.box for name, mark in receipt.marks.items() if name in _SUMS and mark.box]
        reasons = (
            *strokes.struck(page.picture(), boxes, page.sheet),
            *unstamped(receipt, page.sheet, page.picture, self.stamps),
            *voided(page.sheet, page.picture, self.stamps),
        )
        return with_signs(held(receipt, reasons), editing.signs_about(picture, receipt, page.sheet))

    def _form(self, picture: Pixels, code: Code) -> Sequence[Receipt]:
        """A form of ours. As we printed it nothing else of it need be read; else all is read, for a person."""
        found = slipcheck.check(picture, code.text, code.corners, words=self.stamps)
        if receipt := slipcheck.receipt(code.text, found):
            (left, top), (right, bottom) = code.corners[0], code.corners[1]
            quarters = round(float(np.arctan2(bottom - top, right - left)) / (np.pi / 2)) % 4
            upright = np.ascontiguousarray(np.rot90(picture, quarters))
            frame = frame_of(quarter((picture.shape[1], picture.shape[0]), quarters), upright.shape[1::-1])
            ours = _drawn(replace(receipt, look=look(upright), frame=frame), seen=not found.drawn)
            return [ours, *self._beside(picture, code)]
        # Laid flat and without its instructions it is read better, and sooner.
        flat = slipcheck.laid_flat(picture, code.text, code.corners)
        page = read_page(picture if flat is None else flat[0], codes=(code,), deadline=self.deadline)
        if flat is not None and page.frame is not None:
            way = np.reshape(page.frame.matrix, (3, 3)) @ flat[1]
            page = replace(page, frame=frame_of(way, (page.frame.width, page.frame.height)))
        forms = [slipcheck.doubted(r, found) for r in _completed(self.extract(page.sheet, page.zoom), page)]
        return [*forms, *(self._beside(picture, code) if flat is not None else ())]

    def _beside(self, picture: Pixels, form: Code) -> Sequence[Receipt]:
        """Receipts that lie beside our form in one photograph."""
        rest = slipcheck.around(picture, form.text, form.corners)
        if rest is None or self.over or len(find_lines(rest, engine())) < _FEW_LINES:
            return ()
        page = read_page(rest, codes=(), deadline=self.deadline)
        found = stamped(_completed(self.extract(page.sheet, page.zoom), page), page.sheet, page.picture, self.stamps)
        return [self._looked_over(r, rest, page) for r in found if is_proof(r)]

    def _of_pdf(self, content: bytes) -> Iterator[tuple[int, Sequence[Receipt]]]:
        for page in open_pages(content, self.limits.pages + 1):
            yield page.number, self._pdf_page(page)

    def _pdf_page(self, page: PdfPage) -> Sequence[Receipt]:
        if page.sheet is None:
            return self._picture(page.render())
        small = page.render(_QUICK_SIDE)  # codes, seals and the look are seen at that size
        codes = read_codes(small)
        if any(is_ours(code.text) for code in codes):
            # Its text says what was due; whether it is stamped is seen.
            return [_drawn(r, seen=False) for r in self._picture(page.render())]
        scale = page.sheet.width / small.shape[1]
        stamps, hash_ = features(small)
        sheet = replace(
            page.sheet,
            codes=tuple(code.text for code in codes),
            look=hash_,
            stamps=tuple(
                Region(left=r.left * scale, top=r.top * scale, right=r.right * scale, bottom=r.bottom * scale)
                for r in stamps
            ),
        )
        frame = Frame(width=float(sheet.width), height=float(sheet.height))
        text = Page(sheet=sheet, zoom=_LateGlass(page, self.deadline), frame=frame)
        receipts = stamped(_completed(self.extract(sheet, text.zoom), text), sheet, page.render, self.stamps)
        proofs = [receipt for receipt in receipts if is_proof(receipt)]
        if proofs and all(
            receipt.amount is None for receipt in proofs
        ):  # its fonts may not say which letters they draw
            looked = [_drawn(r, seen=False) for r in self._picture(page.render())]
            if any(receipt.amount is not None for receipt in looked):
                return looked
        if proofs:
            return [
                _drawn(self._unless_void(r, sheet, page) if r.sure or lacks_little(r) else r, seen=False)
                for r in receipts
            ]
        words = " ".join(box.text for box in sheet.boxes)
        if page.pictured or (len(words) < _SHORT_TEXT and not speaks_of_money([words])):
            seen = self._picture(page.render())
            return seen if any(map(is_proof, seen)) else receipts or seen
        return receipts

    def _unless_void(self, receipt: Receipt, sheet: Sheet, page: PdfPage) -> Receipt:
        """What would be acted on, unless what is stamped on the page, or is not, speaks against it."""
        reasons = unstamped(receipt, sheet, page.render, self.stamps)
        return held(receipt, (*reasons, *voided(sheet, page.render, self.stamps)))

    def proofs(self) -> tuple[Receipt, ...]:
        """What was found; what was left unread is told with it."""
        left = (SAY("time_over"), SAY("too_many_pages"))
        unread = [w for r in self.rest for w in r.warnings if w in left or w.startswith("too many:")]
        if unread:
            last = self.found[-1]
            self.found[-1] = replace(last, warnings=(*last.warnings, *dict.fromkeys(unread)))
        return tuple(self.found)

    def nothing(self) -> Receipt:
        """One for all that was looked at: the first that was read, with every reason."""
        warnings = dict.fromkeys(w for r in self.rest for w in r.warnings)
        best = max(self.rest, key=lambda r: (bool(r.look), r.confidence), default=Receipt())
        spent = round(time.process_time() - self.begun, 3)
        return replace(
            best,
            kind=ReceiptKind.NOT_A_RECEIPT,
            sure=False,
            warnings=tuple(warnings)[:_MOST_WARNINGS],
            part=1,
            seconds=spent,
        )


class _LateGlass:
    """A zoom over a page whose text is its own: the models are wanted only if somebody looks."""

    def __init__(self, page: PdfPage, deadline: float) -> None:
        self._page, self._deadline = page, deadline
        self._glass: PictureZoom | None = None

    def look(
        self, region: Region | None = None, *, preparation: Preparation = Preparation.PLAIN, side: int = 960
    ) -> Sheet:
        """As sheet.Zoom says."""
        if self._glass is None:
            self._glass = PictureZoom(self._page.render(), engine(), self._deadline)
        return self._glass.look(region, preparation=preparation, side=side)


def _drawn(receipt: Receipt, *, seen: bool) -> Receipt:
    """A form's stamp is ink on paper. seen: the page was photographed or scanned; else a stamp on it was drawn."""
    stamp = not seen and receipt.stamp not in (Stamp.UNASKED, Stamp.NONE)
    return with_signs(receipt, (SAY("never_printed"),)) if stamp else receipt


def _empty(picture: Pixels) -> str:
    """Why nothing can be read in a picture, '' where something may be."""
    height, width = picture.shape[:2]
    if max(height, width) < _ICON or height * width < _ICON_AREA or min(height, width) < _SLIVER:
        return SAY("no_picture_icon", width=width, height=height)
    if float(picture[::4, ::4].std()) < BLANK:
        return SAY("page_blank")
    return ""


def _completed(receipts: Sequence[Receipt], page: Page) -> list[Receipt]:
    """With what belongs to the page: its look, frame and text, and our code where the extractor did not name it."""
    ours = next((text for text in page.sheet.codes if is_ours(text)), "")
    text = "\n".join(box.text for box in page.sheet.boxes)[:MOST_TEXT]
    return [
        replace(r, look=r.look or page.sheet.look, qr=r.qr or ours, frame=page.frame, text=text)
        for r in receipts or [Receipt()]
    ]


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
