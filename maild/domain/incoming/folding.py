"""When a mail shares the queue item of another: floods, and the fourth mail about the same matter.

Only mails that moved nothing and wait for the same cause are put together: staff see one item, with how many it holds.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from maild.domain.accounting.invoice import Invoice
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import Receipt
from maild.domain.incoming.decision import Action, Cause, Decision, NewTransaction, RegistrationChange, Transition
from maild.domain.requests.patron import Document

FREE = 20  # open items of a sender from which on further mails join one of them
CROWD = 200  # open items of mails whose writers nobody knows, or nobody can prove, from which on each has but one
FREE_IN_CROWD = 1
NOBODY = frozenset({Cause.UNKNOWN_SENDER, Cause.UNAUTHENTICATED})  # names can be made up by the hundred
FREE_OF_MATTER = 3  # of the same sender, for the same cause, about the same requests


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An item that is open, by its mail. about: numbers of the requests that it may concern."""

    mail_id: int
    cause: Cause
    about: frozenset[str] = frozenset()


def about(transactions: Collection[str], candidates: Collection[str]) -> frozenset[str]:
    """The requests that an item may concern."""
    return frozenset(transactions) | frozenset(candidates)


def may_join(decision: Decision) -> bool:
    """Whether nothing was done for the mail, and nothing of it would be lost among others."""
    done = (
        decision.of(Transition),
        decision.of(NewTransaction),
        decision.of(LedgerEntry),
        decision.of(Receipt),
        decision.of(Invoice),
        decision.of(Document),
        decision.notices,
        decision.of(RegistrationChange),
    )
    return decision.action is Action.REVIEW and decision.cause is not Cause.NONE and not any(done)


def joins(
    decision: Decision, concerned: frozenset[str], of_sender: Sequence[OpenItem], *, crowded: bool = False
) -> int | None:
    """The mail whose open item this decision's mail joins; None where it has one of its own.

    of_sender  the sender's open items, the latest first; crowded: CROWD items of nobody known are open
    """
    if not may_join(decision):
        return None
    alike = [item for item in of_sender if item.cause is decision.cause]
    matter = [item for item in alike if concerned and item.about == concerned]
    if len(matter) >= FREE_OF_MATTER:
        return matter[0].mail_id
    if len(of_sender) < (FREE_IN_CROWD if crowded and decision.cause in NOBODY else FREE):
        return None
    proven = decision.writer.auth is not None and decision.writer.auth.passed
    # What a proven sender writes of another request is looked at by itself; anybody can write anybody's numbers.
    open_to = [item for item in alike if concerned <= item.about or not proven]
    return open_to[0].mail_id if open_to else None
