"""In which language a patron's mail is answered where the record does not know: that of the mail, if there is no doubt.

Per answer, never stored: who once writes in English may well read Chinese.
"""

from __future__ import annotations

import re
from dataclasses import replace

from maild.domain.incoming.decision import Decision
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.outgoing.notice import NoticeRequest, to_staff
from maild.domain.requests.patron import Language
from maild.spine.facts import Facts

MOST = 4000  # characters looked at
_NOT_WORDS = re.compile(r"https?://\S+|(?<!\S)\S+@\S+|《[^《》]{0,300}》|[\"“][^\"“”]{12,300}[\"”]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_OTHER_SCRIPTS = re.compile(r"[\u3041-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
# Words of somebody who speaks, not of titles. Other languages in Latin letters have none, or few, of them.
_SPOKEN = """
    i my me you your we our is are was have has had do does did can could would will please thank thanks hello hi
    dear not what when where which who how why it this that there any if but and for with from been i'm i've i'd
    don't haven't didn't can't
"""
_ENGLISH = frozenset(_SPOKEN.split())
_CHINESE = re.compile(r"[我您你吗呢的了请是在有没怎什么们这那老师谢好]")
ENGLISH_WORDS, ENGLISH_SPOKEN, STRAY_HAN = 8, 4, 4  # a Chinese name beneath an English mail is no Chinese
HAN_LETTERS, HAN_SPOKEN, STRAY_SPOKEN = 10, 3, 3


def language_of(mail: ParsedMail) -> Language:
    """English or Chinese where the new text is unmistakably so and long enough; else UNKNOWN."""
    return of_words(mail.reply_text)


def frame_of(words: str) -> Language:
    """In which language words that staff wrote are greeted and signed: one of them, for nobody wants them twice."""
    found = of_words(words)
    if found is not Language.UNKNOWN:
        return found
    return Language.ZH if _HAN.search(words) else Language.EN


def of_words(said: str) -> Language:
    """As `language_of`, of any text."""
    text = _NOT_WORDS.sub(" ", said[:MOST])
    if _OTHER_SCRIPTS.search(text):
        return Language.UNKNOWN
    words = _WORD.findall(text.lower().replace("’", "'"))
    spoken = sum(word in _ENGLISH for word in words)
    han = len(_HAN.findall(text))
    if han <= STRAY_HAN and len(words) >= ENGLISH_WORDS and spoken >= max(ENGLISH_SPOKEN, len(words) // 5):
        return Language.EN
    if han >= HAN_LETTERS and len(_CHINESE.findall(text)) >= HAN_SPOKEN and spoken < STRAY_SPOKEN:
        return Language.ZH
    return Language.UNKNOWN


def in_their_language(decision: Decision, reading: Reading, facts: Facts) -> Decision:
    """The decision with its answers to this mail in the mail's language, where the patron's is not known."""
    if not (decision.notices or decision.drafts):
        return decision
    language = language_of(reading.mail)
    if language is Language.UNKNOWN:
        return decision
    known = {p.patron_id: p.language for p in facts.authors}
    known |= {c.patron.patron_id: c.patron.language for c in facts.candidates if c.patron}

    def spoken(request: NoticeRequest) -> NoticeRequest:
        answers = request.reply_to and request.reply_to == reading.mail.message_id
        if not answers or request.locale or to_staff(request.kind):
            return request
        settled = known.get(request.patron_id, Language.UNKNOWN) is not Language.UNKNOWN
        return request if settled else replace(request, locale=language.value)

    return decision.telling(map(spoken, decision.notices)).drafting(map(spoken, decision.drafts))
