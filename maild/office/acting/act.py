"""An act of staff, said once: on the function that does it. Its command, its form, POST below /api/v1 and its entry in
the API's document are made from that (maild.cli.made, maild.console.made).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, TypeVar, get_args, get_origin, get_type_hints

from maild.domain.desk.access import Role

F = TypeVar("F", bound=Callable[..., Any])
REQUIRED = inspect.Parameter.empty
_OURS = ("self", "actor", "by")  # said by the door, not by who asks
_KEY = "act"
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z`])")
_BETWEEN = re.compile(r"[,，、;；\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a parameter is for and what it takes, beside its type. help: a sentence for the command and the API

    name    how it is called outside, where that differs      option  the command's option, where that differs
    least   of a number or an amount, of a text's length, of a list's; so `most`
    pattern  of a text
    word    stands after the command, without an option's name, as what the path names does
    file    the command is given a file with the text, - for standard input
    form    only forms and programs say it: the command has no option for it
    needed  the command asks for it, where forms and programs may leave it out
    repeat  the command's option may be repeated, where others write a list with commas
    """

    help: str = ""
    name: str = ""
    option: str = ""
    least: int | None = None
    most: int | None = None
    pattern: str = ""
    word: bool = False
    file: bool = False
    form: bool = False
    needed: bool = False
    repeat: bool = False

    def then(self, other: Given) -> Given:
        """Both, the later word holds."""
        said = {f.name: getattr(other, f.name) for f in fields(other) if getattr(other, f.name) != f.default}
        return replace(self, **said)


Id = Annotated[int, Given(least=0, most=2**63 - 1)]  # of a row, as the databases can hold them
ItemId = Annotated[Id, Given(help="Number of the item.")]
Line = Annotated[str, Given(most=500)]
Number = Annotated[str, Given(help="Request number.")]
Words = Annotated[str, Given(most=20_000)]
Note = Annotated[Line, Given(help="Why; kept in the history.")]
# An act on what has changed since is refused, whichever door it comes by.
Seen = Annotated[int | None, Given(help="Version of what was looked at.", least=0, most=2**31 - 1)]


class Listed(tuple[str, ...]):
    """Numbers or names as they are typed: with commas, semicolons or spaces between them."""

    @classmethod
    def read(cls, text: str) -> Listed:
        return cls(each for each in _BETWEEN.split(text) if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """Who acts, and by which door. name: the account; role: what it may do; session: of its browser, '' without one

    at_server  by a command, on the server itself: whoever may run one, may
    """

    name: str
    role: Role
    session: str = ""
    at_server: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One of an act's. name: in the function; outside: to forms and programs; kind: its type, of the domain."""

    name: str
    kind: Any
    given: Given
    default: Any = REQUIRED

    @property
    def outside(self) -> str:
        return self.given.name or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """An act as it was said.

    path     below the console and /api/v1 (Starlette's); '' for what only a command does
    command  'queue hand'; '' for what only the console does
    function  takes the parameters by name, and `actor` or `by` where it wants to know; raises the domain's errors
    undo     the item that it settles can be undone; go: the page to go to afterwards, {fields} of what was asked
    slow     it reads files or mails
    rules    it changes rules: a console takes them into force at once
    """

    name: str
    function: Callable[..., Any]
    path: str
    role: Role
    command: str
    undo: bool
    go: str
    slow: bool
    rules: bool

    @property
    def summary(self) -> str:
        """What it does, in a sentence: the first of the function's own."""
        return " ".join((inspect.getdoc(self.function) or "").partition("\n\n")[0].split())

    @property
    def help(self) -> str:
        """All that its function says of it, but for what it raises: who acts reads that when it happens."""
        said = " ".join((inspect.getdoc(self.function) or "").split())
        return " ".join(each for each in _SENTENCE.split(said) if not each.startswith("Raises "))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What who asks has to say, in order."""
        hints = get_type_hints(self.function, include_extras=True)
        asked = inspect.signature(self.function).parameters.values()
        return tuple(
            Parameter(name=p.name, kind=kind, given=given, default=p.default)
            for p in asked
            if p.name not in _OURS
            for kind, given in [plain(hints[p.name])]
        )

    def do(self, holder: object, told: dict[str, Any], *, by: By) -> Any:
        """Do it: `told` are the parameters by their names in the function. Raises as the function does."""
        asked = inspect.signature(self.function).parameters
        ours = {name: said for name, said in (("actor", by.name), ("by", by)) if name in asked}
        return getattr(holder, self.function.__name__)(**told, **ours)


def act(
    name: str,
    path: str = "",
    *,
    role: Role = Role.LIBRARIAN,
    command: str | None = "",
    undo: bool = False,
    go: str = "",
    slow: bool = False,
    rules: bool = False,
) -> Callable[[F], F]:
    """Say that a method is an act of staff, such as 'queue.hand'. command: None for none, '' for the one of its name.

    Its docstring's first sentence is its summary; all of it, but for what it raises, the command's help.
    """
    called = "" if command is None else command or name.replace(".", " ", 1).replace("_", "-")

    def said(function: F) -> F:
        vars(function)[_KEY] = Deed(
            name=name, function=function, path=path, role=role, command=called, undo=undo, go=go, slow=slow, rules=rules
        )
        return function

    return said


def acts_of(holder: type) -> Iterator[Deed]:
    """The acts that a class holds, in order."""
    return (vars(each)[_KEY] for each in vars(holder).values() if _KEY in getattr(each, "__dict__", {}))


def plain(hint: Any) -> tuple[Any, Given]:
    """A type without what is said beside it, and that."""
    if get_origin(hint) is not Annotated:
        return hint, Given()
    kind, *beside = get_args(hint)
    given = Given()
    for each in beside:
        given = given.then(each) if isinstance(each, Given) else given
    return kind, given
