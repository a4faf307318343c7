"""What is folded into one test is tried case by case, and each that fails is told."""

from __future__ import annotations

import pytest

from tests.cases import Failed, cases_of, each


def test_all_are_tried_and_those_that_fail_are_told() -> None:
    """Also behind one that fails, with the name of each."""
    seen = []

    @each("number", [1, 2, 3, 4])
    def odd(number: int) -> None:
        seen.append(number)
        assert number % 2, number

    with pytest.raises(Failed, match="2 of 4 cases fail") as caught:
        odd()
    assert seen == [1, 2, 3, 4]
    assert [error.__notes__ for error in caught.value.exceptions] == [["case: number=2"], ["case: number=4"]]


def test_rows_and_combinations() -> None:
    """Names as parametrize takes them, values of pytest.param, two lists crossed; what is left are fixtures."""
    seen = []

    @each("mark", "ab")
    @each(("one", "two"), [(1, 2), pytest.param(3, 4, id="x")])
    def tried(one: int, two: int, mark: str, fixture: str) -> None:
        seen.append(f"{mark}{one}{two}{fixture}")

    tried(fixture="!")
    assert seen == ["a12!", "a34!", "b12!", "b34!"]
    assert cases_of(tried) == 4
    assert cases_of(test_rows_and_combinations) == 1


def test_faults_of_the_list_are_told_at_once() -> None:
    """No case, another number of values, a name that the function has not."""
    with pytest.raises(AssertionError, match="no case"):
        each("one", [])
    with pytest.raises(AssertionError, match="are not 2 values"):
        each("one, two", [(1,)])
    with pytest.raises(AssertionError, match="has no parameter"):
        each("one", [1])(lambda two: None)


@each(("name", "value"), [("a", 1), ("b", 2)], ids=["first", "second"])
def test_pytest_gives_it_its_fixtures(name: str, value: int, request: pytest.FixtureRequest) -> None:
    """The signature that pytest sees has what is no case."""
    assert request.node.name == "test_pytest_gives_it_its_fixtures"
    assert (name, value) in {("a", 1), ("b", 2)}
