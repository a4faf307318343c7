"""Mails made by hand for the rule engine's tests, and the rule set they run on."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache

from maild.classify.reading.row_words import Around
from maild.classify.reading.rows.reading import divider
from maild.classify.reading.status import StatusReader
from maild.classify.rules.load import load
from maild.classify.rules.ruleset import RuleSet
from maild.domain.incoming.mail import Address, Attachment, Automatic, ParsedMail
from maild.domain.incoming.ruling import Classification
from maild.domain.incoming.trust import AuthReport, Verdict

NUMBER = r"(?:[A-Z]{2,8}[-_]?)?\d{4}[-_]?\d{4,12}(?:[-_]\d{1,6})?"
CALIS, CASHL, PATRON = "ill@calis.edu.cn", "service@cashl.edu.cn", "li.lei@patron.example"


@cache
def rules() -> RuleSet:
    """The shipped rules."""
    return load(None, NUMBER)


@cache
def around() -> Around:
    """What the shipped rules make of lines that name no request."""
    rule = divider(rules().rules)
    assert rule is not None
    assert isinstance(rule.reader, StatusReader)
    return Around(rule.reader.rows, rules()._lexicon, rule.reader.silent)


def mail(subject: str = "", new_text: str = "", /, *, sender: str = CASHL, **more: object) -> ParsedMail:
    """A parsed mail whose new text is `new_text`."""
    values: dict[str, object] = {
        "sha256": "0" * 64, "size": len(new_text), "from_": (Address(address=sender),), "subject": subject,
        "text": new_text, "reply_text": new_text, "date": datetime(2026, 11, 24, 9, tzinfo=UTC),
        "automatic": Automatic.NO,
    }  # fmt: skip
    return ParsedMail(**{**values, **more})  # type: ignore[arg-type]


def proven(parsed: ParsedMail) -> AuthReport:
    """The report of a mail whose From is proven."""
    author = parsed.author
    return AuthReport(verdict=Verdict.PASS, address=author.address, domain=author.domain, how="dkim")


def ruled(parsed: ParsedMail, auth: AuthReport | None = None, **more: bool) -> Classification:
    """Classify with the shipped rules, by default as proven."""
    return rules().classify(parsed, auth or proven(parsed), **more)


def attachment(name: str, media_type: str, content: bytes = b"x") -> Attachment:
    """An attachment as the parser hands it over."""
    return Attachment(filename=name, media_type=media_type, content=content, sha256="1" * 64, sniffed=media_type)
