"""Rows that say no number: they point at a list that they answer, or that numbers in their order follow."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from maild.classify.reading.row_words import Around, RowWords

Numbers = Callable[[str], tuple[str, ...]]
MOST_LISTED = 10
_FIGURES = {c: n for n, c in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_QUOTED = re.compile(r"\s*[>|]")
_ITEM = re.compile(r"^[\s>|*•·-]*[(（]?([一二三四五六七八九十]|\d{1,2})[)）]?\s*[、.．)）:：]\s*(?=\S)")
_CIRCLED = re.compile(r"^[\s>|*•·-]*([①-⑩])\s*")
_CLAUSES = re.compile(r"(?<=[。;；!！\n])|(?<=\.)\s+(?=[A-Z])")
_EDGES = " \t\n,，;；。"
_ENGLISH = {w: n for n, w in enumerate(("first", "second", "third", "fourth", "fifth"), 1)}
_COUNTS = {w: n for n, w in enumerate(("two", "three", "four", "five"), 2)}
_OF = r"(?:篇|本|件|笔|项|条|个|种|册|份)"
_POINTERS = re.compile(
    rf"(?P<front>(?:其中)?(?:前面?)(?P<n>[一二两三四五六七八九十\d]){_OF})"
    rf"|(?P<back>后面?(?P<m>[一二两三四五六七八九十\d]){_OF})"
    rf"|(?P<place>第(?P<k>[一二三四五六七八九十\d](?:[、,，和及与至到-]+第?[一二三四五六七八九十\d])*)[两三四]?{_OF})"
    rf"|(?P<last>最后(?:面的?)?一?{_OF}|末{_OF})"
    r"|(?P<en_front>the first (?P<en_n>two|three|four|five)\b)"
    r"|(?P<en_place>the (?P<en_k>first|second|third|fourth|fifth)"
    r"(?: (?:and|,) (?:the )?(?P<en_l>second|third|fourth|fifth))?(?! two| three)\b)"
    r"|(?P<en_last>the last(?: one| article| paper| item)?(?=\s+(?:is|was|has|cannot|can|could)\b))",
    re.IGNORECASE,
)
_LEFT = re.compile(r"\b(?:first|second|third|fourth|fifth|last)\b", re.IGNORECASE)  # of what no pointer took
_COUNTED = re.compile(rf"(?<![第前后\d])([一二两三四五六七八九十\d]){_OF}")
_BOTH = re.compile(r"\b(?:both|neither)\b", re.IGNORECASE)


def pointed(text: str, asked: str, numbers: Numbers, around: Around) -> tuple[tuple[str, str, str], ...]:
    """(number, what is said, its line of the list) where the clauses of `text` point at the items of one list in
    `asked`, each item once, and say nothing else; else ().
    """
    listed = _listed(asked, numbers)
    if len(listed) < 2 or numbers(text) or any(around.words.says(name, text) for name in ("rest", "nested")):
        return ()
    found: dict[int, str] = {}
    for clause in filter(str.strip, _CLAUSES.split(_POINTERS.sub(r"\n\g<0>", text))):
        places = _places(clause, len(listed))
        if places is None or any(place in found for place in places) or _LEFT.search(_POINTERS.sub(" ", clause)):
            return ()
        if not places and not around.idle(clause.strip()):
            return ()
        found |= dict.fromkeys(places, _POINTERS.sub(" ", clause).strip(_EDGES))
    said = ((listed[place - 1], clause) for place, clause in sorted(found.items()))
    return tuple((number, clause, line) for (number, line), clause in said) if found else ()


def answered(text: str, asked: str, numbers: Numbers, words: RowWords) -> tuple[tuple[str, str], ...]:
    """(number, its line) of each item of the one list in `asked`, where `text` says no number, and no other count of
    them; else ().
    """
    listed = _listed(asked, numbers)
    return tuple(listed) if len(listed) > 1 and not numbers(text) and counts(text, len(listed), words) else ()


def answers(text: str, numbers: Numbers, idle: Callable[[str], bool]) -> tuple[tuple[str, str, str], ...]:
    """(number, what is said, the quoted line) where answers stand below quoted lines with a number each; else ()."""
    found: list[tuple[str, list[str], str]] = []
    for line in text.split("\n"):
        if _QUOTED.match(line):
            named = numbers(line)
            if len(named) > 1:
                return ()
            found.append((named[0] if named else "", [], line))
        elif line.strip() and (found or not idle(line.strip())):
            if not found or numbers(line):
                return ()
            found[-1][1].append(line.strip())
    said = [(number, "\n".join(answer), line) for number, answer, line in found if number or answer]
    rows = [each for each in said if each[0]]
    once = len({number for number, _, _ in rows}) == len(rows) > 1
    plain = once and all(answer for _, answer, _ in rows)
    return tuple(rows) if plain and all(idle(answer) for number, answer, _ in said if not number) else ()


def counts(text: str, of: int, words: RowWords) -> bool:
    """Whether all counts of works that a text says are that one: 'both', '三篇'."""
    if words.says("of_us", text):
        return False  # 'we all looked' counts no works
    said = {_figure(hit[1]) for hit in _COUNTED.finditer(text)} | ({2} if _BOTH.search(text) else set())
    return said <= {of}


def in_order(lines: Sequence[str], numbers: Numbers, ordered: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    """(number, line) where a list is numbered from one, and a line says as many numbers 'in that order'; else ().

    ordered: whether a line, its numbers taken out, says just that: an order that is doubted or denied is none
    """
    naming = [line for line in lines if numbers(line)]
    items = [line for line in lines if _place(line) and not numbers(line)]
    if (
        len(naming) != 1
        or not ordered(_without(naming[0], numbers(naming[0])))
        or [_place(line) for line in items] != [*range(1, len(items) + 1)]
    ):
        return ()
    named = numbers(naming[0])
    return tuple(zip(named, items, strict=True)) if 1 < len(items) == len(named) <= MOST_LISTED else ()


def _without(line: str, named: Sequence[str]) -> str:
    for number in named:
        line = line.replace(number, " ")
    return line


def is_item(line: str) -> bool:
    """Whether a line is an item of a numbered list."""
    return _place(line) > 0


def _listed(asked: str, numbers: Numbers) -> list[tuple[str, str]]:
    """The numbers of the items of a list with their lines, where it is the only one and names all that is named."""
    items = [(line, numbers(line)) for line in asked.split("\n") if numbers(line)]
    places = [_place(line) for line, _ in items]
    if places != [*range(1, len(items) + 1)] or any(len(named) != 1 for _, named in items) or len(items) > MOST_LISTED:
        return []
    listed = [(named[0], line) for line, named in items]
    return listed if len({number for number, _ in listed}) == len(listed) else []


def _place(line: str) -> int:
    if hit := _CIRCLED.match(line):
        return ord(hit[1]) - ord("①") + 1
    hit = _ITEM.match(line)
    return _figure(hit[1]) if hit else 0


def _figure(word: str) -> int:
    return _FIGURES.get(word) or (int(word) if word.isdigit() else 0)


def _places(clause: str, of: int) -> tuple[int, ...] | None:
    """The items that a clause points at; None where it points at two groups, or beyond the list."""
    hits = list(_POINTERS.finditer(clause))
    if len(hits) > 1:
        return None
    if not hits:
        return ()
    hit = hits[0]
    if hit["front"]:
        found = range(1, _figure(hit["n"]) + 1)
    elif hit["back"]:
        found = range(of - _figure(hit["m"]) + 1, of + 1)
    elif hit["en_front"]:
        found = range(1, _COUNTS[hit["en_n"].lower()] + 1)
    elif hit["last"] or hit["en_last"]:
        found = range(of, of + 1)
    elif hit["en_place"]:
        return _within([_ENGLISH[word.lower()] for word in (hit["en_k"], hit["en_l"]) if word], of)
    else:
        figures = [_figure(c) for c in re.findall(r"[一二三四五六七八九十\d]", hit["k"])]
        through = len(figures) == 2 and re.search(r"[至到-]", hit["k"])
        return _within(range(figures[0], figures[1] + 1) if through else figures, of)
    return _within(found, of)


def _within(places: Sequence[int], of: int) -> tuple[int, ...] | None:
    return tuple(places) if places and min(places) > 0 and max(places) <= of else None
