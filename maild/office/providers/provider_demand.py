"""A library sends a request back and asks for something first: nothing has ended, and the patron has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from maild.domain.decision import Cause, Decision
from maild.domain.matching import Candidate
from maild.domain.notice import NoticeKind, NoticeRequest
from maild.domain.ruling import Ruling
from maild.domain.words_mail import SENT_BACK
from maild.notify.locales import LOCALES
from maild.office.notices import announce
from maild.spine.facts import Facts
from maild.spine.outcome import MOST_CANDIDATES, review


def demanded(ruling: Ruling) -> str:
    """What the provider asks for, in its own words; '' where it asks for nothing, or refuses all the same.

    'Returned' says that the request came back, not that it is over: only a refusal in words ends it.
    """
    back = ruling.value("sent_back") and not ruling.value("refusal")
    return ruling.value("demand").strip(" .") if back else ""


def decide_demand(ruling: Ruling, facts: Facts, matched: Sequence[Candidate]) -> Decision:
    """A person looks; the letter that passes the demand on waits as a draft for each patron."""
    asked = demanded(ruling)
    numbers = ", ".join(candidate.transaction.number for candidate in matched)
    decision = review(ruling, facts, Cause.QUESTION, f"{numbers} was sent back, and this is asked for: {asked}")
    drafts = tuple(draft for candidate in matched for draft in _letter(candidate, asked, facts))
    return replace(decision, drafts=drafts, candidates=tuple(matched[:MOST_CANDIDATES]),
                   transactions=tuple(candidate.transaction.number for candidate in matched))  # fmt: skip


def _letter(candidate: Candidate, asked: str, facts: Facts) -> tuple[NoticeRequest, ...]:
    language = candidate.patron.language if candidate.patron else ""
    texts = [SENT_BACK.to(locale) for locale in ([language] if language else LOCALES)]
    said = "\n\n".join(text.format(number=candidate.transaction.number, asked=asked) for text in texts)
    return announce.to_patron(NoticeKind.QUERY_ANSWER, candidate.transaction, candidate.patron, facts.now,
                              revision=f"demand:v{candidate.transaction.version}", data={"answer": said})  # fmt: skip
