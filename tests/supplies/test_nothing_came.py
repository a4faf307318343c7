"""Suppliers' forms that say that a copy is supplied, and bring none; and words that no rule reads."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.matching import Query
from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Document, Transaction
from maild.spine.policy import Policy
from tests.deciding import decide
from tests.supplies.mails import NUMBER, OURS
from tests.supplies.printed import pdf
from tests.supplies.test_supplies import reader
from tests.unit.spine.deciding import facts

TITLE = "既有砌体结构外套钢筋网砂浆抗震加固试验"
BODY = (
    "本文通过对样品的分析，讨论了不同条件下的变化规律，结果表明其具有明显的差异，并在此基础上提出了相应的建议与对策。"
)
PAPER = pdf([f"{TITLE}\n{BODY}", BODY, BODY], more=4)


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


def decided(raw: bytes, *, provider: str = "whu", system: bool = False) -> Decision:
    """What becomes of it, beside the request with that number."""
    real = Transaction(number=NUMBER, patron_id="p1", title=TITLE, state=State.IN_PROCESS)
    query = Query(numbers=(NUMBER,), provider=provider, system=system, institution=not system, told=TITLE)
    return decide(reader().read(raw, {}), facts(transaction=real, query=query), Policy())


@pytest.mark.parametrize(
    "words", ["{n} {t}，敬请笑纳。", "{n} {t}，敬请笑纳，仅供审稿。", "{n} {t} 我馆已接单，凭据给您留底，周四开扫。"]
)
def test_words_that_no_rule_reads_wait_with_the_right_document_too(words: str) -> None:
    """What prints a title may be a bill for it, or a part: the words have to say that it is the text."""
    decision = decided(mail(words, {"scan.pdf": PAPER}))
    assert decision.action is Action.REVIEW
    assert not decision.of(Document)


FORM = "Your Rapid request has been FILLED.\n\nRapid Number:   RPD-21884093\nLocal number:   {n}\nArticle Title:  {t}\nLender:  HRX\n"
LETTER = "您委托的文献已处理完成。\n文献：{t}\n委托号：{n}\n方式：纸本复印，挂号/EMS\n收件：浙江大学图书馆馆际互借处\n"


@pytest.mark.parametrize(
    ("text", "action"),
    [
        (FORM, Action.APPLY),
        (FORM + "Link active through 12/23/2026", Action.APPLY),
        (FORM + "Posted 23 Nov 2026", Action.APPLY),
        (FORM + "Posted 12/20/2026", Action.REVIEW),
        (FORM + "Posted Dec 20", Action.REVIEW),
        (FORM + "To be posted by 12/20/2026", Action.REVIEW),
        (FORM + "Expected ship date: due 2026-12-20", Action.REVIEW),
        (FORM + "Posted next week", Action.REVIEW),
        (FORM + "Posted 2026-13-45", Action.REVIEW),
        (FORM + "Posted 12 ſep 2026", Action.APPLY),
        (FORM + "Valid until 2026-11-20", Action.REVIEW),
        (FORM + "Expired", Action.REVIEW),
        (FORM + "Status: FILLED", Action.APPLY),
        (FORM + "Status: FILLED (planned)", Action.REVIEW),
        (LETTER, Action.APPLY),
        (LETTER + "发出：2026年11月24日上午\n", Action.APPLY),
        (LETTER + "发出：2026年12月24日上午\n", Action.REVIEW),
        (LETTER + "发出：12月20日\n", Action.REVIEW),
        (LETTER + "计划发出：2026年12月20日以内\n", Action.REVIEW),
        (LETTER + "将于2026年12月20日前发出\n", Action.REVIEW),
    ],
)
def test_a_form_without_a_file_is_believed(text: str, action: Action) -> None:
    """A supplier that a file knows: the request moves, and a person fetches the copy; not where a day or the status
    itself takes it back.
    """
    sender = "noreply@rapidill.org" if text.startswith(FORM) else "tgzx@nlc.cn"
    provider = sender.partition("@")[2].partition(".")[0]
    decision = decided(mail(text, {}, sender=sender, subject="文献提供完成通知"), provider=provider, system=True)
    assert decision.action is action, decision.reasons
    assert decision.cause is not Cause.NONE
    assert not decision.of(Document)
