"""The check of edited notices: the shipped words pass; each law finds what is made to break it, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from maild.config import Notices, Office
from maild.notify.editing.checks import Finding, check
from maild.notify.rendering.render import Renderer

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def base() -> Renderer:
    """The shipped templates."""
    return Renderer(Office(), Notices(), b"k" * 32)


def test_the_shipped_words_pass(base: Renderer) -> None:
    """All of them: whoever begins with them begins with nothing to mend."""
    assert check(base, {name: base.templates.source(name) for name in base.templates.editable}, {}, date=NOW) == []


def changed(base: Renderer, name: str, old: str, new: str) -> list[Finding]:
    """What is said of the shipped words with one change."""
    body = base.templates.source(name)
    assert old in body
    return check(base, {name: body.replace(old, new, 1)}, {}, date=NOW)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("cancelled.en.txt.j2", "Your request is cancelled", "We have cancelled your request"),
        ("fee_notice.zh-CN.html.j2", "{{ parts.note(note) }}", "{{ parts.note(note) }}\n<p><b>谢谢！</b></p>"),
        ("pick_up.en.subject.txt.j2", "", "Good news: "),
        ("_frame.en.txt.j2", "{{ greeting }}", "{{ greeting }}\n\nWe wish you a good day."),
    ],
)
def test_other_words_pass(base: Renderer, name: str, old: str, new: str) -> None:
    """What an office wants to say differently it may."""
    assert changed(base, name, old, new) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "line", "said"),
    [
        ("cancelled.en.txt.j2", "{{ parts.item(item) }}", "", 0, "{{ item.number }}"),
        ("fee_notice.en.txt.j2", "{{ parts.fee(fee) }}", "", 0, "{{ fee.total }}"),
        ("fee_notice.zh-CN.html.j2", "{{ parts.pay(pay, office) }}", "", 0, "{{ office.bank_account }}"),
        ("document_delivered.en.html.j2", "files(attached, links,", "files(attached, (),", 0, "{{ links.password }}"),
        ("query_answer.en.txt.j2", "{{ parts.note(answer) }}", "", 0, "{{ answer }}"),
        ("_frame.zh-CN.html.j2", "{{ step }}", "", 0, "{{ whitelist.steps }}"),
        ("_frame.en.txt.j2", "{{ token }}", "", 0, "{{ token }}"),
        ("_frame.en.html.j2", "{{ section }}", "", 0, "{{ sections }}"),
        ("cancelled.en.txt.j2", "Your", "{{ yours }}", 2, "'yours'"),
        ("cancelled.en.txt.j2", "{{ parts.item(item) }}", "{{ parts.item(item) ", 5, "expected token"),
        ("cancelled.en.txt.j2", "{{ parts.item(item) }}", "{{ parts.item(item) }}{{ office.fax }}", 4, "fax"),
        ("cancelled.en.html.j2", "<p", "<script>alert(1)</script><p", 3, "<script>"),
        ("cancelled.en.html.j2", "<p", "<p onclick='x()'", 3, "onclick="),
        ("cancelled.en.html.j2", "<p", "<a href='javascript:x()'>x</a><p", 3, "a link to"),
        ("cancelled.en.html.j2", "<p", "<img src='https://track.example/1.png' alt=''><p", 3, "picture that is fetched"),
        ("cancelled.en.html.j2", "<p", "<div style='background:url(https://track.example)'>x</div><p", 3, "a style"),
        ("cancelled.en.html.j2", "<p", "<div><p", 0, "<div> is never closed"),
        ("cancelled.en.html.j2", "<p", "</td></tr></table><p", 0, "closes nothing"),
    ],
)  # fmt: skip
def test_what_a_law_forbids_is_refused(base: Renderer, name: str, old: str, new: str, line: int, said: str) -> None:
    """With the template, the line where there is one, and what is wrong."""
    grave = [finding for finding in changed(base, name, old, new) if finding.grave]
    assert any(said in finding.what and finding.name == name for finding in grave), grave
    if line:
        assert line in {finding.line for finding in grave}


@pytest.mark.parametrize(
    "hiding",
    [
        "{{ '}}{%' }}<script>x</script>{% if number %}{% endif %}",
        "{% raw %}{{{% endraw %}<script>x</script>}}",
        "{{ '{#' }}<script>x</script>{{ '#}' }}",
        "{% if number == 'never' %}<script>x</script>{% endif %}",
        "{# a comment #}<scr{{ '' }}ipt>x</scr{{ '' }}ipt>",
    ],
)
def test_nothing_hides_behind_what_looks_like_code(base: Renderer, hiding: str) -> None:
    """Found in the parsed template, in every branch, whether or not a sample shows it."""
    body = base.templates.source("cancelled.en.html.j2")
    found = check(base, {"cancelled.en.html.j2": body + hiding}, {}, date=NOW)
    assert any("is not for mails" in finding.what and finding.line >= body.count("\n") for finding in found), found


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("cancelled.en.subject.txt.j2", "   ", "an empty subject"),
        ("cancelled.en.subject.txt.j2", "x" * 200, "a subject of 200 columns"),
        ("cancelled.zh-CN.subject.txt.j2", "It is over: {{ short_title }}", "words are not Chinese"),
        ("cancelled.en.subject.txt.j2", "您的请求已经撤销", "words are Chinese"),
        ("cancelled.en.txt.j2", "{% if item %}{{ item.number }}{% endif %}", "nothing is said where little is known"),
    ],
)
def test_whole_bodies(base: Renderer, name: str, body: str, said: str) -> None:
    """Subjects, languages, and the notice of which little is known."""
    found = check(base, {name: body}, {}, date=NOW)
    assert any(said in finding.what and finding.grave for finding in found), found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Your request", "Please pay 30.00. Your request", "the amount 30.00"),
        ("Your request", "您好 Your request", "Chinese in the English: 您好"),
    ],
)
def test_what_may_be_meant_is_said_and_let_pass(base: Renderer, old: str, new: str, said: str) -> None:
    """With its line; not grave."""
    (finding,) = changed(base, "cancelled.en.txt.j2", old, new)
    assert said in finding.what
    assert (finding.grave, finding.line) == (False, 2)


def test_dropping_what_is_nice_to_know_is_only_mentioned(base: Renderer) -> None:
    """The title may go, the number may not."""
    found = check(base, {"cancelled.en.txt.j2": "Off: {{ number }} {{ reason }}\nReply if you need it."}, {}, date=NOW)
    assert {finding.grave for finding in found} == {False}
    assert any("{{ item.title }}" in finding.what for finding in found)


def test_new_words_are_judged_with_those_in_force(base: Renderer) -> None:
    """A colleague's frame that has lost its use is left aside, and is no fault of this edit."""
    body = base.templates.source("cancelled.en.txt.j2")
    assert check(base, {"cancelled.en.txt.j2": body}, {"_frame.en.txt.j2": "{{ gone }}"}, date=NOW) == []
