"""What a supplier's form says was asked for, beside what it says came: pages, volumes, a title, a journal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maild.classify.rules.view import View

MOST_CELLS, MOST_CHARACTERS, LONGEST = 300, 8_000, 160
# The likeness, of 100, below which a person looks at what a system took for the work.
LEAST_LIKENESS = 95.0
_LINES, _CELLS = re.compile(r"\n"), re.compile(r"[;；|｜\t]| {2,}")
_CELL = re.compile(r"^\W*([^\d:：=\W][^:：=\n]{0,23}?)(?:[.·…]{2,}|\s*[:：=]\s*|\s+(?=\d|《))(.+)$")
_ASKED = re.compile(
    r"^(?:应|申请|请求|委托|订购|需|须|计划|requested|ordered|asked|expected|wanted|items?\b|应有)", re.IGNORECASE
)
_CAME = re.compile(
    r"^(?:实|提供|供|交付|到|接单|发出|已传|delivered|supplied|sent\b|received|scanned|shipped|filled)", re.IGNORECASE
)
# What is left of such a label is what is counted or named; who, when and how is no part of the work.
_VERBS = re.compile(r"[传发交供得寄到收扫的数号单\s]|items?|pages?", re.IGNORECASE)
_NO_WORK = re.compile(
    r"日期|时间|方式|人|馆|者|方$|单位|途径|格式|类型|date|time|\bon\b|\bby\b|\bto\b|\bvia\b|from|format|method|library",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\D{0,3}(\d{1,4})(?: ?(?:页|张|册|篇|件|p|pp|pages?|items?))?\.?$", re.IGNORECASE)
_FIGURES, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\w]+")
_OF = re.compile(
    r"(?:\b(?:pp?\.?|pages?|parts?|files?|mails?|第) ?(?:\d{1,4} ?[-–] ?)?(\d{1,4}) ?(?:of|/|／)"
    r" ?(\d{1,4})\b(?! ?[/.-] ?\d))"
    r"|(?:(?:^|[\s(（])(\d) ?[/／] ?(\d)[)）]?$)",
    re.IGNORECASE | re.MULTILINE,
)
_LIKENESS = re.compile(
    r"(?:一致度|匹配度|相似度|吻合度|match(?:ing)?(?: score)?|similarity|confidence)[^\d\n]{0,6}"
    r"(\d{1,3}(?:\.\d+)?) ?(%)?",
    re.IGNORECASE,
)


def compared(view: View) -> str:
    """Where it says that less, or something else, came than was asked for; '' where it does not."""
    text = view.read_text[:MOST_CHARACTERS]
    for said in (text, view.read_subject):
        if part := next((hit for hit in _OF.finditer(said) if int(hit[1] or hit[3]) < int(hit[2] or hit[4])), None):
            return part.group().strip()
    if like := next((hit for hit in _LIKENESS.finditer(text) if _percent(hit) < LEAST_LIKENESS), None):
        return like.group()
    asked: list[tuple[str, str]] = []
    came: list[tuple[str, str]] = []
    for label, value in _cells(text):
        for lead, found in ((_ASKED, asked), (_CAME, came)):
            if (hit := lead.match(label)) and not _NO_WORK.search(label):
                found.append((_VERBS.sub("", label[hit.end() :]), value))
    for what, wanted in asked:
        if other := next((value for name, value in came if name == what and _differ(wanted, value)), ""):
            return f"'{wanted[:30]}', '{other[:30]}'"
    return ""


def _percent(hit: re.Match[str]) -> float:
    value = float(hit[1])
    return value if hit[2] or value > 1 else 100 * value


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """Labels and values: of lines, of pieces of a line, and of rows below a heading row."""
    heading: list[str] = []
    for count, line in enumerate(_LINES.split(text)):
        if count > MOST_CELLS:
            return
        columns = [column.strip() for column in _CELLS.split(line.strip(" |"))]
        if len(columns) > 2 and len(columns) == len(heading):
            yield from zip(heading, columns, strict=True)
        heading = columns if len(columns) > 2 else []
        for piece in columns:
            if len(piece) <= LONGEST and (hit := _CELL.match(piece)):
                yield hit[1].strip(), hit[2].strip()
        if len(columns) == 2 and len(columns[0]) <= 24:
            yield columns[0], columns[1]


def _differ(asked: str, came: str) -> bool:
    """Whether two values of one kind are not the same thing: two counts, or two names."""
    counts = [_NUMBER.match(value) for value in (asked, came)]
    if counts[0] and counts[1]:
        return int(counts[1][1]) < int(counts[0][1])
    if bool(counts[0]) != bool(counts[1]):
        return False
    if _FIGURES.findall(asked) != _FIGURES.findall(came):
        return True
    names = [_LETTERS.sub("", value.lower()) for value in (asked, came)]
    return bool(names[0] and names[1]) and names[0] not in names[1] and names[1] not in names[0]
