"""A return path for each notice: keyed, bound to its mail, found among the addresses of a report."""

from __future__ import annotations

import pytest

from maild.domain.outgoing.return_path import MOST_LOCAL, PLACE, claimed, fill, genuine

KEY, OTHER = b"k" * 32, b"o" * 32
MINE, HIS = "<maild.41.0123456789abcdef@lib.example>", "<maild.42.0123456789abcdef@lib.example>"
TEMPLATE = "office+{token}@lib.example"


def test_it_comes_back_as_it_went() -> None:
    """The id and the check of the notice, whatever case the reporting host writes them in."""
    path = fill(TEMPLATE, KEY, MINE)
    assert path.startswith("office+41-")
    assert path.endswith("@lib.example")
    for said in (path, path.upper(), f"<{path}>", f"Office <{path}>"):
        [(entry, check)] = claimed([said])
        assert entry == 41
        assert genuine([OTHER, KEY], check, MINE)


def test_it_is_bound_to_the_mail_and_the_key() -> None:
    """Neither another notice's nor another key's, and no key makes none."""
    [(_, check)] = claimed([fill(TEMPLATE, KEY, MINE)])
    assert not genuine([KEY], check, HIS)
    assert not genuine([OTHER], check, MINE)
    assert not genuine([b""], check, MINE)
    assert not genuine([KEY], "a" * 16, MINE)


@pytest.mark.parametrize(
    ("template", "key", "message_id"), [("", KEY, MINE), (TEMPLATE, b"", MINE), (TEMPLATE, KEY, "<x@y.example>")]
)
def test_none_where_there_is_nothing_to_make_it_of(template: str, key: bytes, message_id: str) -> None:
    """Off unless configured; a mail that is no notice keeps the office's address."""
    assert fill(template, key, message_id) == ""


@pytest.mark.parametrize(
    "said",
    ["", "office@lib.example", "office+41@lib.example", "office+41-abc@lib.example", "x@41-abcdefghijklmnop.example"],
)
def test_other_addresses_claim_nothing(said: str) -> None:
    """Only the local part counts, and only the whole shape."""
    assert claimed([said]) == []


def test_the_longest_fits_an_envelope() -> None:
    """RFC 5321 section 4.5.3.1.1: 64 octets before the '@'."""
    path = fill("o" * MOST_LOCAL + PLACE + "@lib.example", KEY, "<maild.999999999999.00@lib.example>")
    assert len(path.partition("@")[0]) == 64
