"""The page of the API, gathered from its OpenAPI document."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import slugify

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """A parameter or a field of a body, in words."""

    name: str
    kind: str
    about: str
    required: bool


@dataclass(frozen=True)
class Operation:
    """One act on the page."""

    id: str
    method: str
    path: str
    summary: str
    about: str
    scope: str
    status: str
    parameters: list[Field]
    body_about: str
    body: list[Field]
    answer: list[Field]
    like_list: bool = False  # it answers what the list answers, and ``answer`` beside that


@dataclass
class Group:
    """The acts under one heading; what writes comes first, it is what people look for."""

    tag: str
    slug: str
    writes: list[Operation] = field(default_factory=list)
    reads: list[Operation] = field(default_factory=list)


def groups_of(document: Json) -> list[Group]:
    """The acts of *document* by heading, headings with acts that write first."""
    groups: dict[str, Group] = {}
    lists: dict[str, set[str]] = {}  # the fields of the rows that an address lists
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation["tags"][0]
            group = groups.setdefault(tag, Group(tag, slugify(tag)))
            shown = _operation(document, path, method.upper(), operation)
            shown = _beside_list(shown, lists.get(path.rpartition("/")[0]))
            if method == "get":
                lists[path] = {each.name for each in shown.answer}
            (group.reads if shown.method == "GET" else group.writes).append(shown)
    return sorted(groups.values(), key=lambda each: not each.writes)


def _beside_list(shown: Operation, listed: set[str] | None) -> Operation:
    """One row of a table repeats the fields of its list: only what is beside them is told."""
    if listed is None or not listed <= {each.name for each in shown.answer}:
        return shown
    rest = [each for each in shown.answer if each.name not in listed]
    return replace(shown, answer=rest, like_list=True)


def _operation(document: Json, path: str, method: str, operation: Json) -> Operation:
    status = next(code for code in operation["responses"] if code.startswith("2"))
    summary = operation["summary"]
    sent = _schema(operation.get("requestBody", {}))
    about = operation.get("description", "").strip()
    return Operation(
        id=operation["operationId"],
        method=method,
        path=path,
        summary=summary,
        about=about.partition("\n")[2].strip(),
        scope=operation["x-scope"],
        status=status,
        # headers are told once, beside the acts
        parameters=[
            _parameter(document, p) for p in operation["parameters"] if p["in"] != "header"
        ],
        body_about=" ".join(_resolved(document, sent).get("description", "").split()),
        body=_fields(document, sent),
        answer=_fields(document, _schema(operation["responses"][status])),
    )


def _schema(part: Json) -> Json:
    found: Json = part.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _parameter(document: Json, each: Json) -> Field:
    kind = kind_of(document, each["schema"])
    return Field(each["name"], kind, each.get("description", ""), each.get("required", False))


def _fields(document: Json, schema: Json) -> list[Field]:
    """The fields of an object; of a list of rows, those of its rows."""
    found = _resolved(document, schema)
    rows = found.get("properties", {}).get("rows")
    if rows:
        found = _resolved(document, rows["items"])
    needed = set(found.get("required", ()))
    return [
        Field(name, kind_of(document, each), each.get("description", ""), name in needed)
        for name, each in found.get("properties", {}).items()
    ]


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return found


def kind_of(document: Json, schema: Json) -> str:
    """A schema in a few words: "text, at most 300", "one of success, failure"."""
    schema = _resolved(document, schema)
    if "anyOf" in schema:
        kinds = [kind_of(document, each) for each in schema["anyOf"]]
        return " or ".join(kind for kind in kinds if kind != "null")
    if "enum" in schema:
        return "one of " + ", ".join(str(each) for each in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("type", "anything")
    word = next((k for k in kind if k != "null"), "") if isinstance(kind, list) else str(kind)
    word = {"string": "text", "integer": "whole number", "array": "list"}.get(word, word)
    if word == "list" and "items" in schema:
        inner = kind_of(document, schema["items"])
        word = f"list of {inner}" if inner != "anything" else word
    return word + _bounds(schema)


def _bounds(schema: Json) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None and high < 2**53:
        return f", {low:g} to {high:g}"
    most = schema.get("maxLength", schema.get("maxItems"))
    return f", at most {most:,}" if most else ""
