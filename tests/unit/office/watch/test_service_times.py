"""rules/service-times.toml: what is shipped, what an office changes, and how a slip is named; whom a query goes to."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.classify.rules.suppliers import known_providers
from maild.domain.calendar import Calendar
from maild.domain.errors import RuleError
from maild.domain.requests.expectation import ServiceTimes
from maild.domain.requests.lifecycle import Service
from maild.domain.requests.patron import Transaction
from maild.office.watch.service_times import load_times
from maild.spine.request_policy import contacts

ZONE = ZoneInfo("Asia/Shanghai")


def times(folder: Path | None = None, text: str = "") -> ServiceTimes:
    """The times in force, with an office's file of that text."""
    if folder:
        (folder / "service-times.toml").write_text(text, "utf-8")
    return load_times(str(folder or ""), Calendar(), ZONE, frozenset(known_providers(None)))


def test_the_published_times() -> None:
    """Answer in 1 working day, supply in 2, rush 1 + 1, a loan for a month; CALIS has no others."""
    for service in Service:
        usual = times().of("calis", service)
        assert (usual.answer, usual.supply, usual.rush_answer, usual.rush_supply) == (1, 2, 1, 1)
    assert times().of("calis", Service.LOAN).loan == 30


def test_an_offices_own_file_changes_what_it_names(tmp_path: Path) -> None:
    """The rest stays; a provider's own times stand over the usual ones, also over the office's."""
    own = times(tmp_path, "[copy]\nsupply = 4\n[provider.nlc.copy]\nanswer = 9\n[provider.cashl.loan]\ntravel = 3\n")
    assert (own.of("", Service.COPY).answer, own.of("", Service.COPY).supply) == (1, 4)
    assert (own.of("nlc", Service.COPY).answer, own.of("nlc", Service.COPY).supply) == (9, 3)
    assert (own.of("cashl", Service.LOAN).travel, own.of("cashl", Service.LOAN).answer) == (3, 1)


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("[copy]\nanswr = 1\n", 2, "answr"),
        ("[copy]\n\nanswer = -1\n", 3, "whole number"),
        ("[copy]\nanswer = true\n", 2, "whole number"),
        ("[copies]\nanswer = 1\n", 1, "copies: unknown key"),
        ("[provider.nowhere.copy]\nanswer = 1\n", 0, "unknown provider"),
        ("[provider.nlc.book]\nanswer = 1\n", 1, "unknown value 'book'"),
        ("[loan]\nloan = 0\n", 2, "a day at least"),
        ("[copy\n", 1, "not TOML"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, text: str, line: int, word: str) -> None:
    """File, line and reason; nothing is dropped silently."""
    with pytest.raises(RuleError) as caught:
        times(tmp_path, text)
    assert word in caught.value.what
    assert "service-times.toml" in caught.value.what
    assert not line or f":{line}:" in caught.value.what


def test_whom_a_query_goes_to(tmp_path: Path) -> None:
    """The provider by any of its names, else the system; without a contact nobody. A short entry changes a contact."""
    (tmp_path / "providers.toml").write_text('[nlc]\ncontact = "Loan@NLC.cn"\n', "utf-8")
    book = contacts(known_providers(tmp_path))
    case = Transaction(number="N1", patron_id="p1", provider="国图")
    found = book.ask(case)
    assert found is not None
    assert (found.contact, found.language, found.domains) == ("loan@nlc.cn", "zh-CN", ("nlc.cn", "nlc.gov.cn"))
    assert book.ask(Transaction(number="N2", patron_id="p1", provider="某大学图书馆")) is None
    assert book.name(Transaction(number="N3", patron_id="p1")) == "CALIS"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('[calis]\ncontact = "nobody"\n', "no mail address"),
        ('[calis]\nlanguage = "fr"\n', "calis.language: unknown value"),
        ('[calis]\nasks = ["money"]\n', r"calis.asks\[0\]: unknown value"),
        ('[calis]\nasks = "renewal"\n', "calis.asks: must be a list"),
    ],
)
def test_a_wrong_contact_stops_the_start(tmp_path: Path, text: str, word: str) -> None:
    """Each key of a contact is checked, with file and line."""
    (tmp_path / "providers.toml").write_text(text, "utf-8")
    with pytest.raises(RuleError, match=word):
        known_providers(tmp_path)
