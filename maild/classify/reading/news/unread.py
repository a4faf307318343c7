"""What a supplier's mail may tell that no wording knows: the outcomes that nothing in it bends.

The rules know words; what is said in others, models tell (maild.office.providers.decide_unread), which know neither
conditions nor parts nor questions. So both have to agree: the rules find nothing that speaks against an outcome, and
the models find it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from maild.classify.reading.news.bending import bent, beside
from maild.classify.reading.news.left_open import anothers, no_news, remarks, unsettled
from maild.classify.reading.numbers import find_numbers
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# What needs no other field than the number: neither a price nor a day.
TOLD = (Kind.SHIPPED, Kind.UNFILLED, Kind.REQUEST_ACCEPTED, Kind.LOAN_RETURNED)
MOST_CHARACTERS = 1500


def unread(view: View, typing: Typing, silent: Callable[[str], bool]) -> dict[str, Field]:
    """Fields of a mail in which no status was read: its number; `unread`: the kinds that nothing bends, one a line.

    {} where it names no request, or several. silent: whether words tell no outcome.
    """
    numbers = find_numbers(view, typing)
    if len(numbers.distinct) != 1 or numbers.alike or numbers.joined or len(view.text) > MOST_CHARACTERS:
        return {}

    def is_open(kind: Kind) -> bool:
        against = unsettled(kind, view) or no_news(kind, view, numbers, "") or anothers(kind, view, numbers, "", "")
        return not (against or bent(view, kind, silent) or beside(view, kind) or "remark" in remarks(view, kind))

    # To the models a file is half of what they know of supplies: what it is they cannot tell.
    kinds = [kind for kind in TOLD if not (view.attachments and kind is Kind.SHIPPED) and is_open(kind)]
    return numbers.fields() | {"unread": Field("\n".join(kinds), 0.5, "text")} if kinds else {}
