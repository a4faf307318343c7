"""What staff can do, each act once: the forms of the pages and POST below /api/v1 are both made from it."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from maild.domain.desk.access import Role
from maild.office.acting.result import ActResult

if TYPE_CHECKING:
    from maild.console.desk import Desk
    from maild.console.who import Who

# An amount of money as it is typed: above zero, whole cents.
Amount = Annotated[Decimal, Field(gt=0, max_digits=10, decimal_places=2)]
Line = Annotated[str, Field(max_length=500)]
Words = Annotated[str, Field(max_length=20_000)]
LISTS = (tuple, list, frozenset)


def _iso(value: object) -> object:
    """Only what reads YYYY-MM-DD: pydantic alone would take 0 for a day of 1970 as well."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written YYYY-MM-DD")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Day = Annotated[date, BeforeValidator(_iso)]


def _from_base64(value: object) -> object:
    """In JSON a file is base64 (RFC 4648, 4); a form brings it as it is."""
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except ValueError as error:
        raise ValueError("a file is given in base64") from error


File = Annotated[
    bytes,
    Field(min_length=1),
    BeforeValidator(_from_base64),
    WithJsonSchema({"type": "string", "format": "byte", "contentEncoding": "base64", "minLength": 4}),
]
# Numbers of rows, as the databases can hold them.
MOST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=0, le=MOST_ID)]
# The version of what was looked at: an act on what has changed since is refused.
Seen = Annotated[int | None, Field(default=None, ge=0, le=2**31 - 1, description="Version of what was looked at.")]


class Input(BaseModel):
    """What an act is told: the parameters of its path and the fields of its form, or of its JSON body."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an act did. done: a sentence; go: the path of the page to go to, '' stays; undo: the item to be undone.

    several: the key of an act on several items, to be undone as one
    """

    done: str
    transactions: tuple[str, ...] = ()
    outbox: tuple[int, ...] = ()
    go: str = ""
    undo: int | None = None
    several: str = ""
    data: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, result: ActResult, *, go: str = "", undo: int | None = None) -> Outcome:
        """The outcome of an act of the pipeline."""
        return cls(done=result.done, transactions=result.transactions, outbox=result.outbox, go=go, undo=undo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act: name ('queue.assign'), path (Starlette's, below the console and below /api/v1), least role, input.

    run      does it; blocking; raises the domain's errors
    summary  an English sentence for the API's document
    slow     it reads files or mails: it runs where it holds up nothing but its like
    """

    name: str
    path: str
    role: Role
    input: type[Input]
    run: Callable[[Desk, Who, Any], Outcome]
    summary: str
    slow: bool = False


def from_form(act: Act, pairs: Sequence[tuple[str, str]], *, strict: bool = False) -> dict[str, object]:
    """A form's fields as the input's: repeated ones as lists, 'name.key' as mappings, empty ones left out (their
    default holds), but for `strict` callers, who mean what they say.
    """
    found: dict[str, object] = {}
    for name, known in act.input.model_fields.items():
        values = [value for key, value in pairs if key == name and (strict or value.strip())]
        if _origin(known.annotation) in LISTS:
            found[name] = values
        elif _origin(known.annotation) is dict:
            found[name] = {
                key[len(name) + 1 :]: value for key, value in pairs if key.startswith(f"{name}.") and value.strip()
            }
        elif values:
            found[name] = values[-1]
    return found


def _origin(annotation: Any) -> Any:
    return getattr(annotation, "__origin__", None)
