"""Whether a text names the reader of a request: by the whole name, or a surname with what readers are called. Pure."""

from __future__ import annotations

import re

from maild.match.title_words import title_words
from maild.match.titled import bare
from maild.traditional import simplified

LEAST_HAN = 3  # characters of a name that is no word by itself
MOST_CHARACTERS = 4000
_HAN = re.compile(r"[\u3400-\u9fff]{2,6}")
_PARTICLES = "的为给替帮是位系院校馆室所贵组该跟和与转由"  # what no name's first character is, ahead of a surname
_BEHIND_NAME = re.compile(r"\s*(?:[)）\],，、;；。:：的所要]|$)|\s+(?:要|的|所)")
_AHEAD_OF_NAME = re.compile(r"(?:^|[(（\[,，、;；。:：\s]|读者|申请人|用户|为|给|替|帮)$")


def names_reader(name: str, text: str) -> bool:
    """Whether the text says the name (either way round, of one script), or its surname as of a reader.

    Not where a line only writes to him or her ('尉迟老师:', 'Dear Ms Raknes'), and not where the name is set apart.
    """
    plain = bare(simplified(text[:MOST_CHARACTERS])).lower()
    called = bare(simplified(name)).lower().replace("·", " ").strip()
    names = _han_names(called) if _HAN.fullmatch(called) else _latin_names(called)
    return any(
        _is_meant(plain, hit.start(), hit.end(), whole) for each, whole in names for hit in re.finditer(each, plain)
    )


def _han_names(name: str) -> list[tuple[str, bool]]:
    surname = name[:2] if name[:2] in title_words().compound and len(name) > 2 else name[:1]
    alone = rf"(?<![\u3400-\u9fff]){surname}|(?<=[{_PARTICLES}]){surname}"
    return [(re.escape(name), True), (alone, False)]


def _latin_names(name: str) -> list[tuple[str, bool]]:
    words = [re.escape(word) for word in re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", name)]
    if len(words) < 2:
        return []
    first, last = words[0], words[-1]
    whole = rf"\b{' +'.join(words)}\b|\b{last},? +{first}\b|\b{first} +{last}\b"
    return [(whole, True), (rf"(?<![^\W_]){last}(?![^\W_])", False)]


def _is_meant(text: str, start: int, end: int, whole: bool) -> bool:
    words = title_words()
    before, after = text[max(0, start - 24) : start], text[end : end + 12]
    line = words.titled_before.sub("", text[text.rfind("\n", 0, start) + 1 : start])
    titled = words.titled_after.match(after)
    rest = after[titled.end() :] if titled else after
    if words.not_whom.search(before):
        return False
    if words.addressed.fullmatch(line) and (not rest.strip() or re.match(r"\s*(?:您?你?们?好|[:：,，!！])", rest)):
        return False
    if whole and end - start >= LEAST_HAN:
        return True
    if whole:
        return bool(titled or (_AHEAD_OF_NAME.search(before) and _BEHIND_NAME.match(after)))
    return bool(titled or words.titled_before.search(before))
