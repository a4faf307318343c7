"""Whose language is not known is written to in both, whatever the kind: subject, text and HTML."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind, to_staff
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering.render import Renderer, sample_parts
from tests.cases import each

DATE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The shipped templates."""
    return Renderer.load(Office(), Notices(), b"k" * 32)


@each("kind", list(NoticeKind))
@each("reader", list(PatronKind))
def test_both_languages(renderer: Renderer, kind: NoticeKind, reader: PatronKind) -> None:
    """The subject has a Chinese and an English half; each body greets in both; Content-Language says so."""
    raw = renderer.render(sample_parts(kind, "", reader), message_id="<both@maild.example>", date=DATE).raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    chinese, slash, english = str(mail["Subject"]).partition(" / ")
    assert slash
    assert HAN.search(chinese)
    assert re.search(r"[A-Za-z]{3}", english)
    assert not HAN.search(english.partition(" [ILL-")[0])
    assert mail["Content-Language"] == "zh-CN, en"
    for form in ("plain", "html"):
        body = mail.get_body((form,))
        assert body is not None
        text = str(body.get_content())
        assert ("各位老师" if to_staff(kind) else "您好") in text
        assert "Dear " in text


@each("locale", ["zh-CN", "en"])
@each("kind", list(NoticeKind))
def test_one_language_where_it_is_known(renderer: Renderer, kind: NoticeKind, locale: str) -> None:
    """Then the other one greets nobody."""
    raw = renderer.render(sample_parts(kind, locale), message_id="<one@maild.example>", date=DATE).raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert bool(re.search(r"您好|各位老师", str(body.get_content()))) == (locale == "zh-CN")
    assert ("Dear " in str(body.get_content())) == (locale == "en")
