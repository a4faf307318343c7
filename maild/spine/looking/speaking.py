"""For whom the senders of mails speak: as staff said, else for themselves where a librarian wrote to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from maild.domain.incoming.letter import BY_LETTER

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork


LETTERS_COUNT = timedelta(days=120)  # who answers later than that is read as anybody


def speaking(uow: UnitOfWork, senders: Sequence[str], now: datetime) -> Mapping[str, str]:
    """Address (lower case) → an id or BY_LETTER, of those that speak for anybody. Two indexed look-ups."""
    named = uow.speakers.named(senders)
    written = uow.letters.known([each for each in senders if each not in named], now - LETTERS_COUNT)
    return {**dict.fromkeys(written, BY_LETTER), **named}
