"""Table[T]: a TOML file of ours, read into a type whose annotations say what may stand in it.

A frozen dataclass is a table with its fields as keys; a field without a default has to be there. Mapping[K, V] is a
table of any keys that K takes, tuple[X, ...] and frozenset[X] are lists, an Enum is one of its values, X | None is X or
left out. What a type alone does not say stands beside it in Annotated: Key, Limits, Among, From, Some, Needed, Every,
Elsewhere.
Laws between fields are the type's own: its __post_init__ raises ValueError. Texts are not blank, but where
the default is, or holds one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from maild.tables import Source, office_table
from maild.tables.places import Place

T = TypeVar("T")
Reader = Callable[[Any, Place], Any]
SHOWN = 60  # characters of a value that a fault shows


class Wrong(ValueError):
    """What is amiss at a place of a table: why, and what may stand there."""

    def __init__(self, place: Place, reason: str, allowed: str = "") -> None:
        super().__init__(reason)
        self.place, self.reason, self.allowed = place, reason, allowed


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a field in the file, where it is another than the field's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Limits:
    """A number from `least` to `most`, both included."""

    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Among:
    """A text that is one of these."""

    names: Collection[str]


@dataclass(frozen=True, slots=True)
class From:
    """Made of what is read as `of`: `make` gives the value. Raises ValueError with what is amiss.

    each    tells the same of one entry of a list alone, so that a fault is told of the entry; may be None
    wanted  what may stand there, for the fault
    """

    make: Callable[[Any], Any]
    of: Any
    each: Callable[[Any], Any] | None = None
    wanted: str = ""


class Some:
    """A list or table that holds something."""


class Needed:
    """A field that has a default, and has to be in the file all the same."""


class Every:
    """A table that has each value of its keys' Enum."""


class Elsewhere:
    """A field that is not of the file: `Table.read` is given it, or it keeps its default."""


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """One file of rules/, as T. whole: the office's file takes the place of the shipped one, and is not laid over it.

    help: what to do about a fault that names nothing allowed
    """

    name: str
    of: Any
    help: str = "see rules/README.md"
    whole: bool = False

    def load(self, rules_folder: str = "", **elsewhere: Any) -> T:
        """What is in force. Raises RuleError naming file, line, key, and what may stand there."""
        return self.read(office_table(self.name, rules_folder, whole=self.whole), **elsewhere)

    def read(self, source: Source, **elsewhere: Any) -> T:
        """What a file says; elsewhere: fields that are not of the file. Raises RuleError as `load` does."""
        return read_as(self.of, source, self.help, **elsewhere)  # type: ignore[no-any-return]


def read_as(of: Any, source: Source, remedy: str = "see rules/README.md", **elsewhere: Any) -> Any:
    """A file as that type. Raises RuleError naming file, line, key, and what may stand there."""
    try:
        return _Rows(of).read(source.data, (), elsewhere) if is_dataclass(of) else reader(of)(source.data, ())
    except Wrong as wrong:
        raise source.error(wrong.place, wrong.reason, wrong.allowed or remedy) from wrong


def plain(row: Any, of: type[T]) -> T:
    """The same as the type that a row's type only writes more closely."""
    return of(**{one.name: getattr(row, one.name) for one in fields(of)})  # type: ignore[arg-type]


def nearest(name: str, known: Iterable[str]) -> str:
    """' (did you mean 'x'?)', or '' where nothing known is like the name."""
    from difflib import get_close_matches

    found = get_close_matches(name.lower(), list(known), n=1)
    return f" (did you mean {found[0]!r}?)" if found else ""


@cache
def reader(of: Any, *, blank: bool = False) -> Reader:
    """What reads one value as a type, at a place of the file. blank: an empty text will do."""
    origin, arguments = get_origin(of), get_args(of)
    if origin is Annotated:
        return _annotated(arguments[0], arguments[1:], blank=blank)
    if origin in (Union, UnionType):
        return reader(next(one for one in arguments if one is not NoneType), blank=blank)
    if origin in (tuple, frozenset):
        return _many(origin, reader(arguments[0], blank=blank))
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(reader(arguments[0]), reader(arguments[1]))
    if is_dataclass(of):
        return _Rows(of).read
    if isinstance(of, type) and issubclass(of, Enum):
        return _one_of({one.value: one for one in of})
    if of is Any:
        return lambda value, place: value
    return _plain(of, blank=blank)


_PLAIN: Mapping[Any, tuple[tuple[type, ...], str]] = {
    str: ((str,), "must be a string"),
    bool: ((bool,), "must be true or false"),
    int: ((int,), "must be a whole number"),
    float: ((int, float), "must be a number"),
    date: ((date,), "must be a day, without quotes, such as 2026-01-01"),
}


def _plain(of: Any, *, blank: bool) -> Reader:
    kinds, said = _PLAIN[of]

    def read(value: object, place: Place) -> object:
        odd = (type(value) is bool and of is not bool) or isinstance(value, datetime)
        if odd or not isinstance(value, kinds):
            raise Wrong(place, said)
        if not blank and isinstance(value, str) and not value.strip():
            raise Wrong(place, "must not be empty")
        return float(value) if isinstance(value, int) and of is float else value

    return read


def _one_of(values: Mapping[Any, Any]) -> Reader:
    known = ", ".join(str(value) for value in values if value != "")

    def read(value: Any, place: Place) -> Any:
        try:
            return values[value]
        except (KeyError, TypeError):
            near = nearest(value, map(str, values)) if isinstance(value, str) else ""
            shown = str(value)[:SHOWN]
            raise Wrong(place, f"unknown value {shown!r}{near}", f"one of: {known}") from None

    return read


def _many(made: type, each: Reader) -> Reader:
    def read(value: Any, place: Place) -> Any:
        if not isinstance(value, list):
            raise Wrong(place, "must be a list")
        return made(each(entry, (*place, number)) for number, entry in enumerate(value))

    return read


def _mapping(key: Reader, each: Reader) -> Reader:
    def read(value: Any, place: Place) -> Any:
        if not isinstance(value, Mapping):
            raise Wrong(place, "must be a table")
        return MappingProxyType({key(name, (*place, name)): each(said, (*place, name)) for name, said in value.items()})

    return read


class _Rows:
    """Reads a table as a frozen dataclass."""

    def __init__(self, of: Any) -> None:
        self._of = of
        self._fields, self._needed = _plan(of)
        self._known = f"known: {', '.join(self._fields)}"

    def read(self, value: Any, place: Place, elsewhere: Mapping[str, Any] = MappingProxyType({})) -> Any:
        if not isinstance(value, Mapping):
            raise Wrong(place, "must be a table")
        made = dict(elsewhere)
        for key in value:
            if key not in self._fields:
                raise Wrong((*place, key), f"unknown key{nearest(key, self._fields)}", self._known)
        for key, said in value.items():
            name, read = self._fields[key]
            made[name] = read(said, (*place, key))
        for key in self._needed:
            if key not in value:
                raise Wrong((*place, key), "is missing", self._known)
        try:
            return self._of(**made)
        except Wrong as wrong:
            raise Wrong((*place, *wrong.place), wrong.reason, wrong.allowed) from wrong
        except ValueError as error:
            raise Wrong(place, str(error)) from error


@cache
def _plan(of: Any) -> tuple[Mapping[str, tuple[str, Reader]], tuple[str, ...]]:
    """By key: the field and what reads it; and the keys that have to be there."""
    hints, found, needed = get_type_hints(of, include_extras=True), {}, []
    for one in fields(of):
        said = get_args(hints[one.name])[1:] if get_origin(hints[one.name]) is Annotated else ()
        if not one.init or Elsewhere in said:
            continue
        key = next((each.name for each in said if isinstance(each, Key)), one.name)
        kept = one.default if isinstance(one.default, tuple | frozenset) else (one.default,)
        found[key] = (one.name, reader(hints[one.name], blank="" in kept))
        if Needed in said or (one.default is MISSING and one.default_factory is MISSING):
            needed.append(key)
    return found, tuple(needed)


def _annotated(of: Any, said: tuple[Any, ...], *, blank: bool) -> Reader:
    made = next((each for each in said if isinstance(each, From)), None)
    among = next((each for each in said if isinstance(each, Among)), None)
    read = reader(made.of, blank=blank) if made else reader(of, blank=blank)
    if among:
        read = _one_of({name: name for name in among.names})
    laws = [law for each in said if (law := _law(of, each)) is not None]
    limits = next((each for each in said if isinstance(each, Limits)), None)
    if not laws and made is None:
        return read

    def checked(value: Any, place: Place) -> Any:
        try:
            found = _counted(read, value, place, of, limits) if limits else read(value, place)
            for law in laws:
                law(found, place)
            return _made(made, found, place) if made else found
        except Wrong as wrong:
            raise Wrong(wrong.place, wrong.reason, wrong.allowed or (made.wanted if made else "")) from wrong

    return checked


def _counted(read: Reader, value: Any, place: Place, of: Any, limits: Limits) -> Any:
    """What is no number at all is told within which limits one is needed, too."""
    try:
        return read(value, place)
    except Wrong as wrong:
        raise Wrong(wrong.place, _within(of, limits)) from wrong


def _within(of: Any, limits: Limits) -> str:
    return f"must be {'a whole number' if of is int else 'a number'} from {limits.least:g} to {limits.most:g}"


def _made(how: From, found: Any, place: Place) -> Any:
    try:
        return how.make(found)
    except ValueError as error:
        for number, entry in enumerate(found if how.each and isinstance(found, list | tuple) else ()):
            try:
                how.each(entry)  # type: ignore[misc]
            except ValueError as one:
                raise Wrong((*place, number), str(one)) from error
        if isinstance(error, Wrong):
            raise Wrong((*place, *error.place), error.reason, error.allowed) from error
        raise Wrong(place, str(error)) from error


def _law(of: Any, said: Any) -> Callable[[Any, Place], None] | None:
    if isinstance(said, Limits):

        def within(value: Any, place: Place) -> None:
            if not said.least <= value <= said.most:
                raise Wrong(place, _within(of, said))

        return within
    if said is Some:

        def holds(value: Any, place: Place) -> None:
            if not value:
                raise Wrong(place, "must not be empty")

        return holds
    if said is Every:
        names = get_args(of)[0]

        def whole_of(value: Any, place: Place) -> None:
            if missing := [one for one in names if one not in value]:
                raise Wrong((*place, str(missing[0])), "is missing", f"known: {', '.join(names)}")

        return whole_of
    return None
