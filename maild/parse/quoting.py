"""New text, quoted history, forwarded mails, signatures: cut apart by the marks of mail programs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maild.domain.subject import ANSWERS, PASSES_ON
from maild.parse import limits
from maild.parse.lines import Line
from maild.parse.quote_marks import BLOCK_LABELS, DATE, NEEDS_BLOCK, NEEDS_QUOTE, OFFICE, Mark, marks, mobile_signature

_LABEL = re.compile(r"\*{0,2}([^\s:：*][^:：]{0,20}?)\*{0,2}\s*[:：]\*{0,2}\s?(.*)$")
# A cheap look before the table is tried: what a line of it begins or ends with.
_MAYBE = re.compile(r"[-_—–=*~ ]{2}|.{0,400}[:：]$")
_QUOTE = re.compile(r"\s{0,3}[>＞]")
_STARS = str.maketrans("", "", "*\u3000 \t\xa0")
_ADDRESS = re.compile(r"<?[\w.+-]{1,64}@[\w.-]{1,120}>?;?")
_SHOWS = re.compile(r"[:：]$|如下|下面|这样")  # what stands below is shown, and is not what is answered
_SENT = re.compile(r"\d{1,2}.{0,12}\d{1,4}|\d{1,2} [A-Z][a-z]{2}|[A-Z][a-z]{2,8} \d{1,2}")
LITTLE_TEXT = 300  # characters of own text over which a quoted block is history rather than a forward


@dataclass(slots=True)
class Block:
    """A quoted header block: its fields by name (from, date, to, cc, subject), and the line after it."""

    fields: dict[str, str]
    after: int


@dataclass(slots=True)
class Split:
    """Lines of each fate. `forward` is the header block and content of a mail forwarded inline."""

    new: list[Line] = field(default_factory=list)
    quoted: list[Line] = field(default_factory=list)
    block: Block | None = None
    tries: int = 0  # places where a header block was looked for
    answers: bool = False  # its subject says that it answers a mail
    forward: list[Line] = field(default_factory=list)


def header_block(lines: list[Line], at: int) -> Block | None:
    """The quoted header block that begins at or just below line `at`: From and two more fields, or From with an address
    and Subject alone, as web mail on phones writes it.
    """
    fields: dict[str, str] = {}
    pos, last, gaps = at, at, 0
    previous = ""
    while pos < len(lines) and pos < at + 24 and gaps <= 2:
        text = _bare(lines[pos])
        name, value = _field(text)
        if name:
            fields.setdefault(name, value)
            previous, last, gaps = name, pos, 0
        elif not text:
            gaps += 1
            if len(fields) >= 3 and "subject" in fields and previous not in {"cc", "to"}:
                break
        elif previous and not fields.get(previous):
            fields[previous], last = text, pos
        elif previous in {"to", "cc", "subject"} and gaps == 0 and len(fields) < 5 and _field_soon(lines, pos):
            fields[previous] += " " + text
        else:
            break
        pos += 1
    telling = len(fields.keys() & {"from", "date", "to", "subject"})
    short = "@" in fields.get("from", "") and bool(fields.get("subject"))
    if "from" not in fields or (telling < 3 and not short):
        return None
    return Block(fields, last + 1)


def _begins_history(lines: list[Line], at: int, result: Split) -> bool:
    """Whether a From line that a blank one parts from new text begins what is answered, though little of its head was
    kept: when it was sent stands below, or it was an interlibrary-loan office that wrote, or nothing but an address is
    told of who did. A memo that is passed on has such a head as well, and stays.
    """
    if not any(line.text.strip() for line in result.new) or (at and lines[at - 1].text.strip()):
        return False
    if _bare(lines[at]).startswith("寄件人"):  # of a parcel
        return False
    fields = dict(_field(_bare(line)) for line in reversed(lines[at : at + 4]) if line.text.strip())
    if _SENT.search(fields.get("date", "")):
        return True
    below = next((_LABEL.match(_bare(line)) for line in lines[at + 1 : at + 3] if line.text.strip()), None)
    form = below is not None and bool(below.group(2).strip()) and fields.keys() == {"from", ""}
    author = fields.get("from", "")
    above = next((line.text.strip() for line in reversed(result.new) if line.text.strip()), "")
    alone = result.answers and _ADDRESS.fullmatch(author) is not None and not _SHOWS.search(above)
    return not form and (alone or bool(OFFICE.search(author)))


def _field_soon(lines: list[Line], pos: int) -> bool:
    """Whether another header field follows: then this line continues the one before."""
    return any(_field(_bare(line))[0] for line in lines[pos + 1 : pos + 4])


def _bare(line: Line) -> str:
    """The line without '>' marks and blanks; cells of a header table put together again."""
    if line.cells and len(line.cells) == 2:
        return f"{line.cells[0].strip().rstrip(':：|')}: {line.cells[1]}"
    return line.text.strip()[: limits.LINE_CHARS].lstrip("> |\t\u3000").strip()


def _field(text: str) -> tuple[str, str]:
    match = _LABEL.match(text)
    if not match:
        return "", ""
    name = BLOCK_LABELS.get(match.group(1).translate(_STARS).lower(), "")
    return name, match.group(2).strip(" *\t\u3000\xa0")


def _mark_at(lines: list[Line], at: int, result: Split) -> tuple[Mark | None, int]:
    """(what the line announces, how many lines the announcement takes)."""
    text = _bare(lines[at]) if lines[at].text else ""
    if not text:
        return None, 0
    name, _ = _field(text)
    if name in {"from", "date", "subject"} and result.tries < limits.HEADER_BLOCKS:
        result.tries += 1
        if header_block(lines, at) or (name == "from" and _begins_history(lines, at, result)):
            return Mark.HISTORY, 0
    for span in (1, 2, 3):
        if span > 1:
            if at + span > len(lines) or len(text) > 300 or not _attribution_start(text):
                break
            more = _bare(lines[at + span - 1])
            if not more:
                break
            text = f"{text} {more}"
        if not _MAYBE.match(text):
            continue
        for mark, pattern in marks():
            if not pattern.match(text) or (mark.client in NEEDS_BLOCK and not header_block(lines, at + span)):
                continue
            if mark.client not in NEEDS_QUOTE or _quote_follows(lines, at + span):
                return mark.mark, span
    return None, 0


def _quote_follows(lines: list[Line], at: int) -> bool:
    """Whether the next line that is not empty is marked as quoted."""
    text = next((line for line in lines[at : at + 4] if line.text.strip()), None)
    return text is not None and (text.quoted or _QUOTE.match(text.text) is not None)


_ATTRIBUTION_START = re.compile(
    rf"(?:On|At|Le|Am)\s|.{{0,60}}{DATE}|"
    r"(?:在|於|于)\s{0,3}\d{2}|.{1,200}(?:于|於)\s?\d{4}|.{1,200}<[^<>\s]{1,200}@",
    re.IGNORECASE,
)


def _attribution_start(text: str) -> bool:
    """Whether an attribution may begin here that was wrapped over several lines."""
    return bool(_ATTRIBUTION_START.match(text))


def split(lines: list[Line], subject: str = "", *, depth: int = 0) -> Split:
    """Cut a body apart. Linear: each line is looked at once or twice."""
    result = Split(answers=ANSWERS.match(subject) is not None)
    at, total = 0, len(lines)
    signature = False
    while at < total:
        line = lines[at]
        if at >= limits.ANALYSED_LINES:
            result.new.extend(lines[at:])
            break
        if _QUOTE.match(line.text) and not line.cells:
            result.quoted.append(line)
            at += 1
            continue
        mark, span = _mark_at(lines, at, result)
        if mark is Mark.ATTRIBUTION:
            at = _attribution(lines, at, span, result)
            signature = False
            continue
        if mark is not None:
            block = header_block(lines, at + span)
            forwarded = mark is Mark.FORWARD or (bool(PASSES_ON.match(subject)) and _little(result.new))
            if forwarded and depth < limits.FORWARD_DEPTH:
                result.block = block or Block({}, at + span)
                result.forward = lines[result.block.after :]
            elif line.quoted:  # older history inside a container: what follows the container is still looked at
                result.quoted.append(line)
                at += 1
                continue
            else:
                result.quoted.extend(lines[at:])
            break
        if line.quoted:
            result.quoted.append(line)
        elif signature or line.text.rstrip("\r") in {"-- ", "--"}:
            signature = True  # RFC 3676 section 4.3
        else:
            result.new.append(line)
        at += 1
    result.new = _without_signature(result.new)
    return result


def _attribution(lines: list[Line], at: int, span: int, result: Split) -> int:
    """'… wrote:' and what it quotes; returns the next line to look at. Answers below it stay new."""
    result.quoted.extend(lines[at : at + span])
    pos = at + span
    while pos < len(lines) and not lines[pos].text.strip():
        pos += 1
    if pos < len(lines) and (_QUOTE.match(lines[pos].text) or lines[pos].quoted):
        return pos
    result.quoted.extend(lines[at + span :])
    return len(lines)


def _little(new: list[Line]) -> bool:
    return sum(len(line.text.strip()) for line in new) <= LITTLE_TEXT


def _without_signature(lines: list[Line]) -> list[Line]:
    """Without the signature lines that phones and web mail add at the end of the new text."""
    kept = list(lines)
    pattern = mobile_signature()
    while kept:
        text = kept[-1].text.strip()
        bare = text.strip("-—_ |\u3000")
        if text and bare and not (len(bare) < 120 and pattern.match(bare)):
            break
        kept.pop()
    if len(kept) > limits.ANALYSED_LINES:
        return kept
    return [
        line for line in kept if not (_phone(line.text) and len(line.text) < 80 and pattern.match(line.text.strip()))
    ]


_PHONE = re.compile(r"\s*(?:发自我的|Sent from my|来自QQ邮箱|来自我的|获取 ?Outlook|Get Outlook)", re.IGNORECASE)


def _phone(text: str) -> bool:
    """Unmistakable signature lines go wherever they stand."""
    return bool(_PHONE.match(text))
