"""ISO 18626 messages that staff bring in: each becomes a mail of its provider, stored, decided and recorded like one.

Being stored like a mail is what makes it idempotent (the same message gives the same bytes), what lets staff settle it
from the queue where it cannot be applied, and what keeps it for a replay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from maild.classify.providers import Provider, Providers
from maild.domain.errors import StaleVersion, Temporary
from maild.domain.incoming.decision import Action, Decision
from maild.domain.incoming.mail import MailKey
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.trust import Verdict
from maild.domain.records.journal import JournalEntry, NewMail
from maild.office.providers import SAY
from maild.peers.message import MOST_BYTES, Found, canonical, from_bytes
from maild.peers.schema import MESSAGE, Tree, faults, ordered
from maild.peers.xml import BadXml
from maild.spine.process import Parts
from maild.spine.recording.record import Page
from maild.spine.recording.searched import snippet, text_of_item

if TYPE_CHECKING:
    from maild.store.uow import UnitOfWork

PLACE = "iso18626/import"  # where such mails lie, instead of a folder
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One message of a file. `outcome`: applied, review, ignored, known (nothing was done), or error."""

    file: str
    place: str
    outcome: str
    number: str = ""
    supplier: str = ""
    status: str = ""
    reasons: tuple[str, ...] = ()
    remedy: str = ""
    mail_id: int | None = None


class PeerImport:
    """Takes messages in; staff vouch for them, and their name is kept."""

    def __init__(self, parts: Parts, providers: Providers, office: str) -> None:
        self._parts, self._providers, self._office = parts, providers, office

    def run(self, path: Path, *, actor: str, dry_run: bool = False) -> Iterator[Imported]:
        """Every message of a file, in order; what is wrong with one does not stop the others."""
        try:
            with path.open("rb") as file:
                found = from_bytes(file.read(MOST_BYTES + 1))
        except OSError as error:
            yield Imported(
                file=str(path),
                place="",
                outcome="error",
                reasons=(error.strerror or str(error),),
                remedy=SAY("file_unreadable"),
            )
            return
        except BadXml as error:
            yield Imported(file=str(path), place="", outcome="error", reasons=(str(error),), remedy=SAY("export_again"))
            return
        for one in found:
            yield self._one(str(path), one, actor=actor, dry_run=dry_run)

    def _one(self, file: str, found: Found, *, actor: str, dry_run: bool) -> Imported:
        result = Imported(file=file, place=found.place, outcome="error")
        wrong = tuple(faults(found.tree))
        if wrong:
            return replace(result, reasons=wrong, remedy=SAY("mend_message", message=MESSAGE))
        tree = ordered(found.tree)
        header = tree["header"]
        agency = header["supplyingAgencyId"]
        provider = self._providers.of_agency(agency["agencyIdType"], agency["agencyIdValue"])
        result = replace(result, number=header["requestingAgencyRequestId"], status=tree["statusInfo"]["status"])
        if provider is None:
            who = f"{agency['agencyIdType']}:{agency['agencyIdValue']}"
            return replace(result, reasons=(SAY("unknown_agency", who=who),), remedy=SAY("agency_in_rules", who=who))
        raw = as_mail(tree, provider, self._office)
        done = self._take(raw, provider, actor=actor, dry_run=dry_run)
        return replace(done, file=file, place=found.place, number=result.number, status=result.status)

    def _take(self, raw: bytes, provider: Provider, *, actor: str, dry_run: bool) -> Imported:
        reading = _vouched(self._parts.reader.read(raw, {}))
        if not dry_run:
            self._parts.blobs.put_many([raw])
        for _ in range(TRIES):
            with suppress(StaleVersion):
                return self._record(raw, reading, provider, actor=actor, dry_run=dry_run)
        raise Temporary(SAY("request_changes"), remedy=SAY("import_again"))

    def _record(self, raw: bytes, reading: Reading, provider: Provider, *, actor: str, dry_run: bool) -> Imported:
        parts, now = self._parts, self._parts.clock.now()
        if dry_run:
            with parts.store.read() as uow:
                known = uow.mails.known_message(reading.mail.message_id)
                decision = parts.order.decide(
                    reading, parts.order.gather(uow, reading, parts.lookup, now), parts.policy
                )
            return _known(provider, known.id) if known else _said(decision, provider, None)
        with parts.store.begin() as uow:
            mail_id, fresh = _store(uow, raw, reading, now)
            if not fresh:
                return _known(provider, mail_id)
            facts = parts.order.gather(uow, reading, parts.lookup, now, mail_id=mail_id)
            decision = parts.order.decide(reading, facts, parts.policy)
            page = Page(uow, now, parts.order, actor=actor)
            page.record(
                uow.mails.get(mail_id), decision, text_of_item(reading, facts, decision), snippet=snippet(reading.mail)
            )
            number = next(iter(decision.about.transactions), "")
            uow.journal.add(
                [
                    JournalEntry(
                        what="import",
                        at=now,
                        actor=actor,
                        number=number,
                        mail_id=mail_id,
                        after=decision.action,
                        reasons=(SAY("message"),),
                    )
                ]
            )
            page.close()
        return _said(decision, provider, mail_id)


def as_mail(tree: Tree, provider: Provider, office: str) -> bytes:
    """The message as a mail of its provider. The same message gives the same bytes, whoever brings it."""
    content = canonical(tree)
    digest = hashlib.sha256(content).hexdigest()[:32]
    header, mail = tree["header"], EmailMessage(policy=SMTP)
    mail["From"] = provider.addresses[0] if provider.addresses else f"iso18626@{provider.domains[0]}"
    mail["To"] = office
    mail["Subject"] = SAY(
        "message_of", status=tree["statusInfo"]["status"], number=" ".join(header["requestingAgencyRequestId"].split())
    )
    mail["Date"] = format_datetime(_moment(header["timestamp"]))
    mail["Message-ID"] = f"<{digest}@iso18626.import.invalid>"
    mail.set_content("An ISO 18626 message, imported by staff.\n")
    mail.add_attachment(content, maintype="application", subtype="xml", filename="message.xml")
    mail.set_boundary(f"=_{digest}")
    return mail.as_bytes()


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _vouched(reading: Reading) -> Reading:
    """Staff brought it: that it is the provider's needs no other proof."""
    main = replace(reading.classification.main, trusted=True)
    rulings = (main, *reading.classification.rulings[1:])
    classification = replace(reading.classification, rulings=rulings)
    return replace(reading, classification=classification, auth=replace(reading.auth, verdict=Verdict.NONE))


def _store(uow: UnitOfWork, raw: bytes, reading: Reading, now: datetime) -> tuple[int, bool]:
    """The id of the stored mail, and whether it is new. Nobody else sees it before it is decided."""
    digest = hashlib.sha256(raw).hexdigest()
    new = NewMail(
        key=MailKey(PLACE, 1, int(digest[:12], 16)),
        sha256=digest,
        size=len(raw),
        message_id=reading.mail.message_id,
        sender=reading.mail.author.address,
        subject=reading.mail.subject,
        internal_date=reading.mail.date,
    )
    known = uow.mails.known_message(reading.mail.message_id)
    if known is not None:
        return known.id, False
    (stored,) = uow.mails.add([new], now=now)
    return stored.mail_id, stored.fresh


OUTCOMES = {
    Action.APPLY: "applied",
    Action.IGNORE: "ignored",
    Action.REVIEW: "review",
    Action.DEFER: "ignored",
    Action.SHUNT: "error",
}


def _said(decision: Decision, provider: Provider, mail_id: int | None) -> Imported:
    outcome = "review" if decision.cause else OUTCOMES[decision.action]
    remedy = "maild queue list" if outcome == "review" else ""
    return Imported(
        file="",
        place="",
        outcome=outcome,
        supplier=provider.id,
        reasons=decision.reasons[:3],
        remedy=remedy,
        mail_id=mail_id,
    )


def _known(provider: Provider, mail_id: int) -> Imported:
    why = SAY("imported_before", id=mail_id)
    return Imported(file="", place="", outcome="known", supplier=provider.id, reasons=(why,), mail_id=mail_id)
