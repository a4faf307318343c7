"""What proof of our senders rests on: our receiving server's word, and that they write to an address of ours."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import getaddresses
from typing import TYPE_CHECKING

from maild.bootstrap import Services
from maild.doctor.model import Check, ok, warning
from maild.doctor.texts import SAY
from maild.domain.errors import MaildError

if TYPE_CHECKING:
    from maild.authenticate.headers import Message

MOST = 200  # of the latest mails
FEW = 20  # fewer mails tell nothing
ENOUGH = 0.9  # of the mails: internal ones and those taken by other roads may go without


def stamps(made: Services) -> Iterator[Check]:
    """The share of the latest mails that bear our server's Authentication-Results where they can be believed, and of
    the patrons' mails that are addressed to us: what is not addressed to us binds nobody
    (maild.domain.incoming.commitment).
    """
    from maild.store import migrate

    store = made.settings.store
    if not made.settings.authentication.authserv_id:
        yield warning(
            "stamps",
            SAY("no_authserv_id"),
            SAY("set_authserv_id"),
        )
    if not migrate.check(store.url, store.password.reveal()).ok:
        return  # the database says so itself
    latest = _latest(made)
    if made.settings.authentication.authserv_id:
        yield _stamped(made, [head for _, head in latest])
    yield _addressed(made, [head for patron, head in latest if patron])


def _latest(made: Services) -> list[tuple[bool, Message]]:
    """The headers of the latest mails, each with whether a patron's address wrote it; missing bytes are left out."""
    from maild.authenticate.headers import split

    with made.store.read() as uow:
        latest = [(mail.sender.lower(), mail.sha256) for mail in uow.mails.find(limit=MOST)]
        patrons = uow.patrons.by_email(sorted({sender for sender, _ in latest}))
    known = {email.address.lower() for patron in patrons for email in patron.emails}
    found = []
    for sender, digest in latest:
        try:
            found.append((sender in known, split(made.blobs.get(digest), header_only=True)))
        except MaildError:
            continue  # missing bytes are another check's matter
    return found


def _stamped(made: Services, heads: list[Message]) -> Check:
    from maild.authenticate.results import trusted_results

    authserv_id, hosts = made.settings.authentication.authserv_id, made.read_settings.hosts
    seen, stamped = len(heads), sum(trusted_results(head, authserv_id, hosts) is not None for head in heads)
    if seen < FEW:
        return ok("stamps", SAY("few_stamped", stamped=stamped, seen=seen, id=authserv_id))
    detail = SAY("stamped", stamped=stamped, seen=seen, id=authserv_id)
    if stamped >= ENOUGH * seen:
        return ok("stamps", detail)
    return warning(
        "stamps",
        detail,
        SAY("compare_authserv_id"),
    )


def _addressed(made: Services, heads: list[Message]) -> Check:
    seen, addressed = len(heads), sum(_to_us(head, made) for head in heads)
    if seen < FEW:
        return ok("aliases", SAY("few_addressed", addressed=addressed, seen=seen))
    detail = SAY("addressed", addressed=addressed, seen=seen)
    if addressed >= ENOUGH * seen:
        return ok("aliases", detail)
    return warning(
        "aliases",
        detail,
        SAY("add_alias"),
    )


def _to_us(head: Message, made: Services) -> bool:
    fields = [field.text() for field in (*head.named(b"to"), *head.named(b"cc"))]
    return any(made.lookup.ours.owns(address.lower()) for _, address in getaddresses(fields))
