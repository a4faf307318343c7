"""What ties a mail's sender, and the addresses a machine names, to this office: whom notices of ours went to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from maild.domain.incoming.mail import Automatic
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Party
from maild.spine.looking.lookups import Lookups

MOST_NAMED = 20  # addresses of one automatic mail that are looked up
MOST_TEXT = 20_000  # characters in which they are looked for
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TieFacts:
    """written: notices of ours went to the sender; named: addresses in a machine's mail that they went to.

    provider: the sender writes from a provider's address, proven or not. own_address: the office's.
    """

    own_address: str = ""
    written: bool = False
    named: tuple[str, ...] = ()
    provider: bool = False


def gather_ties(reading: Reading, lookups: Lookups, *, own_address: str, provider: bool) -> TieFacts:
    """One look-up at most; of a trusted provider's mail nothing is asked."""
    ruling, mail = reading.classification.main, reading.mail
    if ruling.party is Party.PROVIDER and ruling.trusted:
        return TieFacts(own_address=own_address, provider=True)
    author = mail.author.address
    named: tuple[str, ...] = ()
    if mail.automatic is not Automatic.NO or ruling.party is Party.MACHINE:
        found = dict.fromkeys(hit.lower().strip(".") for hit in _ADDRESS.findall(mail.text[:MOST_TEXT]))
        named = tuple(address for address in found if address not in (own_address, author))[:MOST_NAMED]
    written = lookups.written([author, *named])
    return TieFacts(
        own_address=own_address,
        provider=provider,
        written=author in written,
        named=tuple(address for address in named if address in written),
    )
