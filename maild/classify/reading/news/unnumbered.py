"""What a provider's mail may tell without a number: of the request whose title it says (maild.match.titled)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maild.classify.reading.numbers import is_parcel, loose_numbers

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

MOST_UNNUMBERED = 800  # what is longer is written to everybody


def may_be_titled(view: View, typing: Typing) -> bool:
    """Whether its title is looked for: that is asked (View.titled), it is short and written to us alone, and what looks
    like a number is a parcel's.
    """
    said = f"{view.read_subject}\n{view.read_text}"
    to_all = view.lexicon.hedges["to_all"].search(said)
    numbers = all(map(is_parcel, loose_numbers(view.text, typing)))
    return view.titled and numbers and len(view.text) <= MOST_UNNUMBERED and "</" not in said and not to_all
