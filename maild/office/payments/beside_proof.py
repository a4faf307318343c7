"""What a mail says beside its payment proof: harmless only where it is understood; else its documents wait.

Three questions of each clause that the classifier left over, by the lists of rules/beside.toml:

1. Does it hold a word of doubt outside what is told of a payment: time ahead, conditions, denials, others, wishes?
2. What is left when all is taken out that tells of one's own payment and its proof? Nothing: it is harmless.
3. A rest passes only as a name, a unit, a title or a place, on its own evidence: in Chinese a surname or the words of
   units and places, in Latin letters written as names are; short, in a clause without a word of money or of the
   document (then it says something of them that nobody listed), and without a person it points to.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from maild.classify.rules.tabled import AnyOf, LongestOf
from maild.classify.vocabulary.lexicon import joined
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.domain.incoming.ruling import Kind
from maild.domain.subject import unanswered
from maild.domain.text import normalise
from maild.tables import office_table
from maild.tables.table import Elsewhere, Table
from maild.traditional import simplified

_NOTES = re.compile(r"\((?:a forwarded mail|nothing is written|attachment .*)\)")  # the classifier's own
_TITLE = re.compile(r"《[^《》]*》|「[^「」]*」|\"[^\"]*\"|“[^“”]*”")
_FILE = re.compile(r"(?<!\S)\S+\.(?:jpe?g|png|heic|pdf|zip|rar|docx?)\b", re.IGNORECASE)
_CONTENT = re.compile(r"[^\W_]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_RUN = re.compile(r"[^\W_]+")
_LATIN = re.compile(r"[^\W\d_]+", re.UNICODE)
_LONGEST_NAME = 10  # Chinese characters
_MOST_WORDS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The lists of rules/beside.toml as patterns; `told`, `kinds`, `joints`: the longest hit at a place counts.

    surname  persons' names in Chinese, whole
    kinds  what may be left of a question that the classifier has found, and that is answered beside the proof
    """

    told: LongestOf
    doubts: AnyOf
    states: AnyOf
    named: LongestOf
    surname: Annotated[Pattern, Elsewhere]
    matter: AnyOf
    pointing: AnyOf
    joints: LongestOf
    kinds: Mapping[Kind, LongestOf]

    def doubt(self, clauses: Iterable[str], kinds: Collection[Kind] = ()) -> str:
        """The first clause that is not understood as harmless; '' for none. `kinds`: of the mail."""
        answered = [pattern for kind, pattern in self.kinds.items() if kind in kinds]
        return next((clause for clause in clauses if not self._is_harmless(clause, answered)), "")

    def _is_harmless(self, clause: str, answered: Sequence[Pattern]) -> bool:
        if _NOTES.fullmatch(clause):
            return True
        said = _TITLE.sub(" ", _FILE.sub(" ", unanswered(normalise(clause))))
        text = simplified(said).lower().replace("帐", "账")
        left = text
        for pattern in (*answered, self.told):
            left = pattern.sub(" ", left)
        if self.doubts.search(left) or self.states.search(text):
            return False
        if not _CONTENT.search(left):
            return True
        if self.matter.search(text) or self.pointing.search(text):
            return False
        return len(_HAN.findall(left)) <= _LONGEST_NAME and self._is_named(text, answered) and self._named(said, left)

    def _is_named(self, text: str, answered: Sequence[Pattern]) -> bool:
        """Whether each run of Chinese that neither tells of a payment nor names a unit or place is a person's name."""
        for pattern in (self.named, *answered, self.told):
            text = pattern.sub(" ", text)
        return all(self.surname.search(run) for run in _RUN.findall(text) if _HAN.search(run))

    def _named(self, said: str, left: str) -> bool:
        """Whether what is left in Latin letters is written as a name or a title: each word with a capital."""
        words = [word for word in _LATIN.findall(said) if word.isascii() or not _HAN.search(word)]
        small = [w for w in self._unknown(words, left) if not w[0].isupper() and not self.joints.fullmatch(w.lower())]
        return not small and len(words) <= _MOST_WORDS

    def _unknown(self, words: Iterable[str], left: str) -> Iterator[str]:
        rest = set(_LATIN.findall(left))
        return (word for word in words if word.lower() in rest)


BESIDE: Table[Beside] = Table("beside.toml", Beside, "restore the shipped file")


def load_beside(rules_folder: str = "") -> Beside:
    """The office's file, else the shipped one. Raises RuleError naming file, line and key."""
    surnames = joined(tuple(office_table("words/invoice.toml").data["surnames"]))
    return BESIDE.load(rules_folder, surname=compile_pattern(f"^(?:{surnames})\\p{{Han}}{{0,2}}$"))


@cache
def shipped() -> Beside:
    """As shipped."""
    return load_beside()
