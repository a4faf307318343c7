"""Libraries' news as models hear them, beside the rules: what reads like something that a person has to see first,
hardly tells what the rules read, or has a clause that turns it, waits. Pure.

They are asked of what people and layouts that no file knows write. Where a sender's own rules read it, only the clauses
are asked; where a form says by a label what the status is, nothing but a note that somebody wrote into it. Rows of a
list and renewals are heard by nobody.
They hold back and never let go: told by them alone, one act in seven would be wrong (decision 0128).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from maild.classify.learned import clauses, turning
from maild.classify.learned.news import WITH_FILE, News, shipped
from maild.classify.learned.turning import Turning
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
MOST_NEED, MOST_NEED_OF_SYSTEM, LEAST = 0.5, 0.7, 0.05
# Above that probability that one of its clauses turns what it tells. Those that tell it, so probably, are not asked,
# nor a refusal ahead of whom it was passed on to.
MOST_TURN, NEWS = 0.84, 0.5
_SMALL_PRINT, _LEAST_READ = ("terms", "password"), 4  # fields of a rule; characters of what is told by them
_FILES = ("application/pdf", "image/")
# Of a note by itself, or a clause: what a price waits for is none.
MOST_NEED_OF_NOTE, _PRICED = 0.5, frozenset({Kind.FEE_QUOTED})
# How sure the models are of what moves something on their word, and that nobody has to read it first: of 2,160 mails
# of which every second only looks like news, by models that had not seen the hand (decision 0140).
SURE, LITTLE_NEED = 0.95, 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """The models that are listened to; None: nobody is. turning: of what turns the news, clause by clause."""

    news: News | None = None
    turning: Turning | None = None

    @classmethod
    def usual(cls) -> Hearing:
        """As shipped."""
        return cls(news=shipped(), turning=turning.shipped())


def as_heard(decision: Decision, reading: Reading, facts: Facts, policy: Policy) -> Decision:
    """The decision, or a person's look where it moves something on a general reading that the models doubt."""
    ruling = reading.classification.main
    acts = decision.action is Action.APPLY or ruling.value("heard")
    if facts.vouched or not acts:
        return decision
    if why := _noted(ruling, policy):
        return _waiting(decision, ruling, facts, why)
    status = ruling.fields.get("status")
    by_label = status is not None and status.source == "label"
    if ruling.rule != GENERAL:
        why = "" if by_label else turns(ruling.kind, policy, *words_of(reading, facts), read=_read(ruling))
        return _waiting(decision, ruling, facts, why) if why else decision
    if ruling.value("heard") and facts.query.house:
        why = SAY("names_no_rule", house=facts.query.house)
        return review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    news = policy.of(Hearing).news
    again = ruling.kind is Kind.REQUEST_ACCEPTED and _surely(ruling.kind, news, *words_of(reading, facts))
    if decision.action is Action.IGNORE and not again:
        # What is only heard puts nothing away, but that somebody is at work, once more.
        why = SAY("clause_no_news", kind=ruling.kind)
        return review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    if not ruling.institution and by_label:
        return decision  # a system that says by a label what the status is
    if ruling.value("plain"):
        return decision  # nothing else is said, and the models know no mails of a word
    if news is None:
        return decision
    subject, text = words_of(reading, facts)
    why = _doubted(ruling, news, subject, text) or turns(ruling.kind, policy, subject, text)
    return _waiting(decision, ruling, facts, why) if why else decision


def _waiting(decision: Decision, ruling: Ruling, facts: Facts, why: str) -> Decision:
    held = review(ruling, facts, Cause.QUESTION, why, *decision.reasons)
    return held.naming(decision.about.transactions, decision.about.candidates)


def _noted(ruling: Ruling, policy: Policy) -> str:
    """Why a person reads what somebody wrote into a system's form, which may take back what its status says; ''."""
    note, news = ruling.value("form_note"), policy.of(Hearing).news
    if not note or news is None or ruling.kind in _PRICED:
        return ""
    need = max(news.need("", line) for line in note.split("\n"))
    return SAY("note_read_first", note=note[:80], percent=round(100 * need)) if need > MOST_NEED_OF_NOTE else ""


def _doubted(ruling: Ruling, news: News, subject: str, text: str) -> str:
    """Why the models doubt what the general rule read; ''."""
    most = MOST_NEED if ruling.institution else MOST_NEED_OF_SYSTEM
    if (need := news.need(subject, text)) > most:
        return SAY("read_by_colleagues", percent=round(100 * need))
    if ruling.kind in news.kinds.kinds and (sure := news.told(subject, text, ruling.kind)) < LEAST:
        return SAY("words_hardly_tell", percent=round(100 * sure))
    return ""


def _read(ruling: Ruling) -> tuple[str, ...]:
    """What the rule of a system read of its small print, which goes to the patron: it is understood."""
    said = (ruling.value(name) or "" for name in _SMALL_PRINT)
    return tuple(line.lower() for text in said for line in text.split("\n") if len(line) >= _LEAST_READ)


def turns(kind: Kind, policy: Policy, subject: str, text: str, *, read: Sequence[str] = ()) -> str:
    """Why a clause may turn what the mail tells, in words for staff; ''.

    subject, text: as `words_of` gives them; read: what a rule has read of its clauses
    """
    heard = policy.of(Hearing).turning
    if heard is None or kind in _PRICED:
        return ""

    told = {kind, Kind.UNFILLED} if kind is Kind.REQUEST_FORWARDED else {kind}

    def is_news(clause: str) -> bool:
        if any(line in clause.lower() or clause.lower() in line for line in read):
            return True
        said = clauses.shipped().tells(clause)
        return max(said.get(each, 0.0) for each in told) >= NEWS

    clause, sure = heard.likeliest(subject, text.removesuffix(WITH_FILE), is_news)
    return SAY("clause_turns", clause=clause[:60], percent=round(100 * sure)) if sure > MOST_TURN else ""


def plainly_supplied(reading: Reading, facts: Facts, policy: Policy) -> bool:
    """Whether the models, too, take it for a supply and nothing that a person has to read first."""
    return _surely(Kind.SHIPPED, policy.of(Hearing).news, *words_of(reading, facts))


def _surely(kind: Kind, news: News | None, subject: str, text: str) -> bool:
    """Whether the models are sure of that, and that nobody has to read it first."""
    return news is not None and news.told(subject, text, kind) >= SURE and news.need(subject, text) <= LITTLE_NEED


def words_of(reading: Reading, facts: Facts) -> tuple[str, str]:
    """Subject and new text as the models were taught: titles are names, a document is a mark. What is said beside the
    matter is no part of it.
    """
    mail, aside = reading.mail, reading.classification.main.value("aside")
    titles = titles_of(candidate.transaction for candidate in facts.candidates)
    documents = any(each.media_type.startswith(_FILES) for each in all_attachments(mail))
    text = without(mail.reply_text.replace(aside, "") if aside else mail.reply_text, titles) + (
        WITH_FILE if documents else ""
    )
    return " ".join(without(mail.subject, titles).split()), text
