"""A mail that is about to go, written: its documents read, rendered, signed; an outcome where it cannot be."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from maild.domain.errors import MaildError
from maild.domain.operation.metric import STAGE, Tally
from maild.domain.operation.trace import Trail
from maild.domain.outgoing.notice import Message, NoticeKind, OutboxEntry
from maild.notify.sending.outcome import Outcome, unwritable
from maild.notify.sending.plan import Parcel
from maild.notify.sending.traced import leave_written
from maild.notify.writing.letter import NoticePart
from maild.ports import BlobStore, Clock

WITH_FILES = frozenset({NoticeKind.FEE_NOTICE})  # kinds whose writing makes a file
# What faulty data can make rendering raise: such a notice fails alone, and the queue behind it goes on.
UNWRITABLE = (MaildError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class Renderer(Protocol):
    """maild.notify.rendering.render.Renderer, as the relay uses it."""

    def render(
        self, parts: Sequence[NoticePart], *, message_id: str, thread: Sequence[str], date: datetime
    ) -> Message: ...


class Signer(Protocol):
    """DKIM: bytes of a mail → the same mail with our signature on top."""

    def sign(self, raw: bytes) -> bytes: ...


class Writer:
    """Writes parcels. signer: puts our DKIM signature on top, None where mails are not signed."""

    def __init__(
        self, renderer: Renderer, signer: Signer | None, blobs: BlobStore, clock: Clock, tally: Tally, trail: Trail
    ) -> None:
        self._renderer, self._signer, self._blobs, self._clock = renderer, signer, blobs, clock
        self._tally, self._trail = tally, trail

    async def write(self, parcel: Parcel) -> Message | Outcome:
        """Render and sign one mail; an outcome where it cannot be written."""
        try:
            if any(part.request.documents or part.request.kind in WITH_FILES for part in parcel.parts):
                return await asyncio.to_thread(self._write, parcel)  # files of many megabytes, forms
            return self._write(parcel)
        except UNWRITABLE as error:
            return Outcome(parcel=parcel, result=unwritable(error))

    def _write(self, parcel: Parcel) -> Message:
        began = self._clock.now()
        with self._tally.timed(STAGE, "render"):
            parts = [self._part(parcel, entry) for entry in parcel.parts]
            message = self._renderer.render(
                parts, message_id=parcel.main.message_id, thread=parcel.thread, date=self._clock.now()
            )
            message = replace(message, raw=self._signer.sign(message.raw)) if self._signer else message
        leave_written(self._trail, parcel, message, began, self._clock.now())
        return message

    def _part(self, parcel: Parcel, entry: OutboxEntry) -> NoticePart:
        """Documents are read only now: the outbox holds their names, not their bytes."""
        files = tuple((name, self._blobs.get(sha256)) for sha256, name in entry.request.documents)
        other = entry.request.number != parcel.main.request.number
        transaction = parcel.others.get(entry.request.number) if other else parcel.transaction
        return NoticePart(
            request=entry.request,
            patron=parcel.patron,
            transaction=transaction,
            documents=files,
            trouble=parcel.trouble,
        )
