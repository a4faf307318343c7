"""What a provider's mail may tell without a number: of the request whose title it says (maild.match.titled)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from maild.domain.incoming.ruling import Kind

if TYPE_CHECKING:
    from maild.classify.rules.values import Typing
    from maild.classify.rules.view import View

# No price, and no end at anybody's wish.
BY_TITLE = frozenset(
    {
        Kind.REQUEST_ACCEPTED,
        Kind.REQUEST_FORWARDED,
        Kind.SHIPPED,
        Kind.UNFILLED,
        Kind.LOAN_ARRIVED,
        Kind.LOAN_DUE,
        Kind.LOAN_OVERDUE,
        Kind.LOAN_RETURNED,
    }
)
MOST_UNNUMBERED = 400  # what is longer is written to everybody …
_TO_ALL = re.compile(  # … and so is this, or it is a bill of many
    r"各(?:位同|馆|成员|兄弟|有关|高校)|闭馆|放假|停止服务|停机|升级|维护|账单|结算|对账"
    r"|\ball (?:librar|member|partner)"
    r"|\bclos(?:ed|ing) (?:from|on|for|until)\b|\b(?:maintenance|outage|upgraded?|unavailable|invoice|statement)\b"
    r"|\bwill not be available\b",
    re.IGNORECASE,
)


def may_be_titled(view: View, kind: Kind, typing: Typing) -> bool:
    """Whether its title is looked for: that is asked (View.titled), it is short, and nothing looks like a number."""
    said = f"{view.read_subject}\n{view.read_text}"
    short = len(view.text) <= MOST_UNNUMBERED and "</" not in said and not _TO_ALL.search(said)
    return view.titled and kind in BY_TITLE and short and not typing.numbers(view.text)
