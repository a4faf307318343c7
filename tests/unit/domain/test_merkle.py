"""The hash tree: as RFC 9162 has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.domain.records import merkle

# The leaves and heads that implementations of Certificate Transparency are tested with.
LEAVES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
HEADS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
HASHES = [merkle.leaf_hash(one) for one in LEAVES]


@pytest.mark.parametrize("size", range(1, 9))
def test_heads_are_those_of_other_implementations(size: int) -> None:
    """The heads of trees of one to eight leaves are the known ones."""
    assert merkle.head_of(HASHES[:size]).hex() == HEADS[size - 1]


def test_the_head_of_nothing() -> None:
    """An empty tree's head is the hash of nothing (2.1.1)."""
    assert merkle.head_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def _hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(n).encode()) for n in range(count)]


@given(st.integers(1, 70))
def test_peaks_are_the_last_nodes(size: int) -> None:
    """A tree of any size is carried on by the nodes that end where `peak_ends` says."""
    peaks: list[bytes] = []
    nodes = {}
    for at, leaf in enumerate(_hashes(size)):
        peaks = merkle.grown(peaks, at, leaf)
        nodes[at + 1] = peaks[-1]
    assert [nodes[end] for end in merkle.peak_ends(size)] == peaks


@given(st.integers(1, 70), st.data())
def test_inclusion(size: int, data: st.DataObject) -> None:
    """A proof of inclusion holds for its leaf, place, size and head, and for nothing else."""
    leaves = _hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path, head = merkle.inclusion(leaves, index), merkle.head_of(leaves)
    assert merkle.included(leaves[index], index, size, path, head)
    assert not merkle.included(merkle.leaf_hash(b"other"), index, size, path, head)
    assert not merkle.included(leaves[index], index, size, path, merkle.leaf_hash(b"other"))
    assert not merkle.included(leaves[index], index, size, [*path, head], head)
    if size > 1:
        assert not merkle.included(leaves[index], index ^ 1, size, path, head)
        assert not merkle.included(leaves[index], index, size, path[:-1], head)


@given(st.integers(1, 70), st.data())
def test_consistency(size: int, data: st.DataObject) -> None:
    """A proof of consistency holds between a tree and its beginning, and fails for another beginning."""
    leaves = _hashes(size)
    first = data.draw(st.integers(1, size))
    path, old, new = merkle.consistency(leaves, first), merkle.head_of(leaves[:first]), merkle.head_of(leaves)
    assert merkle.consistent(first, size, old, new, path)
    forged = merkle.head_of([*leaves[: first - 1], merkle.leaf_hash(b"other")])
    assert not merkle.consistent(first, size, forged, new, path)
    assert not merkle.consistent(first, size, old, merkle.leaf_hash(b"other"), path)
    assert not merkle.consistent(first, size, old, new, [*path, new])


def test_what_is_not_in_the_tree() -> None:
    """No proof is made for what is not there."""
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion(HASHES, 8)
    with pytest.raises(ValueError, match="no tree"):
        merkle.consistency(HASHES, 9)
