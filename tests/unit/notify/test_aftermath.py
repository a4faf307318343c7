"""What a mail says of earlier mail that fared ill: by what happened and by mail system, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.config import Notices, Office
from maild.domain.errors import RuleError
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.outgoing.reach import AddressState, Heard, ReachPolicy, Trouble, trouble_of
from maild.notify.rendering.render import Renderer
from maild.notify.rendering.samples import sample_parts
from maild.notify.writing.aftermath import WHATS, Aftermath
from maild.notify.writing.guidance import MailSystems
from maild.resources import data_folder
from maild.tables import office_table, read_toml
from tests.cases import each

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FILE = data_folder("rules") / "guidance.toml"
SYSTEMS = MailSystems.load(office_table("whitelist.toml"))
ADDRESSES = ("x@163.com", "x@qq.com", "x@zju.edu.cn", "x@gmail.com", "x@patron.example")


@each("what", WHATS)
@each("address", ADDRESSES)
def test_everything_is_told_and_filled_in(what: str, address: str) -> None:
    """A heading, what happened, what helps; no placeholder is left, and the address that is meant is named."""
    found = Aftermath.load(read_toml(FILE), SYSTEMS).guidance(
        Trouble(what=what, address=address),
        "to@patron.example",
        SYSTEMS,
        office="o@lib.example",
        system="s@ill.example",
    )
    for locale, words in found.items():
        text = "\n".join((words.title, words.lead, *words.steps, words.note))
        assert words.title
        assert words.lead
        assert "{" not in text, locale
        assert what == "again" or address in text


def test_a_white_list_is_no_help_at_netease() -> None:
    """Refused at the door: no steps, another address is asked for; elsewhere the steps of that system are shown."""
    load = Aftermath.load(read_toml(FILE), SYSTEMS)

    def told(address: str) -> tuple[str, tuple[str, ...]]:
        trouble = Trouble(what="content_refused", address=address)
        words = load.guidance(trouble, address, SYSTEMS, office="o@x", system="s@x")["en"]
        return words.lead, words.steps

    lead, steps = told("li@126.com")
    assert "A whitelist cannot help" in lead
    assert steps == ()
    assert told("li@qq.com")[1]


def test_nothing_happened_is_quiet() -> None:
    """No trouble: the white-list steps without a heading."""
    words = Aftermath.load(read_toml(FILE), SYSTEMS).guidance(None, "x@qq.com", SYSTEMS, office="o@x", system="s@x")[
        "zh-CN"
    ]
    assert (words.title, words.lead) == ("", "")
    assert words.steps


FAULTS = [
    ("[[after]]", "[[after", "TOML"),
    ('what = "again"', 'what = "agian"', "what: unknown value 'agian' .*did you mean 'again'"),
    ('systems = ["netease"]', 'systems = ["netscape"]', "no id of whitelist.toml"),
    ('what = "hard_bounce"', 'what = "complaint"', "told twice"),
    ('steps = "none"', 'steps = "some"', "steps: unknown value"),
    ("title_zh", "titel_zh", "unknown key"),
    ('title_en = "Your mailbox is full"', "title_en = 5", "title_en: must be a string"),
]


@pytest.mark.parametrize(("old", "new", "said"), FAULTS)
def test_a_broken_file_names_its_fault(tmp_path: Path, old: str, new: str, said: str) -> None:
    """File, entry, fault and remedy."""
    file = tmp_path / "guidance.toml"
    file.write_text(FILE.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(RuleError, match=said) as raised:
        Aftermath.load(read_toml(file), SYSTEMS)
    assert str(file) in str(raised.value)


def test_something_must_be_said_of_everything(tmp_path: Path) -> None:
    """An operator's file that leaves one out, or is not there, stops the start."""
    file = tmp_path / "guidance.toml"
    with pytest.raises(RuleError, match=r"guidance\.toml"):
        Aftermath.load(read_toml(file), SYSTEMS)
    file.write_text(FILE.read_text("utf-8").partition('[[after]]\nwhat = "again"')[0], "utf-8")
    with pytest.raises(RuleError, match="nothing for 'again'"):
        Aftermath.load(read_toml(file), SYSTEMS)


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_it_stands_on_top(locale: str) -> None:
    """Of a mail that is sent again: steps, then when and to where it had been sent, then the document."""
    renderer = Renderer(Office(), Notices(), b"key" * 11)
    (part,) = sample_parts(NoticeKind.DOCUMENT_DELIVERED, locale)
    data = {**part.request.data, "again_to": "li@qq.com", "again_at": "2026-11-20T02:00:00+00:00"}
    part = replace(part, request=replace(part.request, data=data, recipient="li@qq.com"))
    message = renderer.render([part], message_id="<m@x>", date=NOW)
    mail = message_from_bytes(message.raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    text = " ".join(body.get_content().split())
    step, sent, document = "添加到白名单" if locale == "zh-CN" else "(Add to whitelist)", "li@qq.com", ".pdf"
    assert text.index(step) < text.index(sent) < text.index(document)
    assert ("2026年11月20日" if locale == "zh-CN" else "20 November 2026") in text


def test_the_latest_untold_trouble_is_told() -> None:
    """One at a time, the latest first; what was told is not told again, what is long ago neither."""
    laws = ReachPolicy()
    full = AddressState(address="a@x", trouble=Heard.SOFT_BOUNCE, reason="5.2.2 mailbox-full: 552", since=NOW)
    hard = AddressState(address="b@x", trouble=Heard.HARD_BOUNCE, since=NOW - timedelta(days=1))
    assert trouble_of([hard, full], NOW, laws) == Trouble(what="mailbox_full", address="a@x")
    told = replace(full, told=NOW + timedelta(hours=1))
    assert trouble_of([hard, told], NOW, laws) == Trouble(what="hard_bounce", address="b@x")
    assert trouble_of([hard], NOW + timedelta(days=100), laws) is None
    assert trouble_of([AddressState(address="c@x")], NOW, laws) is None
