"""How many mails are taken at a time: fewer where reading them is slow, so that the next one's turn comes soon."""

from __future__ import annotations

SECONDS = 1.0  # that reading a batch shall take at most
FEWEST = 4


class Pace:
    """Follows what reading takes. Mails that are made to be slow shorten the batches; ordinary ones lengthen them."""

    def __init__(self) -> None:
        self._each = 0.0  # seconds a mail, of the last batch

    def most(self, limit: int) -> int:
        """How many to claim next, at most `limit`."""
        return limit if self._each * limit <= SECONDS else max(min(FEWEST, limit), int(SECONDS / self._each))

    def took(self, seconds: float, mails: int) -> None:
        """A batch of so many mails was read in so many seconds."""
        if mails:
            self._each = seconds / mails
