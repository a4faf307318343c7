"""What a mail is where no rule fired: never nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from maild.classify import SAY
from maild.classify.rules.view import Sender
from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.ruling import Kind, Party, Ruling

MOST_OF_REMARK = 200  # characters
_TELLING = frozenset({"renewal", "unread", "heard"})  # fields that tell an outcome where no event does
_AUTOMATIC = {
    Automatic.BOUNCE: Kind.BOUNCE,
    Automatic.AUTO_REPLIED: Kind.AUTO_REPLY,
    Automatic.RECEIPT: Kind.AUTO_REPLY,
    Automatic.CALENDAR: Kind.AUTO_REPLY,
    Automatic.BULK: Kind.BULK,
}


def own_again() -> Ruling:
    """Of a notice of ours that came back."""
    return Ruling(kind=Kind.OWN, rule="", party=Party.MACHINE, trusted=False, reasons=(SAY("own_again"),))


def fallback(mail: ParsedMail, sender: Sender, notes: Sequence[str]) -> Ruling:
    """A bounce, an automatic reply, a list's mail, else somebody's mail that no rule understands."""

    def ruling(kind: Kind, party: Party, why: str) -> Ruling:
        return Ruling(
            kind=kind,
            rule="",
            party=party,
            provider=sender.provider if party is Party.PROVIDER else "",
            institution=party is Party.PROVIDER and sender.institution,
            shown=party is Party.PROVIDER and sender.shown,
            trusted=sender.proven,
            reasons=(why, *notes, *([sender.doubt] if sender.doubt else [])),
        )

    if mail.bounce is not None:
        return ruling(Kind.BOUNCE, Party.MACHINE, SAY("delivery_report"))
    kind = _AUTOMATIC.get(mail.automatic)
    if kind is not None and not (kind is Kind.BULK and sender.provider):
        return ruling(kind, Party.MACHINE, SAY("automatic_unruled", kind=mail.automatic))
    if sender.provider:
        return ruling(Kind.PROVIDER_OTHER, Party.PROVIDER, SAY("from_provider"))
    if mail.automatic is Automatic.NO and sender.address:
        return ruling(Kind.PATRON_OTHER, Party.PATRON, SAY("from_person"))
    return ruling(Kind.UNKNOWN, Party.MACHINE, SAY("from_machine"))


def untold_beside(ruling: Ruling, aside: str) -> Ruling:
    """A ruling that tells nothing, for what stands beside it: a person reads both."""
    if ruling.party is not Party.PROVIDER:
        return ruling
    fields = {name: value for name, value in ruling.fields.items() if name not in _TELLING}
    why = SAY("beside_it", words=aside[:MOST_OF_REMARK])
    return replace(
        ruling, kind=Kind.PROVIDER_OTHER, event=None, fields=MappingProxyType(fields), reasons=(why, *ruling.reasons)
    )
