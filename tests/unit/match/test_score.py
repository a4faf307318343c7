"""Matching: what is sure, what is a tie, and what does not fit."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.errors import ConfigError, RuleError
from maild.domain.incoming.matching import Ambiguous, Matched, MatchOutcome, Query, Signal, Unmatched
from maild.domain.money import Money
from maild.domain.requests.lifecycle import Event, Service, State
from maild.domain.requests.patron import Patron, PatronAddress, Transaction
from maild.match import NumberFinder, judge, load_weights, weigh
from maild.match.weights import WEIGHTS as TABLE
from maild.tables import read_toml

WEIGHTS = load_weights()
LI = Patron(patron_id="p1", name="李珺", login="li01", emails=(PatronAddress(address="li@patron.example"),))
SMITH = Patron(patron_id="p2", name="Ann Smith", emails=(PatronAddress(address="ann@patron.example"),))
PATRONS = {"p1": LI, "p2": SMITH}
ONE = Transaction(number="2026112400001", patron_id="p1", title="Deep learning for mail", payable=Money.of("12.50"))
TWO = Transaction(number="2026112400002", patron_id="p1", title="茶叶的历史研究")
FOREIGN = Transaction(number="2026112400003", patron_id="p2", title="On receipts")
ALL = [ONE, TWO, FOREIGN]


def outcome(query: Query, transactions: list[Transaction] = ALL, **more: object) -> MatchOutcome:
    return judge(weigh(query, transactions, PATRONS, WEIGHTS, **more), query, WEIGHTS)  # type: ignore[arg-type]


def numbers(result: MatchOutcome) -> list[str]:
    assert isinstance(result, Matched), result
    return sorted(c.transaction.number for c in result.candidates)


PROVIDER = Query(numbers=(ONE.number,), provider="calis", system=True)


def test_a_trusted_provider_and_a_number_are_sure() -> None:
    """The system names a known number: matched, with the reasons."""
    result = outcome(PROVIDER, [ONE])
    assert numbers(result) == [ONE.number]
    assert "says the number" in " ".join(result.reasons)


@pytest.mark.parametrize(
    "misfit",
    [
        {"emails": ("ann@patron.example",)},
        {"names": ("王小明",)},
        {"logins": ("wang02",)},
        {"title": "A completely unrelated book"},
    ],
)
def test_a_number_whose_facts_do_not_fit_is_not_sure(misfit: dict[str, object]) -> None:
    """A typing error in a number meets another patron's request: the other facts give it away."""
    assert isinstance(outcome(replace(PROVIDER, **misfit), [ONE]), Ambiguous)


def test_facts_that_fit_outweigh_a_name_in_another_script() -> None:
    """A romanised name beside the right address is no misfit."""
    query = replace(PROVIDER, emails=("li@patron.example",), names=("Li Jun",), title="Deep Learning for Mail.")
    assert numbers(outcome(query, [ONE])) == [ONE.number]


def test_another_provider_may_not_speak_of_it() -> None:
    """A library speaks of its own requests only; the request system speaks of all."""
    other = replace(ONE, provider="NSTL")
    query = Query(numbers=(ONE.number,), provider="oclc", other_providers=("nstl",))
    assert isinstance(outcome(query, [other]), Ambiguous)
    assert numbers(outcome(replace(query, system=True), [other])) == [ONE.number]


def test_a_number_alone_proves_nothing() -> None:
    """An unauthenticated mail with a right number is a hint, not a match."""
    assert isinstance(outcome(Query(numbers=(ONE.number,)), [ONE]), Ambiguous)


def test_patron_and_own_number_match() -> None:
    """The authenticated patron names a request of their own."""
    assert numbers(outcome(Query(numbers=(ONE.number,), sender="li@patron.example"))) == [ONE.number]


def test_patron_and_foreign_number_never_match() -> None:
    """A patron who names somebody else's request gets nothing moved, also beside one of their own."""
    query = Query(numbers=(FOREIGN.number,), sender="li@patron.example")
    assert isinstance(outcome(query), Ambiguous)
    assert isinstance(outcome(replace(query, numbers=(ONE.number, FOREIGN.number))), Ambiguous)


def test_several_own_numbers_match_together() -> None:
    """One mail may pay or ask for several requests."""
    query = Query(numbers=(ONE.number, TWO.number), sender="li@patron.example")
    assert numbers(outcome(query)) == [ONE.number, TWO.number]


def test_a_token_vouches_for_another_address() -> None:
    """Our own token in the answer proves that the writer saw our notice."""
    assert numbers(outcome(Query(tokens=(ONE.number,), sender="private@home.example"), [ONE])) == [ONE.number]


def test_the_only_fitting_request_matches_and_a_tie_does_not() -> None:
    """With one unpaid request the sender is enough; with two it is a tie."""
    query = Query(sender="li@patron.example")
    due = {ONE.number}
    assert numbers(outcome(query, fits=lambda t: t.number in due)) == [ONE.number]
    assert isinstance(outcome(query, fits=lambda t: True), Ambiguous)


def test_the_amount_breaks_no_tie_by_itself() -> None:
    """An equal amount is weak evidence: below the margin."""
    assert isinstance(outcome(Query(sender="li@patron.example", amount=Decimal("12.50"))), Ambiguous)


def test_the_thread_and_the_sender_match() -> None:
    """An answer to our notice, from the patron, needs no number."""
    assert numbers(outcome(Query(threads=(TWO.number,), sender="li@patron.example"))) == [TWO.number]
    assert isinstance(outcome(Query(threads=(TWO.number,)), [TWO]), Ambiguous)


def test_an_answer_that_quotes_an_own_request_alone_is_about_it() -> None:
    """Who owns it might as well have written its number; of two, or beside another that is said, nothing is plain."""
    answer = Query(quoted=(TWO.number,), sender="li@patron.example")
    assert numbers(outcome(answer)) == [TWO.number]
    assert isinstance(outcome(replace(answer, quoted=(ONE.number, TWO.number))), Ambiguous)
    assert isinstance(outcome(replace(answer, quoted=(FOREIGN.number,))), Ambiguous)
    said = outcome(replace(answer, numbers=(ONE.number,)))
    assert numbers(said) == [ONE.number]


def test_nothing_known_is_unmatched() -> None:
    """No candidates: unmatched, and it says why."""
    result = outcome(Query(), [])
    assert isinstance(result, Unmatched)
    assert result.reasons


@given(st.lists(st.sampled_from(ALL), unique=True), st.booleans(), st.booleans())
def test_a_foreign_transaction_is_never_matched_by_its_number(
    given_transactions: list[Transaction], with_quote: bool, with_thread: bool
) -> None:
    """Whatever else speaks for it, a patron never moves another patron's request without a token."""
    query = Query(
        numbers=(FOREIGN.number,),
        sender="li@patron.example",
        quoted=(FOREIGN.number,) if with_quote else (),
        threads=(FOREIGN.number,) if with_thread else (),
    )
    result = outcome(query, given_transactions)
    assert not isinstance(result, Matched) or FOREIGN.number not in numbers(result)


def test_state_speaks_for_and_against() -> None:
    """A move that can follow counts a little; one that cannot counts against."""
    fits = weigh(PROVIDER, [ONE], PATRONS, WEIGHTS, event=Event.SHIPPED)[0]
    misfits = weigh(PROVIDER, [ONE], PATRONS, WEIGHTS, event=Event.RETURNED)[0]
    assert {e.signal for e in fits.evidence} >= {Signal.STATE_FITS}
    assert fits.score > misfits.score


def test_numbers_are_found_whole() -> None:
    """A number inside a longer run of digits or letters is none."""
    finder = NumberFinder(r"\d{13}")
    text = "事务号2026112400001，2026112400002;x2026112400003 12026112400004 2026112400005 2026112400006"
    assert finder.find(text) == ("2026112400001", "2026112400002", "2026112400005", "2026112400006")


def test_a_broken_pattern_is_a_configuration_error() -> None:
    """The message names the option and the remedy."""
    with pytest.raises(ConfigError, match=r"matching\.transaction_number"):
        NumberFinder(r"(?=x)")


def test_broken_weights_are_refused(tmp_path: Path) -> None:
    """A missing or misspelt weight stops the start with the file's name."""
    path = tmp_path / "matching.toml"
    for said, where in (
        ("sendr = 3", r"matching\.toml:4: weights\.sendr: .*did you mean 'sender'"),
        ("token = 1.5", r"matching\.toml:4: weights\.token: must be a whole number"),
        ("token = 1", r"matching\.toml:3: weights\.\w+: is missing"),
    ):
        path.write_text(f"threshold = 80\nmargin = 20\n[weights]\n{said}\n", "utf-8")
        with pytest.raises(RuleError, match=where):
            TABLE.read(read_toml(path))


LIBRARY = Query(numbers=(ONE.number,), provider="pku", institution=True, provider_names=("北京大学图书馆", "北京大学"),
                other_providers=("国家图书馆", "cashl"), networks=("cashl",))  # fmt: skip


@pytest.mark.parametrize(
    ("query", "request_"),
    [
        (replace(LIBRARY, said="dearallyourdeeplearningformailisattached"), ONE),
        (replace(LIBRARY, title="Deep learning for mail"), replace(ONE, provider="国家图书馆")),
        (replace(LIBRARY, names=("李珺",)), ONE),
        (LIBRARY, replace(ONE, provider="北京大学图书馆医学分馆")),
        (replace(LIBRARY, numbers=(), joined=(ONE.number,), title="Deep learning for mail"), ONE),
        (replace(LIBRARY, numbers=(), quoted=(ONE.number,), answered=(ONE.number,)), ONE),
    ],
)
def test_a_library_with_more_than_a_number_is_sure(query: Query, request_: Transaction) -> None:
    """Title, patron, the expected library, a letter of ours that is answered; pieces of a number with its title."""
    assert numbers(outcome(query, [request_])) == [ONE.number]


@pytest.mark.parametrize(("query", "request_"), [
    (LIBRARY, ONE), (LIBRARY, replace(ONE, provider="国家图书馆")), (LIBRARY, replace(ONE, provider="CASHL")),
    (replace(LIBRARY, title="Something else altogether"), ONE), (replace(LIBRARY, amount=Decimal("12.50")), ONE),
    (replace(LIBRARY, numbers=(), joined=(ONE.number,)), ONE),
    (replace(LIBRARY, numbers=(), alike=(ONE.number,), title="Deep learning for mail"), ONE),
    (replace(LIBRARY, numbers=(), quoted=(ONE.number,)), ONE), (replace(LIBRARY, names=("王小明",)), ONE),
    (replace(LIBRARY, unchecked=True), replace(ONE, provider="北京大学图书馆")),  # by a domain that nobody has looked up
    (replace(LIBRARY, by_letter=True, title="Deep learning for mail"), ONE),  # asked about another request
])  # fmt: skip
def test_a_library_with_a_number_alone_is_not(query: Query, request_: Transaction) -> None:
    """Whatever network has the request, whatever amount is due: a person looks; so for a number with letters in it."""
    result = outcome(query, [request_])
    assert isinstance(result, Ambiguous)
    assert result.candidates[0].transaction.number == ONE.number


@pytest.mark.parametrize(("request_", "sure"), [
    (replace(ONE, state=State.SUBMITTED), True), (replace(ONE, state=State.IN_PROCESS), True),
    (replace(ONE, state=State.SUBMITTED, provider="国家图书馆"), False), (replace(ONE, state=State.CLOSED), False),
])  # fmt: skip
def test_a_number_alone_says_that_it_is_worked_on(request_: Transaction, sure: bool) -> None:
    """Harmless if mistyped: of an open request that nobody else has; no refusal goes by the number alone."""
    assert isinstance(outcome(LIBRARY, [request_], event=Event.ACCEPTED), Matched) is sure
    assert not isinstance(outcome(LIBRARY, [request_], event=Event.UNFILLED), Matched)


@pytest.mark.parametrize(
    ("event", "request_", "sure"),
    [
        (Event.FORWARDED, replace(ONE, state=State.SUBMITTED), True),
        (Event.FORWARDED, replace(ONE, state=State.SUBMITTED, provider="CASHL"), True),  # a network it supplies in
        (Event.FORWARDED, replace(ONE, state=State.SUBMITTED, provider="国家图书馆"), False),
        (Event.SHIPPED, replace(ONE, state=State.SUBMITTED), False),  # a document: it has to be the right one
        (Event.SHIPPED, replace(ONE, state=State.SUBMITTED, service=Service.LOAN), True),
        (Event.SHIPPED, replace(ONE, state=State.CLOSED, service=Service.LOAN), False),
        (Event.RETURNED, replace(ONE, state=State.RETURNED, service=Service.LOAN), True),
        (Event.RETURNED, replace(ONE, state=State.ON_LOAN, service=Service.LOAN), False),  # who has the book, perhaps
    ],
)
def test_what_the_next_mail_takes_back_goes_by_the_number(event: Event, request_: Transaction, sure: bool) -> None:
    """Forwarded, a book on its way, a return that we know of; nothing that ends, costs or hands over."""
    assert isinstance(outcome(LIBRARY, [request_], event=event), Matched) is sure


def test_who_answers_our_letter_speaks_about_it() -> None:
    """Of the request we wrote about, by its number alone."""
    known = replace(LIBRARY, by_letter=True, answered=(ONE.number,), provider="ill@some.example")
    assert numbers(outcome(known, [ONE])) == [ONE.number]


def test_who_says_that_another_has_it_fits() -> None:
    """The request's holder is named as where it went; without the name it is another library's."""
    other = replace(PROVIDER, system=False, other_providers=("国家图书馆",), said="已转国家图书馆办理")
    request_ = replace(ONE, provider="国家图书馆", state=State.SUBMITTED)
    assert isinstance(outcome(other, [request_], event=Event.FORWARDED), Matched)
    assert not isinstance(outcome(replace(other, said="已转"), [request_], event=Event.FORWARDED), Matched)
    assert not isinstance(outcome(other, [request_], event=Event.UNFILLED), Matched)
