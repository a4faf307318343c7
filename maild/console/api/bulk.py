"""POST of many rows at once: patrons, requests and registrations as a system of the house has them.

The importers (maild.office.imports) understand the rows; here they are handed over, and what became of each is told.
A row that cannot be taken hinders no other. Under an Idempotency-Key the same rows are answered as they were the first
time, and other rows are refused.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response

from maild.console.serving import web
from maild.domain.desk.access import Role
from maild.domain.records.journal import JournalEntry
from maild.office.imports.import_values import fold, names_of
from maild.office.imports.import_words import PATRON_COLUMNS, REGISTRATION_COLUMNS, TRANSACTION_COLUMNS
from maild.store.tabular import Table, table_of

if TYPE_CHECKING:
    from maild.console.desk import Desk
    from maild.office.imports.import_books import RowError
    from maild.office.imports.importing import ImportReport

MOST_ROWS = 1000
MOST_KEY = 200  # characters of an Idempotency-Key
KEY = "idempotency-key"
FLAGS = ("dry_run", "silent", "reopen")
LEFT_OUT, FAILED = "left_out", "failed"
WORDS = ("created", "changed", "unchanged", LEFT_OUT, FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How rows are to be taken. dry_run: only say what would be; silent: registrations tell the applicants nothing;
    reopen: requests that are closed or cancelled, and fees that are paid, may be taken back.
    """

    actor: str
    dry_run: bool = False
    silent: bool = False
    reopen: bool = False


class Doubled(dict[str, Any]):
    """An object of JSON in which a name stands twice (RFC 8259 section 4: its meaning is anybody's guess)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """Rows of one sort: least role, columns, and the importer that takes them.

    name      of the act; with slashes its path below /api/v1
    identity  the column that says which row it is
    flags     those of FLAGS that mean something here
    """

    name: str
    role: Role
    summary: str
    identity: str
    columns: Mapping[str, tuple[str, ...]]
    take: Callable[[Desk, Table, Asked], ImportReport]
    flags: tuple[str, ...] = ("dry_run",)

    @property
    def path(self) -> str:
        return f"/{self.name.replace('.', '/')}"


def _patrons(desk: Desk, rows: Table, asked: Asked) -> ImportReport:
    from maild.office.imports.importing import import_patrons

    return import_patrons(desk.services.store, rows, desk.services.clock, asked.dry_run)


def _requests(desk: Desk, rows: Table, asked: Asked) -> ImportReport:
    from maild.office.imports.importing import import_transactions

    made = desk.services
    zone = made.settings.office.timezone
    return import_transactions(
        made.store, rows, made.clock, asked.dry_run, timezone=zone, actor=asked.actor, reopen=asked.reopen
    )


def _registrations(desk: Desk, rows: Table, asked: Asked) -> ImportReport:
    from maild.office.imports.import_registrations import import_registrations

    made = desk.services
    return import_registrations(
        made.store,
        rows,
        made.clock,
        made.reviews,
        asked.dry_run,
        timezone=made.settings.office.timezone,
        silent=asked.silent,
        actor=asked.actor,
    )


# What a librarian does one by one at the desk a librarian's key may do for many; what else takes a shell wants an
# administrator's.
BULKS = (
    Bulk(
        name="patrons.bulk",
        role=Role.ADMINISTRATOR,
        summary="Create or update patrons, by patron_id.",
        identity="patron_id",
        columns=PATRON_COLUMNS,
        take=_patrons,
    ),
    Bulk(
        name="requests.bulk",
        role=Role.ADMINISTRATOR,
        summary="Create or update requests, by number.",
        identity="number",
        columns=TRANSACTION_COLUMNS,
        take=_requests,
        flags=("dry_run", "reopen"),
    ),
    Bulk(
        name="registrations.bulk",
        role=Role.LIBRARIAN,
        summary="Enter applications for registration and what was decided of them, by email and step.",
        identity="email",
        columns=REGISTRATION_COLUMNS,
        take=_registrations,
        flags=("dry_run", "silent"),
    ),
)


def answer(request: Request, bulk: Bulk, raw: bytes) -> Response:
    """Take the rows of a body, or say again what was said of them."""
    asked, refusal = _asked(request, bulk)
    rows = _rows(raw)
    key = request.headers.get(KEY, "").strip()
    refusal = refusal or (rows if isinstance(rows, Response) else None)
    if KEY in request.headers and not (0 < len(key) <= MOST_KEY and key.isprintable()):
        refusal = web.problem(400, "Idempotency-Key is no key", f"give 1 to {MOST_KEY} printable characters")
    if refusal is not None:
        return refusal
    assert isinstance(rows, list)
    desk: Desk = request.app.state.desk
    if not key or asked.dry_run:
        return _said(_take(desk, bulk, rows, asked))
    return _once(desk, bulk, rows, asked, key, hashlib.sha256(f"{bulk.path} {asked}\n".encode() + raw).hexdigest())


def _once(desk: Desk, bulk: Bulk, rows: list[Any], asked: Asked, key: str, digest: str) -> Response:
    """Under a key: what is answered already is answered so again."""
    store, clock = desk.services.store, desk.services.clock
    with store.begin() as uow:
        known = uow.api_answers.begin(asked.actor, key, digest, clock.now())
    if known is not None and known.digest != digest:
        return web.problem(422, "this Idempotency-Key was used for other rows", "give every body a key of its own")
    if known is not None and known.status is None:
        return web.problem(409, "rows under this Idempotency-Key are being taken", "ask again in a while")
    if known is not None:
        return _said(known.body, replayed=True)
    try:
        body = _take(desk, bulk, rows, asked)
    except BaseException:
        with store.begin() as uow:
            uow.api_answers.drop(asked.actor, key)
        raise
    with store.begin() as uow:
        uow.api_answers.keep(asked.actor, key, HTTPStatus.OK, body)
    return _said(body)


def _said(body: str, *, replayed: bool = False) -> Response:
    headers = {"Cache-Control": "no-store", **({"Idempotent-Replayed": "true"} if replayed else {})}
    return Response(body, media_type="application/json", headers=headers)


def _asked(request: Request, bulk: Bulk) -> tuple[Asked, Response | None]:
    """The flags of the query, and what is wrong with them."""
    said = dict(request.query_params.multi_items())
    wrong = sorted(name for name, value in said.items() if name not in bulk.flags or value not in ("true", "false"))
    flags = {name: said.get(name) == "true" for name in bulk.flags}
    known = f"known are {', '.join(bulk.flags)}: true or false"
    refusal = web.problem(422, f"unknown parameter: {', '.join(wrong)}", known, errors=wrong) if wrong else None
    return Asked(actor=request.state.who.name, **flags), refusal


def _rows(raw: bytes) -> list[Any] | Response:
    try:
        # Numbers as they were written: an amount keeps its cents, an id its leading digits.
        body = json.loads(raw, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_object)
        json.dumps(body, ensure_ascii=False).encode()  # half a character (a lone surrogate) is written in no database
    except (ValueError, RecursionError) as error:
        return web.problem(400, "the body is not JSON in UTF-8", str(error)[:300])
    if not isinstance(body, list) or not 1 <= len(body) <= MOST_ROWS:
        return web.problem(422, f"the body is no list of 1 to {MOST_ROWS} rows", "send longer lists in pieces")
    return body


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    return found if len(found) == len(pairs) else Doubled(found)


def _take(desk: Desk, bulk: Bulk, rows: list[Any], asked: Asked) -> str:
    """Hand the rows over; what became of each, as JSON. Raises as the importer does where none can be taken."""
    taken, broken = _named(bulk, rows)
    report = bulk.take(desk, table_of(taken.items()), asked)
    results = [
        _broken(n, broken[n]) if n in broken else _result(n, str(taken[n].get(bulk.identity, "")), report)
        for n in range(1, len(rows) + 1)
    ]
    counts = {word: sum(row["result"] == word for row in results) for word in WORDS}
    if not asked.dry_run and counts["created"] + counts["changed"]:
        _note(desk, bulk, counts, asked.actor)
    body = {**counts, "dry_run": asked.dry_run, "ignored": list(report.ignored_columns), "rows": results}
    return json.dumps(body, ensure_ascii=False)


def _named(bulk: Bulk, rows: list[Any]) -> tuple[dict[int, dict[str, Any]], dict[int, str]]:
    """The rows by their number, whatever names they give to columns; and why some are none."""
    names = names_of(bulk.columns)
    taken: dict[int, dict[str, Any]] = {}
    broken: dict[int, str] = {}
    for n, row in enumerate(rows, 1):
        said = (
            [(names.get(fold(name), str(name)), value) for name, value in row.items()] if isinstance(row, dict) else []
        )
        doubled = [name for name, count in Counter(name for name, _ in said).items() if count > 1]
        if doubled:
            broken[n] = f"two of its names say {doubled[0]!r}"
        elif isinstance(row, Doubled):
            broken[n] = "one of its names stands in it twice"
        elif isinstance(dict(said).get(bulk.identity), bool):
            broken[n] = f"its {bulk.identity} is true or false"
        elif not any(value not in ("", None, [], {}) for _, value in said):
            broken[n] = "the row is no object, or says nothing"
        else:
            # An empty list of addresses says that there is none; what is empty otherwise says nothing, as in a file.
            taken[n] = {name: "-" if name == "emails" and value == [] else value for name, value in said}
    return taken, broken


def _broken(n: int, what: str) -> dict[str, Any]:
    return {"row": n, "result": FAILED, "problem": _problem(422, what, "give each of its columns once, as an object")}


def _result(n: int, identity: str, report: ImportReport) -> dict[str, Any]:
    faults = [error for error in report.errors if error.line == n]
    notes = [warning for warning in report.warnings if warning.line == n]
    said: dict[str, Any] = {"row": n, "id": identity}
    if faults:
        errors = [{"field": fault.column, "fault": fault.what} for fault in faults]
        return said | {"result": FAILED, "problem": _problem(422, faults[0].what, faults[0].remedy, errors)}
    if n not in report.became:
        why = notes[0]  # the importers leave no row out without saying why
        return said | {"result": LEFT_OUT, "problem": _problem(409, why.what, why.remedy)}
    return said | {"result": report.became[n], **({"warnings": list(map(_note_of, notes))} if notes else {})}


def _note_of(warning: RowError) -> dict[str, str]:
    return {"field": warning.column, "what": warning.what, "remedy": warning.remedy}


def _problem(status: int, what: str, remedy: str, errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    """A row's error in the words of application/problem+json (RFC 9457)."""
    found: dict[str, Any] = {"type": "about:blank", "title": what, "status": status, "detail": remedy}
    return found | ({"errors": errors} if errors else {})


def _note(desk: Desk, bulk: Bulk, counts: Mapping[str, int], actor: str) -> None:
    """A line of history: who handed over how many."""
    said = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    with desk.services.store.begin() as uow:
        now = desk.services.clock.now()
        uow.journal.add([JournalEntry(what="import", at=now, actor=actor, reasons=(f"{bulk.path}: {said}",))])


def described(bulk: Bulk, problems: Mapping[str, Any]) -> dict[str, Any]:
    """Its part of the OpenAPI document."""
    rows = {
        "type": "array",
        "minItems": 1,
        "maxItems": MOST_ROWS,
        "items": {
            "description": "An object by the columns of the import; what does not fit fails by itself, in the answer.",
            "properties": {column: {"description": ", ".join(more)} for column, more in bulk.columns.items()},
        },
    }
    flags = [{"name": flag, "in": "query", "required": False, "schema": {"type": "boolean"}} for flag in bulk.flags]
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": MOST_KEY, "pattern": "^[!-~]+$"},
    }
    result = {"$ref": "#/components/schemas/BulkOutcome"}
    return {
        "operationId": bulk.name.replace(".", "_"),
        "summary": bulk.summary,
        "tags": [bulk.name.split(".")[0]],
        "description": f"Needs the role {bulk.role}, and a key whose scope allows it.",
        "parameters": [key, *flags],
        "requestBody": {"required": True, "content": {"application/json": {"schema": rows}}},
        "responses": {
            "200": {"description": "What became of each row.", "content": {"application/json": {"schema": result}}},
            **problems,
        },
    }


OUTCOME = {
    "type": "object",
    "required": [*WORDS, "dry_run", "ignored", "rows"],
    "properties": {
        **{name: {"type": "integer"} for name in WORDS},
        "dry_run": {"type": "boolean"},
        "ignored": {"type": "array", "items": {"type": "string"}, "description": "Columns that say nothing here."},
        "rows": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["row", "result"],
                "properties": {
                    "row": {"type": "integer", "description": "From 1, as they were sent."},
                    "id": {"type": "string"},
                    "result": {"enum": list(WORDS)},
                    "problem": {"$ref": "#/components/schemas/Problem"},
                    "warnings": {"type": "array", "items": {"type": "object"}},
                },
            },
        },
    },
}
