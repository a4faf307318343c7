"""What stands beside news, a consent or a circular and says nothing; and what only looks like it (decision 0175)."""

from __future__ import annotations

import pytest

from maild.classify.reading.row_words import RowWords
from maild.classify.rule_files import Tree
from maild.classify.rules.load import load_words
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.office.ignoring.ignoring_policy import shipped
from maild.resources import data_folder

WORDS = load_words(Tree([data_folder("rules")]))
ROWS = RowWords.of(WORDS["rows"])


def pattern(name: str, of: str) -> Pattern:
    return compile_pattern(joined(WORDS[name][of]))


@pytest.mark.parametrize(
    "line",
    ["汇总时间 17:30", "共 4 条。退订日报请在系统设置中修改", "退订日报请在系统设置中修改", "读者:邬怀瑾", "费用:均由CASHL全额补贴", "开世览文 CASHL"],
)  # fmt: skip
def test_lines_around_rows(line: str) -> None:
    assert ROWS.whole("furniture", line)


@pytest.mark.parametrize(
    "line",
    [
        "费用:由借入馆承担", "费用:由读者承担", "费用:不免费", "费用:暂不减免", "读者:请补充卷期页码", "申请人:不同意付费", "读者:已取消申请",
        "退订", "退订该单",
    ],
)  # fmt: skip
def test_lines_that_tell_something_of_a_row(line: str) -> None:
    assert not ROWS.whole("furniture", line)


@pytest.mark.parametrize(
    "clause",
    ["明天财务打款后发回单", "款项我周内到玉泉513刷卡", "我明天去玉泉刷卡", "i will pay by bank transfer tomorrow"],
)
def test_when_a_fee_is_paid(clause: str) -> None:
    assert pattern("consent", "beside").search(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "导师同意后明天付款", "经费批了下周付", "报销批准后马上付", "导师明天决定是否付款", "明天请别人付", "我下周考虑一下是否付",
        "费用收到文献后三天内付款", "导师回来以后下周付", "课题立项后近日付",
    ],
)  # fmt: skip
def test_what_a_fee_waits_for(clause: str) -> None:
    assert not pattern("consent", "beside").search(clause)


@pytest.mark.parametrize("name", ["冼若谷老师", "给尚未央同学", "施若琅那篇"])
def test_readers_names(name: str) -> None:
    assert pattern("hedges", "compound").search(name)


@pytest.mark.parametrize(
    "words", ["复印若读者同意付费", "此单如读者仍需", "经查无读者所需", "未经读者确认", "方能让读者使用", "若老师同意"]
)
def test_no_readers_names(words: str) -> None:
    assert not pattern("hedges", "compound").search(words)


@pytest.mark.parametrize(
    "sentence",
    [
        "请提前做好读者告知工作",
        "article exchange is not affected",
        "we wish you a peaceful season",
        "(本邮件群发,回复无效)",
    ],
)
def test_sentences_of_circulars_that_say_nothing(sentence: str) -> None:
    assert shipped().circulars.polite.search(sentence)


@pytest.mark.parametrize(
    "sentence", ["所有在借图书还期一律顺延", "请通知读者", "请转告贵校读者", "we wish you to return the book by friday", "we wish you settle the account"]
)  # fmt: skip
def test_sentences_of_circulars_that_want_something(sentence: str) -> None:
    assert not shipped().circulars.polite.search(sentence)
