"""Plans to cases: which layout says what, by seed; two receipts in one file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tests.receipts import fonts, values
from tests.receipts.adverse.case import Allow, Case, Shape, Slip, Turn, payment, truth
from tests.receipts.drawing import Drawing
from tests.receipts.generator import picture
from tests.receipts.pdf import as_pdf
from tests.receipts.raster import raster
from tests.receipts.registry import Medium, Pad
from tests.receipts.truth import Sample, Truth

NAME = "IMG_{seed:04d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A set of layouts and wordings of its own. more: cases that do not come of turns."""

    name: str
    family: str
    shapes: tuple[Shape, ...]
    turns: tuple[Turn, ...]
    more: Callable[[Part], Iterator[Plan]]
    honest: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A case before it is drawn. seed: its place in the part."""

    cls: str
    variant: str
    group: str
    make: Callable[[Plan, Random], Case]
    seed: int = 0

    def case(self, part: Part) -> Case:
        """Draw it: the same bytes every time."""
        return self.make(self, Random(f"adverse/{part.name}/{self.cls}/{self.variant}/{self.group}/{self.seed}"))


def plans(part: Part) -> list[Plan]:
    """All of a part, in order; the seed is the place."""
    found = [*_turned(part), *_honest(part), *part.more(part)]
    return [replace(plan, seed=place) for place, plan in enumerate(found, 1)]


def pad(part: Part, random: Random) -> Pad:
    return Pad(random=random, style=fonts.style(part.family, random), family=part.family)


def packed(seed: int, page: Drawing, shape_medium: Medium, truths: tuple[Truth, ...], random: Random) -> Sample:
    """As a photo or screenshot of ordinary quality."""
    return replace(picture(seed, page, shape_medium, truths, random, "ordinary"), seed=seed)


def filed(seed: int, page: Drawing, truths: tuple[Truth, ...], random: Random, family: str) -> Sample:
    """As a PDF with a text layer."""
    content, note = as_pdf(page, random, family, pictures=0.0)
    return Sample(seed=seed, filename=f"{NAME.format(seed=seed)}.pdf", media_type="application/pdf", content=content,
                  truth=truths[0], more=truths[1:], notes=(note,))  # fmt: skip


# --- by turns ---------------------------------------------------------------------------------------------


def _turned(part: Part) -> Iterator[Plan]:
    used: dict[str, int] = {}
    for turn in part.turns:
        able = [
            one
            for one in part.shapes
            if one.lang == turn.lang and one.medium in turn.media and (not turn.shapes or one.name in turn.shapes)
        ]
        assert able, turn
        for _ in range(turn.times):  # the layout that was least used
            shape = min(able, key=lambda one: used.get(one.name, 0))
            used[shape.name] = used.get(shape.name, 0) + 1
            yield Plan(
                cls=turn.cls, variant=turn.name.replace(" ", "_"), group=shape.name, make=_turn_maker(part, shape, turn)
            )


def _turn_maker(part: Part, shape: Shape, turn: Turn) -> Callable[[Plan, Random], Case]:
    def make(plan: Plan, random: Random) -> Case:
        change: dict[str, Any] = dict(turn.change)
        slip = replace(payment(random, shape), **change)
        ours = None if turn.cls == "elsewhere" and not turn.told else turn.cls != "elsewhere"
        fact = truth(slip, shape, ours=ours)
        book = pad(part, random)
        page = shape.draw(slip, book)
        as_file = shape.pdf and (turn.pdf if turn.pdf is not None else random.random() < 0.4)
        sample = (
            filed(plan.seed, page, (fact,), random, part.family)
            if as_file
            else packed(plan.seed, page, shape.medium, (fact,), random)
        )
        return case(plan, sample, turn.allow, told=turn.told)

    return make


def _honest(part: Part) -> Iterator[Plan]:
    for shape in part.shapes:
        if shape.draw.__name__ == "application":
            continue
        for i in range(part.honest):
            yield Plan(cls="honest", variant=f"paid_{i}", group=shape.name, make=_turn_maker(part, shape, HONEST))


HONEST = Turn(cls="honest", name="paid", allow="apply")


def case(plan: Plan, sample: Sample, allow: Allow, *, told: bool = False) -> Case:
    """The case of a plan: the patron owes what the truths say."""
    fees = tuple(one.amount for one in sample.truths if one.amount is not None)
    return Case(cls=plan.cls, variant=plan.variant, group=plan.group, allow=allow, sample=sample, told=told, fees=fees)


# --- two receipts in one file -----------------------------------------------------------------------------

Slipped = tuple[Drawing, Truth]


def drawn(part: Part, shape: Shape, random: Random, **change: Any) -> tuple[Slip, Slipped]:
    """One honest receipt; `change`: fields of the slip."""
    slip = replace(payment(random, shape), **change)
    return slip, (shape.draw(slip, pad(part, random)), truth(slip, shape, ours=True))


def sheet(part: Part, pages: list[Drawing], columns: int, random: Random) -> Drawing:
    """The pages beside and below one another on one picture, as a collage or as slips laid out on a desk."""
    width = 900.0
    cells = [(page, width * page.height / page.width) for page in pages]
    rows = [cells[i : i + columns] for i in range(0, len(cells), columns)]
    gap = random.choice((0.0, 10.0, 24.0))
    heights = [max(height for _, height in row) for row in rows]
    whole = pad(part, random).page(
        columns * width + (columns - 1) * gap, sum(heights) + gap * (len(rows) - 1), "#e9e9e6"
    )
    y = 0.0
    for row, height in zip(rows, heights, strict=True):
        for i, (page, tall) in enumerate(row):
            x = i * (width + gap)
            whole.picture(x, y, x + width, y + tall, raster(page, 1400 / page.width))
        y += height + gap
    return whole


def several(part: Part, variant: str, groups: list[str], columns: int, medium: Medium, *,
            changes: tuple[dict[str, Any], ...] = (), never: int | None = None, pdf: bool = False) -> Plan:  # fmt: skip
    """A plan of a file with these layouts in it. changes: of each slip, in order; never: the place of one not paid."""
    by_name = {one.name: one for one in part.shapes}

    def make(plan: Plan, random: Random) -> Case:
        found = [
            drawn(part, by_name[name], random, **(changes[i] if i < len(changes) else {}))[1]
            for i, name in enumerate(groups)
        ]
        pages, truths = [page for page, _ in found], tuple(fact for _, fact in found)
        if pdf:
            whole = pad(part, random).page(max(p.width for p in pages), sum(p.height + 20 for p in pages))
            y = 0.0
            for page in pages:
                whole.merge(page, 0, y)
                y += page.height + 20
            return case(plan, filed(plan.seed, whole, truths, random, part.family), "apply")
        made = case(plan, packed(plan.seed, sheet(part, pages, columns, random), medium, truths, random), "apply")
        return made if never is None else replace(made, never=frozenset({made.fees[never]}))

    return Plan(cls="two", variant=variant, group="+".join(dict.fromkeys(groups)), make=make)


def again(part: Part, variant: str, first: str, second: str, columns: int, medium: Medium) -> Plan:
    """One payment seen twice in one picture: two layouts say the same."""
    by_name = {one.name: one for one in part.shapes}

    def make(plan: Plan, random: Random) -> Case:
        slip, (page, fact) = drawn(part, by_name[first], random)
        same = replace(slip, title=by_name[second].done[0], state=by_name[second].made[0])
        other = by_name[second].draw(same, pad(part, random))
        return case(
            plan, packed(plan.seed, sheet(part, [page, other], columns, random), medium, (fact,), random), "apply"
        )

    return Plan(cls="two", variant=variant, group=f"{first}+{second}", make=make)


def form_truth(f: values.Facts, name: str) -> Truth:
    """The truth of a campus form."""
    shown = {"amount", "date", "payee_is_library"} | ({"transactions"} if f.transactions else set())
    return Truth(kind="campus_transfer", layout=name, amount=f.amount, payee="图书馆", payee_is_library=True, date=f.at.date(),
                 purpose="检索费", transactions=f.transactions, department=values.OUR_DEPARTMENT, project=values.OUR_PROJECT,
                 payer=f.unit, shown=frozenset(shown))  # fmt: skip


__all__ = ["NAME", "Part", "Plan", "again", "case", "drawn", "filed", "form_truth", "packed", "pad", "plans", "several"]
