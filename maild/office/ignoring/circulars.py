"""What a proven library or supplier writes to all of its partners, and nobody has to answer: when it is closed, that a
system rests, news, invitations. Pure.

Ignoring is an act (decision 0058). It rests on who writes – a sender whose mail we act on, proven, about no request of
ours, to nobody in particular – and on its words: those of rules/circulars.toml alone, or what the reader of circulars
(rules/circulars/README.md) is sure enough of, where nothing of `bars` is said. The report to staff lists them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from maild.authenticate.domains import organisational
from maild.classify.providers import parents
from maild.classify.rules.tabled import AnyOf
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Kind
from maild.domain.text import normalise
from maild.office.ignoring import SAY
from maild.resources import data_folder
from maild.spine.facts import Facts
from maild.tables.table import Table
from maild.traditional import simplified

if TYPE_CHECKING:
    from maild.linear.weights import Weights

LEAST, LEAST_SAID = 0.05, 6  # how probable each sentence has to be, of so many letters at least
KIND = "circular"  # the only kind that the reader knows, and the name of its threshold
LONGEST = 600  # characters of a note of closing; a longer letter says more
MOST = 800  # characters of any circular: in a longer one a demand may stand in the middle
# What rules may find in words for all: of loans that are due while it is closed, a patron's wish to renew one.
_SAYS_NOTHING = frozenset(
    {Kind.BULK, Kind.PROVIDER_OTHER, Kind.PATRON_OTHER, Kind.RENEW_REQUEST, Kind.THANKS, Kind.UNKNOWN}
)
_LETTERS = re.compile(r"[^\W\d_]")
LEAST_SENTENCE = 24  # letters; a shorter one is a name, a greeting, an address
_SENTENCE = re.compile(r"[。;?!；？！\n]|[.](?=\s|$)")
_NAME = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff]{2,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circulars:
    """The lists of rules/circulars.toml: what has to stand in a note of closing (closed, ends, day), what else may
    (words); what makes any circular a person's to read (bars), but for what only sounds so (harmless), and in which
    languages these can tell it (tongue); sentences that say nothing (polite), and names of pictures that only adorn it
    (posters).
    """

    closed: AnyOf
    ends: AnyOf
    day: AnyOf
    words: AnyOf
    tongue: AnyOf
    harmless: AnyOf
    bars: AnyOf
    polite: AnyOf
    posters: AnyOf

    def closing(self, text: str, name: str) -> bool:
        """Whether a text says when its writer, called `name`, is closed, and nothing else."""
        folded, own = (simplified(normalise(each)).lower() for each in (text, name))
        if not all(needed.search(folded) for needed in (self.closed, self.ends, self.day)):
            return False
        for word in sorted(_NAME.findall(own), key=len, reverse=True):
            folded = re.sub(rf"\b{word}\b" if word.isascii() else word, " ", folded)
        for known in (self.closed, self.ends, self.words):
            folded = known.sub(" ", folded)
        return not _LETTERS.search(folded) and not re.search(r"[?@/]|\d{5}", folded)

    def barred(self, text: str) -> str:
        """What of a circular is a person's to read, in its own words; ''."""
        folded = simplified(normalise(text)).lower()
        strange = (said for said in _SENTENCE.split(folded) if len(_LETTERS.findall(said)) >= LEAST_SENTENCE)
        if foreign := next((said for said in strange if not self.tongue.search(said)), ""):
            return foreign.strip()
        hit = self.bars.search(self.harmless.sub(" ", folded))
        return hit.group().strip() if hit else ""


CIRCULARS: Table[Circulars] = Table("circulars.toml", Circulars, "restore the shipped file")


def likelihood(subject: str, text: str, lists: Circulars) -> float:
    """How probable it is that these words are a circular that nobody has to read at once, from 0 to 1; 0 where one of
    its sentences hardly is: a demand stands in the middle of good wishes. Sentences that say nothing do not count.

    Raises ConfigError where the file of weights is missing or broken.
    """
    weights = shipped()
    said = [each for each in _SENTENCE.split(text) if len(_LETTERS.findall(each)) >= LEAST_SAID]
    said = [each for each in said if not lists.polite.search(simplified(normalise(each)).lower().strip())]
    least = min((weights.opinion("", each).probability(KIND) for each in said), default=1.0)
    return weights.opinion(subject, text).probability(KIND) if least >= LEAST else 0.0


@cache
def shipped() -> Weights:
    """The weights that ship with maild."""
    from maild.linear.weights import load

    return load(data_folder("rules") / "circulars" / "weights.npz")


def circular(reading: Reading, facts: Facts, lists: Circulars, *, reported: bool) -> str:
    """What the mail is in words for staff, where a library writes to all of its partners; '' for everything else.

    reported: whether a report tells staff of it; else only a note of closing days is one
    """
    mail = reading.mail
    text = f"{mail.subject}\n{mail.text}"
    if not _adorned(mail, lists) or len(text) > MOST or _is_ours(mail, facts) or not from_a_library(reading, facts):
        return ""
    if len(text) <= LONGEST and lists.closing(text, mail.author.name):
        return SAY("circular_proven")
    if not reported or not _SAYS_NOTHING.issuperset(reading.classification.kinds):
        return ""
    if lists.barred(text) or _names_us(text, facts):
        return ""
    sure, least = likelihood(mail.subject, mail.reply_text, lists), shipped().at(KIND)
    if sure < least:
        return ""
    return SAY("circular_by_words", percent=round(100 * sure))


def _adorned(mail: ParsedMail, lists: Circulars) -> bool:
    """Whether nothing is attached but pictures that only adorn it, by their names: a poster tells what it tells."""
    files = mail.attachments
    pictures = all((one.sniffed or one.media_type).startswith("image/") for one in files)
    return pictures and all(lists.posters.search(normalise(one.filename).lower()) for one in files)


def _names_us(text: str, facts: Facts) -> bool:
    """Whether it names our house or a reader of ours, or may be about a request."""
    house = organisational(facts.ties.own_address.rpartition("@")[2]).partition(".")[0]
    return bool(facts.candidates or facts.named_patrons) or (len(house) > 1 and house in text.lower())


def from_a_library(reading: Reading, facts: Facts) -> bool:
    """Whether a provider or a library wrote it, proven by its own host or one above it."""
    auth, author = reading.auth, reading.mail.author
    own = not auth.domain or auth.domain in parents(author.domain)
    return facts.ties.provider and auth.passed and own and not (facts.lookalikes or facts.authors)


def _is_ours(mail: ParsedMail, facts: Facts) -> bool:
    """Whether it names a request, or answers somebody."""
    query = facts.query
    named = (*query.numbers, *query.quoted, *query.tokens, *query.threads, *query.joined, *query.alike)
    return bool(named or mail.in_reply_to or mail.references or mail.quoted_text.strip() or mail.forwarded)
