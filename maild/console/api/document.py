"""The OpenAPI document (3.1), made from the same registry as the routes: it cannot say anything else."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from maild import __version__
from maild.console.acts import MOST_ID, Act, Input
from maild.console.api.bulk import OUTCOME as BULK_OUTCOME
from maild.console.api.bulk import Bulk, described
from maild.console.views import View
from maild.domain.desk.access import Role

_PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")
_CONVERTERS = {
    "int": {"type": "integer", "minimum": 0, "maximum": MOST_ID},
    "path": {"type": "string", "minLength": 1},
}
PROBLEM = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {"type": "array"},
    },
}
OUTCOME = {
    "type": "object",
    "required": ["done", "transactions", "outbox", "data"],
    "properties": {
        "done": {"type": "string", "description": "What was done, in a sentence."},
        "transactions": {"type": "array", "items": {"type": "string"}},
        "outbox": {"type": "array", "items": {"type": "integer"}},
        "data": {"type": "object"},
    },
}
REFUSALS = {
    "400": "The body is not JSON.",
    "401": "No key, or one that is not valid.",
    "403": "The key may not do that.",
    "404": "There is no such thing.",
    "409": "Somebody was faster: read it again.",
    "415": "Send application/json.",
    "421": "By a name that is not the console's (console.hosts).",
    "422": "The input does not fit, or the laws forbid it; the title says why.",
    "503": "Not now: try again.",
}


def document(views: Sequence[View], acts: Sequence[Act], server: str, bulks: Sequence[Bulk] = ()) -> dict[str, Any]:
    """The whole document. `server`: the path of the API's root."""
    schemas: dict[str, Any] = {
        "Problem": PROBLEM,
        "Outcome": OUTCOME,
        **({"BulkOutcome": BULK_OUTCOME} if bulks else {}),
    }
    paths: dict[str, dict[str, Any]] = {}
    for view in views:
        paths.setdefault(_plain(view.path), {})["get"] = _reading(view, schemas)
    for act in acts:
        paths.setdefault(_plain(act.path), {})["post"] = _writing(act, schemas)
    for bulk in bulks:
        paths.setdefault(bulk.path, {})["post"] = described(bulk, _refusals("404"))
    return {
        "openapi": "3.1.0",
        "info": {"title": "maild", "version": __version__, "description": "The acts of the staff console as JSON."},
        "servers": [{"url": server}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas, "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "security": [{"key": []}],
    }


def _plain(path: str) -> str:
    """Starlette's '/queue/{item_id:int}' as '/queue/{item_id}'."""
    return _PARAMETER.sub(lambda match: f"{{{match[1]}}}", path)


def _reading(view: View, schemas: dict[str, Any]) -> dict[str, Any]:
    inside = _schema(view.input, schemas)
    queried = [
        _queried(name, schema, name in inside.get("required", ()))
        for name, schema in inside.get("properties", {}).items()
        if name not in _named(view.path)
    ]
    return {
        "operationId": view.name.replace(".", "_"),
        "summary": view.summary,
        "tags": [view.name.split(".")[0]],
        "description": _who(view.role),
        "parameters": [*_in_path(view.path), *queried],
        "responses": {
            "200": {"description": "What the page shows.", "content": {"application/json": {"schema": {}}}},
            **_refusals("400", "409", "415"),
        },
    }


def _writing(act: Act, schemas: dict[str, Any]) -> dict[str, Any]:
    body = _schema(act.input, schemas)
    named = _named(act.path)
    properties = {name: schema for name, schema in body.get("properties", {}).items() if name not in named}
    required = [name for name in body.get("required", ()) if name not in named]
    schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }
    content = {"application/json": {"schema": schema}}
    return {
        "operationId": act.name.replace(".", "_"),
        "summary": act.summary,
        "tags": [act.name.split(".")[0]],
        "description": _who(act.role),
        "parameters": _in_path(act.path),
        "requestBody": {"required": bool(required), "content": content},
        "responses": {
            "200": {
                "description": "It is done.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Outcome"}}},
            },
            **_refusals(),
        },
    }


def _who(role: Role) -> str:
    return f"Needs the role {role}, and a key whose scope allows it."


def _schema(model: type[Input], schemas: dict[str, Any]) -> Mapping[str, Any]:
    """The model's JSON schema; what it refers to goes to the document's components."""
    made = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(made.pop("$defs", {}))
    return made


def _named(path: str) -> set[str]:
    return {match[1] for match in _PARAMETER.finditer(path)}


def _in_path(path: str) -> list[dict[str, Any]]:
    return [
        {
            "name": match[1],
            "in": "path",
            "required": True,
            "schema": _CONVERTERS.get(match[2] or "", {"type": "string", "minLength": 1, "pattern": "^[^/]+$"}),
        }
        for match in _PARAMETER.finditer(path)
    ]


def _queried(name: str, schema: Mapping[str, Any], required: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": name, "in": "query", "required": required, "schema": dict(schema)}
    return said | ({"style": "form", "explode": True} if schema.get("type") == "array" else {})


def _refusals(*without: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": why, "content": content} for status, why in REFUSALS.items() if status not in without
    }
