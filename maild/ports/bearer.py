"""What mailbox and courier see of who gives tokens."""

from __future__ import annotations

from typing import Protocol


class Bearer(Protocol):
    """Thread-safe."""

    def token(self, user: str) -> str:
        """One that holds yet. Raises Temporary where none can be had now, Permanent with the remedy."""

    def refused(self, user: str, token: str) -> None:
        """A mail server did not take it: it is not given again."""
