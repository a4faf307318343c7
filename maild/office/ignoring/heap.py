"""What speaks for a letter, and whether a mail's words are advertising's all the same; pure.

The low heap is seen by staff, but last of all: a mail lies there where its words are advertising's so surely that what
speaks for a letter does not outweigh them. Each point of that (rules/ignoring.toml, [letter]) asks for more certainty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from maild.domain.incoming.mail import Attachment, Automatic, Origin, ParsedMail
from maild.office.ignoring import SAY
from maild.office.ignoring.ignoring_policy import IgnoringPolicy, Letter, Sign, Words

SMALLEST_FILE = 1  # bytes: a file without content proves nothing
DOUBLED = 2.0  # so many times surer its words must be advertising's for each point
MOST_PHRASES = 3  # of one list that count


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """counts: how often each thing that speaks for a letter occurs; reasons: of these, the most telling first."""

    counts: Mapping[Letter, int]
    reasons: tuple[str, ...]

    def points(self, policy: IgnoringPolicy) -> int:
        """How much speaks for a letter, of this office's business or by a person."""
        return sum(policy.letter[what] * count for what, count in self.counts.items())


def evidence(mail: ParsedMail, text: str, policy: IgnoringPolicy, *, written: bool = False) -> Evidence:
    """What speaks for a letter. text: its new words, folded; written: we have written to its sender."""
    says, number = policy.found(Words.BUSINESS, text), policy.found(Words.NUMBERED, text)
    found = {
        Letter.WRITTEN: (int(written), SAY("written_to")),
        Letter.BUSINESS: (min(policy.count(Words.BUSINESS, text), MOST_PHRASES), SAY("says", text=says[:40])),
        Letter.FILES: (int(bool(files_of(mail))), SAY("has_files")),
        Letter.ANSWERS: (int(answers(mail)), SAY("answers_mail")),
        Letter.NUMBERED: (int(bool(number)), SAY("names", number=number[:40])),
        Letter.ASKING: (min(policy.count(Words.ASKING, text), MOST_PHRASES), SAY("person_writes")),
    }
    return Evidence(
        counts={what: count for what, (count, _) in found.items()},
        reasons=tuple(why for count, why in found.values() if count),
    )


def sent_to_many(mail: ParsedMail, signs: tuple[Sign, ...], policy: IgnoringPolicy) -> bool:
    """Whether a machine or a list sent it, as far as its headers and its make-up say."""
    return mail.automatic is not Automatic.NO or len(signs) >= policy.signs


def low(
    mail: ParsedMail, text: str, policy: IgnoringPolicy, *, found: Evidence, reads: float, many: bool = False
) -> bool:
    """Whether it goes to the low heap. reads: how likely its words are advertising's, from 0 to 1.

    What is sent to many, and in which nothing speaks for a letter, needs little more than that.
    """
    points = found.points(policy)
    if many and not points and not policy.found(Words.PERSONAL, text):
        return 100 * reads >= policy.unlikely or not text_of(mail).strip()
    return reads * (100 - policy.likely) >= (1 - reads) * policy.likely * DOUBLED**points


def text_of(mail: ParsedMail) -> str:
    """What its writer says, and all of it where nothing is new."""
    return mail.reply_text or mail.text


def answers(mail: ParsedMail) -> bool:
    """Whether it answers, quotes or passes on another mail."""
    return bool(mail.in_reply_to or mail.references or mail.quoted_text.strip() or mail.forwarded)


def files_of(mail: ParsedMail) -> tuple[Attachment, ...]:
    """Its files, but for pictures of the text."""
    return tuple(a for a in mail.attachments if a.origin is not Origin.INLINE and a.size >= SMALLEST_FILE)
