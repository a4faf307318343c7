"""Rules and second reader side by side: where both say a kind, how sure is the second, and who is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from maild.classify.learned.weighing import STANDING, WISH
from maild.domain.incoming.opinion import CONSENT
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.learning.control import Level, Threshold, threshold

if TYPE_CHECKING:
    from maild.linear.training import Example, Matrix

UNSAID = frozenset({Kind.PATRON_OTHER, Kind.UNKNOWN})
ASKS_NOTHING = frozenset({Kind.PATRON_OTHER.value, Kind.THANKS.value})
CALM = "calm"  # the level of agreement in mails that look like those that colleagues let go
_OTHERS = frozenset({CALM, STANDING, "circular"})  # levels of other models
ALONE = "alone"  # the level of what the second reader finds and no rule read


def kinds_read(rulings: Iterable[Ruling]) -> tuple[str, ...]:
    """The kinds that rules read, in the second reader's words; what they leave to a person is none."""
    return tuple(dict.fromkeys(kind_of(one) for one in rulings if one.kind not in UNSAID))


def kind_of(ruling: Ruling) -> str:
    """The kind of a ruling as the second reader calls it."""
    return CONSENT if ruling.kind is Kind.FEE_QUESTION and ruling.value(CONSENT) else ruling.kind.value


def agreement(
    examples: Sequence[Example], read: Sequence[Sequence[str]], held_out: Matrix, kinds: Sequence[str]
) -> Iterator[tuple[float, bool]]:
    """For each kind that the rules read: how probable the second reader finds it, and whether it is wrong.

    read: what the rules say of each example; held_out: what a model without the example's group says (N × k)
    """
    places = {kind: place for place, kind in enumerate(kinds)}
    for example, said, sure in zip(examples, read, held_out, strict=True):
        for kind in said:
            if kind in places:
                yield float(sure[places[kind]]), kind not in example.kinds | example.maybe


def alone(
    examples: Sequence[Example], read: Sequence[Sequence[str]], held_out: Matrix, kinds: Sequence[str]
) -> Iterator[tuple[float, bool]]:
    """The same for each kind that the rules did not read, of those that ask for something."""
    for example, said, sure in zip(examples, read, held_out, strict=True):
        for place, kind in enumerate(kinds):
            if kind not in said and kind not in ASKS_NOTHING:
                yield float(sure[place]), kind not in example.kinds | example.maybe


def calmly(
    examples: Sequence[Example],
    read: Sequence[Sequence[str]],
    held_out: Matrix,
    kinds: Sequence[str],
    calm: Sequence[bool],
    level: Level,
) -> Threshold:
    """How sure the second reader has to be in mails that look like those that colleagues let go.

    calm: whether each does, to a model without the example's group. Only the likeliest kind of a mail counts.
    """
    places = {kind: place for place, kind in enumerate(kinds)}
    said = (
        (float(sure[places[kind]]), kind not in example.kinds | example.maybe)
        for example, found, sure, chosen in zip(examples, read, held_out, calm, strict=True)
        for kind in found
        if chosen and places.get(kind) == int(sure.argmax())
    )
    return threshold(said, level)


def thresholds(
    examples: Sequence[Example],
    read: Sequence[Sequence[str]],
    held_out: Matrix,
    kinds: Sequence[str],
    levels: Mapping[str, Level],
) -> dict[str, Threshold]:
    """How sure the second reader has to be, by level, with the mails that prove it."""
    both = list(agreement(examples, read, held_out, kinds))
    only = list(alone(examples, read, held_out, kinds))
    asked = {name: level for name, level in levels.items() if name not in _OTHERS and not name.startswith(WISH)}
    return {name: threshold(only if name == ALONE else both, level) for name, level in asked.items()}
