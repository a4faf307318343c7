"""What was said by a code is said in Chinese by it, whatever its words are by now; what has none, by its words."""

from __future__ import annotations

import json
import re

import pytest

from maild.console.wording.saying import changed, say, shipped
from maild.spine import SAY
from maild.texts import Sentence, Texts, beside, codes_of, one_line, parts_of, said_again, with_codes

ALL = beside()
GAP = re.compile(r"\{[a-z_]+(?::[a-z_]+)?\}")
NUMBER = "甲"  # in a gap: Chinese, so that no space is put around it


def sentences(texts: Texts) -> list[Sentence]:
    return [texts.fill(code, dict.fromkeys(texts.gaps(code), NUMBER)) for code in texts.known]


@pytest.mark.parametrize("texts", ALL, ids=lambda texts: texts.package)
def test_each_code_is_said_by_itself(texts: Texts) -> None:
    """Of a row of before its words were changed as well: no word of the stored English is looked at."""
    for one in sentences(texts):
        former = Sentence("words of another year", one.code, one.gaps)
        for locale in ("zh-CN", "en"):
            assert str(say(former, locale)) == str(say(one, locale)), one.code
        text = texts.known[one.code.partition(":")[2]]["zh"]
        text = GAP.sub(NUMBER, text)
        assert "".join(str(say(former, "zh-CN")).split()) == "".join(text.split()), one.code


def test_a_value_is_not_taken_for_words_of_the_sentence() -> None:
    """By its words it is cut at a '; ' that a value has; by its code it is not."""
    one = SAY("by_itself", number="N1; N2", why=SAY("sender_unproven"))
    assert str(one) == "N1; N2, by itself: the sender is not proven"
    assert str(say(one, "zh-CN")) == "N1; N2（单项）：发件人未通过验证"
    assert str(say(str(one), "zh-CN")) == "N1；N2（单项）：发件人未通过验证"
    two = SAY("by_itself", number="N1", why=Sentence("words of another year", "spine:sender_unproven", {}))
    assert str(say(two, "zh-CN")) == "N1（单项）：发件人未通过验证"


@pytest.mark.parametrize(
    ("code", "gaps"),
    [
        ("spine:of_a_later_year", {"numbers": "N1"}),
        ("nowhere:no_request", {"numbers": "N1"}),
        ("spine:no_request", {}),
        ("spine:no_request", {"number": "N1"}),
        ("", {}),
    ],
)
def test_a_code_that_is_not_known_leaves_the_words(code: str, gaps: dict[str, str]) -> None:
    """A later version wrote it, or an earlier one whose text had other gaps."""
    assert str(say(Sentence("no request N1", code, gaps), "zh-CN")) == "没有事务 N1"


def test_what_is_made_of_a_sentence_is_text() -> None:
    """Cut, joined or put into another text it has no code that would say something else."""
    one = SAY("no_request", numbers="N1")
    assert isinstance(one, Sentence)
    for made in (one[:5], one + "!", f"{one}", "; ".join([one]), one.upper(), str(one)):
        assert codes_of([made]) is None, made
    assert str(changed("act", one, "zh-CN")) == "没有事务 N1"


def test_codes_beside_sentences_are_found_again() -> None:
    """In their places, sentences within sentences too; where the places do not fit, all is text."""
    said = (SAY("by_itself", number="N1", why=SAY("sender_unproven")), "by hand", SAY("sender_unproven"))
    codes = codes_of(said)
    assert codes == [
        ["spine:by_itself", {"number": "N1", "why": ["spine:sender_unproven", {}, "the sender is not proven"]}],
        None,
        ["spine:sender_unproven", {}],
    ]
    plain = tuple(map(str, said))
    back = with_codes(plain, codes)
    assert back == plain
    assert codes_of(back) == codes
    for wrong in (None, [], codes[:2], "abc", {"a": 1, "b": 2, "c": 3}, [1, 2, 3], [["a"], [3, {}], ["b", "c"]]):
        assert codes_of(with_codes(plain, wrong)) is None, wrong
    assert codes_of(["by hand"]) is None


@pytest.mark.parametrize(("joint", "zh"), [("; ", "；"), (", ", "、"), (" ", " ")])
def test_several_in_a_line_are_said_each_by_its_code(joint: str, zh: str) -> None:
    """What has none by its words; a '; ' within one of them parts nothing."""
    one = SAY("by_itself", number="N1; N2", why=SAY("sender_unproven"))
    line = one_line([one, "+45", SAY("sender_unproven")], joint)
    assert line == f"{one}{joint}+45{joint}{SAY('sender_unproven')}"
    assert str(say(line, "zh-CN")) == f"N1; N2（单项）：发件人未通过验证{zh}+45{zh}发件人未通过验证"
    assert str(say(line, "en")) == str(line)
    back = with_codes(str(line), json.loads(json.dumps(codes_of(line))))
    assert (back, codes_of(back)) == (line, codes_of(line))
    again = said_again(codes_of(line))
    assert (again, codes_of(again)) == (line, codes_of(line))
    assert list(parts_of(back)) == [one, "+45", SAY("sender_unproven")]


def test_a_line_of_one_or_of_text_is_what_it_was() -> None:
    """Nothing to know of it."""
    one = SAY("sender_unproven")
    assert one_line([one]) is one
    assert codes_of(one_line(["by hand", "late"])) is None
    assert one_line(["by hand", "late"]) == "by hand; late"
    assert one_line([]) == ""
    assert parts_of(one) == parts_of("by hand; late") == ()


@pytest.mark.parametrize("gaps", [
    {}, {"0": "a"}, {"0": "a", "1": "b"}, {"0": ["spine:sender_unproven", {}], "2": "b"}, {"0": ["nowhere:x", {}], "1": "b"},
])  # fmt: skip
def test_a_worker_makes_no_line_of_what_is_no_sentence(gaps: dict[str, object]) -> None:
    """As many places as parts, one of them a sentence, and each known."""
    with pytest.raises(ValueError, match="no sentence"):
        said_again(["; ", gaps])


def test_codes_stand_where_what_they_say_stands() -> None:
    """In mappings and lists within one another; other data is as it was."""
    data = {"a": [{"why": SAY("sender_unproven"), "n": 7}, None], "b": ("x", SAY("sender_unproven")), "c": 1.5}
    codes = codes_of(data)
    assert codes == {
        "a": [{"why": ["spine:sender_unproven", {}]}, None],
        "b": [None, ["spine:sender_unproven", {}]],
    }
    plain = json.loads(json.dumps(data))
    back = with_codes(plain, json.loads(json.dumps(codes)))
    assert json.loads(json.dumps(back, default=dict)) == plain
    assert codes_of(back) == codes
    for wrong in (None, [], {"a": {"0": 1}}, {"b": [None]}, {"c": ["spine:sender_unproven", {}]}, {"z": [[]]}):
        assert codes_of(with_codes(plain, wrong)) is None, wrong


def test_all_codes_have_a_template() -> None:
    """None is looked for by its words without need."""
    assert {one.code for texts in ALL for one in sentences(texts)} == set(shipped().codes)
