"""Full-text search: what is cut out of a text, what a query asks for, and that the one finds the other."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from maild.domain.desk.search import MOST_LETTERS, MOST_WORDS, Phrase, Query, fold, marks, query, words
from maild.traditional import simplified

CHINESE = st.text("发票文献传递图书馆电子张三李四發圖書館證會计，。：\n 　1a", min_size=0, max_size=40)
ANYTHING = st.text(max_size=60) | CHINESE | st.text("abcXYZ 012-./@_äßÉ发票\n", max_size=60)


def finds(asked: Query, text: str) -> bool:
    """What both databases do: every term, any of its phrases, words side by side."""
    said = words(text, simplified)
    return bool(asked) and all(any(_stands(phrase, said) for phrase in term) for term in asked)


def _stands(phrase: Phrase, said: list[str]) -> bool:
    wanted = phrase.words
    for start in range(len(said) - len(wanted) + 1):
        here = said[start : start + len(wanted)]
        last = here[-1].startswith(wanted[-1]) if phrase.open else here[-1] == wanted[-1]
        if last and tuple(here[:-1]) == wanted[:-1]:
            return True
    return False


def test_how_texts_are_cut() -> None:
    """Pairs and a last single of Chinese, words of the rest; lines that go on do not part characters."""
    assert words("电子发票 ISO-18626") == ["电子", "子发", "发票", "票", "iso", "18626"]
    assert words("电子\n发票") == words("电子发票")
    assert words("Ａ１ Straße") == ["a1", "strasse"]
    assert words("電子發票", simplified) == words("电子发票")
    assert words("") == words("，。!") == []
    assert words("a" * 90) == ["a" * MOST_LETTERS]
    assert len(words("发" * 20_000)) == MOST_WORDS


@pytest.mark.parametrize(("text", "asked"), [
    ("请开发票，谢谢", "发票"), ("请开发票，谢谢", "票"), ("请开發票", "发票"), ("请开发票", "發票"), ("李四", "李四"),
    ("电子发\n票", "电子发票"), ("附件：ISO 18626标准", "标准"), ("附件：ISO 18626标准", "18626标"),
    ("Li@patron.example", "li@patron"), ("Li@patron.example", "patron"), ("Maria Weber", "weber maria"),
    ("ZJU-2026-000003", "zju-2026-0000"), ("流水号 00010002", "0001-0002"), ("ＺＪＵ２０２６", "zju2026"),
    ("¥1,234.50", "1,234.50"), ("发票抬头 张三", "张三 发票"), ("ﬁnance", "finance"),
])  # fmt: skip
def test_what_is_found(text: str, asked: str) -> None:
    """Words of two characters, one, any width, any variant, unfinished numbers, whatever order of terms."""
    assert finds(query(asked, simplified), text)
    assert marks(text, asked, simplified)


@pytest.mark.parametrize(("text", "asked"), [
    ("请开发票", "票据"), ("电子，发票", "子发"), ("Maria Weber", "eber"), ("ZJU-2026-000003", "2026-0001"), ("发票", ""),
    ("发票", "%"), ("张三", "张三 李四"), ("发展，支票", "发票"),
])  # fmt: skip
def test_what_is_not_found(text: str, asked: str) -> None:
    """Characters apart, the middle of a word, a term that is missing, nothing asked."""
    assert not finds(query(asked, simplified), text)


@given(CHINESE, st.data())
@example("發 票", None)
def test_any_two_characters_are_found(text: str, data: st.DataObject | None) -> None:
    """Whatever stretch of a text with two Chinese characters or more is asked for, the text is found and marked."""
    runs = [run for run in fold(text, simplified).split() if any("\u4e00" <= c <= "\u9fff" for c in run)]
    if not runs or data is None:
        return
    run = data.draw(st.sampled_from(runs))
    start = data.draw(st.integers(0, len(run) - 1))
    asked = run[start : data.draw(st.integers(start + 1, len(run)))]
    if not any("\u4e00" <= c <= "\u9fff" for c in asked) or asked[0].isascii():
        return
    assert finds(query(asked, simplified), text)
    assert marks(text, asked, simplified)


@given(ANYTHING)
def test_any_whole_word_is_found(text: str) -> None:
    """Each word of the index, asked for, finds its text; so does its beginning."""
    for word in words(text, simplified)[:10]:
        assert finds(query(word, simplified), text)
        assert finds(query(word[:1], simplified), text)


@given(ANYTHING, ANYTHING)
def test_marks_are_places_in_the_text(text: str, asked: str) -> None:
    """In order, apart, within the text, never empty; and no mark where nothing is asked."""
    found = marks(text, asked, simplified)
    ends = [0, *(end for _, end in found)]
    assert all(ends[n] <= start < end <= len(text) for n, (start, end) in enumerate(found))
    assert not found or query(asked, simplified)


@given(ANYTHING)
def test_words_are_plain(text: str) -> None:
    """No quote, space or operator of a query language is ever part of a word."""
    for word in (*words(text, simplified), *(w for t in query(text, simplified) for p in t for w in p.words)):
        assert word
        assert not set(word) & set(" \t\n\"'\\*&|!():<>^+-{}.,\0\ud800")
