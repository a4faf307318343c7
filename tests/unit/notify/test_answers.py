"""The texts of answers: complete in both languages, and safe to be edited by an office."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Answers, Notices, Office
from maild.domain.errors import RuleError
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.patron import Language, PatronKind
from maild.notify.editing.lint import lint
from maild.notify.language.locales import LOCALES
from maild.notify.language.wrap import columns
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_patron
from maild.notify.writing.answers import FLAGS, AnswerTexts, said
from maild.notify.writing.letter import NoticePart
from maild.office.answers.questions import load_answers
from maild.resources import data_folder

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEXTS = AnswerTexts.load([data_folder("rules")])
ROW = {"number": "2026112000006", "service": "copy", "title": "Rice <b>genomics</b>", "submitted": "2026-11-20",
       "state": "conditional", "payment_state": "due", "payable": "8.00", "currency": "CNY",
       "link": "https://delivery.example/d/7f3a91c2", "expires": "2026-12-24"}  # fmt: skip
CHARGE = {"number": "2026112000006", "title": "Rice", "currency": "CNY", "total": "10.00", "subsidy": "2.00",
          "payable": "8.00", "owed": "8.00", "payment_state": "due"}  # fmt: skip


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """The renderer as shipped."""
    return Renderer(Office(), Notices(), b"k" * 32)


def write(
    renderer: Renderer, *topics: dict[str, object], locale: str = "zh-CN", kind: PatronKind = PatronKind.INTERNAL
) -> tuple[bytes, str, str, str]:
    """One answer: its bytes, subject, text and HTML."""
    request = NoticeRequest(kind=NoticeKind.ANSWER, subject="mail:1", recipient="lin.zhixia@zju.edu.cn", locale=locale,
                            data={"topics": list(topics)}, reply_to="<q@patron.example>")  # fmt: skip
    part = NoticePart(request=request, patron=sample_patron(kind, Language.ZH))
    raw = renderer.render([part], message_id="<a@maild.example>", date=NOW).raw
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return raw, str(mail["Subject"]), text.get_content(), html.get_content()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", list(PatronKind))
def test_every_topic_is_written_in_both_languages(renderer: Renderer, locale: str, kind: PatronKind) -> None:
    """All flags set and none: no brace is left, lines fit, the mail is clean, and something is said."""
    say = {"login": "22019001", "numbers": "2026112000099", "count": "70", "most": "50", "email": "a@b.example",
           "phone": "13800000000"}  # fmt: skip
    for name in TEXTS.topics:
        for flags in ([], sorted(FLAGS)):
            topic = {"topic": name, "flags": flags, "say": say, "rows": [ROW], "charges": [CHARGE],
                     "prices": [{"zh": "复制费", "en": "Copying", "amount": "0.30", "per": "page"}],
                     "balances": {"owed": "8.00", "deposit": "1.00"}}  # fmt: skip
            raw, _, text, html = write(renderer, topic, locale=locale, kind=kind)
            assert lint(raw) == [], name
            assert not [line for line in text.splitlines() if columns(line) > 78 and "://" not in line], name
            assert "{" not in text, name
            assert "<b>genomics" not in html, name


# A phone of 390 × 844 shows about 28 lines of 40 columns (20 Chinese characters) at 16 px beside its bars.
SCREEN, PHONE = 28, 40


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", list(PatronKind))
def test_a_general_answer_is_at_most_two_screens_of_a_phone(renderer: Renderer, locale: str, kind: PatronKind) -> None:
    """With greeting, signature and all that the guide says of it to such a reader."""
    long = {}
    for name in TEXTS.topics:
        _, _, text, _ = write(renderer, {"topic": name, "flags": [kind.value]}, locale=locale, kind=kind)
        lines = sum(max(1, -(-columns(line) // PHONE)) for line in text.splitlines())
        assert lines > 5, name
        if lines > 2 * SCREEN:
            long[name] = lines
    assert long == {}


# Not as a library writes: found by readers and rewritten.
NEVER = re.compile(
    r"不能续借|\byours to pay\b|[Hh]ow to pay stands|\b[Hh]ave your wish\b|[Yy]our wish to\b|\brings? (?:\{|us\b|the office)"
    r"|\bor ring\b|[Pp]lease ring\b|: ring\b|\bWho (?:pays|bound|registered)\b|\bthis will do\b|\bmail will do\b|takes us straight"
)


def test_no_phrase_that_was_rewritten_comes_back() -> None:
    """In notices, ready answers, page texts and the reasons that staff read."""
    folders = [
        (data_folder("templates"), "*.j2"),
        (data_folder("templates"), "*.toml"),
        (data_folder("rules"), "*.toml"),
    ]
    files = [file for folder, pattern in folders for file in sorted(folder.rglob(pattern))]
    assert len(files) > 300
    found = {f"{file.name}: {hit[0]}" for file in files for hit in NEVER.finditer(file.read_text("utf-8"))}
    assert found == set()
    assert NEVER.search("reply with your login name, or ring {phones}")
    assert not NEVER.search("a string of letters, a ring binder")


def test_several_topics_have_headings_and_one_has_none(renderer: Renderer) -> None:
    """Numbered, in the order given; the subject names the first."""
    _, subject, text, html = write(renderer, {"topic": "pickup"}, {"topic": "app"})
    assert "【1】取件地点" in text
    assert text.index("【1】") < text.index("【2】手机缴费")
    assert "取件地点等" in subject
    assert html.count("<h2") == 2
    _, _, alone, html = write(renderer, {"topic": "pickup"})
    assert "【1】" not in alone
    assert "<h2" not in html


def test_a_line_whose_fact_is_not_set_is_left_out(renderer: Renderer) -> None:
    """No 'opening hours:' without hours; with them the line is there."""
    assert "开放时间" not in write(renderer, {"topic": "pickup"})[2]
    hours = Renderer(Office(pickup_hours_zh="工作日 8:30—17:00"), Notices(), b"k" * 32)
    assert "开放时间：工作日 8:30—17:00" in write(hours, {"topic": "pickup"})[2]


def test_my_requests_are_a_table(renderer: Renderer) -> None:
    """Columns stand one below the other; the link is whole; HTML has heads and a row for each request."""
    rows = [ROW, {**ROW, "number": "2026112000007", "payable": "1208.00", "state": "on_loan", "due": "2026-12-20"}]
    _, _, text, html = write(renderer, {"topic": "status", "flags": ["running"], "rows": rows}, locale="en")
    lines = text.splitlines()
    head = next(line for line in lines if line.startswith("Request"))
    body = [line for line in lines if line.startswith("20261120000")]
    assert [line[head.index("Submitted") :][:16] for line in body] == ["20 November 2026"] * 2
    assert body[1][head.index("Due back") :][:16] == "20 December 2026"
    assert len({line.index("8.00") for line in body}) == 1
    assert "    Link: https://delivery.example/d/7f3a91c2" in lines
    assert html.count('scope="col"') == 3
    assert html.count("<b>20261120000") == 2


def test_addresses_in_texts_become_links() -> None:
    """A web address ends where the sentence goes on."""
    (block,) = said("见 https://lib.example/a?b=c。请写信给 {address}，谢谢", {"address": "ill@lib.example"})
    assert [(run.text, run.url) for run in block.lines[0] if run.url] == [
        ("https://lib.example/a?b=c", "https://lib.example/a?b=c"),
        ("ill@lib.example", "mailto:ill@lib.example"),
    ]


BROKEN = {
    "no title": '[[say]]\nzh = "甲"\nen = "a"\n',
    "one language": 'title = {zh = "甲", en = "a"}\n[[say]]\nzh = "甲"\n',
    "unknown fact": 'title = {zh = "甲", en = "a"}\n[[say]]\nzh = "{fax}"\nen = "a"\n',
    "unknown flag": 'title = {zh = "甲", en = "a"}\n[[say]]\nzh = "甲"\nen = "a"\nwhen = ["sunny"]\n',
    "unknown need": 'title = {zh = "甲", en = "a"}\nneeds = ["fax"]\n[[say]]\nzh = "甲"\nen = "a"\n',
    "unknown show": 'title = {zh = "甲", en = "a"}\n[[say]]\nshow = "pictures"\n',
    "unknown key": 'title = {zh = "甲", en = "a"}\ncolour = 1\n[[say]]\nzh = "甲"\nen = "a"\n',
    "nothing said": 'title = {zh = "甲", en = "a"}\n',
    "no TOML": "title = \n",
}


@pytest.mark.parametrize("fault", list(BROKEN))
def test_a_slip_in_an_offices_text_is_refused(tmp_path: Path, fault: str) -> None:
    """With the file's name and a remedy."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers/pickup.toml").write_text(BROKEN[fault], "utf-8")
    with pytest.raises(RuleError, match=r"pickup\.toml") as caught:
        AnswerTexts.load([data_folder("rules"), tmp_path])
    assert caught.value.remedy


@pytest.mark.parametrize(
    "table",
    [
        '[[question]]\nkind = "weather"\ntopics = ["pickup"]\nanswer = "auto"\n',
        '[[question]]\nkind = "thanks"\ntopics = ["weather"]\nanswer = "auto"\n',
        '[[question]]\nkind = "thanks"\ntopics = ["pickup"]\nanswer = "perhaps"\n',
        '[[question]]\nkind = "thanks"\ntopics = "pickup"\nanswer = "auto"\n',
        '[[question]]\nkind = "thanks"\ntopics = ["pickup"]\nanswer = "auto"\ncolour = 1\n',
        '[[question]]\nkind = "thanks"\ntopics = ["pickup"]\nanswer = "auto"\n' * 2,
        "",
    ],
)
def test_a_slip_in_an_offices_table_is_refused(tmp_path: Path, table: str) -> None:
    """An unknown kind, topic, word, key, or a question that is there twice."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers/table.toml").write_text(table, "utf-8")
    with pytest.raises(RuleError, match=r"table\.toml"):
        load_answers(Answers(), Office(), str(tmp_path))


def test_an_office_replaces_one_text_and_keeps_the_others(tmp_path: Path) -> None:
    """A file of the same name in its own rules folder."""
    (tmp_path / "answers").mkdir()
    own = 'title = {zh = "取书", en = "Fetching"}\n[[say]]\nzh = "到总馆来。"\nen = "Come to the main library."\n'
    (tmp_path / "answers/pickup.toml").write_text(own, "utf-8")
    texts = AnswerTexts.load([data_folder("rules"), tmp_path])
    assert texts.topics["pickup"].title.en == "Fetching"
    assert set(texts.topics) == set(TEXTS.topics)
