"""From a value that somebody pointed at to the ways of finding it again: its label, or what stands around it.

Every way is tried on the mail itself, and on other mails of the sender: the first that finds the very value there, and
most often one in the others, is taken. A value itself never becomes part of a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from maild.classify import SAY
from maild.classify.rules.fields import extract
from maild.classify.rules.view import View
from maild.classify.vocabulary.model import FieldSpec, FieldType
from maild.classify.vocabulary.patterns import PLACEHOLDER, compile_pattern
from maild.classify.vocabulary.values import Typing, Unfit
from maild.domain.errors import Permanent

LONGEST = 300  # characters of a value in running text
_ANCHOR = 30
_MONTHS = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_YEAR_LAST = r"(?:st|nd|rd|th)?[ -]"
_DATES = (
    r"\d{4} ?[-/.年] ?\d{1,2} ?[-/.月] ?\d{1,2} ?日?",
    r"\d{8}",
    r"\d{1,2}[/.]\d{1,2}[/.]\d{4}",
    rf"\d{{1,2}}{_YEAR_LAST}{_MONTHS}[ ,-]+\d{{4}}",
    rf"{_MONTHS} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}",
    r"\d{1,2} ?月 ?\d{1,2} ?[日号]",
)
_CURRENCY = "[¥$€£]|元|圆|CNY|RMB|USD|EUR|GBP|HKD|yuan"
_SHAPES: Mapping[FieldType, tuple[str, ...]] = {
    FieldType.TRANSACTION: (PLACEHOLDER,),
    FieldType.DATE: _DATES,
    FieldType.DATETIME: tuple(rf"{date}[ T]+\d{{1,2}}:\d{{2}}(?::\d{{2}})?" for date in _DATES[:1]) + _DATES,
    FieldType.MONEY: (rf"(?:(?:{_CURRENCY}) ?)?\d[\d,]*(?:\.\d{{1,2}})?(?: ?(?:{_CURRENCY}))?",),
    FieldType.INTEGER: (r"\d[\d,]*",),
    FieldType.URL: (r"https?://[^\s<>\"]+",),
    FieldType.EMAIL: (r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",),
    FieldType.CODE: (r"[!-~]{1,64}",),
    FieldType.LOGIN: (r"[\w@.-]{3,40}",),
}
# Types that show for themselves what they are: they may stand without any word before them.
_PLAIN = frozenset({FieldType.TRANSACTION, FieldType.URL, FieldType.EMAIL})
_BRACKETS = {"《": "》", "「": "」", "【": "】", "(": ")", "[": "]", '"': '"', "“": "”", "'": "'", "<": ">"}
# What varies from mail to mail: numbers, quoted titles, addresses, who is spoken to.
_VARIABLE = re.compile(
    r"[A-Za-z_./:%-]{0,64}\d[A-Za-z0-9_./:%-]*+|《[^《》]*》|“[^“”]*”|\"[^\"]*\"|\S{1,64}@\S+|https?://\S+"
    r"|(?:尊敬的|亲爱的)[^\s,:;。!]{1,12}|(?:dear|hello|hi) [^,:;\n]{1,40}",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;。!?、]\s*")
_WORDS = re.compile(r"[A-Za-z][A-Za-z'-]*|[\u3400-\u9fff]|[^\sA-Za-z\u3400-\u9fff]")
_SPECIAL = re.compile(r"[\\.+*?()|\[\]{}^$]")


class Place(StrEnum):
    """Where a value was pointed at."""

    PAIR = "pair"
    TEXT = "text"
    SUBJECT = "subject"


class DraftFault(Permanent):
    """No rule can be made of this; says why, and what would help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """A value for a field. pair: index into the mail's pairs; else characters start…end of text or subject."""

    field: str
    place: Place
    start: int = 0
    end: int = 0
    pair: int = -1

    def words(self, view: View) -> str:
        """What was pointed at. Raises DraftFault where nothing is there."""
        if self.place is Place.PAIR:
            said = view.pairs[self.pair].value if 0 <= self.pair < len(view.pairs) else ""
        else:
            text = view.text if self.place is Place.TEXT else view.subject
            said = text[self.start : self.end] if 0 <= self.start < self.end <= len(text) else ""
        if not said.strip():
            raise DraftFault(SAY("nothing_there", name=self.field), remedy=SAY("point_again"))
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of finding a value: entries of a rule's field."""

    label: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDraft:
    """A field as it is written into the rule. value: what it finds in the mail; found: in how many of the others."""

    name: str
    type: FieldType
    value: str
    label: tuple[str, ...] = ()
    pattern: tuple[str, ...] = ()
    where: str = ""
    many: bool = False
    found: int = 0


def draft_field(
    name: str, type_: FieldType, picks: Sequence[Pick], view: View, typing: Typing, others: Sequence[View], number: str
) -> FieldDraft:
    """The field for all that was pointed at for it. Raises DraftFault where no way finds just that value."""
    wanted = list(dict.fromkeys(_value(pick, type_, view, typing) for pick in picks))
    if len(wanted) > 1 and type_ is not FieldType.TRANSACTION:
        raise DraftFault(SAY("different_values", name=name, values=", ".join(wanted)), remedy=SAY("take_one_away"))
    made = FieldDraft(name=name, type=type_, value="\n".join(wanted), many=len(wanted) > 1)
    for pick in picks:
        best, most = None, -1
        for way in _ways(pick, type_, view):
            one = with_way(replace(made, label=(), pattern=(), where=""), way)
            expected = _value(pick, type_, view, typing)
            if not _finds(one, view, typing, number, expected):
                continue
            hits = sum(bool(found_in(one, other, typing, number)) for other in others)
            if hits > most:
                best, most = way, hits
        if best is None:
            what = SAY("nothing_tells_it", name=name, value=pick.words(view)[:60])
            raise DraftFault(what, remedy=SAY("point_at_labelled"))
        made = replace(with_way(made, best), found=max(made.found, most))
    return _by_shape(made, view, typing, others, number) if type_ is FieldType.TRANSACTION else made


def _by_shape(made: FieldDraft, view: View, typing: Typing, others: Sequence[View], number: str) -> FieldDraft:
    """Where others of these mails call their number otherwise: any one number of the office's shape will do."""
    if made.found == len(others):
        return made
    wider = replace(with_way(made, Way(pattern=(f"({PLACEHOLDER})",), where="any")), where="any")
    found = sum(bool(found_in(wider, other, typing, number)) for other in others)
    same = found_in(wider, view, typing, number) == found_in(made, view, typing, number)
    return replace(wider, found=found) if same and found > made.found else made


def with_way(draft: FieldDraft, way: Way) -> FieldDraft:
    """The field with one more way of finding its value."""
    where = way.where if not draft.pattern or draft.where == way.where else "any"
    return replace(
        draft,
        label=tuple(dict.fromkeys([*draft.label, *way.label])),
        pattern=tuple(dict.fromkeys([*draft.pattern, *way.pattern])),
        where=where if way.pattern else draft.where,
    )


def found_in(draft: FieldDraft, view: View, typing: Typing, number: str) -> str:
    """What the field finds in a mail, or ''."""
    found = extract((spec_of(draft, view, number),), view, typing).fields.get(draft.name)
    return found.value if found else ""


def spec_of(draft: FieldDraft, view: View, number: str) -> FieldSpec:
    """The field as rules have it, its lists looked up in the lexicon."""
    labels = tuple(
        view.lexicon.labels[entry.removeprefix("@labels.")] if entry.startswith("@labels.") else compile_pattern(entry)
        for entry in draft.label
    )
    patterns = tuple(compile_pattern(entry.replace(PLACEHOLDER, f"(?:{number})")) for entry in draft.pattern)
    return FieldSpec(
        name=draft.name, labels=labels, patterns=patterns, where=draft.where or "any", type=draft.type, many=draft.many
    )


def _value(pick: Pick, type_: FieldType, view: View, typing: Typing) -> str:
    try:
        return typing.read(type_, pick.words(view)).value
    except Unfit as error:
        remedy = SAY("point_at_value")
        raise DraftFault(SAY("not_of_type", name=pick.field, type=type_, why=error), remedy=remedy) from error


def _finds(draft: FieldDraft, view: View, typing: Typing, number: str, wanted: str) -> bool:
    found = found_in(draft, view, typing, number)
    return found == wanted or (draft.many and wanted in found.split("\n"))


# --- ways ---------------------------------------------------------------------------------------------------------


def _ways(pick: Pick, type_: FieldType, view: View) -> Iterator[Way]:
    """The surest first."""
    if pick.place is Place.PAIR:
        label = view.pairs[pick.pair].label
        own = words_pattern(label)
        known = view.lexicon.label_kind(label)
        if known == pick.field:
            yield Way(label=(own, f"@labels.{known}"))
        yield Way(label=(own,))
        return
    text = view.text if pick.place is Place.TEXT else view.subject
    start, end = _trimmed(text, pick.start, pick.end)
    if "\n" in text[start:end]:
        raise DraftFault(SAY("several_lines", name=pick.field), remedy=SAY("point_at_one_line"))
    line = text.rfind("\n", 0, start) + 1
    before = text[line:start]
    after = text[end : (text.find("\n", end) + 1 or len(text) + 1) - 1]
    above = text[:line].rstrip("\n").rpartition("\n")[2]
    for value, open_, close in _values(type_, text[start:end], before, after):
        for anchor in _anchors(before.removesuffix(open_), above, bare=bool(open_) or type_ in _PLAIN):
            yield Way(pattern=(f"{anchor}{words_pattern(open_)}({value}){close}",), where=str(pick.place))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    said = text[start:end]
    return start + len(said) - len(said.lstrip()), end - len(said) + len(said.rstrip())


def _values(type_: FieldType, said: str, before: str, after: str) -> Iterator[tuple[str, str, str]]:
    """(pattern of the value, what opens it before, pattern of what closes it)."""
    for shape in _SHAPES.get(type_, ()):
        if shape == PLACEHOLDER or compile_pattern(shape).fullmatch(said):
            yield shape, "", ""
    last, first = before[-1:], after[:1]
    if last in _BRACKETS and first == _BRACKETS[last]:
        both = f"{_escaped(last)}{_escaped(first)}"
        yield rf"[^{both}\n]{{1,{LONGEST}}}", last, _escaped(first)
        return
    if not after.strip():
        yield rf"[^\n]{{1,{LONGEST}}}", "", ""
    elif first.strip() and not first.isalnum() and first not in said:
        yield rf"[^{_escaped(first)}\n]{{1,{LONGEST}}}", "", ""
    if behind := _behind(after):
        yield rf"[^\n]{{1,{LONGEST}}}?", "", rf"\s*{behind}"


def _behind(after: str) -> str:
    """The next stable word behind a value."""
    words = _WORDS.findall(_VARIABLE.split(after.strip())[0])
    return (
        words_pattern("".join(words[:3]) if words and not words[0].isascii() else " ".join(words[:2])) if words else ""
    )


def _anchors(before: str, above: str, *, bare: bool) -> Iterator[str]:
    """What stands before a value and does not vary, as patterns: the clause, less of it, more of it, nothing."""
    stable = _VARIABLE.split(before)[-1][-_ANCHOR:]
    gap = r"\s*" if stable.endswith(" ") or not stable else r" ?"
    whole = stable == before
    clause = _CLAUSE.split(stable.rstrip())[-1] or stable.rstrip()[-1:]
    tried: dict[str, None] = {}
    words = _WORDS.findall(clause)
    for count in (8, 4, 2):
        tail = "".join(clause[hit.start() :] for hit in list(_WORDS.finditer(clause))[-count:][:1])
        if tail.strip() and words:
            tried[f"{words_pattern(tail)}{gap}"] = None
    if stable.strip():
        tried[f"{words_pattern(stable.strip())}{gap}"] = None
        if whole:
            tried[f"(?m)^{words_pattern(stable.strip())}{gap}"] = None
    elif whole:
        line = above.strip()
        if line and not _VARIABLE.search(line) and len(line) <= 2 * _ANCHOR:
            tried[rf"{words_pattern(line)}\n+"] = None
    yield from tried
    if bare:
        yield r"(?m)^\s*" if whole and not before.strip() else ""


def words_pattern(text: str) -> str:
    """A literal text as a pattern: numbers stay open. Folded text has single blanks."""
    return re.sub(r"\d+", lambda _: r"\d+", _escaped(text))


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda hit: "\\" + hit[0], text)
