"""What is held on a person, what of it must stay, and what a row says once its person was erased. Pure.

Erasure takes what names the person and leaves what the office has to account for: amounts, moments, states, numbers of
requests, and a name that means nothing (`erased:…`), so that the books of one person still add up and stay apart from
those of others. What was erased is remembered by keyed hashes alone: the same mail is not taken in again, and a backup
of before does not bring the person back.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from maild.domain.records.evidence import ERASED
from maild.domain.text import normalise

GONE = "(erased)"  # what a text says that was erased
_DIGITS = 16  # hexadecimal, of a pseudonym
_LEAST_WORD = 4  # characters of a login, an id or a number that are sought everywhere: shorter ones are in other words
_LEAST_HAN, _LEAST_LATIN = 3, 7  # of a name; one that is shorter is sought only where the row is the person's own
_HAN = re.compile(r"[\u3400-\u9fff]")
# What programs wrote, not people: codes, amounts, moments, hashes. It stays in JSON data, so that it can still be read.
_CODE = re.compile(r"[a-z_]{1,40}|[0-9.:+TZ-]{1,40}|[0-9a-f]{64}|[A-Z]{3}")
# Fields whose value is a person's whatever it looks like.
PERSONAL = frozenset(
    {
        "account",
        "address",
        "body",
        "department",
        "email",
        "filename",
        "from",
        "login",
        "name",
        "owner",
        "password",
        "patron",
        "patron_id",
        "payer",
        "payer_account",
        "payer_department",
        "phone",
        "purpose",
        "qr",
        "recipient",
        "sender",
        "source",
        "subject",
        "tax_number",
        "text",
        "title",
        "to",
        "url",
        "words",
    }
)


class Sort(StrEnum):
    """What is remembered of what was erased, each by a keyed hash."""

    PATRON = "patron"
    ADDRESS = "address"
    MAIL = "mail"  # its bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody on whom something is held. patron_id: '' for one who only wrote; addresses: in lower case, and nobody
    else's.
    """

    patron_id: str = ""
    name: str = ""
    login: str = ""
    phone: str = ""
    addresses: tuple[str, ...] = ()
    name_is_unique: bool = False

    @property
    def known_as(self) -> str:
        """What the person's pseudonym is made from."""
        return self.patron_id or (self.addresses[0] if self.addresses else "")

    def sought(self) -> tuple[str, ...]:
        """Texts that mean this person wherever they stand."""
        words = [word for word in (self.patron_id, self.login, self.phone) if len(word) >= _LEAST_WORD]
        least = _LEAST_HAN if _HAN.search(self.name) else _LEAST_LATIN
        if self.name_is_unique and len(self.name) >= least:
            words.append(self.name)
        return tuple(sorted({*self.addresses, *words}, key=lambda word: (-len(word), word)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The rows that are about a person, by their ids.

    mails     that the person wrote, or that are about the person's requests and about nobody else
    shared    mails about the person's requests and somebody else's, too
    files     names of blobs
    """

    person: Person
    numbers: tuple[str, ...] = ()
    mails: tuple[int, ...] = ()
    shared: tuple[int, ...] = ()
    notices: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    proofs: tuple[int, ...] = ()
    entries: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    invoices: tuple[int, ...] = ()
    registrations: tuple[int, ...] = ()

    def counts(self) -> Mapping[str, int]:
        """How many of each."""
        return {
            "requests": len(self.numbers),
            "mails": len(self.mails),
            "shared_mails": len(self.shared),
            "notices": len(self.notices),
            "items": len(self.items),
            "proofs": len(self.proofs),
            "ledger_entries": len(self.entries),
            "statement_lines": len(self.lines),
            "invoices": len(self.invoices),
            "registrations": len(self.registrations),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did. open: why it may not be done yet (nothing was); on_server: folder and UID of mails that the
    mail server still has, which maild never deletes; blobs: names of those that nothing speaks of any more.
    """

    pseudonym: str = ""
    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    open: tuple[str, ...] = ()
    on_server: tuple[tuple[str, int], ...] = ()
    blobs: int = 0
    swept: int = 0
    scrubbed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """Keyed hashes of what was erased together. secret: the key (hex); digests: by sort."""

    at: datetime
    secret: str
    digests: Mapping[Sort, tuple[str, ...]]


def keyed(secret: str, sort: Sort, value: str) -> str:
    """The keyed hash (hex, 64) by which something erased is known again. secret: hex."""
    said = f"{sort}\n{normalise(value).strip().casefold() if sort is not Sort.MAIL else value}"
    return hmac.new(bytes.fromhex(secret), said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def pseudonym(secret: str, known_as: str) -> str:
    """What stands in a person's place: the same each time, so that the person's books stay together."""
    return f"{ERASED}{keyed(secret, Sort.PATRON, known_as)[:_DIGITS]}"


def scrubbed(value: object, sought: Sequence[str] = ()) -> object:
    """JSON data with its shape and its codes, and without what people wrote or what names somebody."""
    if isinstance(value, Mapping):
        return {
            key: _blank(item) if key in PERSONAL else scrubbed(item, sought)
            for key, item in value.items()
            if _CODE.fullmatch(str(key))
        }
    if isinstance(value, list | tuple):
        return [scrubbed(item, sought) for item in value]
    if isinstance(value, str):
        return value if _CODE.fullmatch(value) and not _names(value, sought) else ""
    return value


def _blank(value: object) -> object:
    """A value of the same kind with nothing in it."""
    if isinstance(value, Mapping):
        return {}
    if isinstance(value, list | tuple):
        return []
    return "" if isinstance(value, str) else value if isinstance(value, bool) else None


def _names(value: str, sought: Iterable[str]) -> bool:
    folded = value.casefold()
    return any(word.casefold() in folded for word in sought)


def pattern(sought: Sequence[str]) -> re.Pattern[str] | None:
    """What finds any of these texts, longest first, in any case; None for none. Words of letters stand by themselves:
    'li' of 'li@example.org' is not sought in 'library'.
    """
    if not sought:
        return None
    found = "|".join(_bounded(word) for word in sorted(sought, key=len, reverse=True))
    return re.compile(found, re.IGNORECASE)


def _bounded(word: str) -> str:
    before = r"(?<![A-Za-z0-9])" if re.match(r"[A-Za-z0-9]", word) else ""
    after = r"(?![A-Za-z0-9])" if re.search(r"[A-Za-z0-9]$", word) else ""
    if "@" in word:  # what only ends or begins so is somebody else's address
        before, after = f"{before}(?<![A-Za-z0-9][._+-])", f"{after}(?![.-][A-Za-z0-9])"
    return f"{before}{re.escape(word)}{after}"
