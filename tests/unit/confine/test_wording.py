"""Words that staff try are judged and written by a confined worker: the same as here, and no template holds up the console."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest

from maild.config import Notices, Office
from maild.confine import SAY
from maild.confine.wording import WordingPool
from maild.domain.errors import Permanent
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.editing.checks import check
from maild.notify.rendering.edits import EditFault
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXT, HTML = "cancelled.en.txt.j2", "cancelled.en.html.j2"
_TOKEN = re.compile(r"ILL-\w+-\w+")
BOMBS = {  # what the language of notices refuses: here nothing but the worker's own limits is left
    "time": "{{ 9 ** (9 ** 9) }}",
    "memory": "{{ ('x' * 10**9) ~ ('y' * 10**9) }}",
}


@pytest.fixture(scope="module")
def base() -> Renderer:
    """The shipped templates, here."""
    return Renderer(Office(), Notices(), b"k" * 32)


@pytest.fixture(scope="module")
def pool() -> Iterator[WordingPool]:
    """The worker as it is."""
    made = WordingPool(Office(), Notices())
    yield made
    made.close()


def written(pool: WordingPool, bodies: dict[str, str]) -> bytes:
    """The mail that a worker makes of them."""
    return pool.written(
        bodies, {}, NoticeKind.CANCELLED, "en", PatronKind.INTERNAL, bare=False, message_id="<a@b.example>", date=NOW
    ).raw


def bodies_of(raw: bytes) -> list[str]:
    """The texts of a mail, without the reply token, which bears a key of the process."""
    parts = message_from_bytes(raw, policy=policy.default).walk()
    return [_TOKEN.sub("", part.get_content()) for part in parts if part.get_content_maintype() == "text"]


def test_the_worker_says_what_is_said_here(base: Renderer, pool: WordingPool) -> None:
    """Findings and mail are the same; each measure of confinement is in force."""
    body = base.templates.source(TEXT)
    lost = {TEXT: body.replace("{{ parts.item(item) }}", "")}
    assert pool.judged(lost, {}, date=NOW) == check(base, lost, {}, date=NOW) != []
    assert pool.judged({TEXT: body + "\nGood day.\n"}, {}, date=NOW) == []
    own = {TEXT: body + "\nGood day.\n"}
    parts = sample_parts(NoticeKind.CANCELLED, "en", PatronKind.INTERNAL)
    mails = [base.edited(bodies).render(parts, message_id="<a@b.example>", date=NOW).raw for bodies in (own, {})]
    assert bodies_of(written(pool, own)) == bodies_of(mails[0]) != bodies_of(mails[1])
    assert set(pool.confinement.values()) == {""}


def test_what_cannot_be_written_is_said(base: Renderer, pool: WordingPool) -> None:
    """A slip names its template; what a browser would open connections for is not drawn."""
    with pytest.raises(EditFault, match="yours") as fault:
        written(pool, {TEXT: base.templates.source(TEXT) + "{{ yours }}"})
    assert fault.value.group == "cancelled.en"
    with pytest.raises(Permanent, match="may not be in a mail"):
        written(pool, {HTML: base.templates.source(HTML) + "<img src='//elsewhere.example/x.gif'>"})


def test_bombs_cost_a_worker_and_nothing_else(base: Renderer) -> None:
    """With the walls of the language taken down: each is a finding within the limit, and the next words are judged."""
    entry = "tests.unit.confine.wording_entries:make_without_walls"
    pool, body = WordingPool(Office(), Notices(), entry=entry, seconds=2.0), base.templates.source(TEXT)
    try:
        pool.judged({TEXT: body}, {}, date=NOW)  # the start is not what is measured
        for name, bomb in BOMBS.items():
            began = time.process_time()
            (found, *_) = pool.judged({TEXT: body + bomb}, {}, date=NOW)
            assert found.what == SAY("words_too_heavy"), name
            assert time.process_time() - began < 1.0, name  # of this process's own time
        with pytest.raises(EditFault, match=SAY("words_too_heavy")):
            written(pool, {TEXT: body + BOMBS["memory"]})
        assert pool.judged({TEXT: body + "\nGood day.\n"}, {}, date=NOW) == []
    finally:
        pool.close()
