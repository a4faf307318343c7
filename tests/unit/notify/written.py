"""Notices as they are written with invented data."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

from maild.domain.outgoing.notice import Message, NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering.render import NoticePart, Renderer
from maild.notify.rendering.samples import sample_parts

KEY = b"k" * 32
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
K = NoticeKind


def write(renderer: Renderer, *parts: NoticePart, message_id: str = "<n1@maild.example>", **more: object) -> Message:
    """One mail, at a fixed time."""
    return renderer.render(parts, message_id=message_id, date=NOW, **more)  # type: ignore[arg-type]


def read(message: Message) -> tuple[EmailMessage, str, str]:
    """The mail as a client sees it: message, text, HTML."""
    mail = email.message_from_bytes(message.raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return mail, text.get_content(), html.get_content()


def part(kind: NoticeKind, locale: str = "", reader: PatronKind = PatronKind.INTERNAL, **data: object) -> NoticePart:
    """A sample notice with some of its data replaced."""
    (sample,) = sample_parts(kind, locale, reader)
    return replace(sample, request=replace(sample.request, data={**sample.request.data, **data}))
