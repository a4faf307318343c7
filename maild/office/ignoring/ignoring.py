"""Whether a mail that nobody seems to need may be ignored. The one place of that law; pure.

Ignoring is an act, and a wrong one is seen by nobody: wording alone never ignores. Bulk mail is ignored on several
independent signs and without any doubt; an automatic reply where its headers declare it, it answers us or comes from
an address that we know, and says nothing else. What falls short goes to the low heap of the queue
(Cause.ADVERTISING), what may concern the office to the queue itself. Weights and words: rules/ignoring.toml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.text import normalise
from maild.office.ignoring import SAY
from maild.office.ignoring.circulars import circular
from maild.office.ignoring.heap import answers, evidence, files_of, low, sent_to_many, text_of
from maild.office.ignoring.ignoring_policy import FOR_THE_HEAP, Headers, IgnoringPolicy, Letter, Sign, Words
from maild.office.ignoring.selling import likelihood
from maild.office.ignoring.signs import MOST_TEXT, signs_of, word_of
from maild.office.reach.facts_reach import ReachFacts
from maild.parse.automatic import REPLY_HEADERS
from maild.spine.facts import Facts
from maild.traditional import simplified

_NUMBERED = re.compile(r"\d{6}")


class Fate(StrEnum):
    """What becomes of a mail. NONE: the law has nothing to say, it is decided like any other."""

    NONE = ""
    IGNORE = "ignore"
    LOW = "low"
    QUEUE = "queue"
    FAILURE = "failure"  # it says that a mail did not arrive: staff, as a delivery report


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A fate and why, the most telling first."""

    fate: Fate
    reasons: tuple[str, ...] = ()


def judge(reading: Reading, facts: Facts, policy: IgnoringPolicy) -> Judged:
    """What may become of the mail by this law alone."""
    ruling, mail = reading.classification.main, reading.mail
    if said := circular(reading, facts, policy.circulars, reported=policy.reported):
        return Judged(fate=Fate.IGNORE, reasons=(said,))
    if ruling.kind is Kind.AUTO_REPLY:
        return _automatic_reply(reading, facts, policy)
    if ruling.party is Party.PROVIDER and ruling.kind is not Kind.BULK:
        return Judged(fate=Fate.NONE)
    if why := _failure(mail, facts, policy):
        return Judged(fate=Fate.FAILURE, reasons=(why,))
    return _bulk(reading, facts, policy)


def _bulk(reading: Reading, facts: Facts, policy: IgnoringPolicy) -> Judged:
    mail, ruling = reading.mail, reading.classification.main
    looks = ruling.kind is Kind.BULK or mail.automatic is not Automatic.NO
    wait = Fate.QUEUE if looks else Fate.NONE
    text, signs = folded(mail), signs_of(mail, policy, ours=facts.ties.own_address)
    ours, mass = _ours(facts, mail), _mass(signs, policy)
    found = evidence(mail, text, policy, written=bool(facts.ties.written))
    doubts = _doubts(mail, facts, policy, text, signs)
    if mass and not ours and not doubts and not found.counts[Letter.BUSINESS]:
        return Judged(fate=Fate.IGNORE, reasons=(_said(signs),))
    if ours or (found.counts[Letter.WRITTEN] and not mass):
        return Judged(fate=wait, reasons=(ours, *found.reasons) if ours else found.reasons)
    if not found.counts[Letter.BUSINESS] and not found.counts[Letter.FILES] and (why := _undelivered(reading, policy)):
        return Judged(fate=Fate.FAILURE if looks else Fate.NONE, reasons=(why,))
    reads = likelihood(mail.subject, text_of(mail))
    likely = SAY("advertising_words", percent=round(100 * reads))
    many = ruling.party is Party.PROVIDER or sent_to_many(mail, signs, policy)
    if not low(mail, text, policy, found=found, reads=reads, many=many):
        return Judged(fate=wait, reasons=(*found.reasons, likely))
    reasons = dict.fromkeys((*(doubts if mass else ()), *found.reasons, _said(signs), likely))
    return Judged(fate=Fate.LOW, reasons=(*reasons, SAY("too_little")))


def _undelivered(reading: Reading, policy: IgnoringPolicy) -> str:
    """What a mail that no header declares automatic says of one that did not arrive, or ''."""
    mail = reading.mail
    if mail.automatic is not Automatic.NO or reading.classification.main.party is Party.PROVIDER:
        return ""
    code = policy.found(Words.CODES, normalise(mail.text[:MOST_TEXT]))
    return _no_arrival(code) if code else ""


def _mass(signs: tuple[Sign, ...], policy: IgnoringPolicy) -> bool:
    telling = [sign for sign in signs if sign not in FOR_THE_HEAP]
    return len(telling) >= policy.signs and sum(policy.weights[sign] for sign in telling) >= policy.ignore


def _doubts(
    mail: ParsedMail, facts: Facts, policy: IgnoringPolicy, text: str, signs: tuple[Sign, ...]
) -> tuple[str, ...]:
    """Why a mail that is sent to many may be somebody's all the same."""
    names = [name.lower() for name, _ in mail.headers]
    discussion = any(policy.headers[Headers.DISCUSSION].hit(name) for name in names)
    doubts = (
        (SAY("people_write"), discussion),
        (SAY("answers_mail"), answers(mail)),
        (SAY("has_files"), bool(files_of(mail))),
        (SAY("written_to"), bool(facts.ties.written)),
        (SAY("from_provider"), facts.ties.provider),
        # Receipts, access codes and notices of delivery leave by the same services as advertising does.
        (SAY("sells_nothing"), Sign.PROMOTION not in signs),
        (SAY("subject_numbered"), _NUMBERED.search(normalise(mail.subject)) is not None),
        (SAY("person_writes"), policy.count(Words.PERSONAL, text) > 1 or bool(policy.found(Words.ASKING, text))),
    )
    return (*facts.lookalikes, *(why for why, holds in doubts if holds))


def _ours(facts: Facts, mail: ParsedMail) -> str:
    """What makes the mail a matter of this office beyond its words, or ''."""
    named = {*facts.query.numbers, *facts.query.tokens, *facts.query.threads}
    known = [c.transaction.number for c in facts.candidates if c.transaction.number in named]
    if known or facts.query.tokens:
        return SAY("names", number=(known or facts.query.tokens)[0])
    if facts.authors:
        return SAY("patrons_address", address=mail.author.address)
    if _answers_us(facts, mail):
        return SAY("answers_notice")
    return ""


def _answers_us(facts: Facts, mail: ParsedMail) -> bool:
    domain = facts.ties.own_address.rpartition("@")[2]
    ids = (*mail.in_reply_to, *mail.references)
    reported = bool(facts.known(ReachFacts).parts)
    return reported or any(i.startswith("<maild.") and i.lower().endswith(f"@{domain}>") for i in ids)


def _failure(mail: ParsedMail, facts: Facts, policy: IgnoringPolicy) -> str:
    """Why automatic mail of unknown kind may say that something did not arrive, or ''.

    A person's mail is asked only where it has no sender to be answered at (RFC 5321 section 4.5.5).
    """
    sender = mail.author.address.partition("@")[0]
    system = not sender or bool(policy.found(Words.FAILURE_SENDERS, sender))
    if mail.automatic is Automatic.NO and not (system and mail.headers):
        return ""
    if facts.ties.named:
        return SAY("names_written_to", address=facts.ties.named[0])
    mass = mail.header("list-id") or mail.header("list-unsubscribe")
    if system or not mass or _says_failure(policy, normalise(mail.subject)):
        return _failure_words(mail, policy)
    return ""


def _failure_words(mail: ParsedMail, policy: IgnoringPolicy) -> str:
    text = normalise(f"{mail.subject}\n{mail.text}"[:MOST_TEXT])
    said = _says_failure(policy, text)
    return _no_arrival(said) if said else ""


def _says_failure(policy: IgnoringPolicy, text: str) -> str:
    return policy.found(Words.CODES, text) or policy.found(Words.FAILURE, text)


def _no_arrival(said: str) -> str:
    return SAY("mail_did_not_arrive", text=said[:60])


def _automatic_reply(reading: Reading, facts: Facts, policy: IgnoringPolicy) -> Judged:
    """Ignored: a declared one that answers us or comes from whom we know, and says only that nobody is there."""
    mail = reading.mail
    if why := _failure(mail, facts, policy):
        return Judged(fate=Fate.FAILURE, reasons=(why,))
    if mail.receipt is not None:
        return Judged(fate=Fate.IGNORE, reasons=(SAY("read_receipt"),))
    ours = _answers_us(facts, mail)
    known = bool(facts.authors or facts.ties.written) or ours
    if known and (said := policy.found(Words.CHALLENGE, folded(mail))):
        return Judged(fate=Fate.FAILURE, reasons=(SAY("server_wants_confirmation", text=said[:60]),))
    if not declared(mail) and not (ours and mail.automatic is not Automatic.NO):
        return _undeclared(reading, facts, policy)
    if more := _says_more(mail, policy):
        return Judged(fate=Fate.LOW, reasons=(SAY("reply_says_more", text=more[:40]),))
    if not known:
        return Judged(fate=Fate.LOW, reasons=(SAY("reply_to_nothing"),))
    return Judged(fate=Fate.IGNORE, reasons=(SAY("reply_only"),))


def _says_more(mail: ParsedMail, policy: IgnoringPolicy) -> str:
    """What an automatic reply says beyond that nobody is there: a plea, or words unknown; '' for nothing."""
    words = policy.without(Words.URGENT, _words(mail))
    if plea := policy.found(Words.PLEA, words):
        return plea
    rest = " ".join(policy.without(Words.AWAY, words).split())
    return rest if sum(map(str.isalnum, rest)) > policy.away_rest else ""


def _undeclared(reading: Reading, facts: Facts, policy: IgnoringPolicy) -> Judged:
    """Only its wording calls it an automatic reply: a person may have written it."""
    mail = reading.mail
    if _says_more(mail, policy):
        said = _persons(mail, policy)
        if why := _ours(facts, mail) or (SAY("says", text=said[:40]) if said else ""):
            return Judged(fate=Fate.QUEUE, reasons=(why,))
    return Judged(fate=Fate.LOW, reasons=(SAY("reply_by_wording_only"),))


def _persons(mail: ParsedMail, policy: IgnoringPolicy) -> str:
    return policy.found(Words.BUSINESS, _words(mail)) or policy.found(Words.ASKING, _words(mail))


def declared(mail: ParsedMail) -> bool:
    """Whether its headers, not its words, make it an automatic reply (RFC 3834 section 5, and older marks)."""
    if mail.automatic in (Automatic.RECEIPT, Automatic.CALENDAR):
        return True
    if mail.automatic is Automatic.AUTO_REPLIED and mail.return_path == "":
        return True  # RFC 3834 section 3.3: replies are sent from nobody
    if (
        word_of(mail, "auto-submitted").startswith("auto-")
        or word_of(mail, "precedence").replace("-", "_") == "auto_reply"
    ):
        return True
    return any(mail.header(name) and word_of(mail, name) not in ("no", "false", "0", "none") for name in REPLY_HEADERS)


def folded(mail: ParsedMail) -> str:
    return simplified(normalise(f"{mail.subject}\n{text_of(mail)}"[:MOST_TEXT]))


def _words(mail: ParsedMail) -> str:
    """What an automatic reply says by itself: its subject repeats ours."""
    return simplified(normalise(text_of(mail)[:MOST_TEXT]))


def _said(signs: tuple[Sign, ...]) -> str:
    return SAY("signs_of_bulk", signs=", ".join(signs)) if signs else SAY("no_sign_of_bulk")
