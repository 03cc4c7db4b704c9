"""The OpenAPI 3.1 document: what the library sees in the acts, and what it cannot see.

That is: the scopes, the refusals, the parameters that lists read themselves, and the rows.
"""

from __future__ import annotations

import re
from typing import Any

from django.db import models
from ninja import NinjaAPI
from pydantic import BaseModel

from elfsite.api.area import Act, extras_of
from elfsite.api.rows import listing_of
from elfsite.doors.http.remembering import HEADER, NAME_MOST
from elfsite.listings import limits
from elfsite.listings.controls import Control
from elfsite.listings.declare import ORIGIN_COLUMNS, Listing
from elfsite.listings.params import known_controls, offered_orders
from elfsite.origins.fields import SeedDateField, SeedDateTimeField

ABOUT = (
    "What agents read and write. Send a key with every request: `Authorization: Bearer elf_…`. "
    "A refusal is `application/problem+json` with `code` and `detail`. What writes honours "
    "`Idempotency-Key` for 24 hours. Confidence, scores, verdicts and states are worked out "
    "here; whoever sends one is refused."
)
Json = dict[str, Any]
REFUSALS = {
    400: "Something that was sent is wrong; `detail` says what.",
    401: "No key, or one that does not open.",
    403: "The key's scope or its owner's role does not reach.",
    404: "There is no such thing.",
    405: "The address takes other methods.",
    409: "The state does not allow it now.",
    413: "The body has more than 1 MB.",
    415: "Another type than application/json, or another coding than gzip.",
    422: "The Idempotency-Key was used for another request.",
    429: "Too often; `Retry-After` says when to come again.",
}
READING = (400, 401, 403, 404, 429)
PROBLEM: Json = {
    "type": "object",
    "required": ["type", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "for programs"},
        "detail": {"type": "string", "description": "a sentence for people"},
        "request_id": {"type": "string"},
    },
}
KINDS: tuple[tuple[type[models.Field[Any, Any]], Json], ...] = (
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.JSONField, {}),
    (models.BinaryField, {}),
    # a time that an agent wrote and that is none stands as it was written
    (SeedDateTimeField, {"type": "string"}),
    (SeedDateField, {"type": "string"}),
    (models.DateTimeField, {"type": "string", "format": "date-time"}),
    (models.DateField, {"type": "string", "format": "date"}),
)


def operation_id(act: Act) -> str:
    """``post_heuristics_pk_outcomes``: from method and path, so that it is stable and unique."""
    return re.sub(r"[^a-z0-9]+", "_", f"{act.method} {act.path}".lower()).strip("_")


def describe(api: NinjaAPI, acts: list[Act], prefix: str) -> Json:
    """The document of *acts* as served under *prefix*."""
    found: Json = dict(api.get_openapi_schema(path_prefix=prefix))
    by_id = {operation_id(act): act for act in acts}
    schemas: Json = found["components"]["schemas"]
    schemas["Problem"] = PROBLEM
    for methods in found["paths"].values():
        for operation in methods.values():
            _complete(operation, by_id[operation["operationId"]], schemas)
    _in_markdown(found)
    found["components"]["responses"] = {
        f"Refused{status}": _refusal(words) for status, words in REFUSALS.items()
    }
    found["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "a key of /agent-keys/"}
    }
    return found


def _in_markdown(part: Any) -> None:
    """Descriptions are CommonMark; our docstrings mark code as reStructuredText does."""
    for each in part.values() if isinstance(part, dict) else part:
        if isinstance(each, dict | list):
            _in_markdown(each)
    if isinstance(part, dict) and isinstance(part.get("description"), str):
        part["description"] = part["description"].replace("``", "`")


def _refusal(words: str) -> Json:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


def _complete(operation: Json, act: Act, schemas: Json) -> None:
    operation["security"] = [{"key": [act.scope]}]
    operation["x-scope"] = act.scope
    done = operation["responses"].pop(act.status, {"description": "Done"})
    done["description"] = "Done"
    schema = _answer(act.answer, schemas)
    if act.status != 204:
        done["content"] = {"application/json": {"schema": schema}}
    statuses = READING if act.method == "GET" else REFUSALS
    refusals = {
        str(status): {"$ref": f"#/components/responses/Refused{status}"} for status in statuses
    }
    empty = {"204": {"description": act.empty}} if act.empty else {}
    operation["responses"] = {str(act.status): done, **empty, **refusals}
    if act.method == "GET":
        operation["parameters"] += _parameters(act)
    else:
        operation["parameters"].append(_idempotency())


def _idempotency() -> Json:
    return {
        "name": HEADER,
        "in": "header",
        "required": False,
        "schema": {"type": "string", "minLength": 1, "maxLength": NAME_MOST},
        "description": "Done once; the same request gets the same answer for 24 hours.",
    }


def _answer(answer: type[BaseModel] | str | None, schemas: Json) -> Json:
    if answer is None:
        return {"type": "object"}
    if isinstance(answer, str):
        kind, _, table = answer.rpartition(":")
        return _of_table(kind or "alone", table, schemas)
    schema = answer.model_json_schema(
        ref_template="#/components/schemas/{model}", mode="serialization"
    )
    schemas.update(schema.pop("$defs", {}))
    schemas[answer.__name__] = schema
    return {"$ref": f"#/components/schemas/{answer.__name__}"}


def _of_table(kind: str, table: str, schemas: Json) -> Json:
    listing = listing_of(table)
    alone = kind == "alone"
    name = f"{table}.one" if alone and extras_of(table, alone=True) else table
    schemas.setdefault(name, row_schema(listing, alone=alone))
    row = {"$ref": f"#/components/schemas/{name}"}
    if alone:
        return row
    return {
        "type": "object",
        "required": ["rows", "next"],
        "properties": {
            "rows": {"type": "array", "maxItems": limits.PAGE_MOST, "items": row},
            "next": {"type": ["string", "null"], "description": "the cursor of the next page"},
        },
    }


def row_schema(listing: Listing, *, alone: bool) -> Json:
    """A row of a table: its columns, where it came from, and what its area adds."""
    properties: Json = {}
    for name, field in listing.fields.items():
        if name in listing.hidden or (listing.is_recorded and name in ORIGIN_COLUMNS):
            continue
        properties[str(field.column)] = _of_field(field)
    if listing.is_recorded:
        properties["origin"] = {"type": ["string", "null"], "description": "the source's name"}
        properties["origin_key"] = {"type": ["string", "null"]}
    for extra in extras_of(listing.table, alone=alone):
        properties[extra.name] = {"description": extra.about} if extra.about else {}
    return {"type": "object", "description": listing.about, "properties": properties}


def _of_field(field: models.Field[Any, Any]) -> Json:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    schema = dict(next((s for kind, s in KINDS if isinstance(target, kind)), {"type": "string"}))
    if "type" in schema and field.null:
        schema["type"] = [schema["type"], "null"]
    if field.flatchoices and not field.null:
        schema["description"] = "one of " + ", ".join(str(v) for v, _ in field.flatchoices)
    return schema


def _parameters(act: Act) -> list[Json]:
    """What a list or a row of a table reads from its address."""
    if not isinstance(act.answer, str) or act.view.__module__.rpartition(".")[2] != "tables":
        return []
    kind, _, table = act.answer.rpartition(":")
    fields = _query("fields", {"type": "string"}, "Only these fields, by commas apart.")
    if kind == "alone":
        return [fields]
    return [*(_query(*each) for each in _of_list(listing_of(table))), fields]


def _of_list(listing: Listing) -> list[tuple[str, Json, str]]:
    text: Json = {"type": "string"}
    found = [
        (name, _of_control(control), control.label)
        for name, control in known_controls(listing).items()
    ]
    if listing.search or listing.fulltext:
        found.append(("q", text, "Every word occurs."))
    if listing.has_origin:
        found.append(("source", text, "ours, or the number of a source."))
    if listing.is_recorded:
        found.append(("gone", {"type": "string", "enum": ["0", "1"]}, "What its source dropped."))
    if listing.when_field:
        found.append(("days", {"type": "integer", "minimum": 1, "maximum": 3650}, "The last days."))
        for name in ("from", "to", "asof"):
            found.append((name, text, "A date or an ISO time, UTC."))
    orders = offered_orders(listing)
    found.append(("order", text, f"One of {', '.join(orders)}, or its reverse."))
    most = {"type": "integer", "minimum": 1, "maximum": limits.PAGE_MOST, "default": limits.PAGE}
    found.append(("limit", most, "Rows of a page."))
    found.append(("cursor", text, "Where the page begins: next of the page before."))
    return found


def _of_control(control: Control) -> Json:
    if control.kind == "flag":
        return {"type": "string", "enum": ["0", "1"]}
    return {"type": "string"}


def _query(name: str, schema: Json, about: str) -> Json:
    return {
        "name": name,
        "in": "query",
        "required": False,
        "schema": schema,
        "description": about,
    }
