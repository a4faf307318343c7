"""Supplying mails, real bytes: what providers write, with what they bring, and what it should come to."""

from __future__ import annotations

import random
from dataclasses import dataclass
from email.message import EmailMessage

from maild.domain.incoming.decision import Action, Cause
from maild.domain.requests.lifecycle import State
from tests.supplies.bibliography import Work, pages, request, work
from tests.supplies.printed import pdf

OURS = "mx.lib.example"
NUMBER = "2026112400017"
_LOGIN = b"<html><head><title>Sign in</title></head><body><form><input type=password name=p></form>" + b" " * 4000
_ERROR = "<html><body><h1>404 Not Found</h1>文件不存在</body></html>".encode()
_SENDERS = {"zh": "ill@calis.edu.cn", "en": "noreply@bldss.bl.uk"}
_WORDS = {
    "zh": ("馆际互借与文献传递：文献已发送", "您好！\n事务号：{number}\n状态：已发送\n{bring}"),
    "en": ("Your request {number} has been supplied", "ILL number: {number}\nStatus: Shipped\n{bring}"),
}
_BRING = {
    "zh": {"file": "文献全文见附件。", "link": "下载链接：{url}", "nothing": ""},
    "en": {"file": "The article is attached to this message.", "link": "Download: {url}", "nothing": ""},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A supply. had: bytes or link that were here before; title: of the request; action, cause: what it comes to."""

    name: str
    raw: bytes
    state: State
    title: str
    literature: str
    had: bytes | str = b""
    action: Action = Action.APPLY
    cause: Cause = Cause.NONE


def mail(tongue: str, *, files: list[tuple[str, bytes]], url: str = "", bring: str = "file") -> bytes:
    """The bytes as our own server hands them over, its word on the sender on top."""
    message = EmailMessage()
    subject, text = _WORDS[tongue]
    message["From"], message["To"] = _SENDERS[tongue], "office@lib.example"
    message["Subject"] = subject.format(number=NUMBER)
    message["Date"], message["Message-ID"] = "Tue, 24 Nov 2026 09:00:00 +0800", "<s@x.example>"
    message.set_content(text.format(number=NUMBER, bring=_BRING[tongue][bring].format(url=url)) + "\n")
    for name, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    domain = _SENDERS[tongue].rpartition("@")[2]
    proof = f"Authentication-Results: {OURS}; dkim=pass header.d={domain}; dmarc=pass header.from={domain}\r\n"
    return proof.encode() + message.as_bytes().replace(b"\n", b"\r\n")


def cases(seed: int = 12) -> list[Case]:
    """Over a hundred supplies, in all states, in both languages."""
    rng = random.Random(seed)
    found: list[Case] = []
    for turn in range(8):
        tongue = "zh" if turn % 2 else "en"
        one, other = _pair(rng, chinese=tongue == "zh")
        found += _good(rng, tongue, one)
        found += _bad(rng, tongue, one, other, (State.SHIPPED, State.DELIVERED, State.CLOSED, State.RECEIVED)[turn % 4])
    return found


def _pair(rng: random.Random, chinese: bool) -> tuple[Work, Work]:
    """Two documents of two fields."""
    one = next(w for w in iter(lambda: work(rng), None) if w.chinese is chinese and w.form == "article")
    other = next(w for w in iter(lambda: work(rng), None) if w.field != one.field)
    return one, other


def _good(rng: random.Random, tongue: str, one: Work) -> list[Case]:
    title = request(rng, one)
    paper = pdf(pages(rng, one), more=4)
    url = f"https://deliver.example/get/{one.first}"
    attached, linked = mail(tongue, files=[("paper.pdf", paper)]), mail(tongue, files=[], url=url, bring="link")
    status = mail(tongue, files=[], bring="nothing")
    said = {"title": title, "literature": one.form}
    late = rng.choice((State.SHIPPED, State.DELIVERED, State.CLOSED))
    return [
        Case(name="right", raw=attached, state=State.IN_PROCESS, **said),
        Case(name="right", raw=attached, state=State.SHIPPED, **said),
        Case(name="right, a link", raw=linked, state=State.SUBMITTED, **said),
        Case(name="repeated", raw=attached, state=late, had=paper, action=Action.IGNORE, **said),
        Case(name="repeated, a link", raw=linked, state=late, had=url, action=Action.IGNORE, **said),
        Case(name="repeated, a bare status", raw=status, state=late, had=paper, action=Action.IGNORE, **said),
        Case(name="another file", raw=attached, state=late, had=b"%PDF other", action=Action.REVIEW,
             cause=Cause.SEEN_BEFORE, **said),
    ]  # fmt: skip


def _bad(rng: random.Random, tongue: str, one: Work, other: Work, state: State) -> list[Case]:
    paper = pdf(pages(rng, one), more=4)
    said = {"title": request(rng, one), "literature": one.form, "action": Action.REVIEW}
    broken = {
        "cut": paper[: len(paper) * 2 // 3],
        "login page": _LOGIN,
        "error page": _ERROR,
        "empty": b"",
        "not a PDF": bytes(rng.randrange(256) for _ in range(3000)),
        "a program": b"MZ\x90\x00" + bytes(4000),
    }
    found = [
        Case(name=f"broken: {name}", raw=mail(tongue, files=[("paper.pdf", content)]), state=at, had=had,
             cause=Cause.NO_USABLE_FILE, **said)
        for name, content in broken.items()
        for at, had in ((State.IN_PROCESS, b""), (state, rng.choice((b"", b"%PDF had"))))
    ]  # fmt: skip
    found += [
        Case(name="missing", raw=mail(tongue, files=[]), state=at, had=had, cause=Cause.NO_USABLE_FILE, **said)
        for at, had in ((State.SUBMITTED, b""), (state, b""), (state, b"%PDF had"))
    ]
    wrong = pdf(pages(rng, other), more=4)
    return found + [
        Case(
            name="wrong document",
            raw=mail(tongue, files=[("paper.pdf", wrong)]),
            state=at,
            cause=Cause.OTHER_DOCUMENT,
            **said,
        )
        for at in (State.IN_PROCESS, state)
    ]
