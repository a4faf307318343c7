"""What would be done with a mail, stage by stage, and why: the contract of `maild explain --json`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maild.authenticate import questions_of
from maild.domain.accounting.ledger import LedgerEntry
from maild.domain.accounting.receipt import as_row
from maild.domain.errors import ConfigError
from maild.domain.incoming.decision import Decision, Transition
from maild.domain.incoming.mail import Attachment, Automatic, Bounce
from maild.domain.incoming.matter import Matter
from maild.domain.incoming.peer import SupplierNews
from maild.domain.incoming.peer_rows import KEY, news_row
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Ruling
from maild.parse import date_of, peek
from maild.spine.facts import Facts
from maild.spine.looking.speaking import speaking
from maild.spine.looking.standing import signed_on
from maild.spine.poison import Trouble, guard
from maild.spine.process import Parts
from maild.spine.reading.files import all_attachments

Row = dict[str, object]


def explain(raw: bytes, source: str, parts: Parts, now: datetime) -> Row:
    """One JSON-able object: what the processor would do with these parts. Changes nothing; never raises for what the
    mail is: see its `errors`. Raises ConfigError where no reader can start.
    """
    order = parts.order

    def understand() -> Reading:
        with parts.store.read() as uow:
            sender = peek(raw).sender
            named = speaking(uow, [sender], now).get(sender, "")
        found = parts.reader.read(raw, parts.resolver.txt(questions_of(raw)), named)
        return order.read_now(found, parts.receipts) if parts.receipts is not None else found

    reading = guard(understand, but=ConfigError)
    if isinstance(reading, Trouble):
        return _broken(raw, source, reading)

    def consider() -> tuple[Facts, Decision]:
        with parts.store.read() as uow:
            known = uow.mails.known_message(reading.mail.message_id)
            own = known if known and known.sha256 == reading.mail.sha256 else None
            facts = order.gather(
                uow,
                reading,
                parts.lookup,
                now,
                mail_id=own.id if own else None,
                arrived=own.received if own else _came(reading, now),
            )
        return facts, order.decide(reading, facts, parts.policy)

    considered = guard(consider)
    if isinstance(considered, Trouble):
        return {
            **_read_row(reading, source, now),
            "candidates": [],
            "matters": [],
            "decision": _shunt(considered),
            KEY: [],
            "errors": [considered.what],
        }
    facts, decision = considered
    return {
        **_read_row(order.as_read(reading, facts, parts.policy), source, now),
        "candidates": _candidates(facts, decision),
        "matters": [matter_row(matter) for matter in decision.about.matters],
        "decision": decision_row(decision),
        KEY: [news_row(news) for news in decision.of(SupplierNews)],
        "errors": [],
    }


def _came(reading: Reading, now: datetime) -> datetime:
    """When the server took it in that a file comes from: what its topmost Received says (RFC 5321 section 4.4)."""
    return date_of(reading.mail.header("received").rpartition(";")[2]) or now


def _read_row(reading: Reading, source: str, now: datetime) -> Row:
    mail, auth, main = reading.mail, reading.auth, reading.classification.main
    signed = signed_on(mail, auth.seal, now)
    return {
        "source": source,
        "sha256": mail.sha256,
        "message_id": mail.message_id,
        "date": mail.date.isoformat() if mail.date else "",
        "from": mail.author.address,
        "to": [a.address for a in (*mail.to, *mail.cc)],
        "subject": mail.subject,
        "auth": {
            "verdict": auth.verdict.value,
            "domain": auth.domain,
            "reasons": list(auth.reasons),
            "covers": list(auth.seal.covers) if auth.seal else [],
            "signed": signed.isoformat() if signed else "",
        },
        "automatic": mail.automatic is not Automatic.NO,
        "bounce": _bounce(mail.bounce),
        "reply_text": mail.reply_text,
        "kind": main.kind.value,
        "kinds": [kind.value for kind in reading.classification.kinds],
        "rule": main.rule,
        "fields": {name: field.value for name, field in main.fields.items()},
        "rulings": [_ruling(ruling) for ruling in reading.classification.rulings],
        "rest": list(reading.classification.rest),
        "receipts": [as_row(receipt) for receipt in reading.receipts],
        "attachments": [_attachment(a) for a in all_attachments(mail)],
        "defects": list(mail.defects),
        "seconds": round(reading.seconds, 4),
    }


def _ruling(ruling: Ruling) -> Row:
    """One of the things a mail is, with the fields that belong to it."""
    fields = {name: field.value for name, field in ruling.fields.items()}
    return {"kind": ruling.kind.value, "rule": ruling.rule, "trusted": ruling.trusted, "fields": fields}


def _bounce(bounce: Bounce | None) -> Row | None:
    if bounce is None:
        return None
    recipients = [
        {"address": r.address, "status": r.status, "permanent": r.permanent, "reason": r.reason}
        for r in bounce.recipients
    ]
    return {"recipients": recipients}


def _attachment(attachment: Attachment) -> Row:
    return {
        "filename": attachment.filename,
        "type": attachment.sniffed or attachment.media_type,
        "size": attachment.size,
        "sha256": attachment.sha256,
    }


def _candidates(facts: Facts, decision: Decision) -> Sequence[Row]:
    candidates = decision.about.candidates or facts.candidates
    return [{"transaction": c.transaction.number, "score": c.score, "reasons": list(c.reasons)} for c in candidates]


def decision_row(decision: Decision) -> Row:
    """The decision as JSON-able values; `transaction` and `transactions` name what it is about."""
    return {
        "action": decision.action.value,
        "event": decision.about.event.value if decision.about.event else "",
        "cause": decision.cause.value,
        "transaction": decision.about.transactions[0] if decision.about.transactions else "",
        "transactions": list(decision.about.transactions),
        "moves": [
            {
                "transaction": t.number,
                "before": t.before or "",
                "after": t.after or "",
                "payment_before": t.payment_before or "",
                "payment_after": t.payment_after or "",
            }
            for t in decision.of(Transition)
        ],
        "notices": [
            {"kind": n.kind.value, "recipient": n.recipient, "documents": [name for _, name in n.documents]}
            for n in decision.notices
        ],
        "drafts": [{"kind": n.kind.value, "recipient": n.recipient} for n in decision.drafts],
        "ledger": [ledger_row(entry) for entry in decision.of(LedgerEntry)],
        "reasons": list(decision.reasons),
    }


def matter_row(matter: Matter) -> Row:
    """One matter of a mail as JSON-able values."""
    return {
        "kind": matter.kind.value,
        "about": list(matter.about),
        "words": list(matter.words),
        "outcome": matter.outcome.value,
        "risk": matter.risk.value,
        "confidence": matter.confidence,
        "source": matter.source.value,
        "cause": matter.cause,
        "notices": [kind.value for kind in matter.notices],
        "moved": list(matter.moved),
    }


def ledger_row(entry: LedgerEntry) -> Row:
    """An entry of the books as JSON-able values."""
    postings = [
        {
            "book": p.book.value,
            "amount": str(p.amount.amount),
            "currency": p.amount.currency,
            "patron": p.patron_id,
            "transaction": p.number,
        }
        for p in entry.postings
    ]
    return {"key": entry.key, "kind": entry.kind.value, "reason": entry.reason, "postings": postings}


def _shunt(trouble: Trouble) -> Row:
    return {
        "action": "shunt",
        "event": "",
        "cause": "shunted",
        "transaction": "",
        "transactions": [],
        "moves": [],
        "notices": [],
        "drafts": [],
        "ledger": [],
        "reasons": [trouble.what],
    }


def _broken(raw: bytes, source: str, trouble: Trouble) -> Row:
    """A mail that could not be read: what its header still says, and that it would be shunted."""
    import hashlib

    head = peek(raw)
    return {
        "source": source,
        "sha256": hashlib.sha256(raw).hexdigest(),
        "message_id": head.message_id,
        "date": "",
        "from": head.sender,
        "to": [],
        "subject": head.subject,
        "auth": {"verdict": "none", "domain": "", "reasons": [], "covers": [], "signed": ""},
        "automatic": False,
        "bounce": None,
        "reply_text": "",
        "kind": "unknown",
        "kinds": ["unknown"],
        "rule": "",
        "fields": {},
        "rulings": [],
        "rest": [],
        "receipts": [],
        "attachments": [],
        "candidates": [],
        "matters": [],
        "decision": _shunt(trouble),
        KEY: [],
        "errors": [trouble.what],
        "defects": [],
        "seconds": 0.0,
    }
