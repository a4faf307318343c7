"""What mail programs put ahead of a subject where a mail answers another one or passes it on.

'Re: ' is RFC 5322's (section 3.6.5); the rest is custom: AW, SV, Odp and 回复 for answers, WG, TR, RV and 转发 for what
is passed on, some with a count ('Re[2]:').
"""

from __future__ import annotations

import re

_ANSWERS = "re|aw|antw|sv|vs|odp|回|回复|回覆|回復|答复|答覆|回信|返信|覆|复"
_PASSES_ON = "fwd?|wg|tr|rv|转|转发|轉發|转寄|轉寄|转送"
_MARK = r"(?:\s*+(?:\[\d{1,3}\]|\(\d{1,3}\)))?\s*+[:：]"

ANSWERS = re.compile(rf"^\s*+(?:{_ANSWERS}){_MARK}", re.IGNORECASE)
PASSES_ON = re.compile(rf"^\s*+(?:{_PASSES_ON}){_MARK}", re.IGNORECASE)
_EITHER = re.compile(rf"^\s*+(?:{_ANSWERS}|{_PASSES_ON}){_MARK}", re.IGNORECASE)
_ANSWERS_AHEAD = re.compile(rf"^(?:\s*+(?:{_ANSWERS}){_MARK})+\s*+", re.IGNORECASE)
_AHEAD = re.compile(rf"^(?:\s*+(?:{_ANSWERS}|{_PASSES_ON}){_MARK})+\s*+", re.IGNORECASE)


def is_of_another(subject: str) -> bool:
    """Whether the subject is that of a mail that is answered or passed on, not its writer's own words."""
    return _EITHER.match(subject) is not None


def topic_of(subject: str) -> str:
    """A subject without what says that it answers another mail or passes it on, however often."""
    return _AHEAD.sub("", subject)


def unanswered(text: str) -> str:
    """A subject, or a clause that repeats one, without what says that it answers another mail, however often. What is
    passed on keeps that: 转 ahead of a sum says that it was transferred.
    """
    return _ANSWERS_AHEAD.sub("", text)


def passed_on(subject: str) -> str:
    """The subject of the mail that is passed on, its own 'Re: ' with it."""
    hit = PASSES_ON.match(subject)
    return subject[hit.end() :] if hit else subject
