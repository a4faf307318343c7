"""Commands made from the acts of the office: a noun's are loaded when one of them is asked for, or their list."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, get_args, get_origin

import typer
from typer.core import TyperGroup

from maild.cli import show
from maild.cli.context import acting, actor
from maild.cli.group import Group
from maild.domain.desk.access import Role
from maild.domain.errors import ConfigError, Permanent

if TYPE_CHECKING:
    from maild.console.deeds.held import Held
    from maild.domain.money import Money
    from maild.office.acting.act import Parameter

# Types that are made here are no types to mypy.
_Annotated: Any = Annotated
_List: Any = list
As = Annotated[str, typer.Option("--as", "--by", "--actor", help="Who acts; default: the account that runs this.")]

Seen = Annotated[int | None, typer.Option("--seen", help="Version of what was looked at.")]
Limit = Annotated[int, typer.Option(min=1, max=100_000)]  # of rows that are listed


def noun(name: str) -> type[TyperGroup]:
    """A group of commands: those written for it, and those that its acts make."""

    class Noun(Group):
        def __init__(self, **attributes: Any) -> None:
            super().__init__(**attributes)
            self.commands = _Commands(self.commands, name)  # type: ignore[assignment]  # nobody adds one

    return Noun


class _Commands(Mapping[str, Any]):
    """A command is looked for where it may be, and no further: its list alone loads all."""

    def __init__(self, written: Mapping[str, Any], name: str) -> None:
        self._written, self._name = written, name

    def _made(self) -> Iterator[tuple[str, Held]]:
        from maild.console.deeds.held import held

        return ((one.deed.command.split(" ", 1)[1], one) for one in held(self._name))

    def __getitem__(self, name: str) -> Any:
        if name in self._written:
            return self._written[name]
        for known, one in self._made():
            if known == name:
                alone = typer.Typer(callback=lambda: None, pretty_exceptions_enable=False, rich_markup_mode=None)
                alone.command(name)(command(one))
                return typer.main.get_group(alone).commands[name]
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self._written, *(name for name, _ in self._made())]))

    def __len__(self) -> int:
        return len(list(iter(self)))


def command(one: Held) -> Any:
    """The function that typer makes a command of."""
    asked = {p.outside: p for p in one.deed.parameters if not p.given.form}
    names = {p.outside: p.name for p in one.deed.parameters}
    from maild.office.acting.act import By

    def run(**told: Any) -> None:
        who = told.pop("who")
        said = {names[key]: _value(asked[key], value) for key, value in told.items()}
        # A file's own name goes with it.
        said |= {names[f"{k}_name"]: v.name for k, v in told.items() if isinstance(v, Path) and f"{k}_name" in names}
        by = By(name=actor(who), role=Role.ADMINISTRATOR, at_server=True)  # whoever may run a command, may
        with acting() as made:
            result = one.do(made, said, by=by)
        tell(result)

    options = [_parameter(p, words=p.given.word or f"{{{p.outside}:" in one.deed.path) for p in asked.values()]
    named = inspect.Parameter("who", inspect.Parameter.KEYWORD_ONLY, annotation=As, default="")
    run.__signature__ = inspect.Signature([*options, named])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in (*options, named)}
    run.__doc__ = one.deed.help
    return run


def tell(result: Any) -> None:
    """What an act did, or what became of each of several: exit 1 where one was refused."""
    from maild.office.acting.result import ActResult, Apart, Several

    if isinstance(result, Apart):
        show.done(result.done, **result.data)
        return
    if isinstance(result, ActResult):
        show.done(result.done, **result.data, transactions=result.transactions, outbox=result.outbox)
        return
    each = result.each if isinstance(result, Several) else result
    for one in each:
        said = one.done or f"{one.noun} {one.number}: {one.refused}"
        show.done(said, **{one.noun: one.number}, refused=one.refused)
    if any(one.refused for one in each):
        raise typer.Exit(1)


# --- what it is told ----------------------------------------------------------------------------------------------


def _parameter(parameter: Parameter, *, words: bool) -> inspect.Parameter:
    from maild.office.acting.act import REQUIRED, Listed

    given = parameter.given
    name = "--" + (given.option or parameter.outside).replace("_", "-")
    kind, day = _kind(parameter)
    said: dict[str, Any] = {"help": given.help or None, **({"formats": ["%Y-%m-%d"]} if day else {})}
    called = (given.option or parameter.outside).upper()
    info = typer.Argument(metavar=called, **said) if words else typer.Option(name, **said)
    default = ",".join(parameter.default) if isinstance(parameter.default, Listed) else parameter.default
    if given.needed:
        default = REQUIRED
    if given.repeat or (get_origin(parameter.kind) is tuple and default is not REQUIRED):
        default, kind = None, kind | None
    annotation = _Annotated[kind, info]
    return inspect.Parameter(parameter.outside, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)


def _kind(parameter: Parameter) -> tuple[Any, bool]:
    """As typer takes it, and whether it is a day."""
    from maild.domain.money import Money
    from maild.office.acting.act import plain

    kind, optional = _bare(parameter.kind)
    several = get_origin(kind) is tuple
    if several:
        kind = plain(get_args(kind)[0])[0]
    day = kind is date
    if day:
        kind = datetime
    elif kind is bytes:
        kind = Path
    elif kind is Money or hasattr(kind, "read"):
        kind = str
    kind = _List[kind] if several or parameter.given.repeat else kind
    return (kind | None if optional else kind), day


def _bare(kind: Any) -> tuple[Any, bool]:
    inside = [each for each in get_args(kind) if each is not NoneType]
    return (inside[0], True) if NoneType in get_args(kind) else (kind, False)


def _value(parameter: Parameter, value: Any) -> Any:
    """What was told, as the domain's type. Raises ConfigError."""
    from maild.domain.money import Money
    from maild.office.acting.act import REQUIRED, plain

    kind, _ = _bare(parameter.kind)
    called = parameter.given.option or parameter.outside
    option = called.upper() if parameter.given.word else "--" + called.replace("_", "-")
    if get_origin(kind) is tuple:
        inside = plain(get_args(kind)[0])[0]
        return tuple(_read(inside, each) for each in value or ())
    if parameter.given.repeat and value:
        value = ",".join(value)
    if value is None or (value == "" and kind is not str):
        return None if parameter.default is REQUIRED else parameter.default
    if parameter.given.file:
        return words_of(value, option) if value else ""
    if kind is Money:
        return amount_of(value, option)
    if kind is bytes:
        return bytes_of(value, option)
    if kind is date:
        return value.date()
    return _read(kind, value)


def _read(kind: Any, value: Any) -> Any:
    """What reads itself from a text: what it cannot is wrong in the call."""
    try:
        return kind.read(value) if hasattr(kind, "read") else value
    except Permanent as error:
        raise ConfigError(error.what, remedy=error.remedy) from error


def amount_of(text: str, option: str) -> Money:
    """An amount from the command line. Raises ConfigError."""
    from maild.domain.money import Money

    try:
        return Money.of(Decimal(text.replace(",", "").strip()))
    except (ValueError, ArithmeticError) as error:
        raise ConfigError(f"{option}: {text!r} is not an amount", remedy="a number such as 12.50") from error


def bytes_of(file: Path, option: str) -> bytes:
    """What a file holds. Raises ConfigError."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{option}: {error.strerror}: {file}", remedy="name a file that can be read") from error


def words_of(name: str, option: str) -> str:
    """The text of a file, or (-) of the standard input. Raises ConfigError."""
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        words = raw.decode("utf-8-sig").strip()
    except OSError as error:
        raise ConfigError(f"{option}: {name}: {error.strerror}", remedy="name a file that can be read") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{option}: {name} is not UTF-8", remedy="save it as UTF-8") from error
    if not words:
        raise ConfigError(f"{option}: {name} is empty", remedy="write the answer into it")
    return words
