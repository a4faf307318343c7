"""Candidates, evidence and the outcome of matching a mail to transactions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from maild.domain.requests.patron import Patron, Transaction
from maild.texts import one_line


class Signal(StrEnum):
    """What speaks for (or against) a candidate; weights are data (rules/matching.toml)."""

    TOKEN = "token"  # noqa: S105  our unforgeable reply token
    THREAD = "thread"  # answers a notice of ours
    NUMBER = "number"  # the transaction number is said
    NUMBER_LIKE = "number_like"  # one is said with letters for figures: proposed, never sure
    NUMBER_QUOTED = "number_quoted"  # said in the quoted history only
    SENDER = "sender"  # the author is the transaction's patron
    PROVIDER = "provider"  # the author is the transaction's provider
    INSTITUTION = "institution"  # the author is a library, and nothing but the number fits
    MILD = "mild"  # the same, and what it says harms nobody if the number is mistyped
    PATRON_EMAIL = "patron_email"  # the patron's address is named in the mail
    PATRON_NAME = "patron_name"
    LOGIN = "login"
    TITLE = "title"
    WHOLE_TITLE = "whole_title"  # no number is said, and of all requests that run it alone is called so
    AMOUNT = "amount"
    ONLY_OPEN = "only_open"  # the patron's only open transaction the kind can be about
    STATE_FITS = "state_fits"
    SENDER_MISFIT = "sender_misfit"  # the author has no part in this transaction
    PATRON_MISFIT = "patron_misfit"  # the mail names another patron
    TITLE_MISFIT = "title_misfit"  # the mail names another title
    STATE_MISFIT = "state_misfit"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against, with its weight (score points)."""

    signal: Signal
    weight: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a mail offers for finding its transactions; all strings normalised by the caller.

    numbers     transaction numbers said anywhere, most trustworthy place first
    tokens      verified reply tokens: transaction numbers they vouch for
    quoted      numbers said in the quoted history only
    answered    those of them that a letter of ours says, which a provider's mail quotes and answers
    joined      numbers that the mail's figures are if they belong together; sure only where more fits
    alike       numbers that they are if letters are the figures they look like: proposed
    threads     transaction numbers of our notices that the mail answers
    words       a patron's own words, folded: titles may be named in them
    sender      authenticated author address, '' if not authenticated
    provider    id of the trusted provider that writes, '' otherwise; `provider_names` its names, folded;
                `other_providers` the folded names of all others; `system`: it speaks for every provider
    institution it is known by the directory alone: title, patron or the expected provider has to fit, too
    shown       only the name beside the address says so: number and title are both needed, and no price counts
    by_letter   nobody knows it but by a letter of ours: it speaks of what it answers, and of nothing else
    unchecked   nobody has looked up that its domain is its: its name beside a number proves nothing
    networks    folded names of the networks it supplies in
    passing_on  folded names of all networks: of what is on record with one nobody tells us who has it
    said        the words of a provider's mail, what it quotes included, folded
    latin       its Latin words that may call a work; works: it names one between title marks
    told        what it says itself in subject and text, as it is written: readers and volumes are named there
    readers_alike  a reader whom it names has a request that is numbered nearly as one it names: that tells nothing
    titled      number of the only request that runs whose title is said, where no number is; beside: what fits besides
    by_piece    it is named by a piece of its title, perhaps by its reader: a file has to show the rest
    addressed   another house that a library's letter is written to
    entitled    number of another request that runs, whose whole title a form says beside a number of ours
    spoken_of   number of another request of ours, where the text does not say the one that the subject says
    house       a house that a mail names which no rule reads, neither ours nor the writer's
    foreign     numbers beside ours that are written otherwise than ours are: a system's own, a parcel's
    """

    numbers: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    threads: tuple[str, ...] = ()
    sender: str = ""
    emails: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    logins: tuple[str, ...] = ()
    title: str = ""
    words: str = ""
    amount: Decimal | None = None
    provider: str = ""
    provider_names: tuple[str, ...] = ()
    other_providers: Collection[str] = ()
    system: bool = False
    institution: bool = False
    shown: bool = False
    by_letter: bool = False
    unchecked: bool = False
    networks: tuple[str, ...] = ()
    passing_on: Collection[str] = ()
    said: str = ""
    latin: frozenset[str] = frozenset()
    works: bool = False
    told: str = ""
    readers_alike: bool = False
    titled: str = ""
    beside: str = ""
    by_piece: bool = False
    addressed: str = ""
    entitled: str = ""
    spoken_of: str = ""
    house: str = ""
    foreign: tuple[str, ...] = ()

    def is_piece(self, number: str) -> bool:
        """Whether what is said for a number is only a part of one, or one with marks between its figures."""
        plain = "".join(character for character in number if character.isdigit())
        return any(whole.startswith(plain) or whole.endswith(plain) for whole in self.joined)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A transaction that the mail may be about. `score` is the sum of the evidence's weights."""

    transaction: Transaction
    patron: Patron | None
    evidence: tuple[Evidence, ...]

    @property
    def score(self) -> int:
        return sum(e.weight for e in self.evidence)

    @property
    def titled(self) -> bool:
        """Whether the mail says its title, or a telling piece of it."""
        return any(e.signal is Signal.TITLE for e in self.evidence)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(one_line((f"{e.weight:+d}", e.reason), " ") for e in self.evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Sure: over the threshold and, with the margin, ahead of any other. Several where all are named."""

    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """Several fit, or the best is not sure enough: a person chooses."""

    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Nothing fits."""

    reasons: tuple[str, ...]


MatchOutcome = Matched | Ambiguous | Unmatched
