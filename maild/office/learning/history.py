"""What would be done today with the mails that staff have decided: the own history as a measure. Writes nothing.

Each mail is read again and decided as of the day it came, on what is known of its requests today: a request that has
gone on since shows so. Staff looked at whose it was, so its author counts as proven.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from maild.domain.errors import ConfigError
from maild.domain.incoming.decision import Decision
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.records.journal import MailRecord
from maild.office.learning.labels import StaffLabel
from maild.spine.poison import Trouble, guard
from maild.spine.process import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """A mail with what staff say it is, what is read in it today, and what would be done."""

    mail: MailRecord
    label: StaffLabel
    reading: Reading
    decision: Decision


def again(parts: Parts, mail: MailRecord, label: StaffLabel) -> Again | None:
    """None where the mail is gone or broken. Raises Temporary as the store does, ConfigError where no reader starts."""
    read = guard(lambda: parts.reader.read(parts.blobs.get(mail.sha256), {}), but=ConfigError)
    if isinstance(read, Trouble):
        return None
    author = read.mail.author
    reading = replace(read, auth=AuthReport(verdict=Verdict.PASS, address=author.address, domain=author.domain))
    came = mail.received or mail.stored or parts.clock.now()

    def consider() -> Decision:
        with parts.store.read() as uow:
            facts = parts.order.gather(uow, reading, parts.lookup, came, mail_id=mail.id, arrived=came)
        return parts.order.decide(reading, facts, parts.policy)

    decision = guard(consider)
    return None if isinstance(decision, Trouble) else Again(mail=mail, label=label, reading=reading, decision=decision)


def history(parts: Parts, labelled: list[tuple[MailRecord, StaffLabel]]) -> Iterator[Again]:
    """Those of them that can still be read, in their order."""
    return (found for mail, label in labelled if (found := again(parts, mail, label)) is not None)
