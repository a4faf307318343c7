"""Dates in letters have one look in each language, in sentences and in tables: 2026年11月25日, 25 November 2026."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.language.locales import LOCALES
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
LOOKS = {"zh-CN": r"\d{4}年\d{1,2}月\d{1,2}日", "en": rf"\d{{1,2}} {MONTHS} \d{{4}}"}
ELSEWHERE = rf"(?<![\d-])\d{{4}}-\d\d-\d\d(?!\d)|\d{{4}}[/.]\d{{1,2}}[/.]\d{{1,2}}|{MONTHS} \d{{1,2}},? \d{{4}}"
KINDS = [kind for kind in NoticeKind if not kind.value.startswith("staff_")]  # those bear the console's lines


@pytest.mark.parametrize("locale", LOCALES)
def test_letters_have_one_look_of_dates(locale: str) -> None:
    """Every kind to readers and libraries, text and HTML; some of them have dates at all."""
    renderer = Renderer(Office(), Notices(), b"k" * 32)
    wrong = re.compile(f"{ELSEWHERE}|{LOOKS['en' if locale == 'zh-CN' else 'zh-CN']}")
    found: dict[str, str] = {}
    right = 0
    for kind in KINDS:
        message = renderer.render(sample_parts(kind, locale), message_id="<n1@maild.example>", date=NOW)
        mail = email.message_from_bytes(message.raw, policy=email.policy.default)
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                text = part.get_content()
                found |= {hit[0]: f"{kind}, {part.get_content_subtype()}" for hit in wrong.finditer(text)}
                right += len(re.findall(LOOKS[locale], text))
    assert found == {}
    assert right > 20
