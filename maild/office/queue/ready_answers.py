"""Ready answers with variables: `{patron}`, `{request}` … stand for what is known of an item.

What is not known of the item stays in the text as it is, and a text in which a variable is left is not sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from maild.domain.errors import Permanent
from maild.domain.records.journal import ReviewItem
from maild.domain.requests.patron import Patron, Transaction
from maild.domain.wording import words
from maild.office.queue import SAY

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


# What may stand in a ready answer.
VARIABLES = ("patron", "request", "title", "state", "provider", "due", "amount", "subject", "staff")
MOST_TEXT = 10_000
_VARIABLE = re.compile(r"\{([a-z_]{1,30})\}")


def check(text: str) -> str:
    """The text as it is kept. Raises Permanent for one that is empty, endless, or has a variable that nobody knows."""
    said = text.strip()
    if not said or len(said) > MOST_TEXT:
        raise Permanent(SAY("ready_answer_empty"), remedy=SAY("characters_at_most", most=f"{MOST_TEXT:,}"))
    if unknown := sorted(set(_VARIABLE.findall(said)) - set(VARIABLES)):
        known = ", ".join(f"{{{name}}}" for name in VARIABLES)
        raise Permanent(f"{{{unknown[0]}}} is not known", remedy=SAY("use_names", names=known))
    return said


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with what is known in the place of its variables."""
    return _VARIABLE.sub(lambda found: values.get(found[1]) or found[0], text)


def unfilled(text: str) -> list[str]:
    """The variables that are left in a text, as they stand there."""
    return [f"{{{name}}}" for name in dict.fromkeys(_VARIABLE.findall(text)) if name in VARIABLES]


def values(uow: UnitOfWork, item: ReviewItem, staff: str, locale: str) -> dict[str, str]:
    """What is known of an item: of its writer, if only one patron has the address, and of the only request it is about,
    if that is the writer's.
    """
    writers = uow.patrons.by_email([item.sender]) if item.sender else []
    patron = writers[0] if len(writers) == 1 else None
    found = {"subject": item.subject, "staff": staff, "patron": patron.name if patron else ""}
    case = _only_request(uow, item, patron)
    return {**found, **(_of_request(case, locale) if case else {})}


def _only_request(uow: UnitOfWork, item: ReviewItem, patron: Patron | None) -> Transaction | None:
    numbers = item.transactions or tuple(str(row.get("transaction")) for row in item.candidates)
    own = [t for t in uow.transactions.get_many(list(numbers)) if patron and t.patron_id == patron.patron_id]
    return own[0] if len(own) == 1 else None


def _of_request(case: Transaction, locale: str) -> dict[str, str]:
    return {
        "request": case.number,
        "title": case.title,
        "state": words.look_up(words.STATES, case.state.value, locale),
        "provider": case.provider,
        "due": case.due.isoformat() if case.due else "",
        "amount": str(case.payable) if case.payable is not None else "",
    }
