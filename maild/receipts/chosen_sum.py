"""From what a page says of the sum to one sum with its evidence; looks again where in doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from maild.domain.accounting.receipt import Mark
from maild.domain.accounting.slip import Slip
from maild.receipts import SAY
from maild.receipts.layouts import Layout, Layouts
from maild.receipts.page.amounts import HEADLINE, LABELLED, Sum, Sums, Written, read_sums
from maild.receipts.page.figures import find_figures
from maild.receipts.page.found import mark_of
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.numerals import WORD_CHARACTERS
from maild.receipts.page.relaid import Relaid
from maild.receipts.page.rewritten import rewritten
from maild.receipts.rows import Cell, Page, make_page, union, within
from maild.receipts.sheet import Origin, Preparation, Region, Sheet, Zoom
from maild.receipts.sure import BEYOND_DOUBT, Evidence

_LOOKS = (Preparation.NO_RED, Preparation.FLAT)
_CLEAR = 0.85  # OCR's confidence from which on a second look counts as a witness
_SIDE, _LAID_SIDE = 960, 1280  # pixels; of a line with all its columns, or a message
_SEAL_REST = 2  # letters of a seal that are read apart
_EDGE = 3.0  # pixels from the picture's edge within which a figure may be cut


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenSum:
    """The evidence, the words as printed, marks of amount and words, what speaks against the sum, and remarks."""

    evidence: Evidence
    words_text: str = ""
    figure: Cell | None = None
    marks: Mapping[str, Mark]
    against: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """One look's answer."""

    chosen: Sum | None
    rivals: tuple[Decimal, ...]
    written: Written | None


def choose_sum(
    page: Page,
    ties: Ties,
    sheet: Sheet,
    zoom: Zoom | None,
    layout: Layout,
    layouts: Layouts,
    code: Slip | None,
    laid: Relaid | None = None,
) -> ChosenSum:
    """The sum of a receipt and what speaks for it. laid: how its page was laid out anew, if it was."""
    sums = read_sums(page, ties)
    first = choose(sums)
    again: list[Decimal | None] = []
    best = first
    if zoom is not None and page.origin is Origin.OCR and _in_doubt(first, sums, code):
        region = _region(page, sums, first) if laid is None else laid.region
        for preparation in _LOOKS:
            if region is None:
                break
            other, other_sums = _look(zoom, region, preparation, layout, layouts, laid, sheet.stamps)
            best, agreed = _merge(best, other, again)
            sums = replace(sums, expects_words=sums.expects_words or other_sums.expects_words)
            if agreed or _enough(best, again, sums, sheet):
                break
    found = _settled(best, sums, again, page, sheet, code)
    against = rewritten(page, ties, first.chosen, found.evidence.figure, sums, layout.kind)
    return replace(found, against=against)


def choose(sums: Sums) -> _Choice:
    """The sum that was paid: of several, the one that the words confirm, or a total, or none without rivals."""
    written = _best_words(sums)
    candidates = list(sums.ranked())
    if written is not None:
        agreeing = [entry for entry in sums.sums if entry.value == written.value]
        by_cents = [e for e in sums.sums if not e.figure.pointed and e.value / 100 == written.value]
        if agreeing:
            return _Choice(chosen=agreeing[0], rivals=(), written=written)
        if by_cents:  # digit boxes, or a point that was lost: the words tell where it was
            figure = replace(by_cents[0].figure, value=written.value)
            return _Choice(chosen=replace(by_cents[0], figure=figure), rivals=(), written=written)
    if not candidates:
        return _Choice(chosen=None, rivals=(), written=written)
    totals = [entry for entry in candidates if entry.total]
    items = [entry for entry in candidates if not entry.total]
    headlines = [entry for entry in sums.sums if entry.rank == HEADLINE]
    values = {entry.value for entry in candidates}
    if candidates[0].rank == LABELLED:
        values |= {entry.value for entry in headlines if entry.figure.pointed}
    if len({entry.value for entry in totals}) == 1 and _covers(totals[0], items):
        others = {e.value for e in headlines} - {e.value for e in items} - {totals[0].value}
        return _Choice(chosen=totals[0], rivals=tuple(sorted(others)), written=written)
    chosen = max(candidates, key=lambda e: (e.figure.pointed, e.figure.marked, e.cell.height, -e.cell.top))
    if candidates[0].rank == LABELLED:
        chosen = next((e for e in candidates if e.figure.pointed), candidates[0])
    with_fee = {chosen.value + fee for fee in sums.fees} if chosen.rank == LABELLED else set()  # what left the account
    return _Choice(chosen=chosen, rivals=tuple(sorted(values - {chosen.value} - with_fee)), written=written)


def _covers(total: Sum, items: list[Sum]) -> bool:
    """Whether a total is that of the items: their sum, or as much as the only one, or there are none."""
    values = [entry.value for entry in items]
    return not values or sum(values, Decimal(0)) == total.value or all(value == total.value for value in values)


def _best_words(sums: Sums) -> Written | None:
    written = sorted(sums.written, key=lambda w: (w.words.repaired, not w.tied, not w.words.complete))
    return written[0] if written else None


def _in_doubt(choice: _Choice, sums: Sums, code: Slip | None) -> bool:
    if choice.chosen is None or choice.written is None:
        agreed_code = code is not None and choice.chosen is not None and code.amount.amount == choice.chosen.value
        return not agreed_code
    return choice.chosen.value != choice.written.value


def _region(page: Page, sums: Sums, choice: _Choice) -> Region | None:
    """Around the amount, its label and its words: whole rows of them where the figure is missing."""
    cells: list[Cell] = [*sums.labels, *sums.remains]
    if choice.chosen:
        cells.append(choice.chosen.cell)
    if choice.written:
        cells.append(choice.written.cell)
    around = union(cell.place for cell in cells)
    if around is None:
        return None
    pad = 1.2 * page.line_height
    wide = choice.chosen is None or sums.expects_words
    left, right = (0.0, page.width) if wide else (around.left - 4 * pad, around.right + 4 * pad)
    return page.clipped(Region(left=left, right=right, top=around.top - pad, bottom=around.bottom + pad))


def _look(
    zoom: Zoom,
    region: Region,
    preparation: Preparation,
    layout: Layout,
    layouts: Layouts,
    laid: Relaid | None,
    stamps: Sequence[Region],
) -> tuple[_Choice, Sums]:
    seen = make_page(zoom.look(region, preparation=preparation, side=_SIDE if laid is None else _LAID_SIDE))
    seen = seen.without({cell.index for cell in seen.cells if _is_of_seal(cell, stamps)})
    if laid is not None:
        seen = laid.again(seen) or Page((), width=seen.width, height=seen.height, origin=seen.origin)
    sums = read_sums(seen, Ties(seen, layout.lexicon, layouts.spotting))
    return choose(sums), sums


def _is_of_seal(cell: Cell, stamps: Sequence[Region]) -> bool:
    """Whether a box is a letter or two of a seal, no part of a sum: words beside it would be doubted."""
    text = cell.text.strip()
    return within(cell, stamps) and len(text) <= _SEAL_REST and text.isalpha() and not WORD_CHARACTERS & set(text)


def _merge(first: _Choice, other: _Choice, again: list[Decimal | None]) -> tuple[_Choice, bool]:
    """Put two looks together; True where figures and words agree now."""
    figures = [choice.chosen for choice in (first, other) if choice.chosen is not None]
    words = [choice.written for choice in (first, other) if choice.written is not None]
    for figure in figures:
        for written in words:
            if figure.value == written.value:
                return _Choice(chosen=figure, rivals=(), written=written), True
    seen = other.chosen is not None and other.chosen.cell.confidence >= _CLEAR
    again.append(other.chosen.value if other.chosen is not None and seen else None)
    written_best = min(words, key=lambda w: (w.words.repaired, not w.words.complete), default=None)
    return _Choice(chosen=first.chosen or other.chosen, rivals=first.rivals, written=written_best), False


def _enough(choice: _Choice, again: list[Decimal | None], sums: Sums, sheet: Sheet) -> bool:
    """Whether a further look could change nothing: one witness more is all that is asked for."""
    if choice.chosen is None or choice.written is not None or sums.expects_words:
        return False
    return (
        not _stamped(choice.chosen.cell, sheet)
        and again[-1] == choice.chosen.value
        and choice.chosen.cell.confidence >= BEYOND_DOUBT
    )


def _came_in(page: Page, value: Decimal) -> bool:
    """Whether the page has that sum with a plus before it, though another place was chosen: over a bill, say."""
    return any(hit.sign == "+" and hit.value == value for cell in page.cells for hit in find_figures(cell.text))


def _stamped(cell: Cell, sheet: Sheet) -> bool:
    at = cell.place
    return any(
        stamp.left < at.right and stamp.right > at.left and stamp.top < at.bottom and stamp.bottom > at.top
        for stamp in sheet.stamps
    )


def _settled(
    choice: _Choice, sums: Sums, again: list[Decimal | None], page: Page, sheet: Sheet, code: Slip | None
) -> ChosenSum:
    marks: dict[str, Mark] = {}
    warnings: list[str] = []
    evidence = Evidence(
        figure=None,
        words=choice.written.value if choice.written else None,
        expects_words=sums.expects_words,
        due=code.amount.amount if code else None,
    )
    written = choice.written
    if written is not None:
        if written.words.repaired and (choice.chosen is None or choice.chosen.value != written.value):
            # A corrected word may support figures that agree exactly; it says nothing by itself.
            evidence = replace(evidence, words=None)
            warnings.append(SAY("words_not_clear"))
        marks["amount_words"] = replace(mark_of((written.cell,), page.origin), source="words")
    chosen = choice.chosen
    if chosen is not None:
        cell = chosen.cell
        at = cell.place
        cut = page.origin is Origin.OCR and (at.left <= _EDGE or at.right >= sheet.width - _EDGE)
        evidence = replace(
            evidence,
            figure=chosen.value,
            strict=chosen.figure.strict,
            pointed=chosen.figure.pointed,
            tied=chosen.rank in {LABELLED, HEADLINE},
            rivals=choice.rivals,
            confidence=cell.confidence,
            text=page.origin is Origin.TEXT,
            again=tuple(again),
            cut=cut,
            incoming=chosen.figure.sign == "+" or _came_in(page, chosen.value),
            words_whole=bool(written and written.words.complete and not written.words.repaired),
            stamped=_stamped(cell, sheet),
        )
        marks["amount"] = mark_of((cell,), page.origin)
    return ChosenSum(
        evidence=evidence,
        words_text=written.words.text if written else "",
        figure=chosen.cell if chosen else None,
        marks=marks,
        warnings=tuple(warnings),
    )
