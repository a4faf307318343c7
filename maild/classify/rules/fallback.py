"""What a mail is where no rule fired: never nothing."""

from __future__ import annotations

from collections.abc import Sequence

from maild.classify.rules.view import Sender
from maild.domain.incoming.mail import Automatic, ParsedMail
from maild.domain.incoming.ruling import Kind, Party, Ruling

_AUTOMATIC = {
    Automatic.BOUNCE: Kind.BOUNCE,
    Automatic.AUTO_REPLIED: Kind.AUTO_REPLY,
    Automatic.RECEIPT: Kind.AUTO_REPLY,
    Automatic.CALENDAR: Kind.AUTO_REPLY,
    Automatic.BULK: Kind.BULK,
}

OWN_AGAIN = Ruling(
    kind=Kind.OWN, rule="", party=Party.MACHINE, trusted=False, reasons=("a notice of the office itself came back",)
)


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
        return ruling(Kind.BOUNCE, Party.MACHINE, "a delivery report")
    kind = _AUTOMATIC.get(mail.automatic)
    if kind is not None and not (kind is Kind.BULK and sender.provider):
        return ruling(kind, Party.MACHINE, f"no rule fired; the mail is {mail.automatic}")
    if sender.provider:
        return ruling(Kind.PROVIDER_OTHER, Party.PROVIDER, "from a provider, and no rule understands it")
    if mail.automatic is Automatic.NO and sender.address:
        return ruling(Kind.PATRON_OTHER, Party.PATRON, "a person's mail, and no rule understands it")
    return ruling(Kind.UNKNOWN, Party.MACHINE, "no rule fired; a machine nobody knows, or no sender")
