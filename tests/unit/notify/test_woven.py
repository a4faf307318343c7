"""Fixed texts are written into templates when they are compiled: what they write is the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.config import Notices, Office
from maild.domain.outgoing.notice import NoticeKind
from maild.notify.rendering import environment
from maild.notify.rendering.environment import NoticeEnvironment
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
KINDS = (NoticeKind.FEE_NOTICE, NoticeKind.ACCOUNT_STATEMENT, NoticeKind.PROOF_UNREADABLE, NoticeKind.STAFF_DIGEST)


def written(kind: NoticeKind) -> bytes:
    """The bytes of a notice by a renderer that is made now."""
    renderer = Renderer(Office(address="office@lib.example"), Notices(), b"k" * 32)
    return renderer.render(sample_parts(kind), message_id="<n@lib.example>", date=NOW).raw


def none_fixed(tree: object) -> Mapping[str, str]:
    """As if nothing were fixed."""
    return {}


@pytest.mark.parametrize("kind", KINDS)
def test_notices_are_the_same(kind: NoticeKind, monkeypatch: pytest.MonkeyPatch) -> None:
    """To the byte, with tables, pictures and lists."""
    woven = written(kind)
    monkeypatch.setattr(environment, "_constants", none_fixed)
    assert written(kind) == woven


def made(folder: Path, **files: str) -> tuple[str, str]:
    """What a template `main` writes, and the names that its code looks up while it runs."""
    for name, text in files.items():
        (folder / f"{name}.html.j2").write_text(text, "utf-8")
    found = NoticeEnvironment([folder])
    source = found.compile(files["main"], "main.html.j2", raw=True)
    return found.get_template("main.html.j2").render(), source


def test_what_is_fixed_is_not_looked_up(tmp_path: Path) -> None:
    """It stands in the text, escaped as it would be."""
    text, code = made(tmp_path, ui='{% set P = "a&b" %}', main='{% import "ui.html.j2" as ui %}<p style="{{ ui.P }}">')
    assert text == '<p style="a&amp;b">'
    assert "getattr" not in code


@pytest.mark.parametrize(
    ("ui", "main", "said"),
    [
        ('{% set P = "a" %}{% macro m(P) %}{{ P }}{% endmacro %}', "{{ ui.m('b') }}{{ ui.P }}", "ba"),
        ('{% set P = "a" %}{% set P = "b" %}', "{{ ui.P }}", "b"),
        ('{% set P = "a" %}', "{% for ui in [{'P': 'b'}] %}{{ ui.P }}{% endfor %}", "b"),
        ('{% set P = "a" %}', "{% set P = 'b' %}{{ ui.P }}{{ P }}", "ab"),
        ('{% if 1 %}{% set P = "b" %}{% else %}{% set P = "a" %}{% endif %}', "{{ ui.P }}", "b"),
        ('{% set P = "a" %}{% set Q = P ~ "b" %}{% macro m() %}{{ Q }}{% endmacro %}', "{{ ui.m() }}", "ab"),
    ],
)
def test_a_name_that_stands_for_several_things_is_no_fixed_text(tmp_path: Path, ui: str, main: str, said: str) -> None:
    """Parameters, loops and second values win, as always."""
    assert made(tmp_path, ui=ui, main='{% import "ui.html.j2" as ui %}' + main)[0] == said
