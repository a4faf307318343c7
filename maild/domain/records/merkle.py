"""The hash tree of RFC 9162 (Certificate Transparency 2.0, 2.1), over SHA-256. Pure; leaves are numbered from 0.

A tree is carried on by its peaks: the heads of the perfect trees that it is made of, the largest first. To add a leaf
takes them alone, whatever the size.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

EMPTY = hashlib.sha256().digest()  # the head of a tree without leaves


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's data: 0x00 keeps it apart from a node's, so that no node passes for a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def grown(peaks: Sequence[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The peaks of a tree of `size` leaves once `leaf` (a hash) was added: the last is the largest that ends there."""
    found, node = list(peaks), leaf
    while size & 1:
        node, size = node_hash(found.pop(), node), size >> 1
    return [*found, node]


def tree_head(peaks: Sequence[bytes]) -> bytes:
    """The head of the tree that these peaks make."""
    if not peaks:
        return EMPTY
    head = peaks[-1]
    for peak in reversed(peaks[:-1]):
        head = node_hash(peak, head)
    return head


def peak_ends(size: int) -> list[int]:
    """Where the perfect trees of a tree of that size end: how many leaves come before each end, the first largest."""
    ends, end = [], 0
    for bit in reversed(range(size.bit_length())):
        if size >> bit & 1:
            end += 1 << bit
            ends.append(end)
    return ends


def head_of(leaves: Sequence[bytes]) -> bytes:
    """The head of the tree over these leaf hashes."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks = grown(peaks, size, leaf)
    return tree_head(peaks)


def inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """What proves that leaf `index` is in the tree (2.1.3.1): the hashes beside its way to the head, from below.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*inclusion(leaves[:half], index), head_of(leaves[half:])]
    return [*inclusion(leaves[half:], index - half), head_of(leaves[:half])]


def included(leaf: bytes, index: int, size: int, path: Sequence[bytes], head: bytes) -> bool:
    """Whether the path proves it (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == head


def consistency(leaves: Sequence[bytes], first: int) -> list[bytes]:
    """What proves that the tree's first `first` leaves are those of an earlier head (2.1.4.1).

    Raises ValueError where there is no such earlier tree.
    """
    if not 0 < first <= len(leaves):
        raise ValueError(f"no tree of {first} leaves within one of {len(leaves)}")
    return _subproof(leaves, first, whole=True)


def _subproof(leaves: Sequence[bytes], first: int, *, whole: bool) -> list[bytes]:
    if first == len(leaves):
        return [] if whole else [head_of(leaves)]
    half = _split(len(leaves))
    if first <= half:
        return [*_subproof(leaves[:half], first, whole=whole), head_of(leaves[half:])]
    return [*_subproof(leaves[half:], first - half, whole=False), head_of(leaves[:half])]


def consistent(first: int, second: int, first_head: bytes, second_head: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the tree of `second` leaves begins with that of `first` (2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_head == second_head
    steps = list(path) if first & first - 1 else [first_head, *path]
    if not steps:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for beside in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_head and new == second_head


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
