"""The corpus of mails, DNS answers and expected verdicts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from maild.authenticate import authenticate, questions, questions_of
from maild.authenticate.domains import author_domains
from maild.authenticate.headers import split
from maild.authenticate.resolver import load_static
from maild.domain.incoming.mail import Address
from tests.cases import each

FOLDER = Path(__file__).parents[2] / "corpus" / "auth"
EXPECTED = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def author_of(raw: bytes) -> tuple[Address, int]:
    """The author as a parser would hand it in, and the number of From fields."""
    fields = split(raw).named(b"from")
    domains = author_domains(fields[0].text()) if fields else ()
    return Address(address=f"ill@{domains[-1]}" if domains else ""), len(fields)


@each("name", sorted(EXPECTED))
def test_verdict(name: str) -> None:
    """Verdict, proven domain, how, and a reason with the expected words."""
    raw = (FOLDER / f"{name}.eml").read_bytes()
    resolver = load_static(FOLDER / "dns.json")
    author, count = author_of(raw)
    answers = resolver.txt(questions_of(raw))
    report = authenticate(raw, author, count, answers, authserv_id="mx.lib.example", now=NOW)
    expected = EXPECTED[name]
    found = {"verdict": report.verdict.value, "domain": report.domain, "how": report.how}
    assert found == {key: expected[key] for key in found}, report.reasons
    assert expected["reason"] in " ".join(report.reasons)
    assert all(reason.endswith(".") for reason in report.reasons)


def test_every_mail_is_expected() -> None:
    """No mail lies here unused."""
    assert {path.stem for path in FOLDER.glob("*.eml")} == set(EXPECTED)


@each("name", sorted(EXPECTED))
def test_questions_suffice(name: str) -> None:
    """Nothing but what was asked is looked at: `questions` and `questions_of` name the same records."""
    raw = (FOLDER / f"{name}.eml").read_bytes()
    author, count = author_of(raw)
    if count == 1 and author.domain:
        assert questions(raw, author.domain) <= questions_of(raw)
    assert len(questions_of(raw)) < 20


@each("name", sorted(EXPECTED))
def test_without_look_up_nothing_is_temporary_or_proven_by_us(name: str) -> None:
    """`--dns none`: the answers are empty, which is not the same as unknown."""
    raw = (FOLDER / f"{name}.eml").read_bytes()
    author, count = author_of(raw)
    report = authenticate(raw, author, count, {}, authserv_id="mx.lib.example", now=NOW)
    assert report.how != "dkim"
    assert not (report.verdict == "temporary" and "temperror" not in report.reasons[0])
    assert "No DNS look-up was made." in report.reasons
