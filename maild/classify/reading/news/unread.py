"""What a supplier's mail may tell that no wording knows: the outcomes that nothing in it bends.

The rules know words; what is said in others, models tell (maild.office.providers.decide_unread), which know neither
conditions nor parts nor questions. So both have to agree: the rules find nothing that speaks against an outcome, and
the models find it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify.reading.news.bending import bent, beside
from maild.classify.reading.news.left_open import anothers, no_news, remarks, unsettled
from maild.classify.reading.news.unnumbered import may_be_titled
from maild.classify.reading.numbers import find_numbers
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

# What may be told → the field that it needs beside the number.
TOLD: Mapping[Kind, str] = MappingProxyType(
    {
        **dict.fromkeys((Kind.SHIPPED, Kind.UNFILLED, Kind.REQUEST_ACCEPTED, Kind.LOAN_RETURNED), ""),
        Kind.FEE_QUOTED: "total",
        Kind.LOAN_DUE: "due",
        Kind.LOAN_OVERDUE: "",
    }
)
MOST_CHARACTERS = 1500


def unread(view: View, typing: Typing, silent: Callable[[str], bool], found: Mapping[str, Field]) -> dict[str, Field]:
    """Fields of a mail in which no status was read: its number; `unread`: the kinds that nothing bends, one a line.

    {} where it names several requests, or by no number and is none in which a title is looked for. silent: whether
    words tell no outcome; found: what labels and patterns found in it.
    """
    numbers = find_numbers(view, typing)
    named = len(numbers.distinct) == 1 or (not numbers.distinct and may_be_titled(view, typing))
    if not named or len(view.text) > MOST_CHARACTERS or "sent_back" in found:
        return {}

    # What prints a title may be a bill for it: the words have to speak of a text that is handed over.
    unsaid = view.own_attachments and not view.lexicon.hedges["hands_over"].search(view.read_text)

    def is_open(kind: Kind) -> bool:
        if kind is Kind.SHIPPED and unsaid:
            return False
        against = unsettled(kind, view) or no_news(kind, view, numbers, "") or anothers(kind, view, numbers, "", "")
        return not (against or bent(view, kind, silent) or beside(view, kind) or "remark" in remarks(view, kind))

    kinds = [kind for kind, needed in TOLD.items() if (not needed or needed in found) and is_open(kind)]
    return numbers.fields() | {"unread": Field("\n".join(kinds), 0.5, "text")} if kinds else {}
