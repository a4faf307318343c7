"""Viewer: hostile mails and files come out fit to be shown, or as a sentence; in time, from a confined worker."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from maild.config import Receipts
from maild.confine.pool import WorkerStopped
from maild.confine.viewing import Viewer
from maild.domain.accounting.receipt import Receipt
from maild.domain.desk.shown import Blocked, ShownHtml, Withheld
from maild.domain.errors import MaildError, Permanent, Temporary
from tests.corpus import hostile_html, hostile_mails, hostile_tricks
from tests.corpus.bombing import picture
from tests.corpus.bombs import BOMBS
from tests.timing import patience, quickest, with_children
from tests.unit.confine.looked_at import body_of, checked, clean

ENTRY = "tests.unit.confine.viewing_entries:make_handler"


@pytest.fixture(scope="module")
def viewer() -> Iterator[Viewer]:
    """Confined workers."""
    made = Viewer(Receipts())
    yield made
    made.close()


@pytest.fixture(scope="module")
def hasty() -> Iterator[Viewer]:
    """One worker, six seconds a view."""
    made = Viewer(replace(Receipts(), seconds=6.0), workers=1)
    yield made
    made.close()


# --- hostile HTML


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "name", "html"),
    [pytest.param(*page, id=f"{page[0]}-{page[1]}") for page in (*hostile_html.pages(), *hostile_tricks.tricks())],
)
def test_nothing_hostile_is_left(kind: str, name: str, html: str) -> None:
    """No element, attribute, scheme or style but those known to be harmless, as another parser sees it; the same once
    it is cleaned again: nothing comes to life by being written out.
    """
    shown = clean(f"<p>Dear office,</p>{html}")
    assert "Dear office," in checked(shown.html)
    again = clean(body_of(shown.html))
    checked(again.html)
    assert not [row for row in again.blocked if row.what in (Withheld.SCRIPT, Withheld.PICTURE, Withheld.FRAME)]


@pytest.mark.long
@pytest.mark.parametrize(("kind", "name", "html"), [pytest.param(*page, id=page[1]) for page in hostile_html.huge()])
def test_huge_html_ends_soon(kind: str, name: str, html: str) -> None:
    """Whatever its size or nesting; what is shown is bounded."""
    shown: list[ShownHtml] = []
    assert quickest(lambda: shown.append(clean(html)), 6) < 6
    assert len(shown[0].html) < 8_000_000


@pytest.mark.parametrize(("name", "raw"), [pytest.param(*mail, id=mail[0]) for mail in hostile_html.mails()])
def test_tricks_of_charsets(viewer: Viewer, name: str, raw: bytes) -> None:
    """However the letters are coded, what the parser made of them is what is cleaned."""
    shown = viewer.html(raw)
    if shown is not None:
        checked(shown.html)


@pytest.mark.long
def test_every_hostile_mail_has_an_outcome(viewer: Viewer) -> None:
    """A document that is clean, or none; within two seconds each, and no worker dies."""
    shown_, slow = 0, []
    for kind, name, raw in hostile_mails.mails():
        seen: list[ShownHtml | None] = []
        took = quickest(lambda seen=seen, raw=raw: seen.append(viewer._html(raw)), 2, with_children)  # type: ignore[misc]  # not kept from the first time
        if took > 2:
            slow.append((kind, name, round(took, 1)))
        if seen[0] is not None:
            shown_ += 1
            checked(seen[0].html)
    assert not slow
    assert shown_ > 20
    assert viewer.counters.died == viewer.counters.raised == viewer.counters.overtime == 0


@pytest.mark.long
@pytest.mark.parametrize("bomb", BOMBS, ids=[bomb.name for bomb in BOMBS])
def test_every_bomb_has_an_outcome(hasty: Viewer, bomb: object) -> None:
    """A picture that can be looked at, or a sentence, in time; the next view works."""
    content = bomb.make()  # type: ignore[attr-defined]
    begun = time.monotonic()
    with suppress(Permanent, Temporary):  # each with a sentence: what a MaildError is made of
        shown = hasty.page(content, 1, width=640)
        assert shown.media_type in ("image/png", "image/jpeg")
        assert 0 < shown.width <= 640
        assert len(shown.content) < 20_000_000
    assert time.monotonic() - begun < patience(15)
    assert hasty.picture(picture("PNG"), width=64).width == 64


# --- the source


def test_the_source_shows_what_cannot_be_seen(viewer: Viewer) -> None:
    """Headers folded as they are; direction marks and controls by number; any bytes are text."""
    raw = (
        "Subject: a\r\n b\u202ec\u200b\r\n\r\n\x1b[31mred 馆".encode() + b"\r\n\xff\xfe\r\n" + "图书".encode("gb18030")
    )
    assert viewer.source(raw).text == "Subject: a\n b⟨U+202E⟩c⟨U+200B⟩\n\n⟨U+001B⟩[31mred 馆\nÿþ\n图书"
    assert viewer.source(bytes(600_000)).left_out == 600_000 - 512_000


# --- the worker


def test_confined_to_the_full(viewer: Viewer) -> None:
    """No network, no files but Python's own, no programs."""
    viewer.warm()
    assert set(viewer.confinement) == {"rlimits", "no_new_privileges", "network_namespace", "landlock", "seccomp"}
    assert not any(viewer.confinement.values()), viewer.confinement


@pytest.mark.parametrize(("deed", "what"), [
    ("die", "the worker died"), ("sleep", "longer than 8 s"), ("raise", "KeyError"), ("nonsense", "nonsense"),
])  # fmt: skip
def test_a_worker_that_dies_costs_one_view(deed: str, what: str) -> None:
    """A sentence; the next view is answered by another."""
    viewer = Viewer(replace(Receipts(), seconds=2.0), workers=1, entry=ENTRY)
    try:
        with pytest.raises(MaildError, match=what):
            viewer.pages(deed.encode())
        assert viewer.pages(b"good") == 7
    finally:
        viewer.close()


def test_idle_workers_rest() -> None:
    """None before the first view, none some time after the last."""
    viewer = Viewer(replace(Receipts(), idle_seconds=0.2), entry=ENTRY)
    try:
        assert viewer.counters.started == 0
        pid = int(viewer.codes(b"pid")[0])
        end = time.monotonic() + 10
        while _alive(pid) and time.monotonic() < end:
            time.sleep(0.05)
        assert not _alive(pid)
        assert viewer.pages(b"good") == 7
    finally:
        viewer.close()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_what_cannot_be_asked_is_refused(viewer: Viewer) -> None:
    """Odd turns, absent pages, too many bytes, a receipt whose page is not known: Permanent, with a sentence."""
    small = Viewer(replace(Receipts(), max_bytes=100_000))
    with pytest.raises(Permanent, match="turned by 45"):
        viewer.picture(picture("PNG"), turn=45)
    with pytest.raises(Permanent, match="no page 2"):
        viewer.page(picture("PNG"), 2)
    with pytest.raises(Permanent, match="too large"):
        small.picture(bytes(100_001))
    with pytest.raises(Permanent, match="not known"):
        viewer.upright(picture("PNG"), Receipt())
    assert small.counters.started == 0


def test_blocked_is_sorted() -> None:
    """Kinds in their order, the most frequent host first."""
    shown = clean("<img src=//a.example/1>" + "<img src=//b.example/1>" * 2 + "<script></script>")
    assert shown.blocked == (
        Blocked(what=Withheld.PICTURE, host="b.example", count=2),
        Blocked(what=Withheld.PICTURE, host="a.example", count=1),
        Blocked(what=Withheld.SCRIPT, host="", count=1),
    )


def test_stopped_is_temporary() -> None:
    """Who dies over a view is told as temporary, with who is to blame."""
    viewer = Viewer(replace(Receipts(), seconds=2.0), workers=1, entry=ENTRY)
    with pytest.raises(WorkerStopped) as caught:
        viewer.pages(b"die")
    assert caught.value.mail_to_blame
    viewer.close()
