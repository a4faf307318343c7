"""Who answers a letter of a librarian speaks about that request, and about no other; on a real office."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

import pytest

from maild.domain.requests.lifecycle import State
from maild.domain.requests.patron import Transaction
from tests.servers.office import ADDRESS, Office, office

pytestmark = pytest.mark.integration
COUNT = count()
ASKED, OTHER = "2026112000101", "2026112000102"
THEIRS, PRIVATE = "fernleihe@sbb-some.example", "anna@sbb-some.example"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office whose librarian has written to a library, and to a private address, about one request."""
    with office(tmp_path_factory.mktemp("letters")) as made:
        made.receive(*(_letter(made, to) for to in (THEIRS, PRIVATE)))
        yield made


def _letter(house: Office, to: str) -> bytes:
    """A librarian's own mail, known as ours by its signature."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"值班馆员 <{ADDRESS}>", f"{to}, {ADDRESS}", f"Our request {ASKED}"
    mail["Date"], mail["Message-ID"] = format_datetime(house.services.clock.now()), f"<to-{to}>"
    mail.set_content(f"Dear colleagues, can you lend or copy {ASKED}?")
    return house.post.sign(mail.as_bytes(), "lib.example")


def _request(house: Office, number: str) -> Transaction:
    with house.services.store.read() as uow:
        found = uow.transactions.get(number)
    assert found is not None
    return found


def _answer(house: Office, text: str, *, author: str = THEIRS, to: str = THEIRS, sign: bool = True) -> None:
    headers = {"In-Reply-To": f"<to-{to}>"} if to else {}
    row = {"from": f"Fernleihe <{author}>", "subject": "Your letter", "text": text, "headers": headers, "sign": sign}
    house.receive(house.mail(next(COUNT), **row))


@pytest.mark.parametrize(("text", "more"), [
    (f"{OTHER}: not held here, sorry.", {}),  # of another request, with the letter about the first
    (f"{ASKED}: not held here, sorry.", {"to": ""}),  # answers no letter
    (f"{ASKED}: not held here, sorry.", {"to": "nobody@else.example"}),  # answers a letter to nobody
    (f"{ASKED}: not held here, sorry.", {"sign": False}),  # nothing proves who writes
    (f"{ASKED}: not held here, sorry.", {"author": PRIVATE, "to": PRIVATE}),  # a private address speaks for no library
    (f"{ASKED}: not held here, sorry.", {"author": "other@sbb-some.example"}),  # another address of that domain
    (f"{ASKED}: not held here, but if you wish we can pass it on.", {}),  # says no outcome
])  # fmt: skip
def test_nobody_else_and_nothing_else(house: Office, text: str, more: dict[str, object]) -> None:
    """Another request, another writer, no letter, no proof, no outcome: a person looks."""
    before = [_request(house, number) for number in (ASKED, OTHER)]
    _answer(house, text, **more)  # type: ignore[arg-type]
    assert [_request(house, number) for number in (ASKED, OTHER)] == before


def test_who_answers_a_letter_is_heard_about_it(house: Office) -> None:
    """By its address alone, which no registry and no file knows; what was written to is kept, and can be forgotten."""
    with house.services.store.read() as uow:
        since = house.services.clock.now() - timedelta(days=1)
        assert uow.letters.known([THEIRS, PRIVATE, "x@y.example"], since) == {THEIRS}
        assert uow.letters.known([THEIRS], house.services.clock.now() + timedelta(days=1)) == frozenset()
    _answer(house, f"{ASKED}: not held here, sorry.")
    moved = _request(house, ASKED)
    assert moved.state is State.UNFILLED
    with house.services.store.read() as uow:
        (last,) = [e for e in uow.journal.of_transaction(ASKED) if e.after == State.UNFILLED]
    assert any("it answers our letter" in reason for reason in last.reasons)
    house.services.speaker_acts.speaks_not(THEIRS, actor="li")
    with house.services.store.read() as uow:
        assert uow.letters.about(THEIRS, [f"<to-{THEIRS}>"], since) == []
