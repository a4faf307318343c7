"""Letters of a librarian to a library about a request: who answers one speaks about that request, and no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

BY_LETTER = "@"  # for whom an address speaks that nobody knows and that was written to: for itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """To an address (lower case), about a request, under a Message-ID."""

    address: str
    number: str
    message_id: str
    at: datetime
