"""A provider's mail about several requests, divided: what it says of each stands in its row, line or sentence.

Only where each piece names one request: what cannot be divided so is a person's to divide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.numbers import loose_numbers
from maild.classify.reading.status import StatusReader
from maild.classify.rules.model import ANY_PROVIDER, EVENT_OF_KIND
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.ruling import Field, Kind, Party, Row, Ruling
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.rules.model import Rule
    from maild.classify.rules.values import Typing

MOST_ROWS = 50
MOST_LINES = 400
_BLANK = re.compile(r"\n[^\S\n]*\n")
_CELLS = re.compile(r"\t+|[^\S\n]{2,}|(?:(?<!\s)\s+)?[|｜│•]\s*|\s[-–—]{1,2}\s|—{2,}")
_SENTENCES = re.compile(r"(?<=[。；;！!])|(?<=[.])\s+(?=[A-Z])")
_ASIDE = re.compile(r"[(（].*")
# One of several is told apart from the rest: which one an outcome is of cannot be told by rows.
_EXCEPTED = re.compile(
    r"除[^。;；\n]{1,60}(?:外|之外)|\b(?:except|apart from|other than|excluding|but not)\b", re.IGNORECASE
)
# Rows are pointed at, wherever that stands: they are void, a mistake, to be checked, not in force.
_VOID = re.compile(
    r"作废|误[发报]|仅供核对|未(?:正式)?生效|(?<![\d元页天本篇册件周月年])(?:以上|上述)"
    r"|\b(?:void|in error|by mistake|for checking only|not (?:yet )?in force|(?:all|both|those|these|the \w+) above)\b",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^\s*(?:尊敬的|您好|你好|各位|dear|hello|hi\b|good (?:morning|day|afternoon))"
    r"|(?:老师|同事|馆|您好|你好)[:：,，!！]?\s*$",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(r"[:：]\s*$|以下|下列|下述|如下|\b(?:the )?following\b|\bthese\b", re.IGNORECASE)
# What is announced is each row's own: an answer, a result, how things stand.
_NEUTRAL = re.compile(
    r"(?:处理|办理|结果|情况|进展|答复|回复|反馈|状态|清单|汇总|明细|说明)[^,，。;；\n]{0,6}(?:如下|[:：])\s*[:：]?\s*$"
    r"|^[^,，。;；\n]{0,16}如下[:：]?\s*$"
    r"|\b(?:status|update|results?|outcomes?|answers?|replies|where (?:they|things|we) stand|summary|overview)\b"
    r"[^.;\n]{0,60}[:：]\s*$",
    re.IGNORECASE,
)
# A heading that leaves open or takes back what its rows say, or asks something of us.
_OPEN_HEADING = re.compile(
    r"尚|还没|未|没|不|暂|拟|预|可能|或许|也许|如(?!下)|若|倘|待|是否|请(?!求)|草|试|样[例张]|示例|假|将|上个?月|去年|旧|历史|更正|撤|作废|误|[?？]"
    r"|\b(?:if|whether|should|would|could|might|may|draft|test\w*|samples?|examples?|pending|proposed|provisional\w*|please|not|no|never"
    r"|cancel\w*|correct\w*|disregard|ignore|wrong\w*|mistaken\w*|unless|yet|subject to|last|old|previous\w*|will)\b",
    re.IGNORECASE,
)
# A line that only closes a list, or counts what it holds: '以上。', '合计2单', '2 filled, 0 unfilled'.
_TALLY = re.compile(
    r"[\W_]*+(?:(?:以上(?:由系统(?:自动)?生成)?|(?:详情)?请登录[^,。;\n]{0,8}系统(?:查看)?(?:详情)?)[\W_]*"
    r"|(?:合计|总计|共|计|完成|满足|未满足|退单|成功|失败|已?发送|[单条件篇笔项个]|(?<!\d)\d{1,3}(?!\d)|[\W_]"
    r"|total|in all|filled|unfilled|shipped|supplied|sent|and|requests?|items?)++(?:详情请登录系统查看?[\W_]*)?)",
    re.IGNORECASE,
)
MOST_TALLY = 80  # characters of such a line
MOST_IDLE = 40  # characters of a line that may only sign, greet or name a place
# It speaks of rows, of some or of all.
_POINTING = re.compile(
    r"以上|上述|前者|后者|其余|其他|其它|另外|均|都|全部|两篇|两本|[这那该此]|第[一二三四五\d]|\d ?号|再|也|除"
    r"|\b(?:all|both|these|those|they|them|it|this|that|other|others|rest|first|last|former|latter|above|one|ones|two|three|each|also)\b",
    re.IGNORECASE,
)
_COURTESY = re.compile(
    r"^\s*(?:$|[-–—_=*]{2,}|谢谢|多谢|感谢|辛苦|此致|敬礼|顺颂|顺祝|祝|致礼|特此|如有(?:疑问|问题)|有问题"
    r"|(?i:have an? (?:good|great|nice|lovely|happy|pleasant)|happy |enjoy |stay |take care|greetings|warm)"
    r"|(?i:best\b|kind\b|regards|thank|many thanks|yours|sincerely|cheers|mit freundlichen|tel\b|phone|e-?mail)"
    r"|(?:联系)?电话|邮箱|地址|\d{4}[-年./]|\S{0,24}(?:图书馆|圖書館|馆|館|中心|部|组|組|室|处|處|服务网|服务台|平台|联盟)(?:\s+\S{1,8})?$|[一-鿿]{2,4}$"
    r"|[A-Z][\w.'-]+(?: [A-Z][\w.'-]+){1,3}$|.*(?i:\blibrar(?:y|ian)|\bservices?|\bdepartment|\bdesk)\b.{0,30}$)"
)


def divider(rules: Sequence[Rule], name: str = "") -> Rule | None:
    """The rule that reads rows: the one of that name, which read the mail, else the last for anybody."""
    readers = [r for r in rules if isinstance(r.reader, StatusReader) and r.party is Party.PROVIDER]
    own = (r for r in readers if r.name == name)
    return next(own, next((r for r in reversed(readers) if r.provider == ANY_PROVIDER), None))


def read_rows(
    mail: ParsedMail, main: Ruling, rule: Rule | None, typing: Typing, read: Callable[[ParsedMail], Ruling | None]
) -> tuple[Row, ...]:
    """Each row with its ruling; () where the mail cannot be divided, or no row tells an outcome.

    main: what the mail says as a whole; read: the rule's ruling on a mail that says no more than a row
    """
    reader = rule.reader if rule else None
    pieces = divided(mail, typing, reader.silent) if isinstance(reader, StatusReader) else ()
    rows: list[Row] = []
    for number, text in pieces:
        assert isinstance(reader, StatusReader), "without one there are no pieces"
        small = as_mail(mail, text, reader.is_status)
        unread = replace(main, kind=Kind.PROVIDER_OTHER, reasons=(SAY("nothing_to_act_on"),))
        said = read(small) or unread
        fields = MappingProxyType({**said.fields, "transaction": Field(number, 1.0, "row")})
        rows.append(Row(text=small.text, ruling=replace(said, fields=fields)))
    joint = EVENT_OF_KIND.get(main.kind)
    silent = reader.silent if isinstance(reader, StatusReader) else bool
    if _announces(mail, typing, silent) and len({row.ruling.event for row in rows}) > 1:
        return ()  # all are said to be one thing, and one of them another
    if joint and not any(row.ruling.event for row in rows):
        # 'The following have been accepted:' is said once, of all.
        rows = [
            replace(row, ruling=replace(row.ruling, kind=main.kind, event=joint, reasons=main.reasons)) for row in rows
        ]
    return tuple(rows) if any(row.ruling.event for row in rows) else ()


def divided(mail: ParsedMail, typing: Typing, silent: Callable[[str], bool]) -> tuple[tuple[str, str], ...]:
    """(number, what is said of it) for each request, in order; () where the mail cannot be divided.

    It cannot where words that name no request may be about any: a heading between rows, a remark behind them, an
    exception, that something is void. What stands ahead of the first is said of all. silent: whether words tell no
    outcome.
    """

    def idle(line: str) -> bool:
        plain = len(line) <= MOST_IDLE and not _ANNOUNCED.search(line) and not _POINTING.search(line)
        return _courteous(line) or (plain and silent(normalise(line)))

    text = mail.reply_text if mail.reply_text.strip() else mail.text
    text = "\n".join(line for line in text.split("\n") if not _closes(normalise(line)))
    if _EXCEPTED.search(text) or _VOID.search(text):
        return ()
    found: dict[str, list[str]] = {}
    announced = False
    for block in _BLANK.split("\n".join(text.split("\n")[:MOST_LINES])):
        head, rest = _headed(block, typing)
        if head and found and not all(map(idle, head)):
            return ()
        announced = announced or any(_ANNOUNCED.search(line) and not _GREETING.search(line) for line in head)
        if announced and any(not _numbers(line, typing) and not idle(line) for line in rest):
            return ()
        for number, piece in _pieces("\n".join(rest), typing, idle):
            if not number:
                return ()
            found.setdefault(number, []).append(piece)
    return tuple((n, "\n".join(pieces)) for n, pieces in found.items()) if 1 < len(found) <= MOST_ROWS else ()


def _closes(line: str) -> bool:
    """Whether a line only closes a list, or counts it."""
    if len(line) > MOST_TALLY:
        return False
    return bool(_TALLY.fullmatch(line)) and (any(map(str.isdigit, line)) or "以上" in line or "登录" in line)


def _courteous(line: str) -> bool:
    """Whether a line only greets, thanks or signs."""
    return bool(_COURTESY.search(line)) and not _ANNOUNCED.search(line)


def _announces(mail: ParsedMail, typing: Typing, silent: Callable[[str], bool]) -> bool:
    """Whether what stands ahead of the first request says something of all: an outcome, or that all is open."""
    text = mail.reply_text if mail.reply_text.strip() else mail.text
    head, _ = _headed(text, typing)
    said = (line for line in head if _ANNOUNCED.search(line) and not _GREETING.search(line))
    return any(
        not _NEUTRAL.search(line) and (bool(_OPEN_HEADING.search(line)) or not silent(normalise(line))) for line in said
    )


def _headed(block: str, typing: Typing) -> tuple[list[str], list[str]]:
    """The lines of a block ahead of the first that names a request, and those from it on. A block with one request is
    its own, with what stands ahead of its number.
    """
    lines = block.split("\n")
    first = next((i for i, line in enumerate(lines) if _numbers(line, typing)), len(lines))
    if len(_numbers(block, typing)) == 1:
        ahead = [line for line in lines[:first] if _ANNOUNCED.search(line) and not _GREETING.search(line)]
        return ahead, lines[first:]
    return lines[:first], lines[first:]


def _pieces(block: str, typing: Typing, idle: Callable[[str], bool]) -> Iterator[tuple[str, str]]:
    """A block without blank lines: whole where it names one request, else by its lines and their sentences.

    The number is '' where a piece names several. What names none belongs to what stands above it.
    """
    if len(numbers := _numbers(block, typing)) < 2:
        if numbers:
            yield numbers[0], block
        return
    lines = block.split("\n")
    while lines and idle(lines[-1]) and not _numbers(lines[-1], typing):
        lines.pop()
    rows: list[tuple[str, list[str]]] = []
    for line in lines:
        parts = [line] if len(_numbers(line, typing)) < 2 else [p for p in _SENTENCES.split(line) if p.strip()]
        if len(parts) > 1 and _courteous(parts[-1]) and not _numbers(parts[-1], typing):
            parts.pop()  # the name under a mail of one line
        for part in parts:
            named = _numbers(part, typing)
            if len(named) > 1 or (not named and rows and _ANNOUNCED.search(part)):
                yield "", part  # several in one piece, or a heading in the middle
                return
            if named and (not rows or named[0] != rows[-1][0]):
                rows.append((named[0], []))
            if rows:
                rows[-1][1].append(part)
    if len({len(kept) for _, kept in rows}) > 1:
        yield "", block  # a row has a line more than the others: a heading or a remark that may be about any
        return
    for number, kept in rows:
        yield number, "\n".join(kept)


def _numbers(text: str, typing: Typing) -> tuple[str, ...]:
    return loose_numbers(normalise(text), typing)


def as_mail(mail: ParsedMail, text: str, is_status: Callable[[str], bool]) -> ParsedMail:
    """A mail that says no more than one row. A cell that is nothing but a status is labelled as one."""
    lines: list[str] = []
    for line in text.split("\n"):
        cells = [cell.strip() for cell in _CELLS.split(line) if cell.strip()]
        lines += [line] if len(cells) < 2 else cells
        lines += [f"status: {head}" for head in map(_head, cells) if len(cells) > 1 and is_status(head)]
    said = "\n".join(lines)
    return replace(mail, subject="", text=said, reply_text=said, quoted_text="", html="", pairs=(), forwarded=())


def _head(cell: str) -> str:
    return normalise(_ASIDE.sub("", cell))
