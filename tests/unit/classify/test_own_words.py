"""A provider's own words beside the common ones: rule key `words`."""

from __future__ import annotations

from pathlib import Path

import pytest

from maild.classify.rules.load import load
from maild.domain.errors import RuleError
from maild.domain.incoming.ruling import Classification
from tests.unit.classify.classify_mails import NUMBER, mail, proven

N, THEIRS = "2026112400017", "2190001234567"
RULE = 'title = "x"\nparty = "provider"\nprovider = "cashl"\nreader = "status"\nwords = "own"\n'
WORDS = "our_number = ['their customer']\ntheir_number = ['request id']\nshipped = ['delivered', 'gone out']\nnothing = ['sent to the lender']\n"


def _ruled(folder: Path, text: str, words: str = WORDS, rule: str = RULE) -> Classification:
    (folder / "words").mkdir()
    (folder / "words/own.toml").write_text(words)
    (folder / "05-own.toml").write_text(rule)
    parsed = mail("", text)
    return load(folder, NUMBER).classify(parsed, proven(parsed))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("shipped", f"Request {N} has gone out."),
        ("provider_other", f"Request {N} has not gone out."),
        ("provider_other", f"Request {N} was sent to the lender."),
        ("shipped", f"Request {N} was sent to your address."),
        ("shipped", f"Status: delivered\nReference: {N}"),
        ("delivered", f"Status: picked up\nReference: {N}"),
        ("provider_other", f"Status: gone out, cancelled\nReference: {N}"),
    ],
)
def test_own_wording(tmp_path: Path, kind: str, text: str) -> None:
    """It adds to the common words, goes before one as long, and is hedged and contradicted like any other."""
    assert _ruled(tmp_path, text).main.kind == kind


@pytest.mark.parametrize(
    ("text", "transaction", "request_id"),
    [
        (f"Status: sent\nRequest ID: {THEIRS}\nTheir customer: {N}", N, THEIRS),
        (f"Status: sent\nRequest ID: {THEIRS}\nOrder number: {N}", N, THEIRS),
        (f"Status: sent\nRequest ID: {THEIRS}\nThe article for {N}.", N, THEIRS),
        (f"Status: sent\nRequest ID: {THEIRS}", THEIRS, ""),
        (f"Status: sent\nThe scan of {N} (request ID {THEIRS}) is there.", N, THEIRS),
        (f"Status: sent\nThe scan of request id {THEIRS} is there.", THEIRS, ""),
        (f"Status: sent\nTheir customer: {N}\nOrder number: A-77", N, "A-77"),
    ],
)
def test_whose_number(tmp_path: Path, text: str, transaction: str, request_id: str) -> None:
    """The provider's own number is not ours, unless the mail has no other."""
    main = _ruled(tmp_path, text).main
    assert (main.value("transaction"), main.value("request_id")) == (transaction, request_id)


@pytest.mark.parametrize(
    ("words", "rule", "said"),
    [
        ("shiped = ['x']\n", RULE, "shiped"),
        (WORDS, RULE.replace('"own"', '"none"'), "none"),
        (WORDS, RULE.replace('reader = "status"', 'kind = "shipped"'), "only with reader"),
    ],
)
def test_broken(tmp_path: Path, words: str, rule: str, said: str) -> None:
    """A misspelt list, a file that is not there, words without a reader: refused, not dropped."""
    with pytest.raises(RuleError, match=said):
        _ruled(tmp_path, f"Status: sent\nReference: {N}", words, rule)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("shipped", f"Request {N}: the book has been shipped. It is due back on 24 December 2026."),
        ("loan_due", f"Request {N}: the book is due back on 24 December 2026. It was sent to you on 2 November 2026."),
    ],
)
def test_shipped_or_due(tmp_path: Path, kind: str, text: str) -> None:
    """A shipping notice names the due date, a reminder the day of shipping: what is told first counts."""
    assert _ruled(tmp_path, text).main.kind == kind


def test_a_status_in_no_list_is_named(tmp_path: Path) -> None:
    """Who writes words for a new provider is told which one lacks, not that the mail states none."""
    said = "; ".join(_ruled(tmp_path, f"Status: Zalmoxed\nReference: {N}").main.reasons)
    assert "the status 'zalmoxed' is in no list" in said.lower()
    assert "no status is stated" not in said


def test_no_status_is_called_so(tmp_path: Path) -> None:
    """Where no label says one, no list lacks it."""
    said = "; ".join(_ruled(tmp_path, f"Reference: {N}").main.reasons)
    assert "no status is stated" in said
