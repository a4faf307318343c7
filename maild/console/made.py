"""The console's acts, made from those of the office: what each is told as a form or as JSON, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import Field, create_model

from maild.console import SAY
from maild.console.acts import Act, Day, File, Input, Outcome
from maild.console.deeds.held import Held, held
from maild.console.desk import Desk
from maild.console.who import Who
from maild.domain.errors import Permanent
from maild.domain.money import Money
from maild.office.acting.act import REQUIRED, By, Deed, Given, Listed, Parameter, plain
from maild.office.acting.result import ActResult, One, Several

# Types that are made here are no types to mypy.
_Annotated: Any = Annotated
_Tuple: Any = tuple
_Dict: Any = dict
REFUSED = {"item": "items_refused", "notice": "notices_refused"}  # by noun, the code of how many were done or refused


def made() -> Iterator[Act]:
    """The acts of the office that have a path."""
    return (act_of(one) for one in held() if one.deed.path)


def act_of(one: Held) -> Act:
    """The console's act."""
    deed, parameters = one.deed, one.deed.parameters
    fields: dict[str, Any] = {p.outside: _field(p) for p in parameters}
    return Act(
        name=deed.name,
        path=deed.path,
        role=deed.role,
        input=create_model(deed.name, __base__=Input, **fields),
        run=_run(one, parameters),
        summary=deed.summary,
        slow=deed.slow,
    )


def _run(one: Held, parameters: Sequence[Parameter]) -> Callable[[Desk, Who, Any], Outcome]:
    def run(desk: Desk, who: Who, asked: Any) -> Outcome:
        told = {p.name: value_of(p.kind, getattr(asked, p.outside)) for p in parameters}
        by = By(name=who.name, role=who.role, session=who.session)
        result = one.do(desk.acts, told, by=by)
        if one.deed.rules:
            desk.in_force.look()
        return outcome(one.deed, asked, result)

    return run


# --- what it is told ----------------------------------------------------------------------------------------------


def _field(parameter: Parameter) -> Any:
    empty: dict[str, Any] = {"default_factory": dict} if isinstance(parameter.default, Mapping) else {}
    said = Field(description=parameter.given.help or None, **empty)
    kind = _Annotated[kind_of(parameter.kind, parameter.given), said]
    default = ",".join(parameter.default) if isinstance(parameter.default, Listed) else parameter.default
    return (kind, ...) if default is REQUIRED else kind if empty else (kind, default)


def kind_of(kind: Any, given: Given) -> Any:
    """A type of the domain as it is checked here: an amount is a decimal, what reads itself from a text is a text."""
    if maybe := _maybe(kind):
        return kind_of(maybe, given) | None
    if get_origin(kind) is tuple:
        inside = kind_of(*plain(get_args(kind)[0]))
        return _Annotated[_Tuple[inside, ...], Field(min_length=given.least, max_length=given.most)]
    if get_origin(kind) is Mapping:
        return _Dict[str, kind_of(*plain(get_args(kind)[1]))]
    if kind is Money:
        above: dict[str, Any] = {"gt": 0} if given.least is None else {"ge": given.least}
        return _Annotated[Decimal, Field(**above, max_digits=10, decimal_places=2)]
    if kind is bytes:
        return _Annotated[File, Field(max_length=given.most)]
    if kind is int:
        return _Annotated[int, Field(ge=given.least, le=given.most)]
    if kind is str or hasattr(kind, "read"):
        return _Annotated[str, Field(min_length=given.least, max_length=given.most, pattern=given.pattern or None)]
    return Day if kind is date else kind


def value_of(kind: Any, value: Any) -> Any:
    """What was told, as the domain's type. Raises Permanent where it reads no such thing."""
    if value is None:
        return None
    kind = _maybe(kind) or kind
    if get_origin(kind) is tuple:
        inside, _ = plain(get_args(kind)[0])
        return tuple(value_of(inside, each) for each in value)
    if get_origin(kind) is Mapping:
        return {key: value_of(get_args(kind)[1], each) for key, each in value.items()}
    if kind is Money:
        return Money.of(str(value))
    return kind.read(value) if hasattr(kind, "read") and isinstance(value, str) else value


def _maybe(kind: Any) -> Any:
    """X of X | None, else None."""
    inside = [each for each in get_args(kind) if each is not NoneType]
    return inside[0] if get_origin(kind) in (Union, UnionType) and len(inside) == 1 else None


# --- what it answers ----------------------------------------------------------------------------------------------


def outcome(deed: Deed, asked: Any, result: Any) -> Outcome:
    """The outcome of an act of the office: of one thing, or of several."""
    if isinstance(result, ActResult):
        return Outcome(
            done=result.done,
            transactions=result.transactions,
            outbox=result.outbox,
            go=deed.go.format(**dict(asked)),
            undo=asked.item_id if deed.undo else None,
            data=result.data,
        )
    several = result if isinstance(result, Several) else Several(each=result)
    undo = next((each.number for each in several.each if not each.refused), None) if deed.undo else None
    return of_several(several, undo)


def of_several(several: Several, undo: int | None) -> Outcome:
    """What became of each: some refused is said with the first reason. Raises Permanent where all were."""
    results: Sequence[One] = several.each
    refused = [each for each in results if each.refused]
    if results and len(refused) == len(results):
        raise Permanent(refused[0].refused, remedy=refused[0].remedy)
    count, done = len(results) - len(refused), ""
    if refused:
        first = refused[0]
        done = SAY(REFUSED[first.noun], count=count, more=len(refused), id=first.number, why=first.refused)
    rows = [{e.noun: e.number, "done": e.done, "refused": e.refused, "remedy": e.remedy} for e in results]
    written = tuple(n for e in results for n in e.outbox)
    return Outcome(
        done=done or SAY("several_done", count=count),
        outbox=written,
        undo=undo,
        several=several.key,
        data={"items": rows},
    )
