"""Chinese pages are Chinese, English ones English: no sentence of the other language stands on any, but for names, codes and
what others wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from html.parser import HTMLParser

import pytest
from starlette.testclient import TestClient

from maild.domain.desk.kept import Sort
from maild.domain.operation.heartbeat import Heartbeat, Running
from tests.console.tour import furnish, paths
from tests.console.world import World

pytestmark = pytest.mark.long

SAID = ("title", "aria-label", "placeholder", "alt", "data-label", "data-confirm")  # attributes that people read
VOID = {"input", "img", "br", "meta", "link", "hr", "wbr", "path", "rect", "col"}
# Three words of English one after the other, the second and third in small letters: a sentence, hardly a name.
NOT_OURS = re.compile(r"“[^”]*”|\"[^\"]*\"|\b(?:maild|systemctl)(?: [a-z]+)+")
SENTENCE = re.compile(r"[A-Za-z][a-z'’]+(?:,? [a-z][a-z'’]*){2,}")


# Eight Chinese characters one after the other, but for marks: more than a term beside its English.
CHINESE = re.compile(r"(?:[\u4e00-\u9fff][，。、；：？！（）]?){8,}")


class Text(HTMLParser):
    """What a page says: its texts, but for what is marked as quoted, code or English."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        quoted = self._quoted(tag, said)
        if not (quoted or self._inside):
            self.found += [" ".join((said.get(name) or "").split()) for name in SAID]
        if tag not in VOID:
            self._open.append((tag, quoted))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._inside and self._open and self._open[-1][0] not in ("script", "style"):
            self.found.append(" ".join(data.split()))

    @property
    def _inside(self) -> bool:
        return any(quoted for _, quoted in self._open)

    @staticmethod
    def _quoted(tag: str, said: dict[str, str | None]) -> bool:
        return tag in ("pre", "code", "kbd", "q", "textarea") or said.get("lang") == "en"


def english(page: str, known: Sequence[str]) -> list[str]:
    """English sentences of a page, but for what is known, quotations and commands."""
    read = Text()
    read.feed(page)
    return [text for text in read.found if SENTENCE.search(_own(text, known))]


def chinese(page: str, known: Sequence[str]) -> list[str]:
    """Chinese sentences of an English page, but for what is known and quotations."""
    read = Text()
    read.feed(page)
    ours = (text.partition("not understood: ")[0] for text in read.found)  # what follows is a mail's
    return [text for text in ours if CHINESE.search(_own(text, known))]


def _own(text: str, known: Sequence[str]) -> str:
    for each in known:
        text = text.replace(each, " ")
    return NOT_OURS.sub(" ", text)


def quoted(client: TestClient, office: World) -> list[str]:
    """What others wrote, or what was written to them: titles of documents, subjects and beginnings of mails, subjects of
    notices and drafts.
    """
    with office.services.store.read() as uow:
        requests = [request.title for request in uow.transactions.find(limit=500)]
        items, notices = uow.reviews.find(state=None, limit=500), uow.outbox.find(limit=500)
        mails = [mail.subject for mail in uow.mails.find(limit=500)]
    drafts = [draft["subject"] for item in items for draft in client.get(f"/api/v1/queue/{item.id}").json()["drafts"]]
    letters = [client.get(f"/api/v1/outbox/{notice.id}").json()["mail"] for notice in notices]
    sent = [letter["headers"].get("Subject", "") for letter in letters if letter]
    found = {*requests, *mails, *(text for item in items for text in (item.subject, item.snippet)), *drafts, *sent}
    return sorted((" ".join(text.split()) for text in found if text), key=len, reverse=True)


def named(office: World) -> list[str]:
    """What the office is called and says of itself, its notices, what staff keep and noted: in its own language."""
    with office.services.store.read() as uow:
        kept = [
            text for sort in Sort for one in uow.kept.find(sort) for text in (one.name, *map(str, one.body.values()))
        ]
        people = [text for one in uow.patrons.find(limit=500) for text in (one.name, one.department)]
        items = [item for item in uow.reviews.find(limit=500) if item.mail_id]
        read = [seen.receipt for item in items for seen in uow.receipts.of_mail(item.mail_id)]
    proofs = [value for one in read for value in (one.payer, one.payee, one.purpose, one.amount_words) if value]
    said = [reason.partition(": ")[2] for item in items for reason in item.reasons]
    facts = [str(value) for value in asdict(office.services.settings.office).values()]
    return sorted(
        {" ".join(text.split()) for text in (*kept, *people, *proofs, *said, *facts) if text}, key=len, reverse=True
    )


def beat(office: World) -> None:
    """A daemon runs, and says what it did and what does not work."""
    now = office.services.clock.now()
    word = Heartbeat(role=Running.DAEMON, host="mail1", pid=42, version="0.1.0", started=now, seen=now,
                     status="12 mails processed, 3 notices sent. Trouble: smtp: all workers are busy",
                     data={"trouble": "smtp: all workers are busy; office/INBOX: too many wait for the same"})  # fmt: skip
    with office.services.store.begin() as uow:
        uow.heartbeats.beat(word)


@pytest.mark.timeout(500)
def test_no_english_sentence_stands_on_a_chinese_page(client: TestClient, office: World) -> None:
    """Every page, every item with its tabs, every notice."""
    examples = furnish(office)
    beat(office)
    items = [
        f"/queue/{item}?tab={tab}" for item in examples["waiting"].split(",") for tab in ("text", "proof", "files")
    ]
    with office.services.store.read() as uow:
        notices = [f"/outbox/{notice.id}" for notice in uow.outbox.find(limit=500)]
    known, found = quoted(client, office), {}
    for path in [*(path for _, path in paths(examples)), *items, *notices, "/queue?shown=any", "/payments?all=true"]:
        answer = client.get(path, headers={"accept-language": "zh-CN"})
        assert answer.status_code == 200
        found.update(dict.fromkeys(english(answer.text, known), path))
    assert found == {}


def test_no_chinese_sentence_stands_on_an_english_page(client: TestClient, office: World) -> None:
    """Every page, and every item that waits; notices are in their readers' language."""
    examples = furnish(office)
    beat(office)
    items = [f"/queue/{item}" for item in examples["waiting"].split(",")]
    known, found = [*quoted(client, office), *named(office)], {}
    quoting = ("/notices/", "/rules/from-mail/")
    for path in [*(path for _, path in paths(examples) if not path.startswith(quoting)), *items]:
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 200
        found.update(dict.fromkeys(chinese(answer.text, known), path))
    assert found == {}


@pytest.mark.parametrize(("page", "sentence"), [
    ("<p>All workers are busy.</p>", True), ("<input placeholder='look for it here'>", True),
    ("<p title='nothing was found'>无</p>", True), ("<p>Fatigue of stay cables</p>", False),
    ("<p>请运行 maild db upgrade</p>", False), ("<p>写着“we are very sorry”</p>", False),
    ("<pre>Dear all, we are very sorry.</pre>", False), ("<p>Wiley Online Library</p>", False),
])  # fmt: skip
def test_the_judge_sees_sentences(page: str, sentence: bool) -> None:
    """In text and in what is read out; not in titles, commands, quotations, mails, names."""
    assert bool(english(page, ["Fatigue of stay cables"])) is sentence


@pytest.mark.parametrize(("page", "sentence"), [
    ("<p>请从列表中选择要处理的事项。</p>", True), ("<p title='没有找到符合条件的事务'>none</p>", True),
    ("<p>收款单位 of the campus transfer form</p>", False), ("<p>“图书馆文献传递费一览表”</p>", False),
    ("<pre>您好，您申请的文献已到馆。</pre>", False),
])  # fmt: skip
def test_the_judge_sees_chinese_sentences(page: str, sentence: bool) -> None:
    """In text and in what is read out; not terms, quotations, mails."""
    assert bool(chinese(page, [])) is sentence
