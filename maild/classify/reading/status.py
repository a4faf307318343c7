"""The general reader: any provider's mail that says a number and a status, in whatever layout.

What a label says is the status counts most; then what subject and sentences state as a fact. Statements that
can be told of one request together ('accepted and shipped') come to the furthest; contradictions are not
settled here: they make a provider_other, for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import MOST_STATUSES, Claim, Doubt, Sentence
from maild.classify.reading.news import wordings
from maild.classify.reading.news.composed import EARLY, UNFINISHED, Composed
from maild.classify.reading.news.heard import clause_of, heard, put_off, settled
from maild.classify.reading.news.left_open import SUM, anothers, no_news, remarks, unsettled, wanted_back
from maild.classify.reading.news.plain import Plain
from maild.classify.reading.news.recalled import recalled, recalled_by_label
from maild.classify.reading.news.set_apart import in_passing
from maild.classify.reading.news.together import furthest, weighed
from maild.classify.reading.news.unnumbered import may_be_titled
from maild.classify.reading.news.wordings import DENYING, WAITING, Wording, by_kind, longest, means_none
from maild.classify.reading.numbers import Numbers, Whose, find_numbers
from maild.classify.reading.row_words import RowWords
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.model import EVENT_OF_KIND, ReaderResult
from maild.classify.vocabulary.patterns import Pattern, compile_pattern, label_matches
from maild.domain.incoming.ruling import Field, Kind
from maild.domain.subject import topic_of
from maild.domain.text import normalise
from maild.texts import one_line

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

REGISTRATION = frozenset({Kind.REGISTRATION_PENDING, Kind.REGISTRATION_APPROVED, Kind.REGISTRATION_REJECTED})
MOST_QUOTED = 20_000
MOST_SAID = 80  # characters of a status that a reason quotes
_SIGN = re.compile(r"(?:^|[\s,;/|])([a-z\d]{1,2}) ?= ?([^\s=,;/|]{1,12})", re.IGNORECASE)
_EIGHT_FIGURES = re.compile(r"\d{8}|\d{4} \d{4}")  # a parcel's number, at least
_BRACKETS = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]?")
# Outcomes that cannot both be: a form whose status says one and whose words the other is a person's to read.
_OPPOSITES: Mapping[Kind, frozenset[Kind]] = MappingProxyType(
    {
        Kind.UNFILLED: frozenset({Kind.SHIPPED, Kind.DELIVERED}),
        Kind.CANCELLED: frozenset({Kind.SHIPPED, Kind.DELIVERED}),
        Kind.SHIPPED: frozenset({Kind.UNFILLED, Kind.CANCELLED}),
    }
)
_CHANGE = re.compile(r"->|=>|→|⇒|(?:变更|更新|更改|修改|变|改)(?:为|成|至)|\bchanged? to\b|\bto\b(?=\s*[\"'“「])")


# What nothing else in a mail of known clauses leaves open.
_Told = dict[Kind, Claim]
_NOTHING_ELSE = EARLY | {Kind.PROVIDER_OTHER}  # what a recall is told beside: 'accepted by …' is a day
_TAKEN_ON = frozenset({Kind.REQUEST_ACCEPTED, Kind.FEE_QUOTED})
_PIECES = re.compile(r"\s[-–—]+\s|[:|,;\[\]【】()]")


class StatusReader:
    """words/status.toml says what values of a status label mean, words/statements.toml what sentences say.

    own  one provider's wordings, for values and sentences alike: lists named as kinds, `nothing` (what only looks
         like a status: 'fee returned'), and `our_number` and `their_number`, which are labels. Lists for fields are
         named field_….
    """

    def __init__(self, words: Words, own: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """Raises ValueError for a list of `own` that is none of these."""
        own = own or {}
        known = {*Kind, "nothing", "our_number", "their_number"}
        if unknown := [name for name in own if name not in known and not name.startswith("field_")]:
            raise ValueError(f"list {unknown[0]!r} is no kind, nothing, our_number, their_number or field_…")
        mine = by_kind({name: own[name] for name in own if name in frozenset(Kind)}, own=True)
        if nothing := own.get("nothing"):
            mine = (*mine, Wording.of(None, nothing, own=True))
        self._values = (*mine, *by_kind(words["status"]))
        self._statements = (*mine, *by_kind(words["statements"]))
        self._composed = Composed(words)
        self._plain = Plain(words)
        self.rows = RowWords.of(words["rows"])
        self._bound = bool(own)  # by a form that has our number: what has none is read by the general reader
        self._whose = Whose(
            ours=_labels(own, "our_number"),
            theirs=_labels(own, "their_number"),
            theirs_before=_labels(own, "their_number", r"(?:^|[^\pL\pN])(?:{})[ :#.(]*$"),
        )

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """Raises nothing; `kind` is None where the mail states no status."""
        doubts: list[Doubt] = []
        numbers = find_numbers(view, typing, self._whose)
        account = self._account(view, doubts) if numbers.source != "label" else {}
        labelled = account or self._labelled(view, doubts)
        told = self._all_told(view, typing, labelled, doubts)
        plain = None if labelled else self._plainly(view, typing, told)
        by_model = plain is not None and plain[0] not in told and self._plain.is_heard(plain[1])
        told, doubts = ({plain[0]: plain[1]}, []) if plain else (told, doubts)
        told = told or self._among(view, typing, labelled, doubts)
        told, by_ear = self._heard(view, told, doubts) if not (labelled or plain or self._bound) else (told, {})
        told, by_ear = (told, by_ear) if labelled else _or_recalled(view, told, by_ear)
        if not labelled and not told:
            return _untold(view, numbers, doubts)
        kind, why = _decide(labelled, told, view.lexicon.hedges)
        if kind is Kind.SHIPPED and Kind.CLOSED in {*labelled, *told} and not _brings_something(view):
            kind, why = Kind.CLOSED, SAY("closed_without", why=why)
        if kind is not None and kind not in {*labelled, *DENYING} and (denial := _denial(kind, doubts)):
            return _other(numbers, SAY("and_again", why=why, denial=denial))
        if kind is None and (word := recalled_by_label(labelled, told, view)):
            kind, why = Kind.LOAN_DUE, SAY("recalled", word=word[:40])
        if kind is None:
            return _other(numbers, why)
        kind, why = (Kind.LOAN_DUE, SAY("and_recalled", why=why)) if wanted_back(kind, view) else (kind, why)
        known = kind in labelled or (plain is not None and kind in _TAKEN_ON)
        if not known and (why_not := unsettled(kind, view)):
            return _other(numbers, SAY("but", one=why, other=why_not))
        claim = None if kind in labelled else told.get(kind)
        sentence = claim.sentence if claim and claim.place == "text" else ""
        misfit = "" if labelled else self._misfit(kind, claim, view, typing, by_ear=bool(by_ear))
        nothing = SAY("but", one=why, other=misfit) if misfit else no_news(kind, view, numbers, why)
        if nothing := nothing or anothers(kind, view, numbers, why, sentence):
            return _other(numbers, nothing)
        if not (labelled or _in_subject(told)) and self._nameless(kind, numbers, view, typing):
            return ReaderResult(reasons=(SAY("without_number", why=why),))
        if numbers.several:
            why = SAY("beside_several", kind=kind, numbers=", ".join(numbers.distinct))
            return ReaderResult(kind=kind, fields=numbers.fields(), reasons=(why,))
        fields = numbers.fields()
        if labelled:
            said = next(iter(labelled.values())).sentence
            fields["status"] = Field(said, 1.0 if view.statuses else 0.9, "label" if view.statuses else "text")
        fields |= remarks(view, kind)
        fields |= {"heard": Field(claim.said, 0.6, "text")} if claim and (by_ear or by_model) else {}
        if plain and kind is plain[0] and self._plain.knows_its_object(kind, view, typing):
            fields["plain"] = Field(plain[1].said, 0.9, "text")
        if kind not in EARLY and (apart := in_passing(view, typing, numbers)):
            fields["set_apart"] = Field("\n".join(apart), 0.7, "text")
        reasons = (why, *(() if numbers.distinct else (SAY("number_unsaid"),)), *_doubtful(doubts))
        return ReaderResult(kind=kind, event=EVENT_OF_KIND.get(kind), fields=fields, reasons=reasons)

    def _heard(
        self, view: View, told: dict[Kind, Claim], doubts: list[Doubt]
    ) -> tuple[dict[Kind, Claim], dict[Kind, Claim]]:
        """What rules and the model of clauses come to together; and what it alone hears."""
        told = settled(told)
        by_ear = {} if told else heard(view, doubted=bool(doubts))
        return told or by_ear, by_ear

    def _misfit(self, kind: Kind, claim: Claim | None, view: View, typing: Typing, *, by_ear: bool) -> str:
        """Why what is told is of another thing, or has not come about; ''."""
        if (by_ear or kind is Kind.SHIPPED) and self._plain.of_another(view, typing):
            return SAY("subject_of_another_thing")
        return (self._plain.other_thing(kind, clause_of(claim)) or put_off(kind, claim, view)) if claim else ""

    def _nameless(self, kind: Kind, numbers: Numbers, view: View, typing: Typing) -> bool:
        """Whether nothing says which request it is about."""
        if numbers.said or kind in REGISTRATION or _answers(view, typing):
            return False
        return self._bound or kind not in EVENT_OF_KIND or not may_be_titled(view, typing)

    def against(self, view: View, kind: Kind) -> str:
        """What sentences, or the subject, state as a fact that a labelled status of that kind denies; or ''."""
        opposite = _OPPOSITES.get(kind)
        if not opposite:
            return ""
        told = {**self._headed(view.subject), **wordings.told(self._statements, view.claims, [])}
        said = next((claim for other, claim in told.items() if other in opposite), None)
        return SAY("status_against_mail", kind=kind, words=said.said[:40]) if said else ""

    def is_status(self, text: str) -> bool:
        """Whether the words are a status and nothing else."""
        said = text.strip()
        return bool(said) and any(w.kind and w.pattern.fullmatch(said) for w in self._values)

    def _all_told(
        self, view: View, typing: Typing, labelled: Mapping[Kind, Claim], doubts: list[Doubt]
    ) -> dict[Kind, Claim]:
        """What whole phrases tell, the subject's own words, and, where neither says more than 'accepted', clauses."""
        told = wordings.told(self._statements, view.claims, doubts)
        if labelled:
            return told
        # Systems write in forms: 'Status of your order: in process', and the number below.
        headed = view.subject if view.sender.institution else f"{view.subject}\n{view.text}"
        if typing.numbers(headed) and not _in_subject(told):
            told |= {kind: claim for kind, claim in self._headed(view.subject).items() if kind not in told}
        if not told and (refused := self._refused(view, typing)):
            return {Kind.UNFILLED: refused}
        if UNFINISHED.issuperset(told) and not means_none(doubts):
            told |= self._composed(view, told, doubts)
        elif set(told) == {Kind.LOAN_DUE} and (posted := self._posted(view)):
            told = {Kind.SHIPPED: posted}  # 'went out by courier this afternoon, DHL 4471120093; due back on …'
        if set(told) == {Kind.FEE_QUOTED} and self._composed.billed(view):
            doubts.append(Doubt(told[Kind.FEE_QUOTED].said, SAY("billed")))
            return {}
        if {Kind.FEE_QUOTED, Kind.REQUEST_ACCEPTED} <= set(told) and not SUM.search(view.text):
            del told[Kind.FEE_QUOTED]  # 'accepted, at the price given': no price is told
        return weighed(told, view.lexicon.hedges)

    def _plainly(self, view: View, typing: Typing, told: Mapping[Kind, Claim]) -> tuple[Kind, Claim] | None:
        """What a mail tells that says nothing else, where its subject tells nothing but that."""
        found = None if self._bound else self._plain(view, typing, self.silent)
        heard_only = found is not None and self._plain.is_heard(found[1])
        headed = {kind for kind, claim in told.items() if claim.place == "subject" or heard_only}
        return found if found and headed <= {found[0]} | EARLY else None

    def _among(
        self, view: View, typing: Typing, labelled: Mapping[Kind, Claim], doubts: list[Doubt]
    ) -> dict[Kind, Claim]:
        """What one clause tells among others that tell a story, where nothing else told or doubted anything."""
        found = None if labelled or doubts or self._bound else self._plain.among(view, typing)
        return {found[0]: found[1]} if found else {}

    def _posted(self, view: View) -> Claim | None:
        """The sentence that says that a parcel left, with its number."""
        posted = self._composed(view, {}, []).get(Kind.SHIPPED)
        return posted if posted and _EIGHT_FIGURES.search(posted.sentence) else None

    def silent(self, text: str) -> bool:
        """Whether the words tell no outcome of anything, in whatever wording."""
        said = Sentence(text, "text")
        lists = (*self._values, *self._statements)
        return not any(w.pattern.search(said.text) for w in lists) and self._composed.silent(text)

    def _refused(self, view: View, typing: Typing) -> Claim | None:
        """A form's line that gives the reason why nothing is supplied: the form says by it that nothing is. Its value
        has to be such a reason: forms carry the line empty, with 'none', or with a word on how to fill it.
        """
        label, hedges = view.lexicon.labels["refusal"], view.lexicon.hedges
        known = (*(p for _, p in typing.reasons), *(w.pattern for w in self._values if w.kind is Kind.UNFILLED))
        for pair in view.pairs:
            if not label_matches(label, pair.label):
                continue
            value = _BRACKETS.sub("", normalise(pair.value))
            if any(hedges[name].search(value) for name in ("question", "condition")):
                continue
            if any(pattern.search(value) for pattern in known):
                return Claim(pair.label, pair.label, "text", 0, len(pair.label))
        return None

    def _labelled(self, view: View, doubts: list[Doubt]) -> dict[Kind, Claim]:
        """What status labels say, or sentences that name the status. 'A → B' says B."""
        found: dict[Kind, Claim] = {}
        legend = _legend(view.read_text) if view.statuses else {}
        stated = (legend.get(value.lower(), value) for value in view.statuses[:MOST_STATUSES])
        for value in (*stated, *_named(view, doubts)):
            sentence = Sentence(_CHANGE.split(value[:200])[-1].strip(" \"'“”「」[]()"), "status")
            found |= longest(sentence, self._values, view.claims, doubts)
        return found

    def _account(self, view: View, doubts: list[Doubt]) -> dict[Kind, Claim]:
        """What the review of an account came to, as a label says: '审核状态: 不通过' reads as '账户不通过'."""
        known = tuple(w for w in self._statements if w.kind in REGISTRATION)
        label = view.lexicon.labels["registration_status"]
        for pair in view.pairs:
            if label_matches(label, pair.label):
                sentence = Sentence(f"{'account ' if pair.value.isascii() else '账户'}{pair.value[:60]}", "status")
                if found := longest(sentence, known, view.claims, doubts):
                    return found
        return {}

    def _headed(self, subject: str) -> dict[Kind, Claim]:
        """A piece of the subject that is nothing but a status: 'Request 2026… - in process', 'OVERDUE: 2026…'."""
        found: dict[Kind, Claim] = {}
        for piece in _PIECES.split(topic_of(subject)):
            said = piece.strip()
            for wording in self._values:
                if wording.kind and wording.kind not in WAITING and said and wording.pattern.fullmatch(said):
                    found.setdefault(wording.kind, Claim(said, subject, "subject", 0, len(said)))
        return found


def untold(view: View) -> tuple[str, ...]:
    """Why nothing is read where nothing was even doubted: no list has what a label calls the status, or none does."""
    if view.statuses:
        return (SAY("status_unlisted", said=", ".join(view.statuses[:MOST_STATUSES])[:MOST_SAID]),)
    return (SAY("no_status_stated"),)


def _untold(view: View, numbers: Numbers, doubts: list[Doubt]) -> ReaderResult:
    if means_none(doubts):
        return _other(numbers, _doubtful(doubts)[0])
    return ReaderResult(reasons=_doubtful(doubts) or untold(view))


def _legend(text: str) -> dict[str, str]:
    """What a form says that its letters mean: 'Y=supplied N=not supplied'."""
    found: dict[str, str] = {}
    for line in filter(_SIGN.search, text[:MOST_QUOTED].splitlines()):
        signs = [(hit[1].lower(), hit[2]) for hit in _SIGN.finditer(line)]
        found |= dict(signs) if len(signs) > 1 else {}
    return found


def _named(view: View, doubts: list[Doubt]) -> list[str]:
    """Values of the status that sentences name as a fact: 'the status has changed to Shipped'."""
    values: list[str] = []
    for pattern in filter(view.claims.may_hold, view.lexicon.status_in_text):
        for sentence in view.claims.sentences:
            for hit in pattern.finditer(sentence.text) if sentence.place != "status" else ():
                claim = view.claims.judge(sentence, hit.start(), hit.end())
                if isinstance(claim, Doubt):
                    doubts.append(claim)
                else:
                    values.append(hit.group(1))
    return values


def _labels(own: Mapping[str, tuple[str, ...]], name: str, frame: str = "{}") -> Pattern | None:
    return compile_pattern(frame.format(joined(own[name]))) if own.get(name) else None


def _decide(
    labelled: Mapping[Kind, Claim], told: Mapping[Kind, Claim], hedges: Mapping[str, Pattern]
) -> tuple[Kind | None, str]:
    """The kind and why; None where what is said contradicts itself or is no kind of ours."""
    if labelled:
        kind = furthest(labelled)
        if kind is None:
            return None, SAY("several_statuses", which=_listed(labelled))
        headline = {k: c for k, c in told.items() if c.place == "subject"}
        joint = furthest((*headline, kind))
        if kind is Kind.SHIPPED and joint in (Kind.LOAN_DUE, Kind.LOAN_OVERDUE):
            kind = joint  # the book is out by its status, and the subject asks for it
        # A form calls closed, or cancelled, what its subject says is not to be had.
        cancelled = kind is Kind.CANCELLED and joint is Kind.UNFILLED
        lacking = cancelled and bool(hedges["lacking"].search(labelled[kind].sentence))
        if headline and joint is not kind and not (lacking or (kind is Kind.CLOSED and joint is not None)):
            return None, SAY(
                "status_against_subject", status=_listed({kind: labelled[kind]}), subject=_listed(headline)
            )
        kind = joint or kind
    else:
        kind = furthest(told)
        if kind is None:
            return None, SAY("several_statuses", which=_listed(told))
    if kind is Kind.PROVIDER_OTHER:
        return None, SAY("no_moving_status", which=_listed(labelled or told))
    return kind, _listed({kind: labelled.get(kind) or told[kind]})


def _or_recalled(
    view: View, told: dict[Kind, Claim], by_ear: dict[Kind, Claim]
) -> tuple[dict[Kind, Claim], dict[Kind, Claim]]:
    """What is told and heard; or, where that is nothing else, that the book is wanted back."""
    back = recalled(view) if told.keys() <= _NOTHING_ELSE else None
    return ({Kind.LOAN_DUE: back}, {}) if back else (told, by_ear)


def _answers(view: View, typing: Typing) -> bool:
    """Whether the number stands in what is quoted: the mail answers a question about it."""
    return bool(typing.numbers(normalise(view.mail.quoted_text[:MOST_QUOTED])))


def _denial(kind: Kind, doubts: list[Doubt]) -> str:
    """What takes back a kind that is told elsewhere in the mail: 'sent by mistake … was not cancelled'."""
    return next((SAY("is_why", text=d.said[:40], why=d.why) for d in doubts if d.about == kind and d.denied), "")


def _brings_something(view: View) -> bool:
    return bool(view.attachments) or "http" in view.text or "http" in view.mail.html


def _other(numbers: Numbers, why: str) -> ReaderResult:
    return ReaderResult(kind=Kind.PROVIDER_OTHER, fields=numbers.fields(), reasons=(why,))


def _in_subject(told: Mapping[Kind, Claim]) -> bool:
    return any(claim.place == "subject" for claim in told.values())


def _listed(claims: Mapping[Kind, Claim]) -> str:
    heard = (SAY("heard_as", kind=kind, words=claim.said[:40], place=claim.place) for kind, claim in claims.items())
    return one_line(heard, ", ")


def _doubtful(doubts: list[Doubt]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(SAY("does_not_count", text=d.said[:40], why=d.why) for d in doubts))[:3]
