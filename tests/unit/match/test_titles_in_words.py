"""Titles named in a patron's own words."""

from __future__ import annotations

from datetime import date

from maild.domain.incoming.matching import Query, Signal
from maild.domain.incoming.token import claimed, make, verify
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.match import load_weights, weigh
from maild.match.words import fold

DAY = date(2026, 11, 24)

ME = Patron(patron_id="p1", name="R", emails=(PatronAddress(address="r@patron.example"),))


def _titled(*titles: str, words: str) -> list[bool]:
    """For each title, whether the words speak for it."""
    transactions = [Transaction(number=str(i), patron_id="p1", title=t) for i, t in enumerate(titles)]
    weights = load_weights()
    found = weigh(Query(sender="r@patron.example", words=fold(words)), transactions, {"p1": ME}, weights)
    speaks = {c.transaction.number: any(e.signal is Signal.TITLE for e in c.evidence) for c in found}
    return [speaks[str(i)] for i in range(len(titles))]


def test_a_telling_piece_of_a_title_speaks_for_it() -> None:
    """Four Chinese or twelve Latin letters in a row; less tells nothing."""
    assert _titled("高压输电线路覆冰机理", "低温等离子体", words="那篇覆冰机理的文章") == [True, False]
    assert _titled("Rivers of Asia", "Islet transplantation outcomes", words="the islet transplantation one") == [
        False,
        True,
    ]


def test_a_false_token_only_says_its_number() -> None:
    """Whoever makes up a token names a request, and proves nothing."""
    genuine = make(b"key", "20261124001", "a@b.example", DAY)
    assert claimed(genuine) == claimed("ILL-20261124001-AAAAAAAAAA") == "20261124001"
    assert verify([b"key"], genuine, ["a@b.example"], today=DAY, days=9)
    assert not verify([b"key"], "ILL-20261124001-AAAAAAAAAAAAAA", ["a@b.example"], today=DAY, days=9)
