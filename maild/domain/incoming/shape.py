"""The shape of a subject: what a template says, without what it is filled with."""

from __future__ import annotations

import re
from collections.abc import Iterable

from maild.domain.subject import topic_of
from maild.domain.text import normalise

LONGEST = 120
MOST = 400  # characters of a subject that are looked at
GAP = "…"
_QUOTED = re.compile(
    r"《[^《》]{1,300}》|<<[^<>]{1,300}>>|“[^“”]{1,300}”|「[^「」]{1,300}」|『[^『』]{1,300}』|\"[^\"]{1,300}\"|"
    r"(?<!\w)'[^']{2,300}'(?!\w)"
)
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+|https?://\S+")
# A word of ASCII with the marks inside it; one with a digit is a number: dates, times, call numbers, amounts.
_WORD = re.compile(r"[¥$€£]?[A-Za-z0-9_]+(?:(?:[-/.,_+]|(?<=\d):(?=\d))[A-Za-z0-9_]+)*%?", re.ASCII)
_NUMBERS = re.compile(r"#(?:[\s,;、年月日时分秒号页-]*#)+(?:[年月日时分秒])?")
# Who is spoken of, by the word before or after the name.
_NAMED = re.compile(
    r"(?P<before>(?:读者|用户|申请人|姓名|尊敬的|请求者|patron|reader|requester|borrower|customer|dear)[:\s]\s*)"
    r"(?P<name>[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff])|[A-Z][\w'.-]*(?:\s[A-Z][\w'.-]*){0,3})",
    re.IGNORECASE,
)
_FOR = re.compile(r"\b(for|from|by|of)\s+(?:(?:mr|ms|mrs|dr|prof)\.?\s+)?[A-Z][\w'.-]*(?:,?\s[A-Z][\w'.-]*){1,3}$")
_TITLED = re.compile(r"[\u4e00-\u9fff]{2,4}?(?=(?:同学|老师|先生|女士|教授|博士)(?![\u4e00-\u9fff]))")
# What follows the last mark of division and is long is a title, whatever its words are.
_TAIL = re.compile(r"(?P<head>^.{2,}?(?:[:;|>]\s*|\s[-\u2013\u2014~]\s?))(?P<tail>[^:;|>]+)$")
_COLON = re.compile(r" *: *")
_SPACES = re.compile(r"\s+")
LONG_WORDS, LONG_HAN = 5, 15


def shape_of(subject: str, values: Iterable[str] = ()) -> str:
    """A subject's shape; `values`: what was read out of the mail, which is left out wherever the subject says it.

    Numbers become '#', quoted titles, names and long tails '…'. Stable: the same template gives the same shape.
    """
    text = _SPACES.sub(" ", topic_of(normalise(subject[:MOST]))).strip()
    for value in sorted({line.strip() for one in values for line in one.split("\n")}, key=len, reverse=True):
        if len(value) >= 2 and not value.isdecimal():
            # What was read is folded already, nearly always: folding it again costs more than all the rest.
            said = value if value in text or value.isascii() else normalise(value)
            text = text.replace(said, GAP)
    text = _QUOTED.sub(GAP, text)
    text = _ADDRESS.sub("@", text)
    text = _WORD.sub(lambda word: "#" if any(c.isdigit() for c in word[0]) else word[0], text)
    text = _NUMBERS.sub("#", text)
    text = _NAMED.sub(rf"\g<before>{GAP}", text)
    text = _FOR.sub(rf"\1 {GAP}", text)
    text = _TITLED.sub(GAP, text)
    if (found := _TAIL.match(text)) and _long(found["tail"]):
        text = found["head"] + GAP
    text = _SPACES.sub(" ", _COLON.sub(": ", text)).strip()
    text = re.sub(rf"{GAP}(?:[\s,;/、]*{GAP})+", GAP, text)
    return text if len(text) <= LONGEST else text[:LONGEST].rstrip() + GAP


def _long(tail: str) -> bool:
    """More than a status can be."""
    han = sum(1 for char in tail if "\u4e00" <= char <= "\u9fff")
    return han > LONG_HAN or len(re.findall(r"[A-Za-z]{2,}", tail)) > LONG_WORDS
