"""FETCH responses, dates, sets and plans: pure functions of maild.mailbox.fetching."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mailbox.fetching import Item, internal_date, items, plan, sequence_set


def item(size: int) -> Item:
    """What a listing tells of a mail."""
    return Item(0, size, (), None, None)


def test_a_response_with_a_literal() -> None:
    """Facts may stand before and after the literal, in any case and order."""
    pieces = [
        (b'3 (INTERNALDATE "17-Jul-1996 02:44:25 -0700" BODY[] {4}', b"abcd"),
        b" FLAGS (\\Seen x) uid 9)",
        b"4 (UID 10 RFC822.SIZE 77)",
        b"5 (FLAGS (\\Seen))",
    ]
    first, second = items(pieces)
    assert (first.uid, first.body, first.flags) == (9, b"abcd", ("\\Seen", "x"))
    assert first.internal_date == datetime(1996, 7, 17, 9, 44, 25, tzinfo=UTC)
    assert (second.uid, second.size, second.body) == (10, 77, None)


@pytest.mark.parametrize(
    "pieces",
    [
        [(b"1 (UID 1 BODY[] {9}", b"body of 1"), (b'rest of 2" BODY[] {9}', b"body of 2"), b")"],
        [(b"1 (UID 1 BODY[] {9}", b"body of 1"), (b" BODY[] {9}", b"body of 2"), b")"],
        [(b"1 (UID 1 BODY[] {9}", b"body of 1"), b" no end"],
        [(b"1 (UID 1 FLAGS {9}", b"body of 1"), b")"],
        [b"1 (UID 1"],
    ],
)
def test_a_literal_that_eats_into_its_neighbour_is_noticed(pieces: list[object]) -> None:
    """Otherwise one mail would be stored under another's UID."""
    with pytest.raises(ValueError, match=r"literal|ends"):
        list(items(pieces))


@given(st.lists(st.one_of(st.binary(max_size=40), st.tuples(st.binary(max_size=40), st.binary(max_size=10)))))
def test_garbage_is_read_or_refused(pieces: list[object]) -> None:
    """Nothing but ValueError comes out of it."""
    with contextlib.suppress(ValueError):
        list(items(pieces))


@pytest.mark.parametrize(
    "text", [b"", b"yesterday", b"99-Jan-2026 00:00:00 +0000", b"01-Foo-2026 00:00:00 +0000",
             b"01-Jan-0001 00:00:00 +2300", b"01-Jan-2026 00:00:00 +9900"],
)  # fmt: skip
def test_senseless_dates_are_none(text: bytes) -> None:
    """A date that cannot be is no reason to lose the mail."""
    assert internal_date(text) is None


def test_dates_with_a_padding_space() -> None:
    """RFC 9051 date-day-fixed: ' 1-Jan-…'."""
    assert internal_date(b" 1-Jan-2026 08:00:00 +0800") == datetime(2026, 1, 1, tzinfo=UTC)


@given(st.sets(st.integers(min_value=1, max_value=300)))
def test_a_set_names_exactly_its_uids(uids: set[int]) -> None:
    """No UID more, none less."""
    named: list[int] = []
    for part in filter(None, sequence_set(sorted(uids)).split(",")):
        low, _, high = part.partition(":")
        named += range(int(low), int(high or low) + 1)
    assert named == sorted(uids)


@given(st.dictionaries(st.integers(1, 500), st.integers(0, 3000)), st.sets(st.integers(1, 500)))
def test_plans_cover_all_in_order_and_within_bounds(known: dict[int, int], more: set[int]) -> None:
    """Groups concatenate to the UIDs; none exceeds the batch unless it is one mail; fates are right."""
    uids = sorted(set(known) | more)
    sizes = {uid: item(size) for uid, size in known.items()}
    groups = list(plan(uids, sizes, batch_bytes=1000, max_bytes=2000, alone=frozenset({3, 4})))
    assert [uid for group in groups for uid in group.uids] == uids
    for group in groups:
        assert group.nbytes <= 1000 or len(group.uids) == 1
        assert group.vanished == (group.uids[0] not in known)
        assert group.oversize == (known.get(group.uids[0], 0) > 2000)
        assert not {3, 4} & set(group.uids) or len(group.uids) == 1
