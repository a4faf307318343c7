"""How a mail stands in time and in our post: looked up for the law of what binds (maild.domain.incoming.commitment)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maild.authenticate.domains import organisational
from maild.domain.incoming import token
from maild.domain.incoming.commitment import Standing
from maild.domain.incoming.mail import Address, ParsedMail
from maild.domain.incoming.matching import Candidate, Matched, MatchOutcome, Query, Signal
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party, Ruling
from maild.domain.incoming.trust import Seal
from maild.domain.incoming.wishes import concerns_requests
from maild.domain.outgoing.notice import NoticeKind
from maild.domain.records.journal import JournalEntry
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Transaction
from maild.match import NumberFinder
from maild.match.authors import PENDING, is_named
from maild.match.pieces import named_by_clauses, subject_names
from maild.match.score import CJK, says_title
from maild.match.title_words import title_words
from maild.match.words import fold
from maild.spine.looking.lookups import Lookups

DATED = "dated"  # when the mail was signed that moved a request: kept in the journal's line of that move
MOST_ANSWERED = 5  # Message-IDs that are looked up: the one that is answered, and the latest of the thread
# What a library says that has a request; with the others it says that somebody else has it now.
HOLDERS = frozenset({Event.FEE_QUOTED, Event.UNFILLED, Event.CANCELLED})
# What a library of the directory says of a loan is the lender's to say, too.
NEWS_OF_HOLDERS = HOLDERS | {Event.DUE, Event.OVERDUE, Event.RETURNED, Event.RENEWED, Event.CLOSED}
# What a library may tell of a request that is with a network by the record: to whom it was passed on nobody tells us.
_FIRST_NEWS = frozenset({Event.FEE_QUOTED, Event.UNFILLED})
_NUMBERED = frozenset({Signal.NUMBER, Signal.TOKEN, Signal.THREAD})
_READERS = frozenset({Signal.PATRON_NAME, Signal.PATRON_EMAIL, Signal.LOGIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """By what a mail shows that it is meant for us: our addresses, and how requests and our tokens are named.

    systems  folded names of the systems that speak for every provider
    """

    addresses: frozenset[str]
    numbers: NumberFinder
    systems: frozenset[str]

    def owns(self, address: str) -> bool:
        """Whether it is one of our addresses, a detail behind '+' (RFC 5233) apart."""
        user, _, domain = address.rpartition("@")
        return address in self.addresses or f"{user.partition('+')[0]}@{domain}" in self.addresses

    def named(self, text: str, tokens: Collection[str]) -> tuple[str, ...]:
        """Request numbers in a text, said as such or in genuine tokens of ours (`tokens`: what those vouch for)."""
        vouched = (number for word in token.words(text) if (number := token.claimed(word)) in tokens)
        return (*self.numbers.find(text), *vouched)


def signed_on(mail: ParsedMail, seal: Seal | None, arrived: datetime) -> datetime | None:
    """The earlier of the Date that the seal covers and of t=: what is signed once more later is no newer for it.

    A mail without either that its author's own server handed over is as old as its arrival.
    """
    if seal is None:
        return None
    moments = [moment for moment in (mail.date if "date" in seal.covers else None, seal.signed_at) if moment]
    return min(moments, default=arrived if seal.handed else None)


def gather_standing(
    lookups: Lookups,
    reading: Reading,
    query: Query,
    outcome: MatchOutcome,
    candidates: Sequence[Candidate],
    ours: Ours,
    *,
    now: datetime,
    arrived: datetime,
    mail_id: int | None,
) -> Standing:
    """Indexed look-ups: one for a mail that is proven, some more where it answers us or is older than a state."""
    mail, seal, main = reading.mail, reading.auth.seal, reading.classification.main
    if seal is None:
        return Standing(now=now, arrived=arrived)
    dated = signed_on(mail, seal, arrived)
    first = Standing(now=now, arrived=arrived, seal=seal, dated=dated, before=lookups.borne_before(seal.marks, mail_id))
    if main.party is Party.PROVIDER:
        matched = outcome.candidates if isinstance(outcome, Matched) else ()
        first = replace(first, astray=_astray(mail, seal, ours))
        writer = mail.author.name if is_named(fold(mail.author.name), query.provider_names) else ""
        writer = writer or next(iter(query.provider_names), "")
        return _of_news(first, lookups, matched, main, query, ours.systems, writer)
    covers = frozenset(seal.covers)
    return replace(
        first,
        directed=_to_us(mail, covers, ours),
        named=_named(mail, query, candidates, covers, ours),
        pieces=_pieces(mail, candidates, covers),
        answers=_answered(lookups, mail),
        told=_told(lookups, candidates) if concerns_requests(reading) else {},
    )


def _to_us(mail: ParsedMail, covers: frozenset[str], ours: Ours) -> bool:
    lists: tuple[tuple[str, tuple[Address, ...]], ...] = (("to", mail.to), ("cc", mail.cc))
    return any(ours.owns(each.address) for name, addresses in lists if name in covers for each in addresses)


def _astray(mail: ParsedMail, seal: Seal, ours: Ours) -> str:
    """To whom else alone the news was written; blind copies, lists of the sender and our own house tell nothing."""
    if "to" not in seal.covers or not mail.to or not any(ours.addresses):
        return ""
    if any(ours.owns(each.address) for each in (*mail.to, *mail.cc)):
        return ""
    near = {organisational(address.rpartition("@")[2]) for address in (*ours.addresses, mail.author.address)}
    return "" if any(organisational(each.domain) in near for each in mail.to) else mail.to[0].address


def _named(
    mail: ParsedMail, query: Query, candidates: Sequence[Candidate], covers: frozenset[str], ours: Ours
) -> frozenset[str]:
    """Requests that the covered parts name. The body always is covered; a subject can be put on a signed mail."""
    subject = "subject" in covers
    inner = [f"{each.subject}\n{each.text}" for each in mail.forwarded[:3]]
    text = "\n".join([mail.subject if subject else "", mail.text, mail.quoted_text, *inner])
    threads = query.threads if covers & {"in-reply-to", "references"} else ()
    titled = [c.transaction.number for c in candidates if subject and any(e.signal is Signal.TITLE for e in c.evidence)]
    return frozenset([*ours.named(text, query.tokens), *threads, *titled])


def _pieces(mail: ParsedMail, candidates: Sequence[Candidate], covers: frozenset[str]) -> frozenset[str]:
    """Requests that the covered words name as people do: 'the islet paper'."""
    own = [c.transaction for c in candidates]
    in_subject = named_by_clauses(mail.subject, own) | subject_names(mail.subject, own) if "subject" in covers else ()
    return named_by_clauses(mail.reply_text, own) | frozenset(in_subject)


def _answered(lookups: Lookups, mail: ParsedMail) -> datetime | None:
    """When the latest of our notices that the mail answers was sent."""
    messages = dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)])
    rows = (lookups.uow.outbox.of_message(message) for message in list(messages)[:MOST_ANSWERED])
    return max((row.sent for row in rows if row and row.sent), default=None)


def _told(lookups: Lookups, candidates: Sequence[Candidate]) -> dict[str, datetime]:
    """When the fee of each request that waits for a consent became known: nobody consents to it before."""
    cases = [c.transaction for c in candidates if c.transaction.state is State.CONDITIONAL]
    waiting = [case.number for case in cases]
    found: dict[str, datetime] = {}
    for row in lookups.uow.outbox.about(waiting) if waiting else ():
        if row.request.kind is NoticeKind.FEE_NOTICE and row.sent:
            found.setdefault(row.request.number, row.sent)
    for case in cases:
        if case.submitted:
            found.setdefault(case.number, case.submitted)
    for number in waiting:
        line = next((e for e in _moves(lookups, number) if e.after == State.CONDITIONAL), None)
        if line is not None:
            found[number] = moment_of(line)
    return found


def _moves(lookups: Lookups, number: str) -> list[JournalEntry]:
    """The moves of a request, latest first."""
    return [entry for entry in reversed(lookups.uow.journal.of_transaction(number)) if entry.what == "state"]


def moment_of(entry: JournalEntry) -> datetime:
    """When a move happened: as the mail was signed that told it, or when it was made here."""
    dated = entry.data.get(DATED)
    return datetime.fromisoformat(dated) if isinstance(dated, str) else entry.at


def last_move(lookups: Lookups, case: Transaction) -> datetime | None:
    """The last that a mail or a person made; our own clock knows nothing new of a request.

    Of one that was imported as it stands nothing is known but when it was submitted.
    """
    moves = _moves(lookups, case.number)
    known = [e for e in moves if e.mail_id is not None or e.actor != "maild"]
    return moment_of(known[0]) if known else None if moves else case.submitted


def _of_news(
    first: Standing,
    lookups: Lookups,
    matched: Sequence[Candidate],
    main: Ruling,
    query: Query,
    systems: frozenset[str],
    writer: str,
) -> Standing:
    """What moved is looked up only where the news is older than the state, which is rare."""
    cases = [c.transaction for c in matched]
    older = [t for t in cases if first.dated and (t.since is None or first.dated < t.since)]
    moved = {t.number: moment for t in older if (moment := lookups.moved(t.number) or last_move(lookups, t))}
    another = [c for c in matched if _speaks_for_another(c.transaction, main, query, systems)]
    taken = {c.transaction.number: writer for c in another if _takes_over(c, main, query, lookups)}
    elsewhere = {t.number: t.provider for t in (c.transaction for c in another) if t.number not in taken}
    return replace(first, moved=moved, elsewhere=elsewhere, taken_over=taken)


def _takes_over(candidate: Candidate, main: Ruling, query: Query, lookups: Lookups) -> bool:
    """Whether a library may say that it has no copy, or what one costs, of a request that is on record with a network:
    it names the request by two things of it, and nothing shows to whom the network passed it on.
    """
    case, signs = candidate.transaction, {each.signal for each in candidate.evidence}
    called = case.number == query.titled or says_title(query.said, case.title)
    named = called + sum(not signs.isdisjoint(some) for some in (_NUMBERED, _READERS))
    if (
        main.event not in _FIRST_NEWS
        or case.state not in PENDING
        or named < 2
        or fold(case.provider) not in query.passing_on
    ):
        return False
    if "." in query.provider or _names_holder(case, query):  # known by who gave out its domain; whose news is it?
        return False
    asked = main.event is not Event.FEE_QUOTED or title_words().asks_a_yes.search(query.told)
    if not asked:  # the price of another, or of another time
        return False
    told = lookups.moved(case.number) or lookups.told(case.number) or lookups.uow.reviews.waits_about(case.number)
    return not (told or any(map(_tells_holder, lookups.uow.journal.of_transaction(case.number))))


def _names_holder(case: Transaction, query: Query) -> bool:
    """Whether the mail names the network on record, too, and not as who passed it on: it may be that one's news."""
    holder, told = fold(case.provider), fold(query.told)
    name = holder[:4] if holder[:1] >= CJK else holder[:10]
    passed = told.count(name) - fold(title_words().came_by.sub(" ", query.told)).count(name)
    return query.said.count(name) > passed


def _tells_holder(entry: JournalEntry) -> bool:
    """Whether a line of a request's history shows who has it: a mail or a person moved it, or changed its library."""
    return entry.data.get("field") == "provider" or (
        entry.what != "import" and (entry.mail_id is not None or entry.actor != "maild")
    )


def _speaks_for_another(case: Transaction, main: Ruling, query: Query, systems: Iterable[str]) -> bool:
    """Whether the mail names a library that does not have the request.

    The name of a system, or of the network that writes, says not which of its libraries has it.
    """
    holder, named = fold(case.provider), fold(main.value("provider_name"))
    if query.institution:
        return (
            (main.event in NEWS_OF_HOLDERS or _unagreed(case, main.event))
            and bool(holder)
            and not (query.by_letter and case.number in query.answered)
            and not (is_named(holder, query.provider_names) or holder in query.networks or holder in systems)
        )
    spoken = main.event in NEWS_OF_HOLDERS or _unagreed(case, main.event)
    if spoken and not query.system and holder in query.other_providers and holder not in query.networks:
        return True
    networks = {*systems, *query.provider_names}
    if main.event not in HOLDERS or not holder or not named or {holder, named} & networks:
        return False
    return holder not in named and named not in holder


def _unagreed(case: Transaction, event: Event | None) -> bool:
    """Whether a copy is supplied while the patron has not agreed to the price, which is another library's."""
    return event is Event.SHIPPED and case.state is State.CONDITIONAL


def dated_row(dated: datetime | None) -> Mapping[str, object]:
    """As the journal keeps it."""
    return {DATED: dated.isoformat()} if dated else {}
