"""Lists of patterns in tables of ours (maild.tables.table), compiled; a fault is told of the entry that has it."""

from __future__ import annotations

from typing import Annotated

from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import Pattern, check_pattern, compile_pattern, longest
from maild.tables.table import From, Some

Texts = tuple[str, ...]


def any_of(patterns: Texts) -> Pattern:
    """One pattern that finds what any of them does. Raises BadPattern."""
    return compile_pattern(joined(patterns))


def longest_of(patterns: Texts) -> Pattern:
    """The same, where of several hits at a place the longest counts. Raises BadPattern."""
    return longest(joined(patterns))


def each_of(patterns: Texts) -> tuple[Pattern, ...]:
    """Each by itself. Raises BadPattern."""
    return tuple(map(compile_pattern, patterns))


AnyOf = Annotated[Pattern, Some, From(any_of, Texts, check_pattern)]
AnyOrNone = Annotated[Pattern, From(any_of, Texts, check_pattern)]  # of an empty list: what finds nothing
LongestOf = Annotated[Pattern, Some, From(longest_of, Texts, longest)]
EachOf = Annotated[tuple[Pattern, ...], Some, From(each_of, Texts, check_pattern)]
EachOrNone = Annotated[tuple[Pattern, ...], From(each_of, Texts, check_pattern)]
