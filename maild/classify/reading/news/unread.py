"""What a supplier's mail may tell that no wording knows: the outcomes that nothing in it bends.

The rules know words; what is said in others, models tell (maild.office.providers.decide_unread), which know neither
conditions nor parts nor questions. So both have to agree: the rules find nothing that speaks against an outcome, and
the models find it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from maild.classify.reading.news.bending import bent, beside
from maild.classify.reading.news.composed import SCANS
from maild.classify.reading.news.left_open import anothers, no_news, remarks, unsettled
from maild.classify.reading.news.unnumbered import may_be_titled
from maild.classify.reading.numbers import find_numbers
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.values import Typing
    from maild.classify.rules.view import View

# What needs no other field than the number: neither a price nor a day.
TOLD = (Kind.SHIPPED, Kind.UNFILLED, Kind.REQUEST_ACCEPTED, Kind.LOAN_RETURNED)
MOST_CHARACTERS, MOST_NUMBERS = 1500, 3


def unread(view: View, typing: Typing, silent: Callable[[str], bool]) -> dict[str, Field]:
    """Fields of a mail in which no status was read: its numbers; `unread`: the kinds that nothing bends, one a line.

    {} where it names more numbers than ours and its sender's, or none and is not looked for by its title. silent:
    whether words tell no outcome.
    """
    numbers = find_numbers(view, typing)
    named = bool(numbers.distinct) if numbers.said else may_be_titled(view, typing)
    if not named or len(numbers.distinct) > MOST_NUMBERS or len(view.text) > MOST_CHARACTERS:
        return {}

    def is_open(kind: Kind) -> bool:
        against = unsettled(kind, view) or no_news(kind, view, numbers, "") or anothers(kind, view, numbers, "", "")
        left = remarks(view, kind).keys() & {"remark", "sums"}
        return not (against or bent(view, kind, silent) or beside(view, kind) or left)

    kinds = [kind for kind in _possible(view) if is_open(kind)]
    return numbers.fields() | {"unread": Field("\n".join(kinds), 0.5, "text")} if kinds else {}


def brings_scan(view: View) -> bool:
    """Whether a file comes with the mail that may be a document."""
    return any(each.filename.lower().endswith(SCANS) for each in view.own_attachments)


def _possible(view: View) -> tuple[Kind, ...]:
    """What a mail may tell: with a document that it is supplied, with another file anything but that."""
    if brings_scan(view):
        return (Kind.SHIPPED,)
    return tuple(kind for kind in TOLD if not (view.attachments and kind is Kind.SHIPPED))
