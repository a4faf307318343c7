"""ARC (RFC 8617): for now only whether a chain is there; a forwarder's word is not believed yet."""

from __future__ import annotations

from maild.authenticate.headers import Message


def arc_note(message: Message) -> str:
    """A sentence for the reasons, or ''."""
    sealed = message.named(b"arc-seal")
    return "The mail carries an ARC chain of a forwarder; it is not evaluated." if sealed else ""
