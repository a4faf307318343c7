"""A mail made anew as a rule's example, with invented persons, passwords and links in the place of the real ones."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import SMTP
from itertools import cycle
from urllib.parse import urlsplit

from maild.domain.incoming.mail import Attachment, ParsedMail

PERSONAL = (
    "patron_name",
    "patron_email",
    "login",
    "phone",
    "password",
    "url",
    "department",
    "invoice_email",
    "invoice_person",
    "tax_number",
)
OFFICE = "office@library.example"
# Headers that decide whether a mail counts as automatic, or that rules may ask for.
_KEPT = (
    "auto-submitted",
    "precedence",
    "list-id",
    "list-unsubscribe",
    "x-auto-response-suppress",
    "x-mailer",
    "feedback-id",
)
_WORD_OR_ADDRESS = re.compile(r"[\w.+-]++(?:@[\w-]++(?:\.[\w-]++)+)?")
_HAN = re.compile(r"[\u3400-\u9fff]")
_NAMES_HAN, _NAMES_LATIN = ("张三", "李四", "王五"), ("Jane Reader", "John Reader", "Ann Reader")
_CONTENT = {
    "application/pdf": b"%PDF-1.4\n%%EOF\n",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xd9",
}
MOST_TEXT = 200_000


def stand_ins(mail: ParsedMail, found: Mapping[str, str]) -> dict[str, str]:
    """What takes the place of what: personal values that were found, and every address but the sender's domain's."""
    made: dict[str, str] = {}
    for name in PERSONAL:
        for number, value in enumerate(v for v in found.get(name, "").split("\n") if len(v) > 1):
            made.setdefault(value, _instead(name, value, number + len(made)))
    own = mail.author.domain
    texts = (mail.subject, mail.text, mail.html, *(str(a) for a in (*mail.to, *mail.cc)))
    for address in dict.fromkeys(address for text in texts for address in _addresses(text)):
        if not own or not address.lower().endswith((f"@{own}", f".{own}")):
            made.setdefault(address, f"reader{len(made) + 1}@patron.example")
    for person in (*mail.to, *mail.cc):
        if len(person.name) > 1 and "@" not in person.name:
            made.setdefault(person.name, _instead("patron_name", person.name, len(made)))
    return made


def _addresses(text: str) -> list[str]:
    return [word for word in _WORD_OR_ADDRESS.findall(text[:MOST_TEXT]) if "@" in word]


def _instead(name: str, value: str, number: int) -> str:
    if name.endswith("_email"):
        return f"reader{number + 1}@patron.example"
    if name in ("patron_name", "invoice_person"):
        return (_NAMES_HAN if _HAN.search(value) else _NAMES_LATIN)[number % 3]
    if name == "url":
        split = urlsplit(value)
        return f"{split.scheme}://{split.netloc}{_invented(value.split(split.netloc, 1)[-1])}"
    return _invented(value)


def _invented(text: str) -> str:
    """Of the same shape: digits for digits, letters for letters."""
    digits, small, large, han = cycle("2026110135"), cycle("abcdefgh"), cycle("ABCDEFGH"), cycle("示例")

    def other(char: str) -> str:
        if char.isascii():
            return (
                next(digits) if char.isdigit() else next(small if char.islower() else large) if char.isalpha() else char
            )
        return next(han) if _HAN.match(char) else char

    return "".join(map(other, text))


def samples(mail: ParsedMail, instead: Mapping[str, str]) -> Iterator[bytes]:
    """The mail made anew, in the ways in which it may have been written: the first that reads alike is the example."""
    text, html = _replaced(mail.text, instead), _replaced(mail.html, instead)
    if html:
        yield _made(mail, instead, "", html)
        yield _made(mail, instead, text, html)
    yield _made(mail, instead, text, "")


def _made(mail: ParsedMail, instead: Mapping[str, str], text: str, html: str) -> bytes:
    message = EmailMessage(policy=SMTP)
    author = mail.author
    message["From"] = f'"{_line(author.name)}" <{author.address}>' if author.name else author.address
    message["To"] = OFFICE
    message["Subject"] = _line(_replaced(mail.subject, instead))
    if mail.date:
        message["Date"] = mail.date
    message["Message-ID"] = f"<example@{author.domain or 'unknown.invalid'}>"
    for name, value in mail.headers:
        if name.lower() in _KEPT and name.lower() not in message:
            message[name] = _line(_replaced(value, instead))
    if text or not html:
        message.set_content(text or "\n")
        if html:
            message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    for attachment in mail.attachments[:20]:
        _attach(message, attachment, instead)
    return message.as_bytes()


def _attach(message: EmailMessage, attachment: Attachment, instead: Mapping[str, str]) -> None:
    """Name and type of it; its content is nobody's business."""
    main, _, sub = (attachment.media_type or "application/octet-stream").partition("/")
    if main in ("message", "multipart", "text"):
        main, sub = "application", "octet-stream"
    content = _CONTENT.get(attachment.sniffed or attachment.media_type, b"(left out)\n")
    message.add_attachment(
        content,
        maintype=main,
        subtype=sub or "octet-stream",
        filename=_line(_replaced(attachment.filename, instead)) or "file",
    )


def _replaced(text: str, instead: Mapping[str, str]) -> str:
    for value in sorted(instead, key=len, reverse=True):
        text = text.replace(value, instead[value]).replace(value.replace("&", "&amp;"), instead[value])
    return text


def _line(text: str) -> str:
    return " ".join(text.replace('"', "").split())
