"""Supplies in words that no rule reads: the document has to show itself; and forms that bring nothing."""

from __future__ import annotations

import random
from email.message import EmailMessage

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Query
from maild.domain.requests.lifecycle import Service, State
from maild.domain.requests.patron import Document, Transaction
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.supplies.bibliography import pages, request, work
from tests.supplies.mails import NUMBER, OURS
from tests.supplies.printed import pdf
from tests.supplies.test_supplies import reader
from tests.unit.spine.test_decide import facts

TITLE = "既有砌体结构外套钢筋网砂浆抗震加固试验"
BODY = (
    "本文通过对样品的分析，讨论了不同条件下的变化规律，结果表明其具有明显的差异，并在此基础上提出了相应的建议与对策。"
)
PAPER = pdf([f"{TITLE}\n{BODY}", BODY, BODY], more=4)
# No rule reads the first.
WORDS = (
    "{n} {t}，敬请笑纳。",
    "{n}\n所需文章「{t}」已掃描，檔案附於本郵件。",
    "您好，{n}《{t}》弄好了，挂在信里，12页。",
    "{n} {t}\nHerewith our scan.\nILL",
)


def mail(text: str, files: dict[str, bytes], sender: str = "ill@lib.whu.edu.cn", subject: str = "文献") -> bytes:
    """The bytes as our own server hands them over, its word on the sender on top."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, "office@lib.example", subject
    message["Date"], message["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0800", "<u@x.example>"
    message.set_content(text.format(n=NUMBER, t=TITLE) + "\n")
    for name, content in files.items():
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    domain = sender.rpartition("@")[2]
    proof = f"Authentication-Results: {OURS}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
    return proof.encode() + message.as_bytes().replace(b"\n", b"\r\n")


def decided(raw: bytes, *, service: Service = Service.COPY, provider: str = "whu", system: bool = False) -> Decision:
    """What becomes of it, beside the request with that number."""
    real = Transaction(number=NUMBER, patron_id="p1", title=TITLE, state=State.IN_PROCESS, service=service)
    query = Query(numbers=(NUMBER,), provider=provider, system=system, institution=not system, told=TITLE)
    return decide(reader().read(raw, {}), facts(transaction=real, query=query), Policy())


@pytest.mark.parametrize("words", WORDS[:1])
def test_no_rule_reads_them(words: str) -> None:
    decision = decided(mail(words, {"scan.pdf": PAPER}))
    assert "no rule reads it" in decision.reasons[0]


@pytest.mark.parametrize("words", WORDS)
def test_a_document_that_shows_itself_is_supplied(words: str) -> None:
    decision = decided(mail(words, {"scan.pdf": PAPER}))
    assert (decision.action, decision.cause) == (Action.APPLY, Cause.NONE), decision.reasons
    assert decision.of(Document)


def test_another_document_waits() -> None:
    """Another's text, none that can be read, a sheet about it, a second file: whatever the words are."""
    rng = random.Random(7)
    other = next(one for one in iter(lambda: work(rng), None) if request(rng, one) != TITLE)
    sheet = pdf([f"发票\n项目：{TITLE}\n{BODY}"])
    for files in (
        {"scan.pdf": pdf(pages(rng, other), more=4)},
        {"scan.pdf": pdf(["", ""], more=6)},
        {"scan.pdf": sheet},
        {"scan.pdf": PAPER, "2.pdf": sheet},
    ):
        decision = decided(mail(WORDS[0], files))
        assert decision.action is Action.REVIEW, (list(files), decision.reasons)
        assert not decision.of(Document)


@pytest.mark.parametrize(
    "words",
    [
        "{n} {t}，敬请笑纳，48元。",
        "{n} {t}，敬请笑纳，收到后请告诉我们是不是这篇？",
        "{n} {t} 先给前半部分，剩下的扫完再给。",
        "{n} {t} 我馆已接单，凭据给您留底，周四开扫。",
    ],
)
def test_words_that_bend_it_wait(words: str) -> None:
    assert decided(mail(words, {"scan.pdf": PAPER})).action is Action.REVIEW


def test_a_loan_is_no_file() -> None:
    assert decided(mail(WORDS[0], {"scan.pdf": PAPER}), service=Service.LOAN).action is Action.REVIEW


FORM = "Your Rapid request has been FILLED.\n\nRapid Number:   RPD-21884093\nLocal number:   {n}\nArticle Title:  {t}\nLender:  HRX\n"
LETTER = "您委托的文献已处理完成。\n文献：{t}\n委托号：{n}\n方式：纸本复印，挂号/EMS\n收件：浙江大学图书馆馆际互借处\n"
LINES = "事务号：{n}\n服务类型：文献传递\n题名：{t}\n提供馆：四川大学图书馆\n原状态：处理中\n现状态：%s\n页数：7\n本邮件由系统自动发出，请勿回复。\n"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (FORM, Action.APPLY),
        (FORM + "Link active through 12/23/2026", Action.APPLY),
        (FORM + "Posted 12/20/2026", Action.REVIEW),
        (FORM + "Valid until 2026-11-20", Action.REVIEW),
        (LETTER, Action.APPLY),
        (LETTER + "发出：2026年11月24日上午\n", Action.APPLY),
        (LETTER + "发出：2026年12月24日上午\n", Action.REVIEW),
        (LINES % "已发送" + "发送时间：2026-12-15\n", Action.REVIEW),
        (LINES % "已发送（计划）", Action.REVIEW),
        (LINES % "已发送/未通过质检", Action.REVIEW),
    ],
)
def test_a_form_without_a_file_is_believed(text: str, action: Action) -> None:
    """A supplier that a file knows: the request moves, and a person fetches the copy; not where a day or the status
    itself takes it back.
    """
    senders = {FORM: "noreply@rapidill.org", LETTER: "tgzx@nlc.cn", "": "ill@calis.edu.cn"}
    sender = next(address for begins, address in senders.items() if text.startswith(begins))
    provider = sender.partition("@")[2].partition(".")[0]
    decision = decided(mail(text, {}, sender=sender, subject="文献提供完成通知"), provider=provider, system=True)
    assert decision.action is action, decision.reasons
    assert decision.cause is not Cause.NONE
    assert not decision.of(Document)
