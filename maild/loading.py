"""What makes a process load sooner: how dataclasses are made, and when Python looks for garbage."""

from __future__ import annotations

import dataclasses
import gc
import sys
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

# Objects that may come before it looks. At Python's own 700 a tenth of a short command is spent on looking.
WHILE_LOADING = 250_000
SERVING = (700, 10, 10)  # Python's own: what serves for weeks keeps no more garbage than others do


def loading() -> None:
    """A command begins; most end like this."""
    gc.set_threshold(WHILE_LOADING, *SERVING[1:])


def serving() -> None:
    """All is loaded, and this process stays."""
    gc.set_threshold(*SERVING)


def cheap_dataclasses() -> None:
    """Have dataclasses made without compiling each of their methods from text, but for __init__: a fifth of any start.

    What they do stays the same. Leans on the inside of Python 3.11 and 3.12; later ones compile once a class.
    """
    if sys.version_info < (3, 13):
        inside: Any = dataclasses
        inside._frozen_get_del_attr = _frozen
        inside._repr_fn = _repr
        inside._hash_fn = _hash
        inside._cmp_fn = _comparing(inside._cmp_fn)


Method = Callable[..., Any]


def _frozen(cls: Any, fields: Sequence[Any], globals: Any) -> tuple[Method, Method]:
    names = frozenset(field.name for field in fields)

    def put(self: Any, name: str, value: object) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def drop(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return _called("__setattr__", put), _called("__delattr__", drop)


def _repr(fields: Sequence[Any], globals: Any) -> Method:
    names = [field.name for field in fields]

    def say(self: Any) -> str:
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({said})"

    inside: Any = dataclasses
    made: Method = inside._recursive_repr(_called("__repr__", say))
    return made


def _hash(fields: Sequence[Any], globals: Any) -> Method:
    of = _values([field.name for field in fields])
    return _called("__hash__", lambda self: hash(of(self)))


def _comparing(compiled: Method) -> Method:
    """compiled: what makes the comparisons that order."""

    def made(name: str, op: str, self_tuple: str, other_tuple: str, globals: Any) -> Method:
        if op != "==":
            ordering: Method = compiled(name, op, self_tuple, other_tuple, globals=globals)
            return ordering
        of = _values([each.removeprefix("self.") for each in self_tuple.strip("()").split(",") if each])

        def same(self: Any, other: Any) -> Any:
            return of(self) == of(other) if other.__class__ is self.__class__ else NotImplemented

        return _called("__eq__", same)

    return made


def _called(name: str, made: Method) -> Method:
    made.__name__ = name
    return made


def _values(names: Sequence[str]) -> Method:
    """What makes the tuple of these fields."""
    if len(names) > 1:
        return attrgetter(*names)
    if names:
        only = attrgetter(names[0])
        return lambda value: (only(value),)
    return lambda value: ()
