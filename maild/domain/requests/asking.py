"""What we ask a provider: the matter of a query, as templates, rules and the contacts' abilities name it."""

from __future__ import annotations

from enum import StrEnum


class Asking(StrEnum):
    """Why a provider is written to."""

    ANSWER = "answer"  # nothing has been heard of our request
    SUPPLY = "supply"  # accepted, but nothing has come
    ARRIVAL = "arrival"  # sent, but the book has not come
    CONFIRMATION = "confirmation"  # did the book that was given back reach you?
    RENEWAL = "renewal"  # the patron would like to keep it longer
    CANCEL = "cancel"  # the patron needs it no more
    FEE_ACCEPTED = "fee_accepted"  # the fee is accepted, please go on
