"""Whether a mail's author only looks like somebody we know; looked up for those who are not."""

from __future__ import annotations

from collections.abc import Sequence

from maild.authenticate.lookalike import Known, lookalike
from maild.domain.incoming.mail import Address
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind, Party
from maild.domain.requests.patron import Patron
from maild.spine import SAY
from maild.spine.looking.lookups import Lookups
from maild.traditional import simplified


def gather_lookalikes(
    lookups: Lookups,
    reading: Reading,
    known: Known,
    authors: Sequence[Patron],
    mail_id: int | None,
    *,
    listed: bool,
) -> tuple[str, ...]:
    """What staff should look at twice, in words; none of a proven provider, of a notice of ours, or a report.

    listed  False: only a registry vouches for the provider, and whoever it let in may want to look like another
    """
    author, main = reading.mail.author, reading.classification.main
    if (
        (main.party is Party.PROVIDER and main.trusted and listed)
        or main.kind in (Kind.OWN, Kind.BOUNCE)
        or not author.address
    ):
        return ()
    if authors and reading.auth.passed:
        return ()  # a patron's own address, proven: whatever it is called
    found = tuple(lookalike(author, known))
    return (*found, *_patrons_name(lookups, author, mail_id)) if not authors else found


def _patrons_name(lookups: Lookups, author: Address, mail_id: int | None) -> tuple[str, ...]:
    """A patron's name on an address that nobody has registered."""
    name = author.name.strip()
    namesakes = {p.patron_id: p for text in {name, simplified(name)} if text for p in lookups.uow.patrons.by_name(text)}
    if not namesakes:
        return ()
    earlier = [mail for mail in lookups.uow.mails.of_sender(author.address, 2) if mail.id != mail_id]
    ids = ", ".join(sorted(namesakes)[:3])
    if earlier:
        return (SAY("name_borrowed", patrons=ids, address=author.address),)
    return (SAY("name_of_new_address", patrons=ids, address=author.address),)
