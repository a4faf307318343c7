"""Which request a provider's mail names that says no number of ours: by title, the end of its number, or a piece.

A house that the mail is written to, or speaks of, tells that it may be none of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maild.authenticate.domains import organisational
from maild.classify.reading.numbers import is_something_else
from maild.classify.vocabulary.model import EVENT_OF_KIND
from maild.domain.incoming.matching import Query
from maild.domain.incoming.ruling import Kind, Ruling
from maild.domain.requests.lifecycle import Event, State
from maild.domain.requests.patron import Transaction
from maild.domain.text import shape
from maild.match.authors import MILD, is_named
from maild.match.reader_names import names_reader
from maild.match.titled import LEAST_PIECE, bare, called, ends, others, says_much, says_no_other, shares, stands_apart
from maild.match.words import fold, latin_words, piece_said, telling_words
from maild.spine.looking.lookup_settings import LookupSettings
from maild.spine.looking.lookups import Lookups
from maild.traditional import simplified

# What a whole title is enough for. A price, and an end of what a reader or we have asked for, need something else that
# fits; and that somebody works on it does not answer a price that is asked for.
BY_TITLE = MILD | {Event.SHIPPED, Event.ARRIVED, Event.UNFILLED, Event.DUE, Event.OVERDUE, Event.RETURNED}
BY_TITLE_AND_MORE = frozenset({Event.FEE_QUOTED, Event.CANCELLED})
BY_PIECE = frozenset({Event.SHIPPED})  # what a piece of a title is enough for, where the file shows the rest
BY_HOLDER = MILD | {Event.SHIPPED, Event.DUE, Event.OVERDUE, Event.RETURNED}  # … where who has it by the record writes
ALIKE = 6  # figures that a number and one of ours have in common from the first: it may be ours, mistyped


def named_otherwise(query: Query, text: str, ruling: Ruling, lookup: LookupSettings, lookups: Lookups) -> Query:
    """The query with the request that is named otherwise than by a number, whatever of what it may mean is told."""
    may_mean = [EVENT_OF_KIND.get(Kind(kind)) for kind in ruling.value("unread").split("\n") if kind]
    events = [ruling.event] if ruling.event else [event for event in may_mean if event in BY_TITLE]
    found = [_named_as(query, text, event, lookup, lookups, institution=ruling.institution) for event in events]
    return found[0] if found and all(each == found[0] for each in found) else query


def _named_as(
    query: Query, text: str, event: Event, lookup: LookupSettings, lookups: Lookups, *, institution: bool
) -> Query:
    """The query of a provider's mail that says no number of ours, with the request that it names all the same: by its
    whole title, the end of its number, or a piece of its title.
    """
    found = _by_title(text, query, lookup, lookups, event) or _by_end(text, query, lookup, lookups)
    beside, by_piece = _beside(found, text, query) if found else "", False
    if found is None and event in BY_PIECE | BY_HOLDER | {Event.UNFILLED}:
        found, beside = _by_piece(text, query, event, lookup, lookups)
        held = found is not None and bool(beside) and beside == found.provider
        by_piece = found is None or not (held or found.number in query.answered)
    said_here = (*query.numbers, *of_requests(text, lookup))
    enough = found is not None and _enough(found, event, beside, institution=institution)
    if found is None or not enough or may_be_ours(said_here, found.number):
        return query
    return replace(query, titled=found.number, beside=beside, by_piece=by_piece, numbers=(), foreign=query.numbers)


def _enough(found: Transaction, event: Event, beside: str, *, institution: bool) -> bool:
    """Whether its whole title, and what fits besides, are enough for what is told of a request.

    A library's first price is: the patron is asked for it, and nobody owes it before a yes.
    """
    if event in MILD and found.state is State.CONDITIONAL:
        return False
    if event is Event.FEE_QUOTED and institution and found.total is None:
        return True
    return event in BY_TITLE or (event in BY_TITLE_AND_MORE and bool(beside))


def _beside(request: Transaction, text: str, query: Query) -> str:
    """What else of a request fits: the end of its number, the library that has it. '' for nothing."""
    if end := next((end for end in ends(text) if request.number.endswith(end)), ""):
        return f"…{end}"
    holder = fold(request.provider)
    return request.provider if holder and is_named(holder, query.provider_names) else ""


def of_requests(text: str, lookup: LookupSettings) -> tuple[str, ...]:
    """The numbers in a provider's words that may be a request's: who lends a book says by which parcel it comes."""
    found = ((number, text.find(number)) for number in lookup.numbers.find(text))
    return tuple(number for number, at in found if not is_something_else(text, at, at + len(number)))


def may_be_ours(numbers: Iterable[str], ours: str) -> bool:
    """Whether one of the numbers is written, or begins, as one of ours does."""
    return any(shape(number) == shape(ours) or number[:ALIKE] == ours[:ALIKE] for number in numbers)


def _by_title(text: str, query: Query, lookup: LookupSettings, lookups: Lookups, event: Event) -> Transaction | None:
    """The request whose whole title is said, where nothing names another request or another house. Who says that a loan
    has come back speaks of one that was sent back.
    """
    if query.joined or query.alike or another_house(text, query, lookup, passed_on=event is Event.FORWARDED):
        return None
    requests = [*lookups.running(), *(lookups.sent_back() if event is Event.RETURNED else ())]
    found = called(text, requests)
    return found if found and {*query.quoted} <= {found.number} else None


def _by_end(text: str, query: Query, lookup: LookupSettings, lookups: Lookups) -> Transaction | None:
    """The only running request whose number ends as the text says, where a piece of its title stands beside that."""
    if query.joined or query.alike:
        return None
    said, running = fold(bare(simplified(text))), lookups.running()
    for end in ends(text):
        ending = [each for each in running if each.number.endswith(end)]
        if len(ending) == 1 and (
            piece_said(ending[0].title, said, lookup.weights) or _words_said(ending[0], text, lookup)
        ):
            return ending[0] if {*query.quoted} <= {ending[0].number} else None
    return None


def _by_piece(
    text: str, query: Query, event: Event, lookup: LookupSettings, lookups: Lookups
) -> tuple[Transaction | None, str]:
    """The only running request of whose title a piece is said, and what else fits: the library that has it, or its
    reader; '' where only a file can show the rest.
    """
    if query.joined or query.alike or another_house(text, query, lookup):
        return None, ""
    said = fold(bare(simplified(text)))
    pieces = {said[at : at + LEAST_PIECE] for at in range(len(said))}
    requests = [*lookups.running(), *(lookups.sent_back() if event is Event.RETURNED else ())]
    known = [each for each in requests if shares(fold(bare(simplified(each.title))), pieces)]
    called_so = [
        each for each in known if piece_said(each.title, said, lookup.weights) or _words_said(each, text, lookup)
    ]
    if len(called_so) != 1 or not {*query.quoted} <= {called_so[0].number}:
        return None, ""
    found = called_so[0]
    if not stands_apart(text, found.title):
        return None, ""
    held = event in BY_HOLDER or (event is Event.UNFILLED and says_much(text, found.title))
    if found.provider and held and _beside(found, "", query) and says_no_other(text, found.title):
        return found, found.provider
    readers = lookups.patrons([found.patron_id])
    named = bool(readers) and names_reader(readers[0].name, text)
    return (found, readers[0].name if named else "") if event in BY_PIECE else (None, "")


def another_house(text: str, query: Query, lookup: LookupSettings, *, passed_on: bool = False) -> str:
    """A house that the text is written to, or speaks of, and that is neither ours nor the writer's; or ''."""
    own = lookup.own_address.rpartition("@")[2]
    ours = (name for name, domains in lookup.known.names.items() if set(domains) <= {own, organisational(own)})
    return others(text, (*ours, *(simplified(name) for name in query.provider_names)), passed_on=passed_on)


def _words_said(request: Transaction, text: str, lookup: LookupSettings) -> bool:
    """Whether two telling words of a title are said."""
    said = {*latin_words(bare(text))}
    return len({*telling_words(bare(request.title), lookup.weights)} & said) > 1
