"""Dataclasses that are made cheaply do what Python's own do."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import dataclass, field

import pytest

SAID = """
from dataclasses import dataclass, field, FrozenInstanceError

@dataclass(frozen=True, slots=True, kw_only=True)
class Two:
    '''Two fields and one that does not count.'''
    a: int
    b: list = field(hash=False)
    c: str = field(default="", compare=False, repr=False)

@dataclass(frozen=True, slots=True)
class One:
    a: float

@dataclass(frozen=True)
class None_:
    '''Nothing.'''

@dataclass(frozen=True, order=True)
class Ordered:
    a: int
    b: str = "x"

class Below(None_):
    def __init__(self):
        super().__setattr__("extra", 1)

def tried(what):
    try:
        return what()
    except Exception as error:
        return type(error).__name__, str(error)

nan = float("nan")
one, other = Two(a=1, b=[1], c="x"), Two(a=1, b=[1], c="y")
values = [one, other, Two(a=2, b=[]), One(1.0), One(nan), None_(), None_(), Ordered(1), Ordered(1, "w"), Below()]
for x in values:
    print(repr(x), tried(lambda: hash(x) is not None), tried(lambda: setattr(x, "a", 2)), tried(lambda: delattr(x, "a")))
    print(tried(lambda: setattr(x, "none", 2)), tried(lambda: delattr(x, "none")))
    print([x == y for y in values], [tried(lambda: x < y) for y in values[:9]])
print(hash(one) == hash(other), hash(One(1.0)) == hash((1.0,)), hash(None_()) == hash(()), One(nan) == One(nan))
loop = Two(a=1, b=[]); loop.b.append(loop); print(loop)
for kind in (Two, One, None_, Ordered):
    for name in ("__eq__", "__repr__", "__hash__", "__setattr__", "__delattr__"):
        made = getattr(kind, name)
        print(kind.__name__, name, getattr(made, "__name__", None), getattr(made, "__qualname__", None))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is pickled and copied."""

    a: int
    b: tuple[int, ...] = field(default=())


def said(first: str) -> str:
    run = [sys.executable, "-c", f"{first}\n{SAID}"]
    return subprocess.run(run, capture_output=True, text=True, check=True, timeout=60).stdout


def test_they_do_what_pythons_own_do() -> None:
    """Compared, hashed, shown, changed, ordered: the same words and the same refusals."""
    assert said("import maild") == said("")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="made in one step")
def test_only_their_making_is_compiled() -> None:
    """__init__ alone has a code object of its own."""
    assert Kept.__eq__.__code__.co_filename.endswith("loading.py")
    assert Kept.__init__.__code__.co_filename == "<string>"


def test_they_are_pickled_and_copied() -> None:
    """As before."""
    kept = Kept(a=1, b=(2,))
    assert pickle.loads(pickle.dumps(kept)) == copy.deepcopy(kept) == kept
