"""Whether our receiving server says of the mails that come what it found: what proof of a sender rests on."""

from __future__ import annotations

from collections.abc import Iterator

from maild.bootstrap import Services
from maild.doctor.model import Check, ok, warning
from maild.domain.errors import MaildError

MOST = 200  # of the latest mails
FEW = 20  # fewer mails tell nothing
ENOUGH = 0.9  # of the mails: internal ones and those taken by other roads may go without


def stamps(made: Services) -> Iterator[Check]:
    """The share of the latest mails in which our server's Authentication-Results stand where they can be believed."""
    from maild.authenticate.headers import split
    from maild.authenticate.results import trusted_results
    from maild.store import migrate

    authserv_id, hosts = made.settings.authentication.authserv_id, made.read_settings.hosts
    if not authserv_id:
        yield warning("stamps", "no authserv-id: the receiving server's own checks of senders are not used",
                      "authentication.authserv_id: as it stands first in Authentication-Results")  # fmt: skip
        return
    store = made.settings.store
    if not migrate.check(store.url, store.password.reveal()).ok:
        return  # the database says so itself
    with made.store.read() as uow:
        latest = [mail.sha256 for mail in uow.mails.find(limit=MOST)]
    seen, stamped = 0, 0
    for digest in latest:
        try:
            message = split(made.blobs.get(digest), header_only=True)
        except MaildError:
            continue  # missing bytes are another check's matter
        seen += 1
        stamped += trusted_results(message, authserv_id, hosts) is not None
    if seen < FEW:
        yield ok("stamps", f"{stamped} of {seen} mails bear the word of {authserv_id}: too few to tell")
        return
    detail = f"{stamped} of the latest {seen} mails bear the word of {authserv_id} above its own Received line"
    if stamped >= ENOUGH * seen:
        yield ok("stamps", detail)
    else:
        yield warning("stamps", detail, "compare authentication.authserv_id and authentication.receiving_hosts with "
                      "the header of a mail that came: without its word only DKIM proves a sender")  # fmt: skip
