"""Requests known by their title alone."""

from __future__ import annotations

import pytest

from maild.domain.incoming.matching import Matched, Query
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Transaction
from maild.match import judge, load_weights, weigh
from maild.match.titled import called, others
from tests.cases import each

TITLES = ("徽州文书类目", "南宋临安城市空间研究", "清代漕运", "Urban heat islands in river cities")
ASKED = [Transaction(number=str(i), patron_id="p", title=t, state=State.SUBMITTED) for i, t in enumerate(TITLES)]
OURS = ("浙江大学图书馆馆际互借与文献传递", "Zhejiang University Library", "华东师范大学图书馆")


@each(("text", "number"), [
    ("徽州文书类目查无", "0"), ("《清代漕运》本馆无", "2"), ("URBAN HEAT ISLANDS IN RIVER CITIES: not held", "3"),
    ("南宋臨安城市空間研究 未藏", "1"), ("贵馆要的徽州文书类目的全文见附件", "0"),
    ("徽州文书类目研究 本馆无", ""), ("清代漕运史", ""), ("清代漕运，本馆无", ""), ("《徽州文书类目续编》", ""),
    ("Urban heat islands in river cities: part II", ""), ("suburban heat islands in river cities", ""),
    ("徽州文书类目（续）", ""), ("Urban heat islands in river cities (part II)", ""), ("徽州文书类目（张三）本馆无", "0"), ("徽州文书类目、南宋临安城市空间研究", ""), ("南宋临安城市空间研究 上册 已寄出", ""), ("徽州文书类目第三辑", ""), ("《徽州文书类目》补遗", ""), ("《徽州文书类目》的全文", "0"),
    ("《徽州文书类目》一文刊于《史学月刊》", "0"), ("《徽州文书类目》，《史学月刊》2019年第3期", "0"), ("《徽州文书类目》与《史学月刊》", ""),
    ("贵馆要的临安城市空间查无", ""), ("urban heat islands, 2nd ed.", ""),
    ("Urban heat islands\nAttached is \"Urban heat islands in river cities\".", "3"), ("南宋临安城市…\n南宋临安城市空间研究 已寄", "1"),
    ("Urban heat islands in river towns\nAttached: Urban heat islands in river cities", ""), ("南宋临安城市空间新论、南宋临安城市空间研究", ""),
    ("您要的Urban heat islands in river cities全文见附件", "3"), ("评Urban heat islands in river cities一文", ""), ("南宋临安城市空间研究——原文\n南宋临安城市空间研究已扫描", "1"),
    ("Hello, \"Urban heat islands in river cit…\" is attached", "3"), ("老师好,“徽州文书类目…”全文附上", ""), ("老师好,“南宋临安城市空间…(二)”附上", ""),
])  # fmt: skip
def test_the_whole_title_of_one_request(text: str, number: str) -> None:
    """A longer title is another work's; a short one needs its marks; of two titles none is meant."""
    found = called(text, ASKED)
    assert (found.number if found else "") == number


def test_a_volume_in_words_and_in_figures() -> None:
    """'第7卷' is volume 七 of a title, '第8卷' is not."""
    seventh = Transaction(number="7", patron_id="p", title="秋成全集 第七卷", state=State.SUBMITTED)
    assert called("秋成全集第7卷寄出", [seventh]) is seventh
    assert called("秋成全集第8卷寄出", [seventh]) is None


def test_a_title_that_begins_as_another_does_or_holds_marks() -> None:
    """'…辑考补正' is no '…辑考'; marks and brackets of the title itself are no other's."""
    titles = ("卫所军户文书辑考", "卫所军户文书辑考补正", "敦煌写本《切韵》残卷的反切用字", "宋本玉篇校释(上册)")
    asked = [Transaction(number=str(i), patron_id="p", title=t, state=State.SUBMITTED) for i, t in enumerate(titles)]
    said = {
        "您好,“卫所军户文书辑考补正”一文附后": "1",
        "卫所军户文书辑考本馆无": "0",
        "卫所军户文书辑考、卫所军户文书辑考补正均已寄出": "",
        "敦煌写本《切韵》残卷的反切用字一文,22页": "2",
        "敦煌写本《切韵》残卷的反切用字与《广韵》校本": "",
        "您馆借阅的《宋本玉篇校释(上册)》将到期": "3",
        "您馆借阅的《宋本玉篇校释(下册)》将到期": "",
    }
    assert {text: found.number if (found := called(text, asked)) else "" for text in said} == said


def test_marks_that_close_further_on() -> None:
    """A longer title between simple marks is another work's."""
    asked = [
        Transaction(number="0", patron_id="p", title="Fatigue crack closure in brass tubing", state=State.SUBMITTED)
    ]
    assert called("attached 'Fatigue crack closure in brass tubing repaired by soldering'", asked) is None
    assert called("attached 'Fatigue crack closure in brass tubing', 12 pages", asked) is asked[0]


def test_two_requests_for_one_work_are_told_apart_by_a_person() -> None:
    """Two readers asked for it."""
    assert called("徽州文书类目查无", [*ASKED, Transaction(number="9", patron_id="q", title="徽州文书类目")]) is None


@pytest.mark.parametrize(("text", "other"), [
    ("浙大图书馆：徽州文书类目未藏。华师大图书馆", ""), ("我馆图书馆、贵校图书馆", ""), ("Dear Zhejiang University colleagues,", ""),
    ("温州大学图书馆：徽州文书类目已逾期", "温州大学图书馆"), ("上海外国语大学的老师您好", "上海外国语大学"), ("外校图书馆", ""), ("Dear Xiamen University,", "xiamen university"),
])  # fmt: skip
def test_a_letter_to_another_house_is_none_to_us(text: str, other: str) -> None:
    """A title says nothing of whose request it is."""
    assert others(text, OURS) == other


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("我馆缺期，已替您转到四川大学图书馆处理", ""),
        ("已移交温州大学图书馆", ""),
        ("温州大学图书馆：已转四川大学图书馆", "温州大学图书馆"),
        ("致温州大学图书馆，已转办", "致温州大学图书馆"),
    ],
)
def test_to_whom_a_request_went_on_is_not_whom_it_is_written_to(text: str, other: str) -> None:
    assert others(text, OURS, passed_on=True) == other


@pytest.mark.parametrize(
    "query",
    [
        Query(provider="nlc", said="徽州文书类目查无", titled="0"),
        Query(provider="whu", institution=True, said="徽州文书类目查无", titled="0"),
    ],
)
def test_the_title_alone_is_enough_for_a_library(query: Query) -> None:
    """… that speaks by its address; a name beside the address alone needs the number, too."""
    weights = load_weights()
    found = judge(weigh(query, ASKED[:1], {}, weights, event=Event.UNFILLED), query, weights)
    assert isinstance(found, Matched)
    shown = Query(provider="whu", institution=True, shown=True, said=query.said, titled="0")
    assert not isinstance(judge(weigh(shown, ASKED[:1], {}, weights, event=Event.UNFILLED), shown, weights), Matched)


PARTS = ("古茶树资源遗传多样性的SSR分析：以临沧为例", "Vertical flux of microplastics in an estuary: a two-year record", "村小：一个教师的二十年",
         "城市更新中的社区参与机制——上海案例", "城市更新中的社区参与机制：广州案例")  # fmt: skip
WITH_SUBTITLES = [
    Transaction(number=str(i), patron_id="p", title=t, state=State.SUBMITTED) for i, t in enumerate(PARTS)
]


@each(("text", "number"), [
    ("那篇“古茶树资源遗传多样性的SSR分析”，给不了", "0"), ("《古茶树资源遗传多样性的SSR分析》：刊物停订", "0"),
    ("古茶树资源遗传多样性的SSR分析——以临沧为例 未藏", "0"), ("古茶树资源遗传多样性的SSR分析——以云南为例 未藏", ""),
    ("古茶树资源遗传多样性的SSR分析方法 未藏", ""), ("古茶树资源遗传多样性的SSR分析（续）", ""), ("Vertical flux of microplastics in an estuary, not held.", "1"),
    ("Vertical flux of microplastics in an estuary: a model", ""), ("Vertical flux of microplastics in an estuary (part II)", ""),
    ("村小 未藏", ""), ("城市更新中的社区参与机制 未藏", ""), ("古茶树资源遗传多样性的SSR分析、《茶树栽培学》均未藏", ""),
    ("题名:Vertical flux of microplastics in an estuary: a two-y…\n已接收", "1"), ("书名：Vertical flux of microplastics in an estuary: a three…", ""),
])  # fmt: skip
def test_a_title_without_its_subtitle(text: str, number: str) -> None:
    """Where no other request begins so, and no other subtitle follows."""
    found = called(text, WITH_SUBTITLES)
    assert (found.number if found else "") == number
