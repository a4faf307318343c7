"""The second reader: the same opinion for the same words, calibrated on hands it has not learned from, and cheap."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from maild.classify.learned import second
from maild.linear import weights
from maild.linear.grams import fold, grams
from maild.linear.training import AUTHOR_MAILS, Example, train

ASKED = ("续借", "老师，我那本书还有两天到期，能不能再借一个月")


def test_an_opinion_names_kinds_by_probability_and_the_words_it_rests_on() -> None:
    """A plain renewal is read as one, and the reason is in the mail."""
    opinion = second.read(*ASKED)
    assert opinion.kind == "renew_request"
    assert opinion.sure > 0.9
    assert [p for _, p in opinion.kinds] == sorted((p for _, p in opinion.kinds), reverse=True)
    assert opinion.words
    assert all(word in fold(*ASKED) for word in opinion.words)


def test_the_same_text_gives_the_same_opinion_in_another_process() -> None:
    """No hash seed, no chance, no order of a set decides anything."""
    code = f"from maild.classify.learned import second; print(second.read(*{ASKED!r}))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert said == {str(second.read(*ASKED))}


@pytest.mark.parametrize("text", ["", " ", "\x00\ud800", "a", "1" * 100_000, "好" * 3000, "🙂" * 50])
def test_any_text_has_an_opinion(text: str) -> None:
    """Nothing a mail contains raises."""
    opinion = second.read(text, text)
    assert all(0.0 <= p <= 1.0 for _, p in opinion.kinds)


def test_traditional_characters_numbers_and_width_do_not_change_what_is_read() -> None:
    """Features are taken of the folded text."""
    assert fold("", "請問 2026111500181 到了嗎？") == fold("", "请问　２０２６ 到了吗?")
    assert (grams("Re: 您的费用通知", "好的").hashes == grams("", "好的").hashes).all()


def test_nothing_is_loaded_before_a_patron_s_mail_is_read() -> None:
    """Importing the reader imports no numpy and opens no weights: the start is as quick as before."""
    code = (
        "import sys, maild.classify.learned.second as s; print('numpy' in sys.modules, s.shipped.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "0"]


def test_packed_weights_are_the_same_bytes_again_and_nothing_else_is_taken() -> None:
    """What is written can be read, and a broken file says so."""
    content = weights.pack(second.shipped())
    assert weights.pack(weights.unpack(content)) == content
    assert len(content) < 1_500_000
    for broken in (b"", content[:1000], content.replace(b"bias.npy", b"bios.npy")):
        with pytest.raises(ValueError, match=r"."):
            weights.unpack(broken)


def _some(text: str, kind: str, author: str, group: str) -> Example:
    return Example(subject="", text=text, kinds=frozenset({kind}), author=author, group=group)


def test_a_hundred_odd_mails_of_one_author_weigh_as_much_as_two() -> None:
    """The label of a busy author's mails counts less the more there are."""
    honest = [_some("请问进度到哪里了", "status_query", f"a{i}", f"g{i % 2}") for i in range(30)]
    honest += [_some(f"谢谢老师 {i} 收到了", "thanks", f"b{i}", f"g{i % 2}") for i in range(30)]
    odd = [_some("请问进度到哪里了", "thanks", "flood", f"g{i % 2}") for i in range(100)]
    kinds = ("status_query", "thanks")
    read = train(honest + odd, kinds).weights.opinion("", "请问进度到哪里了")
    assert read.kind == "status_query"
    unbounded = [Example(subject="", text=e.text, kinds=e.kinds, author="", group=e.group) for e in odd]
    assert train(honest + unbounded, kinds).weights.opinion("", "请问进度到哪里了").kind == "thanks"
    assert AUTHOR_MAILS <= 2


def test_training_twice_gives_the_same_version() -> None:
    """No shuffling, no chance."""
    rows = [_some(f"续借 {i} 本书" if i % 2 else f"发票 {i} 张", "ab"[i % 2], "", f"g{i % 3}") for i in range(40)]
    first, again = train(rows, ("a", "b")), train(rows, ("a", "b"))
    assert weights.pack(first.weights) == weights.pack(again.weights)
    assert np.array_equal(first.held_out, again.held_out)
