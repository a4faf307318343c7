"""A sheet → the receipts on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import NamedTuple

from maild.config import Office
from maild.domain import SAY as DOMAIN
from maild.domain.accounting import slip
from maild.domain.accounting.receipt import Ground, Mark, Purpose, Receipt, ReceiptKind
from maild.domain.money import Money
from maild.receipts import SAY
from maild.receipts.chosen_sum import ChosenSum, choose_sum
from maild.receipts.doubts import SHOWN, Seen, bare, doubt_of
from maild.receipts.layouts import Label, Layout, Layouts, label_key
from maild.receipts.minus import goes_back
from maild.receipts.page.currency import other_currency
from maild.receipts.page.dates import Moment, when
from maild.receipts.page.fields import read_fields
from maild.receipts.page.found import Fields, mark_of
from maild.receipts.page.kinds import KindFound, judge
from maild.receipts.page.labels.ties import Ties
from maild.receipts.page.ours import codes_are_ours, is_ours, name_is_ours
from maild.receipts.page.parties import has_codes, name_above, name_alone, name_beside, names_another, to_a_person
from maild.receipts.page.payee import payee_by_form
from maild.receipts.page.purposes import purpose_of
from maild.receipts.page.relaid import Relaid
from maild.receipts.page.stages.booked import is_taken_back
from maild.receipts.page.stages.courses import NONE as NO_COURSE
from maild.receipts.page.stages.courses import Course, course_of, is_entered
from maild.receipts.page.stages.states import PAPER, is_paid, titles_of
from maild.receipts.page.stages.steps import walked, without_steps
from maild.receipts.page.statement import statement_lines
from maild.receipts.page.voucher import voucher
from maild.receipts.picture.several import distinct, doubled, may_be_one, split, without_list
from maild.receipts.prose.filled import with_sentence
from maild.receipts.prose.furniture import without_menu
from maild.receipts.prose.messages import messages
from maild.receipts.prose.options import has_choices, without_unchosen
from maild.receipts.prose.tips import without_tips
from maild.receipts.prose.trails import open_table, taken_tables
from maild.receipts.prose.unfinished import still_open
from maild.receipts.rows import Page, make_page, union
from maild.receipts.sheet import Origin, Preparation, Region, Sheet, Zoom
from maild.receipts.sure import ground_of, reasons_against
from maild.receipts.words.states import plain

_BEYOND_DOUBT = 0.93  # from which on a name is what was read
_CLEAR = 0.9  # OCR's confidence in the payer's unit, below which it is looked at again
_PARTIES = (Label.PAYER, Label.PAYEE, Label.NAME, Label.DEPARTMENT, Label.PROJECT)
_FINER = 1200  # pixels of the longer side, for the block of the parties
_DIGITS, _FULL = re.compile(r"\d"), 15  # of an account that is not masked
_FINE = 1440  # pixels of the longer side, for a page that the first look did not do justice to


def extract(sheet: Sheet, zoom: Zoom | None = None, *, layouts: Layouts, office: Office) -> list[Receipt]:
    """Every receipt on a page, in order; one of kind NOT_A_RECEIPT where there is none.

    zoom  where given, doubtful sums are looked at again (0.3 to 1 s a look, three at most a receipt)
    """
    layouts.forget()  # of what was asked about without a page, too
    try:
        return _extract(sheet, zoom, layouts, office)
    finally:
        layouts.forget()


def _extract(sheet: Sheet, zoom: Zoom | None, layouts: Layouts, office: Office) -> list[Receipt]:
    page = make_page(sheet)
    if has_choices(page):
        page = without_unchosen(page, Ties(page, layouts.lexicon, layouts.spotting), layouts.states)
    if told := statement_lines(page, layouts, office) or messages(page, layouts, office):
        unfinished = still_open(page, None, layouts.open)
        return [
            _told(one, sheet, zoom, layouts, office, part=n, unfinished=unfinished) for n, one in enumerate(told, 1)
        ]
    page, odd = with_sentence(page, layouts)
    if (booked := voucher(page, layouts, office, sheet.stamps)) is not None:
        return [_one(booked.page, replace(sheet, codes=(), stamps=()), None, layouts, office, laid=booked)]
    parts = split(page, layouts, sheet.stamps)
    if len(parts) > 1:
        sheet = replace(sheet, codes=())  # nobody knows whose they are
    found = [_one(part, sheet, zoom, layouts, office) for part in parts]
    if odd:  # what a sentence says beside what was understood
        found = [
            replace(r, sure=False, warnings=(*r.warnings, SAY("state_not_known", words=odd[:SHOWN]))) for r in found
        ]
    proofs = distinct([receipt for receipt in found if receipt.kind is not ReceiptKind.NOT_A_RECEIPT])
    if not proofs:
        return [found[0] if len(found) == 1 else _one(page, sheet, zoom, layouts, office)]
    unread = any(receipt.kind is ReceiptKind.NOT_A_RECEIPT for receipt in found)
    foreign = len(proofs) > 1 and any(receipt.payee_is_library is False for receipt in proofs)
    if unread or foreign or may_be_one(proofs):
        # One may be what could not be read; and of two, one to somebody else, a person says which is meant.
        proofs = [replace(r, sure=False, warnings=(*r.warnings, SAY("two_receipts"))) for r in proofs]
    return [replace(receipt, part=n) for n, receipt in enumerate(proofs, 1)]


def _told(
    laid: Relaid, sheet: Sheet, zoom: Zoom | None, layouts: Layouts, office: Office, *, part: int, unfinished: str
) -> Receipt:
    """A payment that was laid out anew. What a seal lies over, the codes of the sheet, are not its own.

    unfinished: what the page that tells of it says to be still open.
    """
    bare = replace(sheet, codes=(), stamps=())
    receipt = _one(laid.page, bare, zoom, layouts, office, laid=laid)
    receipt = _of_message(receipt, laid)
    against = laid.against + ((SAY("state_not_certain", words=unfinished[:SHOWN]),) if unfinished else ())
    return replace(receipt, part=part, warnings=receipt.warnings + against, sure=receipt.sure and not against)


def _of_message(receipt: Receipt, laid: Relaid) -> Receipt:
    """A payment that a message tells of, with what its mail may add: a year, and that who is only named is us."""
    warnings = receipt.warnings
    if laid.month_day and receipt.date is None:
        warnings = (*(w for w in warnings if w != DOMAIN("no_day")), DOMAIN("no_year"))
        receipt = replace(receipt, month_day=laid.month_day, week_day=laid.week_day, time=laid.time)
    if laid.named and receipt.payee_is_library is None and receipt.paid_for is Purpose.OURS:
        unknown = SAY("payee_unknown")
        warnings = tuple(DOMAIN("named_only") if w == unknown else w for w in warnings)
    return replace(receipt, warnings=warnings, sure=receipt.sure and not warnings)


def _one(
    whole: Page, sheet: Sheet, zoom: Zoom | None, layouts: Layouts, office: Office, laid: Relaid | None = None
) -> Receipt:
    ties = Ties(whole, layouts.lexicon, layouts.spotting)
    stated, taken, course, unfinished = is_paid(whole, ties, layouts.states), set[int](), NO_COURSE, ""
    if laid is None or laid.whole:
        taken = {cell.index for cell in taken_tables(whole, ties, layouts, stated=stated)} | walked(
            whole, ties, layouts
        )
        course = course_of(whole, ties, layouts, office)
        taken |= course.cells
        unfinished = still_open(whole, ties, layouts.open, taken)
    if (read := without_tips(whole, ties, layouts.tips, layouts.states, layouts.purposes.ends)) is not whole:
        whole, ties = read, Ties(read, layouts.lexicon, layouts.spotting)
    if (read := without_steps(whole, ties, layouts, taken)) is not whole:
        whole, ties = read, Ties(read, layouts.lexicon, layouts.spotting)
    page = without_list(whole, ties)
    ties = ties if page is whole else Ties(page, layouts.lexicon, layouts.spotting)
    kind = judge(page, ties, layouts, laid.layout if laid is not None else "")
    if kind.layout is None or kind.veto:
        return _none(sheet, kind.veto, kind)
    ties = Ties(page, kind.layout.lexicon, layouts.spotting)
    code = next((text for text in sheet.codes if slip.looks_like(text)), "")
    said = slip.claimed(code) if code else None
    fields = read_fields(page, ties, kind.layout, layouts, office)
    chosen = choose_sum(page, ties, sheet, zoom, kind.layout, layouts, said, laid)
    if chosen.figure is not None:
        wallet = kind.layout.kind in {ReceiptKind.WECHAT, ReceiptKind.ALIPAY}
        name_above(fields, page, ties, chosen.figure, layouts, anybody=wallet)
        if kind.layout.kind not in PAPER:
            name_beside(fields, page, ties, chosen.figure, layouts)
            name_alone(fields, page, ties, layouts)
    if kind.layout.kind is not ReceiptKind.CAMPUS_TRANSFER:
        payee_by_form(fields, page, ties, layouts, office)
    ours = _ours(fields, page, ties, kind.layout, layouts, office)
    found = _Found(
        whole=whole,
        page=page,
        ties=ties,
        fields=fields,
        chosen=chosen,
        ours=ours,
        moment=when(page, ties),
        unfinished=unfinished,
        course=course,
    )
    if zoom is not None and page.origin is Origin.OCR and laid is None and _is_thin(found, kind.layout):
        found = _seen_again(found, sheet, zoom, kind.layout, layouts, office, said)
    if not found.says_anything:
        return _none(sheet, SAY("blank_form"), kind)
    return _receipt(found, sheet, kind.layout, layouts, code, known=kind.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """All that a page was seen to say. whole: with the list of other payments below it, where there is one;
    unfinished: what says that something is still open; course: of its steps.
    """

    whole: Page
    page: Page
    ties: Ties
    fields: Fields
    chosen: ChosenSum
    ours: bool | None
    moment: Moment | None
    unfinished: str = ""
    course: Course = NO_COURSE

    @property
    def says_anything(self) -> bool:
        """Whether anything is filled in."""
        seen = self.chosen.evidence
        return not (seen.figure is None and seen.words is None and self.moment is None and not self.fields.serials)


def _is_thin(found: _Found, layout: Layout) -> bool:
    """Whether what matters was not read: the sum, or, on the campus form, our codes or who pays (under its seal)."""
    if found.chosen.evidence.figure is None:
        return found.says_anything
    if layout.kind is not ReceiptKind.CAMPUS_TRANSFER:
        return False
    payer = found.fields.marks.get("payer")
    return found.ours is not True or payer is None or payer.confidence < _CLEAR


def _seen_again(
    first: _Found, sheet: Sheet, zoom: Zoom, layout: Layout, layouts: Layouts, office: Office, said: slip.Slip | None
) -> _Found:
    """Read again, finer and without its seals: all of it where the sum is missing, else the block of the parties.

    It fills gaps, shows our codes where they are, and who pays where that is clearer now.
    """
    no_sum = first.chosen.evidence.figure is None
    parties = [tie.at for tie in first.ties.of(*_PARTIES)]
    around = union(first.page.cells if no_sum or not parties else parties)
    if around is None:
        return first
    pad = 2 * first.page.line_height
    wide = union(first.page.cells) or around
    region = first.page.clipped(
        Region(left=wide.left - pad, right=wide.right + pad, top=around.top - pad, bottom=around.bottom + pad)
    )
    page = make_page(zoom.look(region, preparation=Preparation.NO_RED, side=_FINE if no_sum else _FINER))
    ties = Ties(page, layout.lexicon, layouts.spotting)
    fields = read_fields(page, ties, layout, layouts, office)
    ours = _ours(fields, page, ties, layout, layouts, office)
    merged = fields.filled(first.fields) if ours and not first.ours else first.fields.filled(fields)
    merged = merged.clearer(fields, "payer", "payer_department", "payer_project")
    chosen = choose_sum(page, ties, sheet, zoom, layout, layouts, said) if no_sum else first.chosen
    ours = ours if first.ours is None or ours else first.ours
    return replace(first, fields=merged, chosen=chosen, ours=ours, moment=first.moment or when(page, ties))


class _Judged(NamedTuple):
    """What speaks for and against a receipt. foreign: what says that it is of another currency"""

    paid_for: Purpose
    foreign: str
    entered: bool
    ground: Ground
    against: tuple[str, ...]


def _judged(found: _Found, sheet: Sheet, layout: Layout, layouts: Layouts, *, known: bool) -> _Judged:
    chosen, form = found.chosen, layout.kind is ReceiptKind.CAMPUS_TRANSFER
    page, ties = bare(found.page, found.ties, layout, layouts)
    entered = (
        form and is_entered(page, ties, layouts.states, sheet.stamps, found.course) and not _is_undone(found, layouts)
    )
    seen = Seen(whole=found.whole, read=found.page, page=page, ties=ties, figure=chosen.figure, course=found.course)
    doubt = doubt_of(seen, sheet, layout, layouts, unfinished=found.unfinished, form=form, entered=entered)
    told = without_menu(found.page, found.ties, layouts)
    names = found.ties if told is found.page else Ties(told, layout.lexicon, layouts.spotting)
    paid_for, elsewhere = purpose_of(told, names, layouts.purposes, layouts.states, sheet.stamps, form=form)
    foreign = other_currency(found.page, found.ties, layouts.currencies, figure=chosen.figure, stamps=sheet.stamps)
    titles = [plain(cell.text) for cell in titles_of(found.page, found.ties, sheet.stamps)]
    evidence = replace(
        chosen.evidence, negative=goes_back(found.page, chosen.figure, layout.kind, titles, words=layouts.states)
    )
    ground = ground_of(evidence, by_hand=form and not entered)
    against = reasons_against(
        evidence, ground, ours=found.ours, doubt=doubt, other_purpose=elsewhere, other_currency=foreign
    )
    against += chosen.against
    if doubled(found.ties):
        against += (SAY("two_receipts"),)
    if not known and not entered and not _tells_all(found):
        against += (SAY("layout_words_unknown"),)
    if not form and not found.moment and not found.fields.serials:
        # What is not paid yet looks like what is, but for when it was paid and under which number.
        against += (DOMAIN("no_day"),)
    return _Judged(paid_for, foreign, entered, ground, against)


def _receipt(found: _Found, sheet: Sheet, layout: Layout, layouts: Layouts, code: str, *, known: bool) -> Receipt:
    fields, chosen, moment = found.fields, found.chosen, found.moment
    judged = _judged(found, sheet, layout, layouts, known=known)
    marks = dict(fields.marks) | dict(chosen.marks)
    if moment:
        marks["date"] = mark_of((moment.cell,), found.page.origin)
    figure, words = chosen.evidence.figure, chosen.evidence.words
    shown = figure if figure is not None else words  # words alone are a suggestion: never sure
    return Receipt(
        kind=layout.kind,
        layout=layout.name,
        bank=layout.bank,
        amount=Money(shown) if shown is not None and not judged.foreign else None,
        amount_words=chosen.words_text,
        amount_agrees=None if figure is None or words is None else figure == words,
        payer=fields.get("payer"),
        payer_account=fields.get("payer_account"),
        payee=fields.get("payee"),
        payee_account=fields.get("payee_account"),
        payee_is_library=found.ours,
        date=moment.day if moment else None,
        time=moment.time if moment else "",
        serials=tuple(fields.serials),
        purpose=fields.get("purpose"),
        paid_for=judged.paid_for,
        transactions=tuple(fields.transactions),
        department=fields.get("department"),
        project=fields.get("project"),
        payer_department=fields.get("payer_department"),
        payer_project=fields.get("payer_project"),
        qr=code,
        sealed=_sealed(found.page, sheet),
        entered=judged.entered,
        confidence=_confidence(marks),
        sure=not judged.against,
        ground=judged.ground,
        warnings=judged.against + chosen.warnings,
        look=sheet.look,
        marks=MappingProxyType(marks),
    )


def _is_undone(found: _Found, layouts: Layouts) -> bool:
    """Whether something on a form's page speaks against its having been booked, whatever it says of a booking."""
    return bool(open_table(found.page, found.ties)) or is_taken_back(found.whole, layouts.states)


def _tells_all(found: _Found) -> bool:
    """Whether a page in words that no layout has says to whom in full, or to us, when, and under which number."""
    full = len(_DIGITS.findall(found.fields.get("payee_account"))) >= _FULL
    return found.ours is True and (full or (found.moment is not None and bool(found.fields.serials)))


def _none(sheet: Sheet, reason: str, kind: KindFound) -> Receipt:
    return Receipt(
        warnings=(SAY("not_a_receipt", why=reason),), look=sheet.look, layout=kind.layout.name if kind.layout else ""
    )


def _ours(fields: Fields, page: Page, ties: Ties, layout: Layout, layouts: Layouts, office: Office) -> bool | None:
    if layout.kind is ReceiptKind.CAMPUS_TRANSFER:
        coded = bool(ties.of(Label.DEPARTMENT, Label.PAYEE_DEPARTMENT)) or has_codes(page)
        codes = fields.get("department"), fields.get("project"), fields.get("payee")
        return codes_are_ours(*codes, layouts, office, coded=coded)
    if fields.doubtful or names_another(ties, layouts):
        return None
    account, mark, name = fields.get("payee_account"), fields.marks.get("payee_account"), fields.marks.get("payee")
    said = is_ours(
        fields.get("payee"),
        account,
        layouts,
        office,
        text=page.origin is Origin.TEXT,
        clear=mark is not None and mark.confidence >= _CLEAR,
        named=name is not None and name.confidence >= _BEYOND_DOUBT,
    )
    if said and layout.kind not in PAPER and not account and to_a_person(page, ties, layouts):
        return None
    unit = not account and label_key(fields.get("payee")) == label_key(office.transfer_unit)
    if said and unit and layout.kind in PAPER:
        return None  # 图书馆 alone: every university has one
    if said is None and layout.own_payee and name_is_ours(fields.get("payee"), layouts).ours is not False:
        text = page.text.replace(" ", "")
        return True if any(word in text for word in layout.own_payee) else None
    return said


def _sealed(page: Page, sheet: Sheet) -> bool | None:
    if not sheet.stamps:
        return None
    b = page.bounds
    return any(
        page.top <= (stamp.top + stamp.bottom) / 2 <= page.bottom
        and b.left <= (stamp.left + stamp.right) / 2 <= b.right
        for stamp in sheet.stamps
    )


def _confidence(marks: Mapping[str, Mark]) -> float:
    """How surely the amount was read."""
    return min(1.0, marks["amount"].confidence) if "amount" in marks else 0.0
