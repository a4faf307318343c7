"""Edited templates: words, not code. What could run away, read what it should not, or grow without end is refused."""

from __future__ import annotations

import email
import email.policy
import time
from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.domain.errors import TemplateFault
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.requests.patron import PatronKind
from maild.notify.rendering import sandbox
from maild.notify.rendering.edits import EditFault
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import NUMBER, sample_parts
from tests.cases import each

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NAME = "cancelled.en.txt.j2"


@pytest.fixture(scope="module")
def base() -> Renderer:
    """The shipped templates."""
    return Renderer(Office(), Notices(), b"k" * 32)


def write(renderer: Renderer, locale: str = "en", kind: NoticeKind = NoticeKind.CANCELLED) -> str:
    """The mail of the sample."""
    return renderer.render(sample_parts(kind, locale), message_id="<n@maild.example>", date=NOW).raw.decode()


@each(
    ("text", "said"),
    [
        ("one\n{% macro m() %}{% endmacro %}", r"\.j2:2: \{% macro"),
        ("{% include '_frame.en.txt.j2' %}", "include"),
        ("{% extends '_page.html.j2' %}", "extends"),
        ("{% block a %}{% endblock %}", "block"),
        ("{% set x %}a{% endset %}", "endset"),
        ("{% filter upper %}a{% endfilter %}", "filter"),
        ("{% autoescape false %}{{ number }}{% endautoescape %}", "autoescape"),
        ("{% from '_parts.en.txt.j2' import item %}", "from … import"),
        ("{% import '_frame.en.txt.j2' as f %}", "only the files of macros"),
        ("{% import number as f %}", "only the files of macros"),
        ("{{ number|safe }}", "filter 'safe'"),
        ("{{ number|center(9) }}", "filter 'center'"),
        ("{{ [number]|map('center', 9)|list }}", "filter 'map'"),
        ("{{ 'a' * 9 }}", r"\* is not for notices"),
        ("{{ 9 ** 9 }}", r"\*\* is not for notices"),
        ("{{ '%9d' % 1 }}", "% is not for notices"),
        ("{{ number.ljust(9) }}", "only the shipped macros"),
        ("{{ office.__class__ }}", "'__class__'"),
        ("{{ ''['__class__'].__mro__ }}", "'__mro__'"),
        ("{{ self.__init__ }}", "'__init__'"),
        ("{{ self }}", "'self'"),
        ("{% for x in together recursive %}{{ loop(x) }}{% endfor %}", "call itself|only the shipped"),
        ("{{ table(*together) }}", "named one by one"),
        ("{{ range(9) }}", "only the shipped macros"),
        ("{% for x in lipsum %}{% endfor %}", "'lipsum'"),
        ("{{ cycler }}", "'cycler'"),
        ("{{ dict }}", "'dict'"),
        ("{{ config }}", "'config'"),
        ("{{ maild_taken }}", "'maild_taken'"),
        ("one\n{% import '_gone.j2' as g %}", r"\.j2:2: there is no file _gone"),
        ("{% import '_parts.en.txt.j2' as p %}\n{{ p.gone(1) }}", r"\.j2:2: _parts\.en\.txt\.j2 has no 'gone'"),
        ("x" * 20_001, "longer than 20000"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "."),
    ],
)
def test_what_is_no_word_is_refused(base: Renderer, text: str, said: str) -> None:
    """With the line and what is wrong; nothing of it is ever evaluated."""
    with pytest.raises(EditFault, match=said):
        base.edited({NAME: text}, strict=True)


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''['__class__'] }}",
        "{{ (together|list)[0]['__class__']['__mro__'] }}",
        "{{ (together|map(attribute='__class__')|first)['x'] }}",
        "{{ (together|map(attribute='__class__')|first).mro }}",
        "{{ table.__globals__ if false else table['__globals__'] }}",
        "{{ office['__init__']['__globals__'] }}",
    ],
)
def test_no_way_out_of_a_value(base: Renderer, text: str) -> None:
    """Names that come as texts are stopped when written: by Jinja's sandbox."""
    with pytest.raises(TemplateFault):
        write(base.edited({NAME: text}, strict=True))


DOUBLE = "{% set x = x ~ x %}\n"
BOMBS = {
    "loops in loops": "{% for a in number %}" * 6 + "{% endfor %}" * 6,
    "a text that doubles": "{% set x = 'aaaaaaaaaa' %}\n" + DOUBLE * 60 + "{{ x|length }}",
    "a list that doubles": "{% set x = [1, 2] %}\n" + "{% set x = x + x %}\n" * 60 + "{{ x|length }}",
    "join": "{% set x = 'aaaaaaaaaa' %}\n" + DOUBLE * 13 + "{{ [x, x, x, x]|join(x)|length }}",
    "join of many": "{% set x = 'aaaaaaaaaa' %}\n"
    + DOUBLE * 13
    + "{% set y = [x] %}"
    + "{% set y = y + y %}\n" * 16
    + "{{ y|join(x)|length }}",
    "much output": "{% set x = 'aaaaaaaaaa' %}\n" + DOUBLE * 13 + "{{ x }}" * 200,
    "through a name space": "{% set n = namespace(x='aaaa') %}" + "{% set n.x = n.x ~ n.x %}" * 60 + "{{ n.x }}",
    "through a macro": "{% import '_parts.en.txt.j2' as parts %}{% set x = 'aaaaaaaaaa' %}\n"
    + DOUBLE * 13
    + "{{ parts.note(x) }}" * 60,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_fizzles_out(base: Renderer, bomb: str) -> None:
    """Stopped in little time and memory, and the notice goes out in the shipped words."""
    began = time.process_time()
    with pytest.raises(EditFault, match=r"turns of loops|longer than|more than"):
        write(base.edited({NAME: BOMBS[bomb]}, strict=True))
    assert time.process_time() - began < sandbox.SECONDS + 1
    tolerant = base.edited({NAME: BOMBS[bomb]})
    assert write(tolerant) == write(base)
    assert list(tolerant.trouble) == ["cancelled.en"]


def test_every_shipped_template_may_be_edited(base: Renderer) -> None:
    """The shipped words are within what is allowed, and the sandbox writes the same mails of them."""
    edited = base.edited({name: base.templates.source(name) for name in base.templates.editable}, strict=True)
    for kind in NoticeKind:
        assert write(edited, "", kind) == write(base, "", kind)


def test_one_wrong_form_leaves_out_its_language(base: Renderer) -> None:
    """Text and HTML are two forms of one mail: both as shipped, the other language as edited."""
    bodies = {
        "cancelled.en.txt.j2": "{{ gone_with_an_upgrade }}",
        "cancelled.en.html.j2": "<p>Edited HTML</p>",
        "cancelled.zh-CN.txt.j2": "改过的文字 {{ number }}",
    }
    renderer = base.edited(bodies)
    assert write(renderer) == write(base)
    assert write(renderer, "zh-CN") != write(base, "zh-CN")
    assert renderer.templates.edits is not None
    assert list(renderer.templates.edits.left_out) == ["cancelled.en.txt.j2"]


def test_words_that_do_not_fit_one_notice_are_left_aside_for_it(base: Renderer) -> None:
    """A slip that only some data show: that notice is as shipped, text and HTML; the next one as edited."""
    text = "{% if reader == 'external' %}{{ office.fax }}{% endif %}Edited {{ number }}\n"
    renderer = base.edited({NAME: text, "cancelled.en.html.j2": "<p>Edited</p>"})
    outside = sample_parts(NoticeKind.CANCELLED, "en", PatronKind.EXTERNAL)
    args = {"message_id": "<n@maild.example>", "date": NOW}
    assert renderer.render(outside, **args).raw == base.render(outside, **args).raw
    assert "fax" in renderer.trouble["cancelled.en"]
    mail = email.message_from_string(write(renderer), policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    assert f"Edited {NUMBER}" in body.get_content()
