"""Everything a queue item's page shows, in one read: the mail, who wrote it, what it says, what it may be about, and
why that was not sure. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from maild.authenticate import questions_of
from maild.classify import SAY as CLASSIFY
from maild.domain.accounting.payment import SeenReceipt
from maild.domain.calendar import Limit
from maild.domain.errors import NotFound
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.outgoing.notice import OutboxEntry
from maild.domain.records.journal import JournalEntry, MailRecord, ReviewItem, ReviewState
from maild.office import SAY as COMMON
from maild.office.acting.drafts import history_of, rows_of
from maild.office.queue import SAY
from maild.office.queue.acts_answer import AnswerActs, Draft
from maild.office.queue.acts_rows import RowActs
from maild.office.queue.assigning import Share, decide_assigned
from maild.office.queue.mail_rows import Offer, RowView, offered, rows_of_mail
from maild.office.queue.missing import CandidateView, EvidenceView, Missing, missing
from maild.office.queue.undo import undoable
from maild.spine.poison import Trouble, guard
from maild.spine.process import Parts

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

MOST_EARLIER = 20  # items of the same sender
SECRET = "password"  # noqa: S105  the field of a link's password: it is shown to nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthView:
    """Whether the sender is proven, and why.

    at    when it was judged; None: only now, from what the DNS says today (older mails)
    how   'dkim', 'authentication-results', 'arc' or ''
    """

    verdict: Verdict = Verdict.NONE
    domain: str = ""
    how: str = ""
    policy: str = ""
    reasons: tuple[str, ...] = ()
    at: datetime | None = None

    @property
    def words(self) -> str:
        """The verdict in a sentence."""
        return {
            Verdict.PASS: SAY("proven_by", domain=self.domain, how=self.how),
            Verdict.FAIL: SAY("not_who_it_says"),
            Verdict.NONE: CLASSIFY("unproven"),
            Verdict.TEMPORARY: SAY("dns_silent"),
        }[self.verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """A value that a rule read from the mail; source says where ('subject', 'label 事务号' …)."""

    name: str
    value: str
    confidence: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingView:
    """One of the things the mail is; the first of them decided."""

    kind: str
    rule: str
    party: str
    provider: str
    event: str
    trusted: bool
    fields: tuple[FieldView, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An item with all that is known of it.

    reading   the mail, read again; None where there is none, or (`trouble` says why) it cannot be read
    notices   what the mail (or the item) made us write, drafts included; `drafts` as they would go now
    due       by when it must be done; None: no limit; Limit.unknown: years whose working days are not known
    rows      of a mail about several requests: what became of each
    offer     what assigning it to its only candidate would do, where its mail is a provider's
    earlier   items of the same sender, the latest first; undoable: '' where it may be taken back, else why not
    """

    item: ReviewItem
    mail: MailRecord | None
    locations: tuple[MailKey, ...]
    reading: Reading | None
    trouble: str
    auth: AuthView | None
    rulings: tuple[RulingView, ...]
    candidates: tuple[CandidateView, ...]
    missing: Missing | None
    receipts: tuple[SeenReceipt, ...]
    drafts: tuple[Draft, ...]
    notices: tuple[OutboxEntry, ...]
    decisions: tuple[Mapping[str, object], ...]
    history: tuple[JournalEntry, ...]
    earlier: tuple[ReviewItem, ...]
    undoable: str
    due: Limit | None
    rows: tuple[RowView, ...] = ()
    offer: Offer | None = None


class ItemViews:
    """Reads items for their page."""

    def __init__(self, parts: Parts, answers: AnswerActs, rows: RowActs) -> None:
        self._parts, self._answers, self._rows = parts, answers, rows

    def explain_item(self, item_id: int, *, look_up: bool = True) -> ItemView:
        """The item with all that is known of it. Raises NotFound.

        look_up: ask DNS (cached), as a rule trusts a provider only where the sender is proven; without, `trusted` of
        rulings means nothing. The verdict shown is the one of the day the mail was decided.
        """
        with self._parts.store.read() as uow:
            item = uow.reviews.get(item_id)
            if item is None:
                raise NotFound(COMMON("no_item", id=item_id), remedy="maild queue list")
            mail = uow.mails.get(item.mail_id) if item.mail_id is not None else None
            decisions = tuple(uow.decisions.of_mail(item.mail_id)) if item.mail_id is not None else ()
        auth = stored_auth(decisions)
        reading, trouble = self._reread(mail, look_up=look_up)
        drafts = guard(lambda: self._answers.drafts(item_id, reading=reading))
        if isinstance(drafts, Trouble):
            trouble = trouble or drafts.what
        with self._parts.store.read() as uow:
            candidates = _candidates(uow, item)
            return ItemView(
                item=item,
                mail=mail,
                locations=tuple(uow.mails.locations(mail.id)) if mail else (),
                reading=reading,
                trouble=trouble,
                auth=auth or (_auth(reading.auth) if reading else None),
                rulings=tuple(map(_ruling, reading.classification.rulings)) if reading else (),
                candidates=candidates,
                missing=missing(item.cause, candidates, reading, self._parts.lookup),
                receipts=tuple(uow.receipts.of_mail(item.mail_id)) if item.mail_id is not None else (),
                drafts=() if isinstance(drafts, Trouble) else tuple(drafts),
                notices=tuple(rows_of(uow, item)),
                decisions=decisions,
                history=tuple(history_of(uow, item)),
                undoable=undoable(uow, item),
                due=self._parts.policy.queue.limit(item),
                offer=self._offer(uow, item, reading, candidates),
                rows=self._rows.rows(uow, item, rows_of_mail(reading)),
                earlier=tuple(e for e in uow.reviews.of_sender(item.sender, limit=MOST_EARLIER + 1) if e.id != item_id),
            )

    def _offer(
        self, uow: UnitOfWork, item: ReviewItem, reading: Reading | None, candidates: Sequence[CandidateView]
    ) -> Offer | None:
        about = candidates[0].transaction if len(candidates) == 1 else None
        main = reading.classification.main if reading else None
        if about is None or main is None or main.party is not Party.PROVIDER or item.state is not ReviewState.OPEN:
            return None
        now = self._parts.clock.now()
        return offered(lambda: decide_assigned(self._parts, uow, item, reading, [about], Share(), now))

    def _reread(self, mail: MailRecord | None, *, look_up: bool) -> tuple[Reading | None, str]:
        """The mail as the rules read it today."""
        if mail is None:
            return None, ""

        def read() -> Reading:
            raw = self._parts.blobs.get(mail.sha256)
            answers = self._parts.resolver.txt(questions_of(raw)) if look_up else {}
            return self._parts.reader.read(raw, answers)

        found = guard(read)
        return (None, found.what) if isinstance(found, Trouble) else (found, "")


def stored_auth(decisions: Sequence[Mapping[str, object]]) -> AuthView | None:
    """How the sender was judged when the mail was last decided."""
    for decision in reversed(decisions):
        kept = decision.get("auth")
        if isinstance(kept, Mapping):
            at, reasons = decision.get("at"), kept.get("reasons")
            return AuthView(
                verdict=Verdict(str(kept["verdict"])),
                domain=str(kept["domain"]),
                how=str(kept["how"]),
                policy=str(kept["policy"]),
                at=at if isinstance(at, datetime) else None,
                reasons=tuple(reasons) if isinstance(reasons, list | tuple) else (),
            )
    return None


def _auth(report: AuthReport) -> AuthView:
    return AuthView(
        verdict=report.verdict, domain=report.domain, how=report.how, policy=report.policy, reasons=report.reasons
    )


def _ruling(ruling: Ruling) -> RulingView:
    fields = tuple(
        FieldView(name=name, value=f.value, confidence=f.confidence, source=f.source)
        for name, f in ruling.fields.items()
        if name != SECRET
    )
    return RulingView(
        kind=ruling.kind.value,
        rule=ruling.rule,
        party=ruling.party.value,
        provider=ruling.provider,
        event=ruling.event.value if ruling.event else "",
        trusted=ruling.trusted,
        fields=fields,
        reasons=ruling.reasons,
    )


def _candidates(uow: UnitOfWork, item: ReviewItem) -> tuple[CandidateView, ...]:
    numbers = [str(row.get("transaction")) for row in item.candidates]
    known = {t.number: t for t in uow.transactions.get_many(numbers)}
    patrons = {p.patron_id: p for p in uow.patrons.get_many([t.patron_id for t in known.values()])}
    found = []
    for number, row in zip(numbers, item.candidates, strict=True):
        transaction = known.get(number)
        found.append(
            CandidateView(
                number=number,
                score=int(str(row.get("score") or 0)),
                evidence=_evidence(row),
                transaction=transaction,
                patron=patrons.get(transaction.patron_id) if transaction else None,
            )
        )
    return tuple(found)


def _evidence(row: Mapping[str, object]) -> tuple[EvidenceView, ...]:
    """As it was kept; of an item kept before evidence was, from its sentences ('+55 says the number …')."""
    kept = row.get("evidence")
    if isinstance(kept, list | tuple):
        return tuple(
            EvidenceView(signal=str(e["signal"]), points=int(e["points"]), reason=str(e["reason"])) for e in kept
        )
    reasons = row.get("reasons")
    return tuple(_said(str(reason)) for reason in reasons) if isinstance(reasons, list | tuple) else ()


def _said(reason: str) -> EvidenceView:
    points, _, words = reason.partition(" ")
    if points[:1] in ("+", "-") and points[1:].isdigit():
        return EvidenceView(signal="", points=int(points), reason=words)
    return EvidenceView(signal="", points=0, reason=reason)
