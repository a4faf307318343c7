"""Passwords: what may be one, how it is kept, and that it is kept anew when the parameters change."""

from __future__ import annotations

import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from argon2.profiles import RFC_9106_LOW_MEMORY

from maild.console.access.passwords import Passwords, demand, generated
from maild.domain.errors import Permanent
from tests.console.door import PASSWORD, QUICK, Door, door

NAMES = ("linxiaoming", "Lin Xiaoming", "Interlibrary Loan Office")


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("elf zeichen", "has 11 characters"),
        ("x" * 257, "more than 256"),
        ("aaaaaaaaaaaaaaaa", "repeats itself"),
        ("abcabcabcabcabc", "repeats itself"),
        ("lampelampelampe", "repeats itself"),
        ("123456789012", "row of the keyboard"),
        ("abcdefghijklmnop", "row of the keyboard"),
        ("qwertyuiopasdf", "row of the keyboard"),
        ("1qaz2wsx3edc4rfv", "row of the keyboard"),
        ("linxiaoming123", "hardly more than a name"),
        ("Linxiaoming!!1", "hardly more than a name"),
        ("xiaoming88888", "hardly more than a name"),
        ("Interlibrary01", "hardly more than a name"),
        ("Password12345!", "tried first"),
        ("P@ssw0rd2026!!", "tried first"),
        ("woaini1314520!", "tried first"),
        ("zhejiang library 2026", "tried first"),
        ("correct horse battery staple", "tried first"),
        ("administrator2026", "tried first"),
    ],
)
def test_what_may_be_no_password(word: str, why: str) -> None:
    """Too short, of one piece, a name, one of the first that are tried; the reason is said, the word is not."""
    with pytest.raises(Permanent, match=why) as error:
        demand(word, *NAMES)
    assert word not in str(error.value)


@pytest.mark.parametrize(
    "word",
    [PASSWORD, "四盏蓝色的灯挂在旧图书馆门口", "kx7-Qm2.vT9z", "unser library hat rote Dächer", "a" + "bcdefgh " * 20],
)
def test_what_may_be_one(word: str) -> None:
    """Length counts: no figure, capital or sign is asked for."""
    demand(word, *NAMES)


def test_generated_ones_may_be() -> None:
    """And are never the same."""
    made = {generated() for _ in range(50)}
    assert len(made) == 50
    for word in made:
        demand(word, *NAMES)


def test_argon2id_with_the_parameters_of_rfc_9106() -> None:
    """What the library's documentation advises today, and a salt of its own each time."""
    first, second = (Passwords().hash(PASSWORD) for _ in range(2))
    found = extract_parameters(first)
    assert found == RFC_9106_LOW_MEMORY
    assert (found.type, found.memory_cost, found.time_cost) == (Type.ID, 65536, 3)
    assert first != second


def test_one_word_however_it_is_composed() -> None:
    """'ü' as one character or as two is the same key on the keyboard."""
    passwords = Passwords(PasswordHasher(**QUICK))
    kept = passwords.hash(unicodedata.normalize("NFD", "grüne Lampen dort"))
    assert passwords.check(kept, unicodedata.normalize("NFC", "grüne Lampen dort")).right
    assert not passwords.check(kept, "grune Lampen dort").right


@pytest.mark.parametrize("kept", ["", "x", "$argon2id$v=19$m=64", "{SSHA}abc"])
def test_no_hash_fits_nothing(kept: str) -> None:
    """Neither the empty one nor a broken one: no password is right, and nothing is raised."""
    passwords = Passwords(PasswordHasher(**QUICK))
    for word in ("", kept, PASSWORD):
        assert not passwords.check(kept, word).right


def test_changed_parameters_are_taken_over_at_the_next_sign_in(tmp_path: object) -> None:
    """The old hash is good once more, and is replaced; the session stays."""
    with door(tmp_path) as made:  # type: ignore[arg-type]
        made.add("lin")
        made.gate.passwords._hasher = PasswordHasher(**{**QUICK, "time_cost": 2})
        browser = made.browser()
        assert browser.sign_in("lin").status_code == 303
        assert extract_parameters(_kept(made)).time_cost == 2
        assert browser.inside
        fresh = _kept(made)
        assert made.browser().sign_in("lin").status_code == 303
        assert _kept(made) == fresh


def _kept(made: Door) -> str:
    with made.services.store.read() as uow:
        account = uow.accounts.get("lin")
    assert account is not None
    return account.password
