"""Many small cases of one law in one test: `each` stands where `pytest.mark.parametrize` stands at few.

    @each(("text", "sum"), [("38元", 38), ("¥38", 38)])
    def test_sums(text: str, sum: int) -> None: …

A test costs pytest 3 ms however little it does, and twelve thousand of them are half a minute. All cases are tried, and each that
fails is told with its name and its own traceback. A fixture that the function asks for is made once for all cases: only for what
they do not change. Several `each` are tried in all combinations.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any

import pytest

Test = Callable[..., None]


class Failed(ExceptionGroup[Exception], AssertionError):
    """The cases of one test that fail."""


def each(
    names: str | Sequence[str], cases: Iterable[Any], ids: Callable[[Any], Any] | Iterable[Any] | None = None
) -> Callable[[Test], Test]:
    """Call the function with each case. ids: as parametrize takes them, for the names of what fails."""
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    rows = [_values(case, len(names)) for case in cases]
    said = None if ids is None or callable(ids) else [str(one) for one in ids]
    assert rows, f"no case of {names}"
    assert said is None or len(said) == len(rows)

    def told(place: int) -> str:
        shown = map(ids, rows[place]) if callable(ids) else rows[place]
        return (
            said[place]
            if said
            else ", ".join(f"{name}={value!r:.300}" for name, value in zip(names, shown, strict=True))
        )

    def decorated(test: Test) -> Test:
        @wraps(test)
        def all_cases(**fixtures: Any) -> None:
            errors: list[Exception] = []
            for place, row in enumerate(rows):
                try:
                    test(**dict(zip(names, row, strict=True)), **fixtures)
                except Exception as error:
                    error.add_note(f"case: {told(place)}")
                    errors.append(error)
            if errors:
                raise Failed(f"{len(errors)} of {len(rows)} cases fail", errors)

        asked = inspect.signature(test)
        assert set(names) <= set(asked.parameters), f"{test.__name__} has no parameter {names}"
        left = [one for name, one in asked.parameters.items() if name not in names]
        vars(all_cases)["__signature__"] = asked.replace(parameters=left)
        vars(all_cases)["cases"] = len(rows) * cases_of(test)
        return all_cases

    return decorated


def cases_of(test: object) -> int:
    """How many cases a function tries: 1 where it is not one of `each`."""
    return int(getattr(test, "cases", 1))


def _values(case: Any, count: int) -> tuple[Any, ...]:
    """Of a row, a single value, or a pytest.param."""
    if isinstance(case, type(pytest.param())):
        case = tuple(case.values) if count > 1 else case.values[0]
    row = tuple(case) if count > 1 else (case,)
    assert len(row) == count, f"{case!r} are not {count} values"
    return row
