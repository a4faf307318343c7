"""Libraries' news as models hear them, beside the rules: what reads like something that a person has to see first, or
hardly tells what the rules read, waits. Pure.

They are asked of what people and layouts that no file knows write: a system whose own rules read it, or whose form says
by a label what the status is, needs no voter, unless somebody wrote a note into its form.
They hold back and never let go: told by them alone, one act in seven would be wrong (decision 0128).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.classify.learned.news import WITH_FILE, News, shipped
from maild.domain.incoming.decision import Action, Cause, Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Ruling
from maild.match.pieces import titles_of, without
from maild.office.providers import SAY
from maild.spine.facts import Facts
from maild.spine.outcome import review
from maild.spine.policy import Policy
from maild.spine.reading.files import all_attachments

GENERAL = "60-provider-general"  # the rule that reads any layout and any words
# Above that need of a person it waits: what a library writes, what a system says; or below that probability of what the
# rules read.
MOST_NEED, MOST_NEED_OF_SYSTEM, LEAST = 0.5, 0.8, 0.05
_FILES = ("application/pdf", "image/")
_WORDS = re.compile(r"[^\W\d_]{3}")  # of a note: more than a number
# How sure the models are of what moves something on their word, and that nobody has to read it first: of 299 mails in
# which no words told anything 36 of 143 were heard rightly, and none of 156 that a colleague reads first, by models
# that had not seen the hand (decisions 0140, 0167).
SURE, LITTLE_NEED = 0.9, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The models that are listened to; None: nobody is."""

    news: News | None = None

    @classmethod
    def usual(cls) -> Hearing:
        """As shipped."""
        return cls(news=shipped())


def as_heard(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision, or a person's look where it moves something on a general reading that the models doubt."""
    ruling = reading.classification.main
    acts = decision.action is Action.APPLY or ruling.value("heard")
    if facts.vouched or ruling.rule != GENERAL or not acts:
        return decision
    if ruling.value("heard") and facts.query.house:
        why = SAY("names_no_rule", house=facts.query.house)
        return review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    if decision.action is Action.IGNORE:  # what is only heard puts nothing away
        why = SAY("clause_no_news", kind=ruling.kind)
        return review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    status = ruling.fields.get("status")
    labelled = not ruling.institution and status is not None and status.source == "label"
    if labelled and not _WORDS.search(ruling.value("note")):
        return decision  # a system that says by a label what the status is, and nothing in words of its own
    if ruling.value("plain"):
        return decision  # nothing else is said, and the models know no mails of a word
    if (news := policy.of(Hearing).news) is None:
        return decision
    why = _doubted(ruling, news, *words_of(reading, facts), told=not labelled)
    if not why:
        return decision
    held = review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    return held.naming(decision.about.transactions, decision.about.candidates)


def _doubted(ruling: Ruling, news: News, subject: str, text: str, *, told: bool) -> str:
    """Why the models doubt it; ''. told: whether they are asked what it tells, too."""
    most = MOST_NEED if ruling.institution else MOST_NEED_OF_SYSTEM
    if (need := news.need(subject, text)) > most:
        return SAY("read_by_colleagues", percent=round(100 * need))
    known = told and ruling.kind in news.kinds.kinds
    if known and (sure := news.told(subject, text, ruling.kind)) < LEAST:
        return SAY("words_hardly_tell", percent=round(100 * sure))
    return ""


def plainly_supplied(reading: Reading, facts: Facts, policy: Policy) -> bool:
    """Whether the models, too, take it for a supply and nothing that a person has to read first."""
    if (news := policy.of(Hearing).news) is None:
        return False
    subject, text = words_of(reading, facts)
    return news.told(subject, text, Kind.SHIPPED) >= SURE and news.need(subject, text) <= LITTLE_NEED


def words_of(reading: Reading, facts: Facts) -> tuple[str, str]:
    """Subject and new text as the models were taught: titles are names, a document is a mark."""
    mail = reading.mail
    titles = titles_of(candidate.transaction for candidate in facts.candidates)
    documents = any(each.media_type.startswith(_FILES) for each in all_attachments(mail))
    text = without(mail.reply_text, titles) + (WITH_FILE if documents else "")
    return " ".join(without(mail.subject, titles).split()), text
