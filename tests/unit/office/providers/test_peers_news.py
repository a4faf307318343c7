"""News beside a decision: whatever a mail's date or numbers are, deciding never raises for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from maild.domain.incoming.decision import About, Action, Decision, Writer
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.peer_rows import news_row
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.requests.lifecycle import Event
from maild.office.providers.peers import MOST_NEWS, with_news
from maild.spine.facts import Facts
from maild.spine.policy import Policy

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _decided(date: datetime | None, numbers: str = "N1", *, trusted: bool = True) -> Decision:
    ruling = Ruling(
        kind=Kind.SHIPPED,
        rule="r",
        party=Party.PROVIDER,
        provider="calis",
        event=Event.SHIPPED,
        fields={"transaction": Field(numbers)},
        trusted=trusted,
    )
    mail = ParsedMail(sha256="a" * 64, size=1, date=date, from_=(Address(address="ill@calis.edu.cn"),))
    reading = Reading(
        mail=mail, auth=AuthReport(verdict=Verdict.PASS), classification=Classification(rulings=(ruling,))
    )
    facts = Facts(now=NOW, query=Query(), outcome=Unmatched(reasons=()))
    return with_news(Decision(action=Action.REVIEW, about=About(kind=Kind.SHIPPED)), reading, facts, Policy())


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=timezone(timedelta(hours=8))), datetime(2026, 11, 24, 1, tzinfo=UTC)),
        (None, NOW),
        (datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), NOW),
        (datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-12))), NOW),
        (datetime(2026, 11, 24, 9, 1), NOW),
    ],
)
def test_absurd_dates_count_as_now(date: datetime | None, moment: datetime) -> None:
    """The provider's own date where it can be true, else when the mail is decided."""
    (news,) = _decided(date).of(SupplierNews)
    assert news.moment == moment
    assert news_row(news)["timestamp"]


def test_each_number_has_its_news_within_bounds() -> None:
    """A mail may name several requests; one that names thousands is bounded."""
    assert [news.number for news in _decided(NOW, "N1\nN2").of(SupplierNews)] == ["N1", "N2"]
    assert len(_decided(NOW, "\n".join(f"N{n}" for n in range(5000))).of(SupplierNews)) == MOST_NEWS


def test_who_is_not_proven_counts_for_nothing() -> None:
    """What a stranger wrote is put into words, marked so, and counted as no provider's mail."""
    decision = _decided(NOW, trusted=False)
    assert (decision.writer.provider, decision.of(SupplierNews)[0].proven) == ("", False)
    proven = replace(_decided(NOW), writer=Writer())
    assert decision.having(SupplierNews, ()) == proven.having(SupplierNews, ())
