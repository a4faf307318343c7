"""Where the acts of staff are: the classes that hold them, and the part of the services that each is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from maild.office.acting.act import By, Deed, acts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An act, and the part of the services that does it."""

    deed: Deed
    part: str

    def do(self, services: object, told: dict[str, Any], *, by: By) -> Any:
        """Do it with these services. Raises as the act does."""
        maker = MAKERS.get(self.part)
        return self.deed.do(_named(maker)(services) if maker else getattr(services, self.part), told, by=by)


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
    "statement_acts": ("maild.office.books.acts_statements:StatementActs", "reconcile deposit"),
    "contact_acts": ("maild.office.reach.acts_contact:ContactActs", "patrons notices"),
    "reach_acts": ("maild.office.reach.acts_reach:ReachActs", "addresses"),
    "learner": ("maild.office.learning.learner:Learner", "learn"),
    "outbox_acts": ("maild.office.reach.acts_outbox:OutboxActs", "outbox"),
    "invoice_acts": ("maild.office.invoices.invoice_acts:InvoiceActs", "invoices"),
    "registration_acts": ("maild.office.registration.acts_registration:RegistrationActs", "registrations"),
    "clock_trust": ("maild.office.watch.clock_trust:ClockTrust", "clock"),
    "account_acts": ("maild.console.access.acts_accounts:AccountActs", "user"),
    "page_acts": ("maild.console.deeds.desk:PageActs", "desk"),
    "word_acts": ("maild.console.deeds.notices:WordActs", "notices"),
    "privacy": ("maild.office.privacy.erasing:Privacy", ""),
    "rule_acts": ("maild.office.workshop.rule_acts:RuleActs", "rules"),
}
# What is made for one act, of the services: parts that stand above them, by name.
MAKERS: dict[str, str] = {
    "account_acts": "maild.console.access.acts_accounts:account_acts",
    "page_acts": "maild.console.deeds.desk:page_acts",
    "word_acts": "maild.console.deeds.notices:word_acts",
    "privacy": "maild.benches:privacy",
    "rule_acts": "maild.benches:rule_acts",
}


def held(noun: str = "") -> Iterator[Held]:
    """All acts, or those of the commands of a noun ('queue')."""
    for part, (where, nouns) in HOLDERS.items():
        if noun and noun not in nouns.split():
            continue
        for deed in acts_of(_named(where)):
            if not noun or deed.command.split(" ")[0] == noun:
                yield Held(deed=deed, part=part)


def _named(where: str) -> Any:
    module, _, name = where.partition(":")
    return getattr(import_module(module), name)
