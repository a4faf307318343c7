"""What is decided about the rows of one mail is kept whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType

from maild.domain.incoming.decision import About, Action, Decision, NewTransaction, Transition
from maild.domain.incoming.mail import ParsedMail
from maild.domain.incoming.matching import Query, Unmatched
from maild.domain.incoming.reading import Reading
from maild.domain.incoming.ruling import Classification, Field, Kind, Party, Ruling
from maild.domain.incoming.trust import AuthReport, Verdict
from maild.domain.requests.lifecycle import Event
from maild.spine.facts import Facts
from maild.spine.rows import decide_rows

FACTS = Facts(now=datetime(2026, 11, 24, tzinfo=UTC), query=Query(), outcome=Unmatched(reasons=()))
NUMBERS = ("2026112400001", "2026112400002")


def row(number: str) -> Reading:
    ruling = Ruling(kind=Kind.REQUEST_SUBMITTED, rule="r", party=Party.PROVIDER, trusted=True,
                    fields=MappingProxyType({"transaction": Field(number)}))  # fmt: skip
    return Reading(
        mail=ParsedMail(sha256="b" * 64, size=1),
        auth=AuthReport(verdict=Verdict.PASS),
        classification=Classification(rulings=(ruling,)),
    )


def test_a_new_request_in_a_row_is_not_lost() -> None:
    """One row moves a request, another tells of a new one: both are effects of the mail, in the order of the rows."""
    moved = Transition(number=NUMBERS[0], expected_version=1, event=Event.ACCEPTED)
    new = NewTransaction(number=NUMBERS[1], patron_id="p1")
    effects = dict(zip(NUMBERS, (moved, new), strict=True))

    def one(reading: Reading, facts: Facts) -> Decision:
        number = reading.classification.main.value("transaction")
        return Decision(
            action=Action.APPLY,
            about=About(kind=Kind.REQUEST_SUBMITTED, transactions=(number,)),
            effects=(effects[number],),
        )

    rows = tuple((row(number), FACTS) for number in NUMBERS)
    decided = decide_rows(rows[0][0], replace(FACTS, rows=rows), one)
    assert (decided.action, decided.effects, decided.about.transactions) == (Action.APPLY, (moved, new), NUMBERS)
