"""Cases that are no wording: forms with stamps and ink, struck slips, applications, forgeries, two receipts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from maild.domain.money import Money
from maild.notify.writing.form import Form
from tests.forms import photos
from tests.receipts.adverse import forging
from tests.receipts.adverse.case import Allow, Case, Shape
from tests.receipts.adverse.compose import NAME, Part, Plan, again, case, drawn, filed, form_truth, packed, pad, several
from tests.receipts.adverse.forms import Deed, Filled, own_form
from tests.receipts.drawing import Drawing
from tests.receipts.raster import raster
from tests.receipts.registry import Medium, Pad
from tests.receipts.truth import Sample

FormMaker = Callable[[Pad], Filled]


def forms(part: Part, makers: dict[str, FormMaker], deeds: Sequence[Deed], rightly: Deed) -> Iterator[Plan]:
    """Each deed on a form, in turn; struck and written ones bear the finance office's stamp beside."""
    names = list(makers)
    for place, deed in enumerate(deeds):
        for i in range(deed.times if deed.cls != "stamps" else max(deed.times, 2)):
            name = names[(place + i) % len(names)]
            yield Plan(
                cls=deed.cls,
                variant=deed.name.replace(" ", "_"),
                group=name,
                make=_form(part, makers[name], deed, rightly),
            )


def _form(part: Part, maker: FormMaker, deed: Deed, rightly: Deed) -> Callable[[Plan, Random], Case]:
    def make(plan: Plan, random: Random) -> Case:
        form = maker(pad(part, random))
        page, places = form.page, form.places
        if deed.seal:
            x, y = places.seal
            u = places.unit
            page.stamp(
                x + random.uniform(-1, 1) * u,
                y,
                6 * u,
                f"浙江大学{form.facts.unit}",
                turn=random.uniform(-15, 15),
                strength=random.uniform(0.5, 0.85),
            )
        deed.act(page, places, random)
        if deed.cls in ("struck", "hand") and not deed.bare:
            rightly.act(page, places, random)
        return case(
            plan,
            packed(plan.seed, page, "paper", (form_truth(form.facts, plan.group),), random),
            deed.allow,
            told=deed.told,
        )

    return make


def struck_slips(part: Part, names: Sequence[str]) -> Iterator[Plan]:
    """A printed slip on which a pen changed the sum."""
    for name in names:
        shape = _by_name(part, name)

        def make(plan: Plan, random: Random, shape: Shape = shape) -> Case:
            slip, (page, fact) = drawn(part, shape, random)
            op = forging.sum_box(page, slip.figures)
            width = page.measure(op.text, op.size, op.face)
            x = op.x - {"l": 0.0, "m": width / 2, "r": width}[op.anchor[0]]
            middle = op.y - (0.35 * op.size if op.anchor[1] == "s" else 0)
            page.line(x - 2, middle + 1, x + width + 4, middle - 1, colour="#1d2a6b", width=1.8)
            page.hand(x, middle - 0.8 * op.size, f"{slip.amount + 20:.2f}", op.size * 1.3)
            return case(plan, packed(plan.seed, page, "paper", (fact,), random), "person")

        yield Plan(cls="struck", variant="slip", group=name, make=make)


def applications(
    part: Part, name: str, blanks: Sequence[dict[str, Any]], stamped: Sequence[tuple[str, ...]]
) -> Iterator[Plan]:
    """What a customer asked the bank to do: with its stamp and serial it was done."""
    shape = _by_name(part, name)

    def maker(change: dict[str, Any], allow: Allow, *, serial: bool) -> Callable[[Plan, Random], Case]:
        def make(plan: Plan, random: Random) -> Case:
            more = dict(change)
            if serial:
                number = f"{random.randint(10**13, 10**14 - 1)}"
                more |= {"rows": (("银行流水号", number),), "serial": number}
            _, (page, fact) = drawn(part, shape, random, **more)
            return case(plan, packed(plan.seed, page, "paper", (fact,), random), allow)

        return make

    for i, change in enumerate(blanks):
        yield Plan(
            cls="application",
            variant=f"blank_{i}",
            group=name,
            make=maker({"stamp": (), **change}, "person", serial=False),
        )
    for i, lines in enumerate(stamped):
        yield Plan(cls="honest", variant=f"stamped_{i}", group=name, make=maker({"stamp": lines}, "apply", serial=True))


# --- forgeries --------------------------------------------------------------------------------------------


def forgeries(part: Part, papers: Sequence[str], screens: Sequence[str]) -> Iterator[Plan]:
    """The sum exchanged in a picture or a PDF; editors in EXIF; and honest files that were saved twice."""
    for name in (*papers, *screens):
        yield Plan(cls="forged", variant="pasted", group=name, make=_pasted(part, _by_name(part, name)))
    for name in papers:
        yield Plan(cls="forged", variant="pdf_edited", group=name, make=_amended(part, _by_name(part, name)))
    for i, name in enumerate((*screens, *papers)):
        yield Plan(
            cls="forged",
            variant="editor",
            group=name,
            make=_saved_by(part, _by_name(part, name), forging.EDITORS[i % len(forging.EDITORS)], "person"),
        )
        yield Plan(
            cls="honest",
            variant="camera",
            group=name,
            make=_saved_by(part, _by_name(part, name), forging.CAMERAS[i % len(forging.CAMERAS)], "apply"),
        )
    for name in papers:
        yield Plan(cls="honest", variant="pdf_resaved", group=name, make=_resaved(part, _by_name(part, name)))
    for words in ("", "ZHUAN QI"):
        yield Plan(cls="forged", variant="vector_stamp", group="own_form", make=_ringed(part, words))


def _pasted(part: Part, shape: Shape) -> Callable[[Plan, Random], Case]:
    def make(plan: Plan, random: Random) -> Case:
        slip, (page, fact) = drawn(part, shape, random)
        other = forging.larger(slip.amount, random)
        scale = (1080 if shape.medium == "screen" else 1500) / page.width
        image = forging.pasted(page, f"{slip.amount:,.2f}", scale, f"{other:,.2f}", random)
        content = forging.jpeg(image, random.choice((88, 92, 95)))
        return case(plan, _jpeg_sample(plan, content, replace(fact, amount=other)), "person")

    return make


def _jpeg_sample(plan: Plan, content: bytes, fact: Any) -> Sample:
    return Sample(
        seed=plan.seed,
        filename=f"{NAME.format(seed=plan.seed)}.jpg",
        media_type="image/jpeg",
        content=content,
        truth=fact,
    )


def _amended(part: Part, shape: Shape) -> Callable[[Plan, Random], Case]:
    def make(plan: Plan, random: Random) -> Case:
        slip, (page, fact) = drawn(part, shape, random)
        other = forging.larger(slip.amount, random)
        sample = filed(plan.seed, page, (replace(fact, amount=other),), random, part.family)
        content = forging.amended(sample.content, f"{slip.amount:,.2f}", f"{other:,.2f}")
        return case(plan, replace(sample, content=content), "person")

    return make


def _saved_by(part: Part, shape: Shape, software: str, allow: Allow) -> Callable[[Plan, Random], Case]:
    """Saved once by a messenger and again by a program that says its name."""

    def make(plan: Plan, random: Random) -> Case:
        _, (page, fact) = drawn(part, shape, random)
        image = raster(page, (1080 if shape.medium == "screen" else 1500) / page.width)
        image = forging.opened(forging.jpeg(image, random.randint(70, 88)))
        return case(plan, _jpeg_sample(plan, forging.jpeg(image, random.randint(75, 92), software), fact), allow)

    return make


def _resaved(part: Part, shape: Shape) -> Callable[[Plan, Random], Case]:
    def make(plan: Plan, random: Random) -> Case:
        _, (page, fact) = drawn(part, shape, random)
        sample = filed(plan.seed, page, (fact,), random, part.family)
        return case(plan, replace(sample, content=forging.resaved(sample.content)), "apply")

    return make


def _ringed(part: Part, words: str) -> Callable[[Plan, Random], Case]:
    """Our form as it was mailed, with a red box for a stamp."""

    def make(plan: Plan, random: Random) -> Case:
        facts = own_form(pad(part, random)).facts
        form = Form(numbers=facts.transactions, amount=Money(facts.amount), reader=facts.payer)
        content = forging.ringed(photos.writer().write(form), (400, 320), words)
        sample = Sample(seed=plan.seed, filename=f"{NAME.format(seed=plan.seed)}.pdf", media_type="application/pdf", content=content,
                        truth=replace(form_truth(facts, "own_form"), shown=frozenset({"amount", "transactions"})))  # fmt: skip
        return case(plan, sample, "person", told=True)

    return make


# --- two in one file --------------------------------------------------------------------------------------


def pairs(part: Part, screens: Sequence[str], papers: Sequence[str], bad: dict[str, Any]) -> Iterator[Plan]:
    """Side by side, below one another, of two banks, four in a grid; paid beside not paid; one payment seen twice."""
    s, p = list(screens), list(papers)
    screen: Medium = "screen"
    paper: Medium = "paper"
    for i in range(2):
        a, b = s[i % len(s)], s[(i + 1) % len(s)]
        yield several(part, "side_by_side", [a, a], 2, screen)
        yield several(part, "two_banks", [a, b], 2, screen)
    yield several(part, "stacked_screens", [s[0], s[0]], 1, screen)
    for i in range(2):
        a, b = p[i % len(p)], p[(i + 1) % len(p)]
        yield several(part, "stacked", [a, a], 1, paper)
        yield several(part, "stacked_banks", [a, b], 1, paper)
    yield several(part, "slips_side_by_side", [p[0], p[-1]], 2, paper)
    yield several(part, "stacked_pdf", [p[0], p[0]], 1, paper, pdf=True)
    yield several(part, "stacked_pdf_banks", [p[0], p[1]], 1, paper, pdf=True)
    yield several(part, "grid", [s[0], s[1], s[0], s[1]], 2, screen)
    yield several(part, "grid_slips", [p[0], p[1], p[1], p[0]], 2, paper)
    yield several(part, "beside_unpaid", [s[0], s[0]], 2, screen, changes=({}, bad), never=1)
    yield again(part, "same_twice", s[0], s[1], 2, screen)
    yield again(part, "same_slip_and_screen", s[0], p[0], 1, paper)


def _by_name(part: Part, name: str) -> Shape:
    return next(one for one in part.shapes if one.name == name)


__all__ = ["Drawing", "applications", "forgeries", "forms", "pairs", "struck_slips"]
