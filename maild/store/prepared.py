"""Statements on the way of every mail, run past SQLAlchemy's own execution, which costs more than the database does.

SQLAlchemy writes the statement, once for each database and each set of parameters; a run is then values through their
types, the driver, and rows through their types (docs/decisions/0114).
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter

from maild.store.engine import fault_of

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A statement as one driver takes it.

    slots    what it is given, in the driver's order: name, and what the value goes through
    fixed    values of its own; lists: the parameters that stand for lists, with the names of their places
    row      makes a named tuple, None where nothing is returned; columns: places in it that go through their types
    """

    text: str
    slots: Sequence[tuple[str, Process | None]]
    fixed: Mapping[str, Any]
    lists: Mapping[str, Sequence[str]]
    row: Callable[[Sequence[Any]], Any] | None
    columns: Sequence[tuple[int, Process]]
    positional: bool

    def given(self, asked: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        known = {**self.fixed, **asked}
        for name, places in self.lists.items():
            values = asked[name]
            known.update(zip(places, values, strict=False))
            known.update(dict.fromkeys(places[len(values) :], values[-1]))  # places left over ask for the last again
        if self.positional:
            return [process(known[name]) if process else known[name] for name, process in self.slots]
        return {name: process(known[name]) if process else known[name] for name, process in self.slots}

    def read(self, found: Sequence[Any]) -> Any:
        """The row of what the driver gives."""
        assert self.row is not None
        values = [*found]
        for place, process in self.columns:
            values[place] = process(values[place])
        return self.row(values)


class Prepared:
    """A statement with bound parameters. Safe from several threads."""

    def __init__(self, statement: Any) -> None:
        self.statement = statement
        self._written: dict[tuple[Any, ...], _Written] = {}
        binds = (each for each in visitors.iterate(statement) if isinstance(each, BindParameter))
        self._lists = tuple(dict.fromkeys(each.key for each in binds if each.expanding and each.required))

    def rows(self, connection: Connection, asked: Mapping[str, Any]) -> list[Any]:
        """What it finds, or returns of what it changes, as named tuples. Raises MaildError as the engine does."""
        written = self._for(connection, asked)
        if written is None:
            return list(connection.execute(self.statement, asked))
        return [written.read(found) for found in _run(connection, written.text, written.given(asked)).fetchall()]

    def row(self, connection: Connection, asked: Mapping[str, Any]) -> Any:
        """The first of them; None where there is none."""
        return next(iter(self.rows(connection, asked)), None)

    def scalars(self, connection: Connection, asked: Mapping[str, Any]) -> list[Any]:
        """The first column of them."""
        return [found[0] for found in self.rows(connection, asked)]

    def change(self, connection: Connection, asked: Sequence[Mapping[str, Any]]) -> int:
        """Run it for each of these, which all name the same parameters; returns how many rows were changed in all."""
        written = self._for(connection, asked[0])
        if written is None:
            return int(connection.execute(self.statement, [*asked]).rowcount)
        given = [written.given(each) for each in asked]
        many = len(given) > 1
        return int(_run(connection, written.text, given if many else given[0], many=many).rowcount)

    def _for(self, connection: Connection, asked: Mapping[str, Any]) -> _Written | None:
        """None where it has to go the long way: a list is empty, or somebody listens to what is executed."""
        sizes = [len(asked[name]) for name in self._lists]
        if not all(sizes) or connection.engine.dispatch.before_cursor_execute:
            return None
        # Lists of up to 1, 2, 4, 8 … values have places for so many: a few texts, which drivers remember, do for all.
        sizes = [1 << (size - 1).bit_length() for size in sizes]
        key = (connection.dialect.name, *asked, *sizes)
        written = self._written.get(key)
        if written is None:
            places = {name: [None] * size for name, size in zip(self._lists, sizes, strict=True)}
            written = self._written[key] = _write(self.statement, connection.dialect, [*asked], places)
        return written


def _write(statement: Any, dialect: Dialect, names: list[str], places: Mapping[str, list[None]]) -> _Written:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    spread = compiled.construct_expanded_state({**dict.fromkeys(names), **places}, escape_names=False)
    types = {name: bound.type.dialect_impl(dialect).bind_processor(dialect) for name, bound in compiled.binds.items()}
    of = {place: name for name, several in spread.parameter_expansion.items() for place in several}
    order = [*(spread.positiontup or spread.parameters)]  # a name may stand in several places
    through = {place: types[of.get(place, place)] for place in order}
    fixed = {place: spread.parameters[place] for place in through if of.get(place, place) not in names}
    columns: list[Any] = [*statement.exported_columns] if hasattr(statement, "exported_columns") else []
    read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
    return _Written(
        text=spread.statement,
        slots=[(place, None if place in fixed else through[place]) for place in order],
        fixed={place: through[place](value) if through[place] else value for place, value in fixed.items()},
        lists={name: spread.parameter_expansion[name] for name in places},
        row=_row([column.key for column in columns]) if columns else None,
        columns=[(place, process) for place, process in enumerate(read) if process],
        positional=compiled.positional,
    )


def _row(names: list[str]) -> Callable[[Sequence[Any]], Any]:
    """What makes a row a named tuple; columns without a name that can be one stand by their place alone."""
    new: Any = namedtuple  # its names are known only now
    made: Callable[[Sequence[Any]], Any] = new("Row", names, rename=True)._make
    return made


def _run(connection: Connection, text: str, given: Any, *, many: bool = False) -> Any:
    cursor = connection.connection.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, given)
    except Exception as error:
        raise fault_of(connection, error) from error
    return cursor
