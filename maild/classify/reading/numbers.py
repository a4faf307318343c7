"""Which transaction number a provider's mail is about, among all that looks like one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from maild.classify.vocabulary.patterns import label_matches
from maild.domain.incoming.ruling import Field
from maild.domain.text import shape

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.patterns import Pattern
    from maild.classify.vocabulary.values import Typing

MOST_CHARACTERS = 20_000
MOST_HITS = 100
# What stands before a number that is something else: phone, account, standard numbers, addresses; not beyond the end of
# a title or a cell: '《…三年试验》(单号 …)'.
_OTHER_NUMBER = re.compile(
    r"(?:(?:电话|手机|热线|传真|邮编|用户名|用户 ?:|登录名|登陆名|账号|帐号|卡号|学号|工号|专利号|公开号"
    r"|标准号|\d年|证件号?|条码号?|条形码|运单号?|快递单?号?|物流单?号?|(?:邮政|平|双)?挂号(?:信|单)?号?码?|包裹号?码?"
    r"|(?:发|寄|走)(?:了|的|出|走)?[,，]? ?单号|快捷"
    r"|(?:寄出?|发出|邮寄|快递|交寄|发货|投递|ems|邮政|顺丰|中通|圆通|申通|韵达|京东)[,，]? ?(?:单号|号码)"
    r"|(?:顺丰|中通|圆通|申通|韵达|京东|德邦|极兔|中国邮政|邮政)(?:速运|速递|快递|物流|特快|小包|到付|寄付)*(?:单号)?"
    r"|(?<![a-z])(?:qq|tel|telephone|fax|issn|isbn|doi|pmid|log ?-?in|user ?name|zip|postcode|barcode|wechat|vx"
    r"|oclc (?:no|number|#)|ems|sf|dhl|ups|fedex|tnt|royal mail|registered|tracking(?: number| no\.?| id)?"
    r"|parcel(?: no\.?)?|waybill|consignment))(?:(?!  )[^0-9\n\t|,;。》〉」』”]){0,12}(?<!寄[回来还]的)(?<!还回的)"
    # Words of titles, too: only right before it.
    r"|(?:群|卡|标准|专利)(?:号|码|内)?[ :为是]{0,3}"
    r"|(?<![a-z])(?:phone|mobile|call|account|patent|student|staff|user)"
    r"(?: ?(?:card|id|number|no|us|me|at))*[ .:#(]{0,4})"
    r"(?:\+?[\d-]{1,8}[- ]?)?$",
    re.IGNORECASE,
)
# Called ours right before it: whatever else is spoken of ahead of that ('请在包裹上注明事务号 …').
_CALLED_OURS = re.compile(
    r"(?:事务|请求编?|申请编?|贵[馆校方处][^,。;\n\d]{0,4})号码?[ :#为是]{0,3}$"
    r"|\byour (?:ref(?:erence)?|request|order)(?: (?:no|number))?[ .:#]{0,3}$",
    re.IGNORECASE,
)
_IN_ADDRESS = re.compile(r"https?://|www\.|10\.\d{4}|.@", re.IGNORECASE)  # in a run without blanks
_PHONE = re.compile(r"0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4}")
_DATE = re.compile(r"(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])[-_]?(?:[0-2]\d|3[01])(?:[-_]?\d{4}|\d{6})?")
# What is ours in a sentence: 'your number …', '贵馆编号 …'.
_OURS_BEFORE = re.compile(
    r"(?:\byour (?:own |ill |request |order )?(?:numbers?|ref(?:erence)?|no|id|tn)\.?"
    r"|贵[馆方校处]?[^,。;\n\d]{0,8}号|[您你]们?馆?[^,。;\n\d]{0,6}号)"
    r"[ :#.(]*(?:is|为|是)?[ :]*$",
    re.IGNORECASE,
)
_PIECES = re.compile(r"(?<![0-9A-Za-z])\d{1,14}+(?:[ -]{0,2}+\n?+[ -]{0,2}+\d{1,14}+){1,5}(?![0-9A-Za-z])")
_DIGITS = re.compile(r"\d+")
LEAST_JOINED, MOST_JOINED, MOST_PIECES, MOST_GUESSES = 8, 24, 4, 12
_ALIKE = re.compile(r"(?<![0-9A-Za-z])[0-9OoQIl|SBZ]{8,24}(?![0-9A-Za-z])")
_LETTERED = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]{1,4}(\d{8,24})(?![0-9A-Za-z])")
_FIGURES = str.maketrans("OoQIl|SBZ", "000111582")
MOSTLY = 0.6  # of such a word has to be figures
# Numbers of parcels by how carriers begin or (UPU S10) frame them; China Post's of registered mail.
_PARCEL = re.compile(
    r"(?:SF|YTO?|ZTO?|STO|YD|JDV?[A-Z]?|JT|DPK?|EMS|DHL|UPS|FEDEX|LP)\d{8,}|[A-Z]{2}\d{9}[A-Z]{2}"
    r"|(?:X[A-Z]|[RP]A)\d{11}",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d\d-(?:19|20)\d\d")
_BEGUN = re.compile(r"[A-Za-z]{2,12}[:#-](\w+)")  # by the letters of a system
_ISSN = re.compile(r"\d{4}-\d{3}[\dX]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """`distinct`: what may be the number (one: it is); `request_id`: the provider's own, or ''.

    beside  written alike, elsewhere in a text in which a label stands before one
    joined  what may be one if its pieces belong together: broken over lines, spaced, hyphenated
    alike   what is one if letters in it are the figures they look like, or a form's own: for a person
    """

    distinct: tuple[str, ...]
    source: str = ""
    request_id: str = ""
    beside: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def several(self) -> bool:
        """Whether two of them are written alike: numbers of one house are, and one beside ours is somebody else's."""
        return bool(self.beside) or len({shape(number) for number in self.distinct}) < len(self.distinct)

    @property
    def said(self) -> bool:
        """Whether there is anything that may be a number."""
        return bool(self.distinct or self.joined or self.alike)

    def fields(self) -> dict[str, Field]:
        """transaction (all of them, one a line) and request_id; transaction_joined, transaction_alike."""
        found = {}
        if self.joined:
            found["transaction_joined"] = Field("\n".join(self.joined), 0.5, "pieces")
        if self.alike:
            found["transaction_alike"] = Field("\n".join(self.alike), 0.2, "letters for figures")
        if self.distinct:
            found["transaction"] = Field("\n".join(self.distinct), 1.0 if "label" in self.source else 0.8, self.source)
        if self.request_id and self.request_id not in self.distinct:
            found["request_id"] = Field(self.request_id, 1.0, "label")
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """What one provider calls our number and its own: `ours` and `theirs` match the whole label.

    theirs_before  text that ends in such a label: 'for your order 0523…'
    """

    ours: Pattern | None = None
    theirs: Pattern | None = None
    theirs_before: Pattern | None = None

    def is_ours(self, label: str) -> bool:
        return self.ours is not None and self.ours.fullmatch(label) is not None

    def is_theirs(self, label: str) -> bool:
        return self.theirs is not None and self.theirs.fullmatch(label) is not None


NOBODYS = Whose()


def find_numbers(view: View, typing: Typing, whose: Whose = NOBODYS) -> Numbers:
    """The numbers a mail is about, and what may be meant for one."""
    said = f"{view.subject}\n{view.text[:MOST_CHARACTERS]}"
    joined = tuple(n for n in joined_numbers(said, typing) if n not in typing.numbers(said))
    whole = _whole(view, typing, whose)
    lettered = (n for n in lettered_numbers(said, typing) if whole.distinct and n not in whole.distinct)
    return replace(whole, joined=joined, alike=tuple(dict.fromkeys([*alike_numbers(said, typing), *lettered])))


def joined_numbers(text: str, typing: Typing) -> tuple[str, ...]:
    """Numbers whose figures stand apart. Which of them is one, only the store knows."""
    found: dict[str, None] = {}
    for run in islice(_PIECES.finditer(text), MOST_HITS):
        if _PHONE.fullmatch(run.group()) or _ISSN.fullmatch(run.group()):
            continue
        pieces = _DIGITS.findall(run.group())
        for start in range(len(pieces)):
            for end in range(start + 2, min(start + MOST_PIECES, len(pieces)) + 1):
                number = "".join(pieces[start:end])
                if LEAST_JOINED <= len(number) <= MOST_JOINED and typing.numbers(number) == (number,):
                    found[number] = None
    return tuple(found)[:MOST_GUESSES]


def alike_numbers(text: str, typing: Typing) -> tuple[str, ...]:
    """Numbers in which letters stand for the figures that they look like, as people type and OCR reads them."""
    found: dict[str, None] = {}
    for run in islice(_ALIKE.finditer(text), MOST_HITS):
        word = run.group()
        number = word.translate(_FIGURES)
        figures = sum(character.isdigit() for character in word)
        if number != word and figures >= len(word) * MOSTLY and typing.numbers(number) == (number,):
            found[number] = None
    return tuple(found)[:MOST_GUESSES]


def lettered_numbers(text: str, typing: Typing) -> tuple[str, ...]:
    """Numbers that stand behind letters: 'C2026110900326' may be a system's own, or ours as its form writes it."""
    runs = (hit[1] for hit in islice(_LETTERED.finditer(text), MOST_HITS))
    return tuple(dict.fromkeys(run for run in runs if typing.numbers(run) == (run,)))[:MOST_GUESSES]


def _whole(view: View, typing: Typing, whose: Whose) -> Numbers:
    """By label ('事务号', 'your reference'), by a label that may be anybody's ('request no.'), else anywhere.

    A number under the provider's own label is ours only where the mail has no other: some offices keep that one.
    """
    ours, anybodys, foreign = _by_label(view, typing, whose)
    if not ours and anybodys:
        ours = dict.fromkeys(loose_numbers(view.text, typing, behind=_OURS_BEFORE))
    if ours:
        request_id = next(iter([*foreign, *anybodys]), "")
        return Numbers(distinct=tuple(ours), source="label", request_id=request_id, beside=_beside(ours, view, typing))
    if anybodys:
        # The number in the subject settles which of several it is.
        said = [n for n in typing.numbers(view.subject) if n in anybodys]
        chosen = said if len(said) == 1 else list(anybodys)
        rest = [n for n in anybodys if n not in chosen]
        request_id = next(iter([*foreign, *rest]), "")
        beside = () if said else _beside(anybodys, view, typing)
        return Numbers(distinct=tuple(chosen), source="label", request_id=request_id, beside=beside)
    request_id = next(iter(foreign), "")
    theirs = dict.fromkeys(n for value in foreign for n in typing.numbers(value))
    for text in (view.subject, view.text) if whose.theirs_before else ():
        mine = loose_numbers(text, typing, whose.theirs_before)
        theirs |= dict.fromkeys(n for n in loose_numbers(text, typing) if n not in mine)
    request_id = request_id or next(iter(theirs), "")
    for place, text in (("subject", view.subject), ("text", view.text)):
        if numbers := tuple(n for n in loose_numbers(text, typing, whose.theirs_before) if n not in theirs):
            return Numbers(distinct=numbers, source=place, request_id=request_id)
    return Numbers(distinct=tuple(theirs), source="their label", request_id=request_id)


def _beside(labelled: Collection[str], view: View, typing: Typing) -> tuple[str, ...]:
    """Numbers of the text that are written as a labelled one is: a table that lies on its side, a list below a form.
    One that a supplier's letters begin ('SUBITO:2026112200877') is the supplier's own.
    """
    alike = {shape(number) for number in labelled}
    own = {hit[1] for hit in _BEGUN.finditer(view.text)}
    loose = loose_numbers(view.text, typing)
    return tuple(n for n in loose if n not in labelled and n not in own and shape(n) in alike)


def _by_label(view: View, typing: Typing, whose: Whose) -> tuple[dict[str, None], dict[str, None], dict[str, None]]:
    """Numbers under our labels, under anybody's labels, and values that are the provider's number."""
    ours: dict[str, None] = {}
    anybodys: dict[str, None] = {}
    foreign: dict[str, None] = {}
    labels = view.lexicon.labels
    for pair in view.pairs:
        mine = whose.is_ours(pair.label)
        theirs = not mine and whose.is_theirs(pair.label)
        mine = mine or (not theirs and label_matches(labels["transaction"], pair.label))
        if not mine and not theirs and not label_matches(labels["request"], pair.label):
            continue
        numbers = () if theirs else typing.numbers(pair.value[:500])
        for number in numbers:
            (ours if mine else anybodys)[number] = None
        if not numbers and not mine and len(pair.value) <= 40 and re.search(r"\d", pair.value):
            foreign[pair.value.split()[0]] = None
    return ours, anybodys, foreign


def loose_numbers(
    text: str, typing: Typing, not_behind: Pattern | None = None, behind: re.Pattern[str] | None = None
) -> tuple[str, ...]:
    """Distinct hits of the office's pattern in running text, less phones, dates, ISSNs, addresses and the like.

    not_behind  leave out those that stand behind such words
    behind      only those that do
    """
    found: dict[str, None] = {}
    text, position = text[:MOST_CHARACTERS], 0
    for _ in range(MOST_HITS):
        if not (hit := typing.number.search(text[position:])):
            break
        number, start, end = hit.group(1), position + hit.start(1), position + hit.end(1)
        position = max(end, position + 1)
        before = text[max(0, start - 60) : start]
        whole = re.search(r"[\w-]*$", before)
        joint = (whole.group() if whole else "") + number
        ahead = before[: len(before) - len(joint) + len(number)]
        if not_behind is not None and not_behind.search(ahead):
            continue
        if behind is not None and not behind.search(ahead):
            continue
        after = "" if _is_range(text[end : end + MOST_JOINED + 8], typing) else text[end : end + 2]
        if not _is_something_else(number, joint, before, after):
            found[number] = None
    return tuple(found)


def _is_range(behind: str, typing: Typing) -> bool:
    """Whether what stands behind a number leads to another: '2026111500020-2026111500022', '…/…'."""
    hit = re.match(r"\s?[-–—~～/至到]\s?(?=\w)", behind)
    another = typing.number.search(behind[hit.end() :]) if hit else None
    return another is not None and another.start(1) == 0


def find_parcel(text: str) -> str:
    """The first number in the text that is written as carriers write those of parcels, spaced or not; or ''."""
    hit = _PARCEL.search(re.sub(r"(?<=\d) (?=\d)", "", text))
    return hit.group() if hit else ""


def is_parcel(number: str) -> bool:
    """Whether it is written as carriers write the numbers of parcels."""
    return _PARCEL.fullmatch(number) is not None


def is_something_else(text: str, start: int, end: int) -> bool:
    """Whether what stands at start…end of the text is a phone's, a card's, an address's number or the like."""
    before = text[max(0, start - 60) : start]
    whole = re.search(r"[\w-]*$", before, re.ASCII)
    return _is_something_else(
        text[start:end], (whole.group() if whole else "") + text[start:end], before, text[end : end + 2]
    )


def _is_something_else(number: str, joint: str, before: str, after: str) -> bool:
    if any(p.fullmatch(number) or p.fullmatch(joint) for p in (_PHONE, _YEARS, _PARCEL)):
        return True
    if _DATE.fullmatch(number) and len(number) <= 10:
        return True
    if _ISSN.fullmatch(number) and not number.startswith(("19", "20")):
        return True
    if re.match(r"[-/.:]\d|[年月@]", after):
        return True
    other = _OTHER_NUMBER.search(before[-24:]) and not _CALLED_OURS.search(before)
    return bool(other or _IN_ADDRESS.search(_last_run(before)))


def _last_run(text: str) -> str:
    """What a text ends with, without blanks; '' where it ends with one."""
    text = text.removesuffix("\n")
    return text.split()[-1] if text and not text[-1].isspace() else ""
