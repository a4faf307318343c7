"""The whole hostile corpus: a ParsedMail or MalformedMail, within two seconds each."""

from __future__ import annotations

import time

from maild.domain.errors import MalformedMail
from maild.parse import parse_mail, peek
from tests.corpus.hostile_mails import mails

LIMIT = 2.0  # seconds of CPU


def test_every_class_is_bounded_and_total() -> None:
    """No other exception, and no mail that takes longer."""
    slow: list[tuple[str, str, float]] = []
    seen: dict[str, int] = {}
    for kind, name, raw in mails():
        seen[kind] = seen.get(kind, 0) + 1
        started = time.process_time()
        try:
            mail = parse_mail(raw)
            assert mail.size == len(raw)
        except MalformedMail as error:
            assert error.raw == raw  # noqa: PT017
        peek(raw)
        if (took := time.process_time() - started) > LIMIT:
            slow.append((kind, name, took))
    assert not slow
    assert sum(seen.values()) >= 150
    assert set(seen) == {str(n) for n in range(1, 11)}
