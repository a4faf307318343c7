"""Quoted strings and comments of header fields (RFC 5322 section 3.2), found in one pass over the text.

The patterns also match what is never closed, up to where it ends: a search that failed there would begin again at each
escaped mark within, and its time would grow with the square of the text.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+(?:\)|(?=\()|\\?\Z)", re.DOTALL)
_MOST_NESTED = 8


def without_quoted(text: str) -> str:
    """A blank for each quoted string; one that is not closed stays."""
    return _QUOTED.sub(_blank_if_closed, text)


def without_comments(text: str, nested: int = _MOST_NESTED) -> str:
    """A blank for each comment, and for those around it up to so many levels; what is not closed stays."""
    for _ in range(nested):
        bare = _COMMENT.sub(_blank_if_closed, text)
        if bare == text:
            break
        text = bare
    return text


def first_comment(text: str, position: int) -> str:
    """The comment that begins at `position`, parentheses and all; '' where none does, or one is within it."""
    found = _COMMENT.match(text, position)
    return found[0] if found and _is_closed(found[0]) else ""


def _blank_if_closed(found: re.Match[str]) -> str:
    return " " if _is_closed(found[0]) else found[0]


def _is_closed(token: str) -> bool:
    """Whether its last character is an unescaped end mark: an even number of backslashes stands before it."""
    if len(token) < 2 or token[-1] not in ')"':
        return False
    before = token[:-1]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 0
