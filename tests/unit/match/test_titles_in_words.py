"""Titles named in a patron's own words."""

from __future__ import annotations

from datetime import date

import pytest

from maild.domain.incoming.matching import Query, Signal
from maild.domain.incoming.token import claimed, make, verify
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.match import load_weights, weigh
from maild.match.words import called_so, fold

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


@pytest.mark.parametrize(("title", "told", "name"), [
    ("象山港潮滩泥螺种群的年龄结构与生长", "回复\n泥螺:2026110900127", "泥螺"), ("缢蛏滩涂养殖底质硫化物", "回复\n老师好，缢蛏那篇先发您", "缢蛏"), ("河湟花儿曲令的流变", "花儿文章已传", "花儿"),
    ("Stars in Praesepe", "Praesepe article", "praesepe"), ("Ostraca from the monastery of Epiphanius", "Ostraca", "ostraca"),
    ("水稻种群结构研究", "结构那篇", ""), ("清代档案汇编", "回复\n档案：2026110900127", ""), ("A study of the history of Hangzhou", "the study", ""), ("镍钛器械的折断", "回复\n书脊折断了，请谅解", ""),
    ("镍钛器械的折断", "折断\n", ""), ("缢蛏滩涂养殖底质硫化物", "回复\n缢蛏幼体那篇", ""), ("Gravel beds of Groningen", "Re: loan\nNot held.\n\nGroningen", ""), ("遗嘱信托的登记难题", "回复\n登记：\n未收藏", ""),
])  # fmt: skip
def test_a_short_name_calls_a_work_beside_its_number(title: str, told: str, name: str) -> None:
    """All of a clause that names a work, beside the number, or a subject; no label, no signature, no longer name."""
    assert called_so(title, told, "2026110900127", load_weights()) == name


def test_a_false_token_only_says_its_number() -> None:
    """Whoever makes up a token names a request, and proves nothing."""
    genuine = make(b"key", "20261124001", "a@b.example", DAY)
    assert claimed(genuine) == claimed("ILL-20261124001-AAAAAAAAAA") == "20261124001"
    assert verify([b"key"], genuine, ["a@b.example"], today=DAY, days=9)
    assert not verify([b"key"], "ILL-20261124001-AAAAAAAAAAAAAA", ["a@b.example"], today=DAY, days=9)
