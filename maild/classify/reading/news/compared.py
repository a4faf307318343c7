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
_CELL = re.compile(r"^\W*([^\d:：=\W][^:：=\n]{0,23}?)(?:[.·…]{2,}|\s[.·…]\s|\s*[:：=]\s*|\s+(?=\d|《))(.+)$")
_ASKED = re.compile(
    r"^(?:应|申请|请求|委托|订购|需|须|计划|requested|ordered|asked|expected|wanted|应有)|\b(?:requested|ordered)$",
    re.IGNORECASE,
)
_CAME = re.compile(
    r"^(?:实|提供|供|交付|到|接单|发出|已传|delivered|supplied|sent\b|received|scanned|shipped|filled)"
    r"|\b(?:delivered|supplied|sent|received|scanned|shipped)$",
    re.IGNORECASE,
)
# What is left of such a label is what is counted or named; who, when and how is no part of the work.
_VERBS = re.compile(r"[传发交供得寄到收扫的数号单\s]|items?|pages?", re.IGNORECASE)
_NO_WORK = re.compile(
    r"日期|时间|方式|人|馆|[付收费款还]|者|方$|单位|途径|格式|类型|date|time|\b(?:on|by|to|via)\b|from|format|method"
    r"|library",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^\D{0,3}(\d{1,4})(?: ?(?:页|张|册|篇|件|p|pp|pages?|items?))?\.?$", re.IGNORECASE)
_PLACE = re.compile(r"《|\b(?:vol|no|issue|pp?)\b\.? ?\d|\d ?[卷期页]", re.IGNORECASE)
_FIGURES, _LETTERS = re.compile(r"\d+"), re.compile(r"[^\w]+")
# Of what runs from the first on: 'pages 45-67 of 320' are a chapter, 'page 1 of 2' is a footer.
_OF = re.compile(
    r"\b(?:pp?\.?|pages?|第) ?1 ?[-–] ?(\d{1,4}) ?(?:页)? ?(?:of|/|／|共) ?(\d{1,4})\b"
    r"|(?<!page )(?<!pages )(?<!p\. )\b(\d{1,4}) (?:out )?of (?:the |its |a total of )?(\d{1,4}) pages\b"
    r"|\b(?:part|file|mail|e-mail)s? ?(\d{1,2}) ?(?:of|/|／) ?(\d{1,2})\b",
    re.IGNORECASE,
)
# How long the whole is, and how much of it is handed over.
_WHOLE = re.compile(r"(?:全[文书篇]|原[文书件]|论文|总页数|[总共计])[^,。;\d页]{0,4}(\d{1,4}) ?页(?!码)")
_GIVEN = re.compile(
    r"(?:提供|传递|发送|扫描?|复制|复印|附上?|寄|给)(?:了|您|的|其中?|为|是|前|仅|只|共|计){0,3}(\d{1,4}) ?页(?!码)"
)
_OF_MAILS = re.compile(r"(?<![期卷./\d])\s(\d) ?[/／] ?(\d)$")
_ISSUE = re.compile(r"(?:issue|no\.?|vol\.?|期|卷)\s*$", re.IGNORECASE)
_PAGES = re.compile(
    r"(?:\bpp?\.?|\bpages?|页码?[:：]) ?(?P<a>\d{1,4}) ?(?:[-–—~]|to) ?(?P<b>\d{1,4})(?=\D|$)"
    r"|(?<!\d)(?P<c>\d{1,4}) ?[-–—~至到] ?(?P<d>\d{1,4}) ?页",
    re.IGNORECASE,
)
_LIKENESS = re.compile(
    r"(?:一致度|匹配度|相似度|吻合度|\bmatch(?:ing)? score|similarity|confidence)[^\d\n]{0,6}"
    r"(\d{1,3}(?:\.\d+)?) ?(%)?",
    re.IGNORECASE,
)


def compared(view: View) -> str:
    """Where it says that less, or something else, came than was asked for; '' where it does not."""
    text = view.read_text[:MOST_CHARACTERS]
    subject = view.read_subject
    parts: list[re.Match[str]] = [*_OF.finditer(text), *_OF.finditer(subject)]
    if (last := _OF_MAILS.search(subject)) and not _ISSUE.search(subject[: last.start()]):
        parts.append(last)
    part = next((hit for hit in parts if _first(hit) < _second(hit)), None)
    if part is not None:
        return str(part.group()).strip()
    if cut := next((hit for hit in _GIVEN.finditer(text) if any(int(hit[1]) < whole for whole in _wholes(text))), None):
        return cut.group()
    if few := _fewer_pages(text, view.mail.quoted_text[:MOST_CHARACTERS]):
        return few
    if like := next((hit for hit in _LIKENESS.finditer(text) if _percent(hit) < LEAST_LIKENESS), None):
        return like.group()
    asked: list[tuple[str, str]] = []
    came: list[tuple[str, str]] = []
    for label, value in _cells(text):
        for lead, found in ((_ASKED, asked), (_CAME, came)):
            if (hit := lead.match(label)) and not _NO_WORK.search(label):
                found.append((_VERBS.sub("", label[hit.end() :]), value))
    for what, wanted in asked:
        alike = [value for name, value in came if name == what and (what or _is_work(wanted, value))]
        if other := next((value for value in alike if _differ(wanted, value)), ""):
            return f"'{wanted[:30]}', '{other[:30]}'"
    return ""


def _wholes(text: str) -> list[int]:
    return [int(hit[1]) for hit in _WHOLE.finditer(text)]


def _fewer_pages(text: str, ordered: str) -> str:
    """The pages that came, where the order that is answered names one run of pages, and these begin or end it."""
    came, wanted = ({_run(hit) for hit in _PAGES.finditer(said)} for said in (text, ordered))
    if len(came) != 1 or len(wanted) != 1 or came == wanted:
        return ""
    (first, last), (begin, end) = *came, *wanted
    cut = begin <= first < last <= end and (first == begin or last == end)
    return f"{first}-{last}" if cut else ""


def _run(hit: re.Match[str]) -> tuple[int, int]:
    return int(hit["a"] or hit["c"]), int(hit["b"] or hit["d"])


def _first(hit: re.Match[str]) -> int:
    return int(next(filter(None, hit.groups())))


def _second(hit: re.Match[str]) -> int:
    return int([each for each in hit.groups() if each][1])


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


def _is_work(*values: str) -> bool:
    """Whether values that no label names are counts, or places in a journal: not days, ways or people."""
    return all(_NUMBER.match(value) for value in values) or all(_PLACE.search(value) for value in values)


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
