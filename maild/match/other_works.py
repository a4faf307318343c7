"""Another work that is called by the title of ours: a review of it, a reply to it, one with another subtitle. Pure."""

from __future__ import annotations

import re

from maild.match.title_words import title_words
from maild.match.titled import SUBTITLE, bare
from maild.match.words import fold
from maild.traditional import simplified

LEAST = 4  # characters of a title that is looked for
NEAR = 40  # characters around it
LEAST_ALIKE = 2  # characters that two subtitles have in common from the first: they are one, perhaps cut off
MOST = 20  # places that are looked at
_BESIDE, _RUN = re.compile(r"[\W_]+"), re.compile(r"[^\W_]+")
_OPENS, _CLOSES = "《〈「『“\"'‘<", "》〉」』”\"'’>"
# Behind a title without marks only a volume is a subtitle; anything else may be what is told of the work.
_VOLUME = re.compile(r"\s*[:：—–-]{1,2}\s*([\u4e00-\u9fff]{1,6}[卷册编辑篇])(?![\u4e00-\u9fff])")
# The work as a Chinese sentence calls it without marks: 您申请的原文 Hydrogen embrittlement of … 已处理完毕.
_ASKED = re.compile(
    r"(?:申请|请求|索取|预约|委托|提交|需要|想要)的?(?:原文|文献|全文|文章|论文|资料|图书|书)?\s*[“\"]?"
    r"([A-Za-z][A-Za-z0-9 ,:;'’()/&-]{20,300})"
)
LEAST_WORDS = 5


def asked_for(text: str) -> str:
    """The Latin title of what the text says was asked for, '' for none."""
    return next((said for said in _ASKED.findall(text) if len(said.split()) >= LEAST_WORDS), "")


def other_work(title: str, text: str) -> str:
    """What makes another work of the title wherever the text says it: 'review of', '…的商榷', ': a photographic essay'.

    '' where all of it stands for itself anywhere, or nothing is said of another one. A title is shortened in subjects.
    """
    whole = bare(simplified(title)).lower()
    main, parted = (SUBTITLE.split(whole, maxsplit=1)[0], SUBTITLE.search(whole) is not None)
    plain = bare(simplified(text)).lower()
    said, known, short = _BESIDE.sub("", plain), fold(whole), fold(main)
    if len(short) < LEAST or short not in said:
        return ""
    places = [i for run in _RUN.finditer(plain) for i in range(*run.span())]
    found, start = "", said.find(short)
    for _ in range(MOST):
        if start < 0:
            break
        size = len(known) if said.startswith(known, start) else len(short)
        begin, end = places[start], places[start + size - 1] + 1
        why = _about(plain[max(0, begin - NEAR) : begin], plain[end : end + NEAR])
        if not why and parted and size == len(short) and not said.startswith(known[: size + LEAST_ALIKE], start):
            why = _subtitle(plain[max(0, begin - 1) : begin], plain[end : end + NEAR], whole)
        if not why and size == len(known):
            return ""
        found, start = found or why, said.find(short, start + size)
    return found


def _about(before: str, after: str) -> str:
    """By what words around it another work is about the one so called."""
    words = title_words()
    hit = words.about_before.search(before) or words.about_after.match(after)
    return hit.group().strip(f" {_OPENS}{_CLOSES}") if hit else ""


def _subtitle(before: str, after: str, whole: str) -> str:
    """Another subtitle than ours, of a title between marks; or another volume."""
    if before and before in _OPENS:
        inner = after[: next((i for i, character in enumerate(after) if character in _CLOSES + "\n"), len(after))]
        hit = SUBTITLE.match(inner := inner.lstrip())
        rest = inner[hit.end() :].strip(" .…") if hit else ""
        return rest if len(rest) >= LEAST_ALIKE else ""
    volume = _VOLUME.match(after)
    return volume[1] if volume and volume[1] not in whole and whole.endswith(volume[1][-1]) else ""
