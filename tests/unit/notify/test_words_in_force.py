"""Words in force are written by the relay itself: what the meter lets a template write takes it no time to send."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts
from maild.notify.rendering.sandbox import LONGEST_TEXT, SECONDS
from tests.timing import quickest

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TURNS = 100
# What the judge of mails, and patterns elsewhere, once went back over.
TOKENS = (
    "a", "a ", " ", " \n", "\n", "1", "-", "- ", "_", ".", "a.", ",", ";", ":", "a:", "/", "*", "#", '"', "\\", "(", "[", "<", "<a",
    "<a ", "<style ", "<!--", "</", ">", "&", "&#", "&amp;", "%41", "=", "=?", "=\n", "a@", "http://a", "\u4e2d", "\u4e2d ", "\xa0",
    "From ", "\nFrom ", "\r", "\u2028", "\U0001f600",
)  # fmt: skip


@pytest.fixture(scope="module")
def base() -> Renderer:
    """The shipped templates."""
    return Renderer(Office(), Notices(), b"k" * 32)


@pytest.mark.parametrize("name", ["cancelled.en.txt.j2", "cancelled.en.html.j2"])
def test_the_longest_text_of_any_sort_is_written_in_time(base: Renderer, name: str) -> None:
    """Nearly as long as the meter lets it be, of one token: a mail within the meter's own time, or a fault that has the
    shipped words go out instead.
    """
    parts = sample_parts(NoticeKind.CANCELLED, "en", PatronKind.INTERNAL)
    rows = ", ".join("0" * TURNS)
    length = (LONGEST_TEXT - 20_000) // TURNS
    for token in TOKENS:
        said = (token * length)[:length]
        body = (
            base.templates.source(name) + "{% for n in [" + rows + "] %}{% raw %}" + said + "{% endraw %}{% endfor %}"
        )
        edited = base.edited({name: body})
        made: list[bytes] = []
        spent = quickest(
            lambda edited=edited, made=made: made.append(  # type: ignore[misc]
                edited.render(parts, message_id="<a@b.example>", date=NOW).raw
            ),
            SECONDS,
        )
        assert spent < SECONDS, (token, spent)
        assert not token.isalnum() or len(made[0]) > LONGEST_TEXT // 2, token
