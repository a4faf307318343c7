"""Which server is which, what its refusals mean, keywords, and pauses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.operation.backoff import Backoff
from maild.mailbox.quirks import is_temporary, recognise
from maild.mailbox.session import keyword


@pytest.mark.parametrize(
    ("host", "greeting", "name"),
    [
        ("imap.zju.edu.cn", "* OK ready", "Coremail"),
        ("mail.other.example", "* OK Coremail System IMap Server Ready(x)", "Coremail"),
        ("imap.163.com", "* OK ready", "NetEase"),
        ("imap.qq.com", "* OK [CAPABILITY IMAP4] QQMail XMIMAP4Server ready", "QQ"),
        ("imap.gmail.com", "* OK Gimap ready for requests", "Gmail"),
        ("imap.notqq.com", "* OK ready", "unknown server"),
        ("mail.lib.example", "* OK Dovecot ready.", "Dovecot"),
    ],
)
def test_servers_are_recognised(host: str, greeting: str, name: str) -> None:
    """By what they say first, by their names second."""
    assert recognise(host, greeting).name == name


def test_a_capability_betrays_coremail() -> None:
    """X-CM-EXT-1 is Coremail's own."""
    assert recognise("mail.other.example", "* OK", frozenset({"X-CM-EXT-1"})).idle is False


@pytest.mark.parametrize(
    ("reply", "temporary"),
    [
        ("[UNAVAILABLE] later perhaps", True),
        ("[AUTHENTICATIONFAILED] try again", False),
        ("login failed: 系统繁忙", True),
        ("Invalid credentials", False),
    ],
)
def test_codes_go_before_words(reply: str, temporary: bool) -> None:
    """RFC 5530 codes decide; words only where there is none."""
    assert is_temporary(reply, default=False) is temporary


@given(st.text(max_size=30))
def test_keywords_are_atoms(name: str) -> None:
    """Whatever an operator writes, no character breaks the command line."""
    word = keyword(name)
    assert word.isascii()
    assert not set(word) & set('(){ %*"\\]\r\n')


def test_pauses_grow_to_a_cap() -> None:
    """Doubling from the base, never beyond the cap, jitter only shortens; no failure, no pause."""
    pauses = Backoff(base=1, factor=2, cap=60, jitter=0.5)
    assert [pauses.delay(n) for n in range(8)] == [0, 1, 2, 4, 8, 16, 32, 60]
    assert pauses.delay(10_000) == 60
    assert pauses.delay(3, 1.0) == 2.0
