"""Labels in the text of one box: known ones, ones with a misread character, ones understood by their last word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from maild.receipts.layouts import Label, Meaning, Spotting, label_key
from maild.receipts.words.grammar import scripts
from maild.receipts.words.layoutfile import Pattern

_LONGEST = 24
_SHORT = 2  # letters of an ending that is a word of its own, if it is one
_LATIN_WORDS = 4  # of a label in English; a longer line is a sentence
_DROPPED = re.compile(r"[\s()\[\]【】《》<>:;.。、,/\\|_*·'\"-]")
_STARTER = re.compile(r"[\s:;,|/、。)\]】》]")
_NUMERIC = frozenset(
    {
        Label.PAYER_ACCOUNT,
        Label.PAYEE_ACCOUNT,
        Label.ACCOUNT,
        Label.AMOUNT,
        Label.TOTAL,
        Label.SUM_OTHER,
        Label.PAID,
        Label.BOOKED,
        Label.PRINTED,
        Label.SERIAL,
        Label.TRANSACTION,
        Label.DEPARTMENT,
        Label.PROJECT,
        Label.PAYER_DEPARTMENT,
        Label.PAYER_PROJECT,
        Label.PAYEE_DEPARTMENT,
        Label.PAYEE_PROJECT,
    }
)
_NUMBER_BEGINS = re.compile(r"[-+]?\s*(?:人民币|RMB|CNY|¥|[A-Za-z]{0,6}[0-9*OolI])", re.IGNORECASE)
_SAME_MEANING = {  # a label whose party was misread is one without a party
    frozenset({Label.PAYER, Label.PAYEE}): Label.NAME,
    frozenset({Label.PAYER_ACCOUNT, Label.PAYEE_ACCOUNT}): Label.ACCOUNT,
    frozenset({Label.PAYER_BANK, Label.PAYEE_BANK}): Label.BANK,
    frozenset({Label.PAYER_DEPARTMENT, Label.PAYEE_DEPARTMENT}): Label.DEPARTMENT,
    frozenset({Label.PAYER_PROJECT, Label.PAYEE_PROJECT}): Label.PROJECT,
}


_SIDES, _HAPPENED = (
    frozenset({Label.PAYER, Label.PAYEE, Label.PAYER_BANK, Label.PAYEE_BANK}),
    "已",
)  # 收款方已收款 is a sentence
_BEFORE_NUMBER = re.compile(r"[^\d*¥:]{2,16}(?=[\d*¥])")
Spotted = tuple[Meaning, int, int, bool]


def spot(text: str, lexicon: Mapping[str, Meaning], spotting: Spotting) -> list[Spotted]:
    """Labels in a box's text: (meaning, start, end with brackets and colon, whether a colon follows)."""
    asked = (text, id(lexicon))
    if asked not in spotting.spotted:
        spotting.spotted[asked] = lexicon, _spot(text, lexicon, spotting)
    return list(spotting.spotted[asked][1])


def _spot(text: str, lexicon: Mapping[str, Meaning], spotting: Spotting) -> list[Spotted]:
    found: list[Spotted] = []
    at = 0
    while at < len(text):
        hit = _longest(text, at, lexicon)
        if hit is not None:
            meaning, stop = hit
            end, colon = _past(text, stop)
            opens = at == 0 or bool(_STARTER.match(text[at - 1]))
            # Behind a value that says all: 交易结果:成功附言:, which the reader ran together.
            begun = found[-1][2] if found else text.rfind(":", 0, at) + 1
            opens = opens or (colon and begun > 0 and bool(spotting.values.search(text[begun:at].strip())))
            if _stands(text, at, stop, end, colon, meaning, spotting, opens=opens):
                found.append((meaning, at, end, colon))
                at = max(end, at + 1)
                continue
        at += 1
    made = _composed(text, lexicon, spotting)
    if made is not None and (not found or made[2] > found[0][2] - (found[0][1] > 0)):  # 收款人户口号码, not 收款人
        return [made, *(one for one in _bilingual(found) if one[1] >= made[2])]
    before = text[: found[0][1]] if found else ""
    # What stands before the first may make one label with it: 收款入账号.
    if not found or (before and not spotting.purpose.search(before)):
        other = _misread(text, spotting) or _ending(text, spotting)
        if other and (not found or other[2] == found[0][2]):
            found[:1] = [other]
    return _bilingual(found)


def _bilingual(found: list[Spotted]) -> list[Spotted]:
    """Of a label said in Chinese and in English (转入账号 TO A/C:) only the first, which ends with the second."""
    kept: list[Spotted] = []
    for meaning, start, end, colon in found:
        before = kept[-1] if kept else None
        twice = before is not None and before[2] == start and not before[3]
        if before is not None and twice and before[0].text.isascii() is not meaning.text.isascii():
            kept[-1] = (told_twice(before[0], meaning) or before[0], before[1], end, colon)
        else:
            kept.append((meaning, start, end, colon))
    return kept


COMPOSED = 500  # behind every label that a list has
_PARTIES = {
    Label.NAME: (Label.PAYER, Label.PAYEE),
    Label.ACCOUNT: (Label.PAYER_ACCOUNT, Label.PAYEE_ACCOUNT),
    Label.BANK: (Label.PAYER_BANK, Label.PAYEE_BANK),
}


def understood(key: str, lexicon: Mapping[str, Meaning], spotting: Spotting) -> Meaning | None:
    """What a label means that no list has, of which all parts are known; one in two languages says the same twice."""
    if name := spotting.grammar.label(key):
        return Meaning(label=Label(name), rank=COMPOSED, text=key)
    halves = [lexicon.get(half) or understood(half, lexicon, spotting) for half in scripts(key)]
    return told_twice(*halves) if len(halves) == 2 else None


def told_twice(one: Meaning | None, other: Meaning | None) -> Meaning | None:
    """Of a label in two languages the half that says more: A/C No. 汇款账号."""
    if one is None or other is None:
        return None
    if other.label in _PARTIES.get(one.label, (one.label,)):
        return other
    return one if one.label in _PARTIES.get(other.label, ()) else None


def _composed(text: str, lexicon: Mapping[str, Meaning], spotting: Spotting) -> Spotted | None:
    """A label of known parts, before a colon, alone in its box or right before a number."""
    head, mark, _ = text.partition(":")
    if (meaning := understood(label_key(head), lexicon, spotting)) is not None:
        return meaning, 0, len(head) + len(mark), bool(mark)
    if (number := _BEFORE_NUMBER.match(text)) is not None:
        meaning = understood(label_key(number[0]), lexicon, spotting)
        if meaning is not None and meaning.label in _NUMERIC:
            return meaning, 0, number.end(), False
    return None


def _ending(text: str, spotting: Spotting) -> Spotted | None:
    """A label that no list has, before a colon or alone in its box, understood by its last word."""
    head, mark, _ = text.partition(":")
    key = label_key(head)
    latin = key.isascii()
    if latin and not (key.isalpha() and len(key) <= _LONGEST and len(head.split()) <= _LATIN_WORDS):
        return None
    if not latin and (not 3 <= len(key) <= 9 or any(c.isascii() for c in key)):
        return None
    for label, endings in spotting.endings.items():
        ending = next(
            (e for e in endings if key.endswith(e) and (not latin or len(e) > _SHORT or _is_word(head, e))), ""
        )
        if not ending or (not mark and (key == ending or (label in {Label.BANK, Label.NAME} and not latin))):
            continue
        meaning = Meaning(label=_meant(label, key, spotting), rank=COMPOSED, text=key)
        return meaning, 0, len(head) + len(mark), bool(mark)
    return None


def _is_word(head: str, ending: str) -> bool:
    """Whether so short an ending is a word of its own: Order ID; not Paid."""
    return label_key(head.rsplit(maxsplit=1)[-1]) == ending


def _meant(label: Label, key: str, spotting: Spotting) -> Label:
    def has(name: str) -> bool:
        return any(word in key for word in spotting.unless.get(name, ()))

    if label is Label.PAID:
        for other in (Label.PRINTED, Label.BOOKED):
            if has(other):
                return other
    if has(label):
        return Label.SUM_OTHER if label is Label.AMOUNT else Label.OTHER
    if label in _PARTIES:
        payer, payee = _PARTIES[label]
        if has("party_payee"):
            return payee
        return payer if has("party_payer") else label
    return label


def _longest(text: str, at: int, lexicon: Mapping[str, Meaning]) -> tuple[Meaning, int] | None:
    """The longest label that begins here, and where its letters end."""
    key, best = "", None
    if _DROPPED.match(text[at]) and text[at] not in "([【<":
        return None
    for place in range(at, len(text)):
        if _DROPPED.match(text[place]):
            if text[place] in ":;" and key:
                break
            continue
        key += label_key(text[place]) or text[place].lower()
        if len(key) > _LONGEST:
            break
        if key in lexicon:
            best = (lexicon[key], place + 1)
    return best


def _past(text: str, stop: int) -> tuple[int, bool]:
    """Past the brackets and colon that close a label; a bracket that opens anew belongs to the value."""
    colon = False
    while stop < len(text) and text[stop] in " :;)]】>.。、|_":
        colon = colon or text[stop] in ":;"
        stop += 1
    return stop, colon


def _stands(
    text: str, at: int, stop: int, end: int, colon: bool, meaning: Meaning, spotting: Spotting, *, opens: bool
) -> bool:
    """Whether a label's text is one here: where one `opens`, or so long or so marked that it must be."""
    bare = end >= len(text)
    size = len(meaning.text)
    if meaning.text.isascii() and ((at and text[at - 1].isalnum()) or (stop < len(text) and text[stop].isalnum())):
        return False
    before = text[:at].rstrip()[-1:]
    if meaning.text.isascii() and not colon and before.isascii() and before.isalpha():
        return False  # the last word of a sentence: Save this payee
    if not opens and not (colon and size >= 2) and not (size >= 5):
        return False
    if not opens and size < 3 and text[at - 1] >= "\u2e80" and not _NUMBER_BEGINS.match(text[end:] or "0"):
        return False  # '…收款人:' may end a longer word that is no label of ours
    if colon or (bare and opens):
        return True
    rest = text[end:]
    if rest.startswith(spotting.not_before) or (meaning.label in _SIDES and rest.startswith(_HAPPENED)):
        return False
    gap = stop < len(text) and not text[stop].isalnum()
    if meaning.text in spotting.alone and not (meaning.label in _NUMERIC and _NUMBER_BEGINS.match(rest)):
        if meaning.text.isascii():
            return False  # a blank tells nothing: words of English stand apart
        return gap and text[stop] in " |" and size > 1
    if meaning.label in _NUMERIC:
        return bool(_NUMBER_BEGINS.match(rest)) or gap
    return True


def _misread(text: str, spotting: Spotting) -> Spotted | None:
    """A label with one misread character, alone in its box or before a colon."""
    head, mark, _ = text.partition(":")
    meaning = misread(label_key(head), spotting)
    return (meaning, 0, len(head) + len(mark), bool(mark)) if meaning is not None else None


def misread(key: str, spotting: Spotting) -> Meaning | None:
    """What a label means of which one character was misread; None where that is not one thing."""
    if not 4 <= len(key) <= 9 or key.isdigit():
        return None
    for place in range(len(key)):
        meanings = spotting.near.get(f"{key[:place]}?{key[place + 1 :]}", ())
        if not meanings:
            continue
        labels = frozenset(meaning.label for meaning in meanings)
        label = next(iter(labels)) if len(labels) == 1 else _SAME_MEANING.get(labels)
        if label:
            return replace(meanings[0], label=label, rank=meanings[0].rank + 1)
    return None


_WORN = range(2, 6)  # characters of what is left of a label
_LOST = 2  # and such as were lost
_HAN = re.compile(r"[\u3400-\u9fff]")


def is_worn(text: str, lexicon: Mapping[str, Meaning], tells: Pattern) -> bool:
    """Whether a short text is what is left of a label, characters of which were lost and one of which was misread.

    tells: what a character may not be that is in no label
    """
    key = label_key(text)
    if len(key) not in _WORN or not _HAN.match(key):
        return False
    for label in lexicon:
        if 0 <= len(label) - len(key) <= _LOST:
            rest = [*label]
            odd = [character for character in key if not _takes(character, rest)]
            if len(odd) <= (len(key) > min(_WORN)) and not tells.search("".join(odd)):
                return True
    return False


def _takes(character: str, rest: list[str]) -> bool:
    """Whether a character stands in what is left of a label; that and what is before it are used up."""
    if character not in rest:
        return False
    del rest[: rest.index(character) + 1]
    return True
