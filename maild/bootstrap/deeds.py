"""Where the acts of staff are: the classes that hold them, and the part of the services that each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from maild.office.acting.act import Deed, acts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An act, and the part of the services that does it."""

    deed: Deed
    part: str


# Part of the services → its class, and the nouns of its commands: a command loads those of its own noun alone.
HOLDERS: dict[str, tuple[str, str]] = {
    "acts": ("maild.office.queue.acts:Acts", "queue transactions"),
    "assign_acts": ("maild.office.queue.acts_assign:AssignActs", "queue"),
    "answer_acts": ("maild.office.queue.acts_answer:AnswerActs", "queue"),
    "queue_acts": ("maild.office.queue.acts_queue:QueueActs", "queue"),
    "lost_acts": ("maild.office.queue.acts_bytes:LostActs", "queue"),
    "link_acts": ("maild.office.queue.acts_link:LinkActs", "queue"),
    "desk_acts": ("maild.office.queue.acts_desk:DeskActs", "desk"),
    "row_acts": ("maild.office.queue.acts_rows:RowActs", "queue"),
    "fee_acts": ("maild.office.queue.acts_fee:FeeActs", "queue"),
    "several_acts": ("maild.office.queue.acts_several:SeveralActs", "queue"),
    "sender_acts": ("maild.office.ignoring.acts_senders:SenderActs", "queue senders"),
    "speaker_acts": ("maild.office.providers.acts_speakers:SpeakerActs", "queue senders"),
    "books": ("maild.office.books.acts_books:BookActs", "claims deposit"),
    "voice_acts": ("maild.office.reach.acts_voice:VoiceActs", "patrons notices"),
    "reach_acts": ("maild.office.reach.acts_reach:ReachActs", "addresses"),
    "learner": ("maild.office.learning.learner:Learner", "learn"),
    "outbox_acts": ("maild.office.reach.acts_outbox:OutboxActs", "outbox"),
    "invoice_acts": ("maild.office.invoices.invoice_acts:InvoiceActs", "invoices"),
    "registration_acts": ("maild.office.registration.acts_registration:RegistrationActs", "registrations"),
}


def held(noun: str = "") -> Iterator[Held]:
    """All acts, or those of the commands of a noun ('queue')."""
    for part, (where, nouns) in HOLDERS.items():
        if noun and noun not in nouns.split():
            continue
        module, _, name = where.partition(":")
        for deed in acts_of(getattr(import_module(module), name)):
            if not noun or deed.command.split(" ")[0] == noun:
                yield Held(deed=deed, part=part)
