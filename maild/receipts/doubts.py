"""Why it is not certain that the payment on a page is made: all that the page says of it, in one order."""

from __future__ import annotations

from dataclasses import dataclass

from maild.receipts import SAY
from maild.receipts.layouts import Layout, Layouts
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.stages.courses import Course
from maild.receipts.page.stages.states import state_doubt
from maild.receipts.prose.furniture import without_furniture
from maild.receipts.prose.loose import odd_line
from maild.receipts.prose.tips import doubted_note, form_notes
from maild.receipts.prose.trails import open_table
from maild.receipts.rows import Cell, Page
from maild.receipts.sheet import Sheet

SHOWN = 30  # characters of what is quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page as it was read. whole: with the list of other payments below it, where there is one; read: without it;
    page, ties: without menus and buttons; figure: the sum; course: of its steps.
    """

    whole: Page
    read: Page
    page: Page
    ties: Ties
    figure: Cell | None
    course: Course


def doubt_of(
    seen: Seen, sheet: Sheet, layout: Layout, layouts: Layouts, *, unfinished: str, form: bool, entered: bool
) -> str:
    """Why it is not certain that the payment is made, '' where it is.

    unfinished: what says that something is still open; form: where it is not entered only the finance office's stamp
    can say that it is made
    """
    stamped, over = form and not entered, entered and bool(seen.course.cells)
    page, ties = seen.page, seen.ties
    if form and (notes := list(form_notes(page, ties, layouts.tips, layouts.states))):
        page = page.without({cell.index for cell in notes})
        ties = Ties(page, layout.lexicon, layouts.spotting)
        unfinished = "" if unfinished in {cell.text for cell in notes} else unfinished
    if form and (told := doubted_note(page, ties, layouts.tips, layouts.states)):
        return SAY("state_not_certain", words=told[:SHOWN])
    doubt = state_doubt(
        page,
        ties,
        layout.kind,
        layouts,
        figure=seen.figure,
        stamps=sheet.stamps,
        form=form,
        stamped=stamped,
        over=over,
    )
    listed = Ties(seen.read, layout.lexicon, layouts.spotting)
    for open_ in (unfinished, open_table(seen.read, listed)):
        if not doubt and open_:
            doubt = SAY("state_not_certain", words=open_[:SHOWN])
    if not doubt and (line := odd_line(page, ties, layouts, sheet.stamps, figure=seen.figure, stamped=form)):
        doubt = SAY("state_not_known", words=line[:SHOWN])
    if not doubt and seen.whole is not seen.read:  # what the list says of one that went back, nobody may overlook
        whole = bare(seen.whole, Ties(seen.whole, layout.lexicon, layouts.spotting), layout, layouts)
        doubt = state_doubt(*whole, layout.kind, layouts, figure=seen.figure)
    return doubt


def bare(page: Page, ties: Ties, layout: Layout, layouts: Layouts) -> tuple[Page, Ties]:
    """What a page says of the payment, without its menus and buttons; with its labels."""
    left = without_furniture(page, ties, layouts)
    return left, ties if left is page else Ties(left, layout.lexicon, layouts.spotting)
