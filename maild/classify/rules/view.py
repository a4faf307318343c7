"""A mail as rules see it: who writes, and its texts folded, each made once and only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from maild.classify import SAY
from maild.classify.providers import Provider, parents
from maild.classify.reading.claims import Claims
from maild.classify.reading.pairs import line_pairs
from maild.classify.reading.small_print import without_small_print
from maild.classify.vocabulary.patterns import label_matches
from maild.domain.incoming.mail import Attachment, Automatic, Origin, Pair, ParsedMail
from maild.domain.incoming.ruling import Party
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.subject import is_of_another
from maild.domain.text import normalise
from maild.traditional import simplified

if TYPE_CHECKING:
    from maild.classify.vocabulary.lexicon import Lexicon
    from maild.classify.vocabulary.patterns import Hits, PatternPool

MOST_CHARACTERS = 200_000  # no rule needs more; a longer mail is read up to here
_TABS = re.compile(r"(?<=\S)\t+(?=\S)")
_SPREAD = re.compile(
    r"(?m)\n(?:[\u4e00-\u9fff] ){1,4}[\u4e00-\u9fff](?=[ :|]|$)"
)  # '^' would be tried at each character
_LEADERS = re.compile(r"(?<=[^\W_]) ?(?:\.{4,}|·{3,}|(?: ?\. ){3,}) ?(?=\S)")
_BOX = re.compile("[□☐◻○]|\\[ \\]")
_UNTICKED = re.compile("(?:[□☐◻○]|\\[ \\]) ?[^\n□☐◻○☑☒✓✔√■●\\[]{0,60}")
MOST_HTML = 2_000_000
_TEXTS = 4
LARGEST_LOGO = 10_000  # bytes; screenshots are larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """The author as far as known. `provider`: id of the provider or institution it claims to be, or ''.

    institution  only the directory of institutions knows it; `name`: how it is called then; shown: by nothing but
                 the name beside the address
    proven       the From domain is authenticated and the mail is not a forwarded copy
    doubt        why it is not proven
    """

    address: str
    provider: str = ""
    institution: bool = False
    name: str = ""
    shown: bool = False
    proven: bool = False
    doubt: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


DOUBTS = {
    Verdict.TEMPORARY: "sender_unchecked",
    Verdict.FAIL: "disproven",
    Verdict.NONE: "unproven",
    Verdict.PASS: "proven_is_other",
}


def sender_of(mail: ParsedMail, auth: AuthReport, provider: Provider | None, *, forwarded: bool = False) -> Sender:
    """Judge the author: From as authenticated, nothing else."""
    address = mail.author.address
    sender = (
        Sender(address=address)
        if provider is None
        else Sender(
            address=address,
            provider=provider.id,
            institution=provider.institution,
            name=provider.name_zh,
            shown=provider.shown,
        )
    )
    if forwarded:
        return replace(sender, doubt=SAY("copy_proves_nothing"))
    if auth.passed and auth.address in {"", address}:
        if sender.institution and auth.domain and auth.domain not in parents(sender.domain):
            # Relaxed alignment (RFC 7489 section 3.1.1) lets a students' host vouch for the library's.
            return replace(sender, doubt=SAY("vouched_by_other_host"))
        return replace(sender, proven=True)
    return replace(sender, doubt=SAY(DOUBTS[auth.verdict]))


class View:
    """One mail under one reading. `party` decides what counts as its text.

    A patron's text is the new text alone, or our own quoted notice would speak. A provider's or a machine's
    mail whose new text is empty is read whole, or as the forwarded mail it consists of.
    """

    def __init__(self, mail: ParsedMail, sender: Sender, party: Party, lexicon: Lexicon, pool: PatternPool) -> None:
        self.mail = mail
        self.sender = sender
        self.party = party
        self.lexicon = lexicon
        self._pool = pool
        self.titled = False  # no number is said: what is told may be of a request that the mail names by its title

    @cached_property
    def subject(self) -> str:
        return normalise(self.mail.subject[:2000])

    @cached_property
    def text(self) -> str:
        mail = self.mail
        text = mail.reply_text
        if not text.strip() and self.party is not Party.PATRON:
            text = mail.forwarded[0].text if mail.forwarded else mail.text
        folded = _folded(text[:MOST_CHARACTERS])
        return folded if self.party is Party.PATRON else without_small_print(folded, self.lexicon)

    def read(self, text: str) -> str:
        """Folded text as the patterns see it: traditional characters are read as simplified ones."""
        return simplified(text)

    @cached_property
    def read_subject(self) -> str:
        """`subject` as the patterns see it, place for place."""
        return self.read(self.subject)

    @cached_property
    def read_text(self) -> str:
        """`text` as the patterns see it, place for place."""
        return self.read(self.text)

    @cached_property
    def is_reply(self) -> bool:
        """Whether the subject is that of the mail which is answered."""
        return bool(self.mail.in_reply_to) or is_of_another(self.subject)

    @cached_property
    def subject_hits(self) -> Hits:
        return self._pool.look(self.read_subject)

    @cached_property
    def text_hits(self) -> Hits:
        return self._pool.look(self.read_text)

    @cached_property
    def claim_hits(self) -> Hits:
        """Which patterns occur in a sentence (whose lines may have been wrapped)."""
        return self._pool.look(self.claims.whole)

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        """Values that a label says are the (present) status."""
        status = self.lexicon.labels["status"]
        return tuple(dict.fromkeys(pair.value for pair in self.pairs if label_matches(status, pair.label)))

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Label/value pairs folded: those the parser found, then those only known labels show."""
        found = [*self.mail.pairs]
        if not self.mail.reply_text.strip() and self.party is not Party.PATRON and self.mail.forwarded:
            found += self.mail.forwarded[0].pairs
        folded = [
            Pair(self.read(_closed_up(normalise(p.label).strip(" :*"))), _ticked(normalise(p.value)).strip())
            for p in found
        ]
        return tuple(dict.fromkeys([*folded, *line_pairs(self.text, self.lexicon)]))

    @cached_property
    def claims(self) -> Claims:
        subject = self.read_subject
        if self.party is Party.PATRON and self.is_reply:
            subject = ""  # a patron's reply carries the subject of our notice, and that is not the patron's word
        return Claims(subject, self.read_text, self.statuses, self.lexicon)

    @cached_property
    def html_tree(self) -> Any:
        """The HTML as a selectolax tree, or None where there is none (or too much of it)."""
        html = self.mail.html or (self.mail.forwarded[0].html if self.mail.forwarded else "")
        if not html or len(html) > MOST_HTML:
            return None
        from selectolax.lexbor import LexborHTMLParser

        return LexborHTMLParser(html)

    @cached_property
    def attachments(self) -> tuple[Attachment, ...]:
        """Those of the mail and of the mails forwarded in it."""
        return self.mail.attachments + tuple(a for inner in self.mail.forwarded for a in inner.attachments)

    @cached_property
    def own_attachments(self) -> tuple[Attachment, ...]:
        """Those of the mail itself, less the logos of signatures."""
        return tuple(a for a in self.mail.attachments if not is_logo(a))

    @property
    def automatic(self) -> Automatic:
        return self.mail.automatic


def is_logo(attachment: Attachment) -> bool:
    inline = attachment.origin is Origin.INLINE or bool(attachment.content_id)
    return inline and attachment.size < LARGEST_LOGO


@lru_cache(_TEXTS)
def _folded(text: str) -> str:
    """Remembered, since each party's view of a mail is made of the same text."""
    # Columns of plain text are columns still when white space is folded.
    columns = _TABS.sub(" | ", text) if "\t" in text else text
    return _ticked(_closed_up(_led(normalise(columns).strip())))


def _led(text: str) -> str:
    """Leaders between a label and its value ('Total ..... 18.00') as the colon they stand for."""
    return _LEADERS.sub(": ", text) if ".." in text or "··" in text else text


def _ticked(text: str) -> str:
    """A form's choices: only those that are ticked are said; where none is, none is."""
    return _UNTICKED.sub(" ", text) if _BOX.search(text) else text


def _closed_up(text: str) -> str:
    """Labels spread to a width ('状　态', '题　名') as they are read: '状态', '题名'."""
    return _SPREAD.sub(lambda hit: hit.group().replace(" ", ""), f"\n{text}")[1:]
