"""The whole hostile corpus: a ParsedMail or MalformedMail, within two seconds each."""

from __future__ import annotations

from functools import partial

import pytest

from maild.domain.errors import MalformedMail
from maild.parse import parse_mail, peek
from tests.corpus.hostile_mails import mails
from tests.timing import quickest

pytestmark = pytest.mark.long

LIMIT = 2.0  # seconds of CPU


def read(raw: bytes) -> None:
    """Both ways a mail is read."""
    try:
        mail = parse_mail(raw)
        assert mail.size == len(raw)
    except MalformedMail as error:
        assert error.raw == raw  # noqa: PT017
    peek(raw)


def test_every_class_is_bounded_and_total() -> None:
    """No other exception, and no mail that takes longer."""
    slow: list[tuple[str, str, float]] = []
    seen: dict[str, int] = {}
    for kind, name, raw in mails():
        seen[kind] = seen.get(kind, 0) + 1
        if (took := quickest(partial(read, raw), LIMIT)) > LIMIT:
            slow.append((kind, name, took))
    assert not slow
    assert sum(seen.values()) >= 150
    assert set(seen) == {str(n) for n in range(1, 11)}
