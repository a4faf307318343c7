"""The renewal reader: a provider grants or refuses that a loan is kept longer. It moves nothing: a field says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from maild.classify import SAY
from maild.classify.reading.claims import Claim, Hedging
from maild.classify.reading.news.bending import beside
from maild.classify.reading.news.heard import clause_of
from maild.classify.reading.numbers import find_numbers
from maild.classify.reading.status import StatusReader
from maild.classify.vocabulary.lexicon import Words, joined
from maild.classify.vocabulary.model import ReaderResult
from maild.classify.vocabulary.patterns import compile_pattern
from maild.domain.incoming.ruling import Field, Kind

if TYPE_CHECKING:
    from maild.classify.rules.view import View
    from maild.classify.vocabulary.values import Typing

LISTS = ("granted", "refused")
# What a yes or a no may not be, by words beside it or in it: words/renewal.toml.
BESIDE = ("no_more", "before", "on_terms", "denied")
_UNASKED = re.compile(
    r"(?:未|没有?|尚未|并无)[^,。;]{0,8}(?:申请|提出|要求|收到)[^,。;]{0,6}续"
    r"|\bno (?:renewal|extension)s? (?:[^.,:;]{1,40} )?(?:has|have|was|were)\b[^.;]{0,20}\b(?:requested|asked)\b"
    r"|\b(?:not|n.t|never) (?:yet )?(?:requested|asked for|applied for) (?:a |any )?(?:renewal|extension)\b",
    re.IGNORECASE,
)
# … of every loan that is named.
_OF_ALL = re.compile(
    r"(?:[两三四五六七八]|(?<!\d)[2-9]) ?本(?![书馆校])|(?<!首)(?<!成)都(?!师|市)|均(?!价|借)"
    r"|全部|一并|一起|一律|各(?:自|续|延|本)|\b(?:both|all (?:of|the|loans|books|\d)|each|these)\b",
    re.IGNORECASE,
)
_OF_ONE = re.compile(r"前者|后者|其中|第[一二三]本|\b(?:former|latter|first|second|one of)\b", re.IGNORECASE)
# News beside which a word about a renewal is not the matter: the rules for that news speak.
_OTHER_NEWS = frozenset(
    {
        Kind.LOAN_OVERDUE,
        Kind.LOAN_RETURNED,
        Kind.LOAN_ARRIVED,
        Kind.SHIPPED,
        Kind.DELIVERED,
        Kind.FEE_QUOTED,
        Kind.CANCELLED,
        Kind.CLOSED,
    }
)


class RenewalReader:
    """words/renewal.toml: `granted`, `refused`; field `renewal` has the name of the one that is said."""

    def __init__(self, words: Words) -> None:
        """Raises ValueError where a list is missing."""
        lists = words.get("renewal", {})
        if missing := [name for name in (*LISTS, *BESIDE) if name not in lists]:
            raise ValueError(f"the list {missing[0]!r} is missing in words/renewal.toml")
        self._patterns = {name: compile_pattern(joined(lists[name])) for name in LISTS}
        self._beside = {name: compile_pattern(joined(lists[name])) for name in BESIDE}
        self._status = StatusReader(words)

    def __call__(self, view: View, typing: Typing) -> ReaderResult:
        """`kind` is None where no renewal is spoken of as a fact, or something weightier is."""
        said = {name: claim for name in LISTS if (claim := self._said(view, name))}
        if not said:
            return ReaderResult(reasons=(SAY("no_renewal"),))
        last = len(said) > 1 and self._beside["no_more"].search(clause_of(said["refused"]))
        if last and not self._beside["before"].search(view.text):
            del said["refused"]
        if terms := self._beside["on_terms"].search(view.text) if set(said) == {"granted"} else None:
            reason = SAY("renewal_on_terms", words=terms.group()[:40])
            return ReaderResult(kind=Kind.PROVIDER_OTHER, fields=find_numbers(view, typing).fields(), reasons=(reason,))
        if "granted" not in said and (wanted := _wanted(view, said["refused"].sentence)):
            return ReaderResult(reasons=(SAY("recalled", word=wanted[:40]),))
        if other_book := view.lexicon.hedges["other_copy"].search(view.read_text):
            reason = SAY("other_book", words=other_book.group()[:40])
            return ReaderResult(kind=Kind.PROVIDER_OTHER, fields=find_numbers(view, typing).fields(), reasons=(reason,))
        other = self._status(view, typing).kind
        if other in _OTHER_NEWS:
            return ReaderResult(reasons=(SAY("more_than_renewal", other=other),))
        # 'renewal … not granted' holds the words of both: the longer one is meant.
        name = max(said, key=lambda each: len(said[each].said))
        fields = find_numbers(view, typing).fields()
        if len(said) > 1 and not said[name].said.count(said[min(said, key=lambda each: len(said[each].said))].said):
            reason = SAY("granted_and_refused", yes=said["granted"].said[:40], no=said["refused"].said[:40])
            return ReaderResult(kind=Kind.PROVIDER_OTHER, fields=fields, reasons=(reason,))
        if several := self._of_some(view, name, fields):
            return ReaderResult(kind=Kind.PROVIDER_OTHER, fields=fields, reasons=(several,))
        fields["renewal"] = Field(name, 1.0, said[name].place)
        if wish := beside(view, Kind.LOAN_DUE):
            fields["remark"] = Field(wish, 0.7, "text")
        return ReaderResult(
            kind=Kind.PROVIDER_OTHER, fields=fields, reasons=(SAY("renewal_is", what=name, words=said[name].said[:40]),)
        )

    def _said(self, view: View, name: str) -> Claim | None:
        """The first that counts."""
        return next(self._all_said(view, name), None)

    def _all_said(self, view: View, name: str) -> Iterator[Claim]:
        """All that count; a refusal denies by its own words. That none was asked for refuses none."""
        found = view.claims.find(self._patterns[name], Hedging.FACT)
        denied = self._beside["denied"] if name == "granted" else None
        claims = (c for c in found if isinstance(c, Claim) and not (denied and denied.search(c.said)))
        return (claim for claim in claims if not _UNASKED.search(claim.sentence))

    def _of_some(self, view: View, name: str, fields: Mapping[str, Field]) -> str:
        """Why it is not plain which of several loans are renewed, or are not: no sentence that says it has each number,
        or speaks of all; ''.
        """
        numbers = fields["transaction"].value.split("\n") if "transaction" in fields else []
        said = {claim.sentence for claim in self._all_said(view, name)}
        told = [number for number in numbers if any(number in sentence for sentence in said)]
        if len(numbers) < 2 or any(map(_OF_ALL.search, said)):
            return ""
        alone = len(told) == len(numbers) and not any(map(_OF_ONE.search, said))
        return "" if alone else SAY("renewal_of_some", numbers=", ".join(numbers))


def _wanted(view: View, refusal: str) -> str:
    """The word by which another sentence than the refusal wants the loan back before its time; or ''."""
    found = view.claims.find(view.lexicon.hedges["recall"])
    return next((each.said for each in found if isinstance(each, Claim) and each.sentence != refusal), "")
