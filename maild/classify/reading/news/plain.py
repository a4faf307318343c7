"""Mails that say an outcome and nothing else, clause by clause: words/plain.toml.

Who answers in a word ('无', 'PDF herewith') says it in ways that no list of phrases knows. Where each clause of a short
mail is known from end to end, nothing bends it: what its clauses come to is told. A bare answer answers what stands
above it: below anything but a request letter, or under a subject of another thing, it is not read so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim
from maild.classify.reading.news.heard import told_alone
from maild.classify.reading.news.left_open import SUM
from maild.classify.reading.news.wordings import (
    ANOTHER,
    ASKS,
    BENDING,
    CLOSES,
    FILLER,
    OBJECT,
    OTHER_PRICE,
    OTHER_THING,
    QUESTION,
    RETURNS,
    SUBJECT,
)
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.patterns import Pattern, compile_pattern
from maild.domain.incoming.ruling import Kind
from maild.domain.text import normalise

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

MOST_CHARACTERS, MOST_CLAUSES, LONGEST = 400, 24, 120
MOST_QUOTED = 4000
MOST_AROUND = 800  # characters of a mail that tells a story around it
LEAST_TITLE, MOST_TITLE = 4, 80  # letters and figures of what a request is called by
# Lists of words/hedges.toml of which none may occur in that.
_BENDING = ("negation", "condition", "future", "not_there", *BENDING)
# What a request letter is answered by, and a letter that says that a loan goes back.
_ANSWERS = frozenset({Kind.SHIPPED, Kind.UNFILLED, Kind.REQUEST_ACCEPTED, Kind.REQUEST_FORWARDED, Kind.FEE_QUOTED})
# What happens to invoices and accounts as well; refusals give an agreement or a subscription as their reason.
_OF_THINGS = frozenset(
    {
        Kind.SHIPPED,
        Kind.DELIVERED,
        Kind.REQUEST_ACCEPTED,
        Kind.REQUEST_FORWARDED,
        Kind.CANCELLED,
        Kind.LOAN_ARRIVED,
        Kind.LOAN_DUE,
        Kind.LOAN_OVERDUE,
        Kind.LOAN_RETURNED,
    }
)
MOST_BESIDE = 6  # characters, or Latin words, beside a number in a subject that are no title
LEAST_CALLED, MOST_CALLED = 8, 200  # letters of a file's name that is a title, and its length
_SENTENCES = re.compile(r"(?<=[。;!?\n])|(?<=\.)\s")
_TITLED = re.compile(
    r"(?:篇名|题名|书名|题目|\btitle|\bsupply|\bcopy of|\bprovide|\blend|\bsend) ?:? ?[\w《“\"]", re.IGNORECASE
)
_NUMBER = "\x01"
_FORM = re.compile(
    r"^[^,。;:!\n]{1,24}: *[^\s:]", re.MULTILINE
)  # a line of a form: its label says what its value means
# What the kinds of all clauses come to together; others contradict one another.
_TOGETHER: tuple[tuple[frozenset[Kind], Kind], ...] = (
    (frozenset({Kind.SHIPPED, Kind.REQUEST_ACCEPTED}), Kind.SHIPPED),
    (frozenset({Kind.FEE_QUOTED, Kind.REQUEST_ACCEPTED}), Kind.FEE_QUOTED),
    (frozenset({Kind.REQUEST_FORWARDED, Kind.UNFILLED}), Kind.REQUEST_FORWARDED),
    (frozenset({Kind.LOAN_OVERDUE, Kind.LOAN_DUE}), Kind.LOAN_OVERDUE),
    (frozenset({Kind.SHIPPED, Kind.LOAN_DUE}), Kind.SHIPPED),
)
_TITLES = re.compile(
    r"《[^《》\n]{1,300}》|<<[^<>\n]{1,300}>>|“[^“”\n]{3,300}”|\"[^\"\n]{8,300}\"|〈[^〈〉\n]{1,300}〉"
)
_MARKS = re.compile(r"[,。;:!?~、\n()\[\]…【】|/]|\.(?!\d)|\s[-–—]+\s|[—]{2}")
_AND = re.compile(r"\s(?:and|&)\s")
_ENDS = " \t-–—*>#'\"“”」「"
# Who signs, in a line of its own below all else.
_NAME = re.compile(r"[\u4e00-\u9fff]{1,4}|[a-z][\w.'’-]+(?: [a-z][\w.'’-]+){0,3}", re.IGNORECASE)


class Plain:
    """Reads such mails."""

    def __init__(self, words: Words) -> None:
        self._lists = words["plain"]

    def __call__(self, view: View, typing: Typing, silent: Callable[[str], bool]) -> tuple[Kind, Claim] | None:
        """What it tells, and the clause that does; None where a clause is not known, or they contradict one another.

        silent: whether words tell no outcome, in whatever wording
        """
        text = view.read_text
        if not text.strip() or len(text) > MOST_CHARACTERS or self._of_another(view, typing):
            return None
        clauses = list(_clauses(_without_files(text, view), typing))
        headed = _bare(view.read_subject)
        if len(clauses) > MOST_CLAUSES:
            return None
        told: list[tuple[frozenset[Kind], str]] = []
        closes = False
        for place, (clause, alone, numbered) in enumerate(clauses):
            if self._list(CLOSES).fullmatch(clause):
                closes = True
                continue
            kinds = self._known(clause, view)
            titled = LEAST_TITLE <= len(_bare(clause)) <= MOST_TITLE and (numbered or _bare(clause) in headed)
            if (
                kinds is None
                and titled
                and silent(clause)
                and not any(view.lexicon.hedges[name].search(clause) for name in _BENDING)
            ):
                continue  # what it calls the request by: beside its number, or in the subject, too
            if kinds is None and alone and place and place >= len(clauses) - 2 and _NAME.fullmatch(clause):
                continue
            if kinds is None:
                return None
            if kinds:
                told.append((kinds, clause))
        kind = _together([kinds for kinds, _ in told])
        asks = "?" in text and kind is not Kind.FEE_QUOTED
        if kind is None or asks or (kind is Kind.FEE_QUOTED and not SUM.search(text)):
            return None
        if (closes and kind is not Kind.LOAN_RETURNED) or not self._answers(kind, view, typing):
            return None
        clause = next((each for kinds, each in told if kind in kinds), "")
        return (kind, Claim(clause, clause, "text", 0, len(clause))) if clause else None

    def among(self, view: View, typing: Typing) -> tuple[Kind, Claim] | None:
        """What one clause tells from end to end, where all around it denies, asks, awaits and takes away nothing."""
        text = view.read_text
        if not text.strip() or len(text) > MOST_AROUND or "?" in text or _FORM.search(text):
            return None
        if self._of_another(view, typing) or self._list(ANOTHER).search(_TITLES.sub(" ", text)):
            return None
        told: dict[Kind, str] = {}
        for clause, _, _ in _clauses(text, typing):
            kinds = self._kinds(clause)
            if kinds is None and any(view.lexicon.hedges[name].search(clause) for name in _BENDING):
                return None
            if kinds and not self._list(OBJECT).search(clause):
                return None  # a word alone may be about anything that is told around it
            if kinds and len(kinds) == 1:
                told.setdefault(next(iter(kinds)), clause)
        kind = _together([frozenset({each}) for each in told])
        if kind is None or kind not in told or kind is Kind.FEE_QUOTED:
            return None
        if not self._answers(kind, view, typing):
            return None
        return kind, Claim(told[kind], told[kind], "text", 0, len(told[kind]))

    def is_heard(self, claim: Claim) -> bool:
        """Whether no list knows the clause that tells: the model does."""
        return self._kinds(claim.said) is None

    def other_thing(self, kind: Kind, clause: str) -> str:
        """What a clause speaks of that is neither a request nor a document: 'the invoice has been posted'; or ''."""
        price = kind is Kind.FEE_QUOTED
        if not price and (kind not in _OF_THINGS or self._list(OBJECT).search(clause)):
            return ""
        hit = self._list(OTHER_PRICE if price else OTHER_THING).search(clause)
        return SAY("of_another_thing", words=hit.group()) if hit else ""

    def knows_its_object(self, kind: Kind, view: View, typing: Typing) -> bool:
        """Whether it is known what it speaks of: a word for it, a title, a number, or the letter that it answers."""
        text = view.read_text
        if self._list(OBJECT).search(text) or _TITLES.search(text) or typing.numbers(f"{view.read_subject}\n{text}"):
            return True
        return bool(view.mail.quoted_text.strip()) and self._answers(kind, view, typing)

    def of_another(self, view: View, typing: Typing) -> bool:
        """Whether few words that do not say what they speak of stand under a subject of another thing."""
        text = view.read_text
        few = len(text) <= LONGEST and not self._list(OBJECT).search(text) and not _TITLES.search(text)
        return few and not typing.numbers(text) and self._of_another(view, typing)

    def _of_another(self, view: View, typing: Typing) -> bool:
        """Whether the subject is of another thing than a request, or may be."""
        subject = view.read_subject
        if self._list(ANOTHER).search(_TITLES.sub(" ", subject)):
            return True
        for clause, _, numbered in _clauses(subject, typing):
            if not numbered or self._known(clause, view) is not None or self._list(SUBJECT).fullmatch(clause):
                continue
            if len(clause.split() if clause.isascii() else clause) <= MOST_BESIDE:
                return True
        return False

    def _answers(self, kind: Kind, view: View, typing: Typing) -> bool:
        """Whether nothing is quoted, or a letter that such news answers: it asks for, or sends back, what it names."""
        quoted = normalise(view.mail.quoted_text[:MOST_QUOTED])
        if not quoted.strip() or quoted in view.text:
            return True
        letter = self._list(ASKS if kind in _ANSWERS else RETURNS)
        said = view.read(quoted)
        named = typing.numbers(said) or _TITLES.search(said) or _TITLED.search(said)
        rest = _TITLES.sub(" ", said)
        if kind not in _ANSWERS | {Kind.LOAN_RETURNED} or not (named and letter.search(rest)):
            return False
        asked = (each for each in _SENTENCES.split(rest) if self._list(QUESTION).search(each))
        return not self._list(ANOTHER).search(rest) and all(letter.search(each) for each in asked)

    def _kinds(self, clause: str) -> frozenset[Kind] | None:
        """The kinds that a clause may tell; none for a filler; None for what is not known."""
        if len(clause) > LONGEST:
            return None
        if kinds := frozenset(kind for kind, pattern in self._patterns if pattern.fullmatch(clause)):
            return kinds
        if self._filler.fullmatch(clause):
            return frozenset()
        parts = _AND.split(clause)
        if len(parts) < 2:
            return None
        each = [self._kinds(part.strip(_ENDS)) for part in parts]
        known = [kinds for kinds in each if kinds is not None]
        together = _together([kinds for kinds in known if kinds])
        return None if len(known) < len(each) else frozenset({together} if together else ())

    def _known(self, clause: str, view: View) -> frozenset[Kind] | None:
        """The same, to the lists or else to the model of clauses."""
        kinds = self._kinds(clause)
        return told_alone(clause, view) if kinds is None else kinds

    def _list(self, name: str) -> Pattern:
        return compile_pattern(joined(self._lists[name]))

    @cached_property
    def _patterns(self) -> Sequence[tuple[Kind, Pattern]]:
        known = frozenset(Kind)
        return [(Kind(name), compile_pattern(joined(self._lists[name]))) for name in self._lists if name in known]

    @cached_property
    def _filler(self) -> Pattern:
        return compile_pattern(joined(self._lists[FILLER]))


def _without_files(text: str, view: View) -> str:
    """The text without what the files are called that came with it: there it is a title, whatever marks it has."""
    for attachment in view.own_attachments:
        stem = normalise(attachment.filename).rpartition(".")[0]
        words = re.findall(r"[^\W_]+", stem)
        if sum(map(len, words)) >= LEAST_CALLED and len(stem) <= MOST_CALLED:
            text = re.sub(r"[\W_]{0,3}".join(map(re.escape, words)), " … ", text, flags=re.IGNORECASE)
    return text


def _clauses(text: str, typing: Typing) -> Iterator[tuple[str, bool, bool]]:
    """What stands between marks, less titles and numbers of requests; whether it is a line, and has a number."""
    for said in _TITLES.sub(" ", text).split("\n"):
        line = said
        for number in typing.numbers(said):
            line = line.replace(number, _NUMBER)
        parts = [part for part in (part.strip(_ENDS) for part in _MARKS.split(line)) if part]
        clauses = [(" ".join(part.replace(_NUMBER, " ").split()).strip(_ENDS), _NUMBER in part) for part in parts]
        yield from ((clause, len(parts) == 1, numbered) for clause, numbered in clauses if clause)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _together(told: Sequence[frozenset[Kind]]) -> Kind | None:
    """What the clauses come to: the only kind that all of them may tell, or what two come to together."""
    if not told:
        return None
    if common := frozenset.intersection(*told):
        return next(iter(common)) if len(common) == 1 else None
    for both, result in _TOGETHER:
        if all(kinds & both for kinds in told):
            return result
    return None
