"""The short code for the purpose of a bank transfer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.accounting import reference

KEY = b"0123456789abcdef0123456789abcdef"
NUMBERS = st.text(min_size=1, max_size=30)
CONFUSED = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B", "E": "F", "Y": "V"}


@given(NUMBERS, st.sampled_from(["{}", "图书馆文献传递费 {}", "费{}（张三）", "REF:{}."]))
def test_a_code_is_found_in_a_purpose(number: str, purpose: str) -> None:
    """As written, in small letters, without its hyphen or with a blank in its place."""
    code = reference.make(KEY, number)
    for written in (code, code.lower(), code.replace("-", ""), code.replace("-", " ")):
        assert reference.find(purpose.format(written)) == (code,)
    assert reference.of([KEY], [code], [number, number + "x"])[code][0] == number


@given(NUMBERS, st.data())
def test_one_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    """A single character of the code replaced by any other: no code is found, or the same (a look-alike)."""
    code = reference.make(KEY, number).replace("-", "")
    at = data.draw(st.integers(1, len(code) - 1))
    wrong = code[:at] + data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")) + code[at + 1 :]
    assert reference.find(wrong) in ((), (f"{code[:4]}-{code[4:]}",))


@given(NUMBERS, st.data())
def test_two_characters_that_changed_places_are_noticed(number: str, data: st.DataObject) -> None:
    """Any two characters behind the lead, neighbours or not."""
    code = reference.make(KEY, number).replace("-", "")
    a, b = data.draw(st.lists(st.integers(1, len(code) - 1), min_size=2, max_size=2, unique=True))
    swapped = list(code)
    swapped[a], swapped[b] = swapped[b], swapped[a]
    expected = () if code[a] != code[b] else (f"{code[:4]}-{code[4:]}",)
    assert reference.find("".join(swapped)) == expected
    assert reference.misread("".join(swapped)) or expected


@given(NUMBERS)
def test_look_alikes_are_read_as_what_they_are(number: str) -> None:
    """O for 0, Z for 2 and the like do no harm, and no code has such a letter."""
    code = reference.make(KEY, number)
    for true, others in CONFUSED.items():
        for other in others:
            assert other not in code
            assert reference.find(code.replace(true, other)) == (code,)


def test_codes_are_keyed_and_seldom_shared() -> None:
    """Another key gives other codes; of 5,000 transactions hardly any two share one."""
    numbers = [f"ILL-2026{n:07}" for n in range(5000)]
    codes = {reference.make(KEY, n) for n in numbers}
    assert len(codes) > 4990
    assert not codes & {reference.make(b"other", n) for n in numbers[:1000]}
    assert reference.of([b""], ["W000-0000"], numbers) == {"W000-0000": []}
    with pytest.raises(ValueError, match="key"):
        reference.make(b"", "A")
