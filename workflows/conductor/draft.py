"""A definition while somebody writes it: rows of a form, or a text of JSON. No database.

What is typed stays as it is typed; ``said()`` reads it as a definition, with what cannot be read
as flaws. Fields are called ``node-3-id`` and ``edge-2-condition``; rows count from 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from elfsite.origins import seedjson
from workflows.conductor.checking import EDGE_KEYS, NODE_KEYS, Flaw, check_definition
from workflows.conductor.definition import END, START
from workflows.conductor.settings import BY_KEY

# A form of more rows would have more fields than a request may carry; larger ones are text.
FORM_NODES, FORM_EDGES = 80, 200
TEXT_LIMIT = 1_200_000  # characters of a definition as text, with its blanks
NODE_FIELDS = ("id", "name", "node_type", "prompt_template")
NUMBERS = ("retries", "dedupe_hours", "lease_seconds", "num_ants")
FLAGS = ("continue_on_failure", "dedupe")
SETTING_FIELDS = ("join", "agent_type", *NUMBERS, *FLAGS, "roles", "prompts", "other")
FIELD = re.compile(r"(node|edge)-([1-9][0-9]{0,3})-([a-z_]+)", re.ASCII)
ACT = re.compile(r"(drop|copy)-(node|edge)-([1-9][0-9]{0,3})", re.ASCII)
WHOLE = re.compile(r"-?[0-9]{1,9}", re.ASCII)
BROKEN = re.compile(r"-?[0-9]{1,9}\.[0-9]{1,9}", re.ASCII)
PARTED = re.compile(r"^---+[ \t]*$", re.MULTILINE)  # between the prompts of a parallel node

Row = dict[str, str]


@dataclass(frozen=True)
class Said:
    """What a draft says: input of ``save_workflow``, and what could not be read."""

    name: str
    description: str
    nodes: Any
    edges: Any
    config: Any
    flaws: list[Flaw]


@dataclass
class Draft:
    """*mode* is form or text; *seen* is the number of the version that it began with, or None."""

    name: str = ""
    description: str = ""
    config: str = ""
    nodes: list[Row] = field(default_factory=list)
    edges: list[Row] = field(default_factory=list)
    text: str = ""
    mode: str = "form"
    seen: int | None = None

    def said(self) -> Said:
        flaws: list[Flaw] = []
        if self.mode == "text":
            return self._of_text(flaws)
        nodes = [_node(row, number, flaws) for number, row in enumerate(self.nodes, 1)]
        edges = [_edge(row, number, flaws) for number, row in enumerate(self.edges, 1)]
        config = _config(self.config, flaws)
        return Said(self.name, self.description, nodes, edges, config, flaws)

    def _of_text(self, flaws: list[Flaw]) -> Said:
        """The text is an object with nodes, edges and perhaps more, or a list of nodes."""
        empty = Said(self.name, self.description, [], [], {}, flaws)
        try:
            found = json.loads(self.text) if len(self.text) <= TEXT_LIMIT else None
        except json.JSONDecodeError as error:
            words = f"The text is no JSON: line {error.lineno}, column {error.colno}: {error.msg}."
            flaws.append(Flaw("whole", 0, "text", words))
            return empty
        except (ValueError, RecursionError):
            found = None
        if not can_be_written(found):
            words = "The text escapes half of a character (\\ud800 to \\udfff)."
            flaws.append(Flaw("whole", 0, "text", words))
            return empty
        if isinstance(found, list):
            found = {"nodes": found}
        if not isinstance(found, dict):
            words = "The text is an object of JSON with nodes and edges."
            flaws.append(Flaw("whole", 0, "text", words))
            return empty
        known = ("name", "description", "nodes", "edges", "config")
        for key in [key for key in found if key not in known][:10]:
            words = f"{key[:60]!r} is not known here; what is: {', '.join(known)}."
            flaws.append(Flaw("whole", 0, "text", words))
        name = self.name or str(found.get("name") or "")
        about = self.description or str(found.get("description") or "")
        edges, config = found.get("edges", []), found.get("config")
        config = {} if config is None else config
        return Said(name, about, found.get("nodes", []), edges, config, flaws)

    def act(self, name: str) -> str:
        """Add, drop or copy a row, or turn to text or form; the id of the field to go to."""
        match = ACT.fullmatch(name)
        if match:
            return self._on_row(match[1], match[2], int(match[3]))
        if name == "add-node" and len(self.nodes) < FORM_NODES:
            self.nodes.append({})
            return f"node-{len(self.nodes)}-id"
        if name == "add-edge" and len(self.edges) < FORM_EDGES:
            self.edges.append({})
            return f"edge-{len(self.edges)}-from_node"
        if name == "to-text" and self.mode == "form":
            said = self.said()
            if not said.flaws:
                self.mode, self.text = "text", written(said)
        elif name == "to-form" and self.mode == "text":
            self._to_form()
        return ""

    def _on_row(self, act: str, part: str, number: int) -> str:
        rows, most = (self.nodes, FORM_NODES) if part == "node" else (self.edges, FORM_EDGES)
        if number > len(rows):
            return ""
        if act == "drop":
            rows.pop(number - 1)
            return f"{part}-{min(number, len(rows))}" if rows else ""
        if len(rows) < most:
            rows.insert(number, dict(rows[number - 1]))
            if part == "node":
                rows[number]["id"] = self._free_id(rows[number].get("id", ""))
        return f"{part}-{number + 1}-{'id' if part == 'node' else 'to_node'}"

    def _free_id(self, id: str) -> str:
        """*id* with the first number that makes it an id of its own."""
        taken = {row.get("id", "") for row in self.nodes}
        numbers = (f"{id}-{n}" for n in range(2, FORM_NODES + 2))
        return next(each for each in numbers if each not in taken) if id else ""

    def _to_form(self) -> None:
        said = self.said()
        if not said.flaws and fits_form(said.nodes, said.edges):
            self.name, self.description = said.name, said.description
            self.nodes, self.edges = rows_of(said.nodes, said.edges)
            self.config, self.mode = config_text(said.config), "form"


def read_draft(posted: Mapping[str, str]) -> Draft:
    """The draft that a form sent; rows in the order of their numbers, which may have gaps."""
    rows: dict[str, dict[int, Row]] = {"node": {}, "edge": {}}
    for key, value in posted.items():
        match = FIELD.fullmatch(key)
        if match:
            rows[match[1]].setdefault(int(match[2]), {})[match[3]] = _lines(value)
    seen = posted.get("seen", "")
    return Draft(
        name=posted.get("name", "").strip(),
        description=_lines(posted.get("description", "")).strip(),
        config=_lines(posted.get("config", "")).strip(),
        nodes=[rows["node"][number] for number in sorted(rows["node"])],
        edges=[rows["edge"][number] for number in sorted(rows["edge"])],
        text=_lines(posted.get("text", "")),
        mode="text" if posted.get("mode", "") == "text" else "form",
        seen=int(seen) if WHOLE.fullmatch(seen) else None,
    )


def draft_of(said: Said, seen: int | None) -> Draft:
    """The draft that shows a definition: as a form where that is not too large."""
    if not fits_form(said.nodes, said.edges):
        return Draft(said.name, said.description, text=written(said), mode="text", seen=seen)
    nodes, edges = rows_of(said.nodes, said.edges)
    config = config_text(said.config)
    return Draft(said.name, said.description, config, nodes, edges, seen=seen)


def fits_form(nodes: Any, edges: Any) -> bool:
    """Whether a definition can be shown as rows: objects only, with keys that rows have."""
    return _are_rows(nodes, FORM_NODES, {*NODE_KEYS, "type"}) and _are_rows(
        edges, FORM_EDGES, set(EDGE_KEYS)
    )


def _are_rows(given: Any, most: int, keys: set[str]) -> bool:
    return (
        isinstance(given, list)
        and len(given) <= most
        and all(isinstance(each, dict) and set(each) <= keys for each in given)
    )


def rows_of(nodes: list[Any], edges: list[Any]) -> tuple[list[Row], list[Row]]:
    """Rows of a form from a definition that fits one."""
    return [_node_row(node) for node in nodes], [_edge_row(edge) for edge in edges]


def written(said: Said, *, kind: str = "node_type") -> str:
    """A definition as text, in the one spelling where it is sound; *kind* is what the kind of a
    node is called there: node_type, or type as the seeds have it."""
    checked = check_definition(said.nodes, said.edges)
    nodes, edges = (said.nodes, said.edges) if checked.flaws else (checked.nodes, checked.edges)
    if kind != "node_type" and not checked.flaws:
        nodes = [{kind if k == "node_type" else k: v for k, v in node.items()} for node in nodes]
    whole = {"name": said.name, "description": said.description, "config": said.config or {}}
    return json.dumps(whole | {"nodes": nodes, "edges": edges}, ensure_ascii=False, indent=2)


def can_be_written(value: Any) -> bool:
    """Whether a value of JSON can be shown: escapes may stand for half a character."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return True


def config_text(config: Any) -> str:
    return "" if config in ({}, None) else json.dumps(config, ensure_ascii=False, indent=2)


def _lines(value: Any) -> str:
    """Text as typed; browsers send CR LF at the end of a line."""
    return str(value).replace("\r\n", "\n")


def _node(row: Row, number: int, flaws: list[Flaw]) -> dict[str, Any]:
    kind = row.get("node_type") or "single"
    config: dict[str, Any] = {}
    if row.get("join", "any") not in ("", "any"):
        config["join"] = row["join"]
    for key in NUMBERS:
        if row.get(key, "").strip() and BY_KEY[key].kind in ("", kind):
            config[key] = _number(row[key].strip())
    config |= {key: row[key] == "yes" for key in FLAGS if row.get(key) in ("yes", "no")}
    if row.get("agent_type", "").strip():
        config["agent_type"] = row["agent_type"].strip()
    if kind == "swarm" and row.get("roles", "").strip():
        config["roles"] = row["roles"].replace(",", " ").split()
    if kind == "parallel" and row.get("prompts", "").strip():
        config["prompts"] = [part.strip("\n") for part in PARTED.split(row["prompts"])]
    config |= _others(row.get("other", "").strip(), number, flaws)
    node: dict[str, Any] = {key: row.get(key, "") for key in NODE_FIELDS}
    return node | {"node_type": kind, "config": config}


def _others(text: str, number: int, flaws: list[Flaw]) -> dict[str, Any]:
    found = seedjson.read(text, empty={})
    if found.ok and isinstance(found.value, dict):
        return found.value
    flaws.append(Flaw("node", number, "config.other", "its other settings are no object of JSON."))
    return {}


def _node_row(node: Mapping[str, Any]) -> Row:
    """Settings that no control can show stand as JSON in ``other``."""
    kind = str(node.get("node_type") or node.get("type") or "single")
    row = {key: str(node.get(key) or "") for key in NODE_FIELDS} | {"node_type": kind}
    if row["name"] == row["id"]:
        row["name"] = ""  # a node without a name is called by its id, whatever that becomes
    config = node.get("config") or {}
    if not isinstance(config, dict):
        return row | {"other": json.dumps(config, ensure_ascii=False)}
    other = {}
    for key, value in config.items():
        setting = BY_KEY.get(key)
        if setting is None or not setting.fits(value) or setting.kind not in ("", kind):
            other[key] = value
        else:
            row[key] = _shown(key, value)
    return row | ({"other": json.dumps(other, ensure_ascii=False)} if other else {})


def _shown(key: str, value: Any) -> str:
    if key in FLAGS:
        return "yes" if value else "no"
    if key == "roles":
        return ", ".join(value)
    return "\n---\n".join(value) if key == "prompts" else str(value)


def _edge(row: Row, number: int, flaws: list[Flaw]) -> dict[str, Any]:
    ends = {"from_node": f"say where it begins: a node, or {START}.",
            "to_node": f"say where it leads: to a node, or {END}."}  # fmt: skip
    for key, words in ends.items():
        if not row.get(key, "").strip():
            flaws.append(Flaw("edge", number, key, words))
    edge: dict[str, Any] = {key: row.get(key, "").strip() for key in EDGE_KEYS}
    return edge | {"priority": _number(edge["priority"])}


def _edge_row(edge: Mapping[str, Any]) -> Row:
    row = {"from_node": START, "to_node": END, "condition": "", "priority": "100"}
    return row | {key: str(value) for key, value in edge.items() if value is not None}


def _config(text: str, flaws: list[Flaw]) -> Any:
    found = seedjson.read(text, empty={})
    if not found.ok:
        words = "The settings of the whole are no JSON."
        flaws.append(Flaw("whole", 0, "config", words))
    return found.value


def _number(text: str) -> Any:
    """A number where the text is one; else the text, which the check then names."""
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if BROKEN.fullmatch(text) else text
