"""A library sends a request back and asks for something first: nothing has ended, and the patron has to be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from maild.domain.incoming.decision import Cause, Decision
from maild.domain.incoming.matching import Candidate
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Ruling
from maild.domain.outgoing.notice import NoticeKind, NoticeRequest
from maild.domain.requests.lifecycle import Event
from maild.domain.wording.words_mail import SENT_BACK
from maild.notify.language.locales import LOCALES
from maild.office.notices import announce
from maild.office.providers import SAY
from maild.spine.facts import Facts
from maild.spine.outcome import MOST_CANDIDATES, review

# ISO 10161 reasons that leave open whether it would be supplied: none, other, the library's own.
_OPEN = frozenset({"", "27", "28"})
_NOT_FOUND = "17"  # as cited: a refusal, unless something is to be added or the request to be made again
_ADDS = re.compile(
    r"补[充全齐正]|提供|注明|告知|填[写补]|更正|完善"
    r"|\b(?:add|provide|supply|give|complete|specify|include|tell|state)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"重新?(?:提交|申请|发|递交|填写|下单)|再(?:次)?(?:提交|申请|发来)"
    r"|\bre-?(?:submit|send|request|order|apply)\w*|\bagain\b",
    re.IGNORECASE,
)
# What a reminder of a price says and its first letter does not: no answer came, or something ends without one.
_URGES = re.compile(
    r"[^。;,\n]{0,20}(?:"
    r"(?:未|没)(?:能|有)?(?:得到|收到|见到?|获得?|接到)[^。;\n]{0,12}(?:答复|回复|回音|确认|回应|反馈|消息)"
    r"|(?:仍|尚|还|迟迟|至今|一直)[^。;,\n]{0,4}(?:未|没)[^。;,\n]{0,8}(?:确认|答复|回复|回音|付|表态|处理)"
    r"|(?:逾期|过期|超期|届时|否则|不然|到期)[^。;\n]{0,16}(?:取消|作废|失效|关闭|退回|撤销|不再|终止)"
    r"|(?:按|作|视[为作同]|自动|将|做)[^。;,\n]{0,6}(?:取消|放弃|撤销|作废|关闭|终止)"
    r"|最[后终](?:一次)?(?:提醒|通知|期限|确认)"
    r"|再次?(?:提醒|催)|[二三]次(?:提醒|催)|催[办复问促告]"
    r"|\b(?:second|final|last|2nd|third) (?:reminder|notice|request)\b|\breminder\b"
    r"|(?:\bnot?|n.t)(?: yet)? (?:heard|received|had|got)\b|\b(?:no|any) (?:answer|reply|response)\b"
    r"|\b(?:be|is|are|automatically) (?:cancel|clos|withdr|expir|discard)\w*|\bexpir\w+|\bunless\b|\blaps\w+"
    r"|\berinner\w*|\bmahn\w*|\bstornier\w*|\brappel\b"
    r")[^。;\n]{0,30}",
    re.IGNORECASE,
)


def demanded(ruling: Ruling) -> str:
    """What the provider asks for, in its own words; '' where it asks for nothing, or refuses all the same.

    'Returned' says that the request came back, not that it is over: only a refusal in words ends it. 'Unfilled' whose
    reason is a demand ('please add the volume and submit it again') is over in name only.
    """
    asked = ruling.value("demand").strip(" .")
    back = ruling.value("sent_back") and not ruling.value("refusal")
    if not asked or not (back or _instead_of_a_reason(ruling, asked)):
        return ""
    reason = ruling.value("reason").strip(" .")
    return reason if asked in reason else asked  # what is wrong is said beside what is wanted


def _instead_of_a_reason(ruling: Ruling, asked: str) -> bool:
    code, again = ruling.value("reason_code"), _AGAIN.search(asked) is not None
    if ruling.event is not Event.UNFILLED or code not in _OPEN | {_NOT_FOUND}:
        return False
    said = asked in ruling.value("reason") and (code != _NOT_FOUND or _ADDS.search(asked) is not None)
    return said or again


def decide_demand(ruling: Ruling, facts: Facts, matched: Sequence[Candidate]) -> Decision:
    """A person looks; the letter that passes the demand on waits as a draft for each patron."""
    asked = demanded(ruling)
    numbers = ", ".join(candidate.transaction.number for candidate in matched)
    decision = review(ruling, facts, Cause.QUESTION, SAY("sent_back_and_asked", numbers=numbers, text=asked))
    drafts = tuple(draft for candidate in matched for draft in _letter(candidate, asked, facts))
    named = (candidate.transaction.number for candidate in matched)
    return decision.drafting(drafts).naming(named, matched[:MOST_CANDIDATES])


def _letter(candidate: Candidate, asked: str, facts: Facts) -> tuple[NoticeRequest, ...]:
    language = candidate.patron.language if candidate.patron else ""
    texts = [SENT_BACK.to(locale) for locale in ([language] if language else LOCALES)]
    said = "\n\n".join(text.format(number=candidate.transaction.number, asked=asked) for text in texts)
    return announce.to_patron(
        NoticeKind.QUERY_ANSWER,
        candidate.transaction,
        candidate.patron,
        facts.now,
        revision=f"demand:v{candidate.transaction.version}",
        data={"answer": said},
    )


def urges(reading: Reading) -> str:
    """The words by which a price that is told once more presses for an answer, or says what ends without one; ''."""
    said = f"{reading.mail.subject}\n{reading.mail.reply_text or reading.mail.text}"
    hit = _URGES.search(said)
    return " ".join(hit.group().split())[:80] if hit else ""
