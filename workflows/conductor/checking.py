"""Whether a definition may be saved: every flaw with its place, all together. No database.

Input is what a form, a program or a file says; output is the definition as it is stored, with one
spelling of every key. Rules: behaviour elf §5.1 (nodes and edges), §5.2 (conditions), §5.7 (ids).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from elfsite.origins import seedjson
from workflows.conductor import conditions, identifiers, prompts
from workflows.conductor.definition import END, KINDS, START
from workflows.conductor.settings import check_settings, check_shared, unstorable

MOST_NODES, MOST_EDGES = 500, 2000
ID_LIMIT, NAME_LIMIT, PROMPT_LIMIT = identifiers.LONGEST, 200, 50_000  # characters
ABOUT_LIMIT, CONFIG_LIMIT = 5_000, 20_000  # characters
PRIORITY_MOST = 1_000_000
NODE_KEYS = ("id", "name", "node_type", "prompt_template", "config")
EDGE_KEYS = ("from_node", "to_node", "condition", "priority")


class Flaw(NamedTuple):
    """What is wrong: *part* is node, edge or whole, *row* counts from 1, *field* names the key."""

    part: str
    row: int
    field: str
    words: str

    def __str__(self) -> str:
        return (
            self.words if self.part == "whole" else f"{self.part.title()} {self.row}: {self.words}"
        )


@dataclass(frozen=True)
class Checked:
    """A definition in the one spelling in which it is stored, and everything wrong with it."""

    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)


def check_definition(nodes: Any, edges: Any) -> Checked:
    """Nodes and edges as lists of objects; anything else is a flaw, nothing raises.

    A node is ``{id, name, node_type, prompt_template, config}`` (``type`` is read as
    ``node_type``), an edge ``{from_node, to_node, condition, priority}``. Edges come back by
    priority, those of one priority in the order given. Cycles are legal: a node runs once.
    """
    found = Checked()
    node_rows = _rows(nodes, "nodes", MOST_NODES, found.flaws)
    edge_rows = _rows(edges, "edges", MOST_EDGES, found.flaws)
    for row, item in node_rows:
        found.nodes.append(_Node(row, item, found.flaws).read())
    for row, item in edge_rows:
        found.edges.append(_Edge(row, item, found.flaws).read())
    _check_ids(found, [row for row, _ in node_rows])
    _check_ways(found, [row for row, _ in node_rows], [row for row, _ in edge_rows])
    found.flaws.sort(key=lambda flaw: (("whole", "node", "edge").index(flaw.part), flaw.row))
    found.edges.sort(key=lambda edge: edge["priority"])
    return found


def check_whole(name: str, description: str, config: Any) -> Iterator[Flaw]:
    """What is wrong with a workflow's name, description and settings of the whole.

    The settings are an object; nodes inherit some of them (``SHARED``), other keys are kept as
    they are.
    """
    for key, text, limit in (("name", name, NAME_LIMIT), ("description", description, ABOUT_LIMIT)):
        if len(text) > limit:
            words = f"A {key} has at most {limit:,} characters, not {len(text):,}."
            yield Flaw("whole", 0, key, words)
        elif unstorable(text):
            yield Flaw("whole", 0, key, f"The {key} holds a character that no database keeps.")
    if not name.strip():
        yield Flaw("whole", 0, "name", "A workflow has a name.")
    try:
        written = seedjson.dump(config)
    except (TypeError, ValueError, RecursionError):
        written = None
    if not isinstance(config, Mapping) or written is None or unstorable(written):
        yield Flaw("whole", 0, "config", "The settings of the whole are an object of JSON.")
    elif len(written) > CONFIG_LIMIT:
        words = f"The settings of the whole have at most {CONFIG_LIMIT:,} characters."
        yield Flaw("whole", 0, "config", words)
    else:
        for words in check_shared(config):
            yield Flaw("whole", 0, "config", f"Settings of the whole: {words}")


def _rows(given: Any, word: str, most: int, flaws: list[Flaw]) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a list with their numbers, at most *most* of them."""
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        flaws.append(Flaw("whole", 0, word, f"The {word} are a list."))
        return []
    if len(given) > most:
        flaws.append(
            Flaw("whole", 0, word, f"At most {most:,} {word} are possible, not {len(given):,}.")
        )
    rows = []
    for row, item in enumerate(given[:most], 1):
        if isinstance(item, Mapping):
            rows.append((row, {str(key): value for key, value in item.items()}))
        else:
            flaws.append(Flaw(word[:-1], row, "", f"it is no object but {kind_of(item)}."))
    return rows


class _Row:
    """One object of a definition: its values are read by name, and flaws noted with its place."""

    part = ""
    keys: tuple[str, ...] = ()

    def __init__(self, row: int, item: dict[str, Any], flaws: list[Flaw]) -> None:
        self.row, self.item, self.flaws = row, item, flaws

    def flaw(self, field: str, words: str) -> None:
        self.flaws.append(Flaw(self.part, self.row, field, words))

    def strangers(self) -> None:
        for key in [key for key in self.item if key not in self.keys][:10]:
            known = ", ".join(self.keys)
            self.flaw("", f"{key[:60]!r} is not known here; what is: {known}.")

    def text(self, key: str, limit: int, otherwise: str = "") -> str:
        """The text *key*; *otherwise* where it is left out. A number counts as its digits."""
        value = self.item.get(key)
        if value is None:
            return otherwise
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            self.flaw(key, f"its {_word(key)} is a text, not {kind_of(value)}.")
            return otherwise
        if len(value) > limit:
            said = f"its {_word(key)} has at most {limit:,} characters, not {len(value):,}."
            self.flaw(key, said)
        elif unstorable(value):
            self.flaw(key, f"its {_word(key)} holds a character that no database keeps.")
        return value


class _Node(_Row):
    part, keys = "node", NODE_KEYS

    def read(self) -> dict[str, Any]:
        self._one_spelling()
        self.strangers()
        id = self.text("id", ID_LIMIT * 10).strip()
        said = flaw_of_id(id)
        if said:
            self.flaw("id", said)
        kind = self.text("node_type", NAME_LIMIT, "single") or "single"
        if kind not in KINDS:
            self.flaw("node_type", f"its kind is one of {', '.join(KINDS)}, not {kind[:60]!r}.")
        config = self.item.get("config")
        config = {} if config is None else config
        for key, words in check_settings(config, kind):
            self.flaw(key and f"config.{key}", words)
        prompt = self.text("prompt_template", PROMPT_LIMIT)
        said = prompts.check(prompt)
        if said:
            self.flaw("prompt_template", f"its prompt: {said}")
        return {
            "id": id,
            "name": " ".join(self.text("name", NAME_LIMIT).split()) or id,
            "node_type": kind,
            "prompt_template": prompt,
            "config": dict(config) if isinstance(config, Mapping) else {},
        }

    def _one_spelling(self) -> None:
        """Seeds write ``type``, programs ``node_type``: both are read, one is kept."""
        if "type" not in self.item:
            return
        said = self.item.pop("type")
        if self.item.setdefault("node_type", said) != said:
            self.flaw("node_type", "it has both type and node_type, and they differ.")


class _Edge(_Row):
    part, keys = "edge", EDGE_KEYS

    def read(self) -> dict[str, Any]:
        self.strangers()
        condition = self.text("condition", 10_000).strip()
        said = conditions.check(condition)
        if said:
            self.flaw("condition", f"its condition: {said}")
        return {
            "from_node": self.text("from_node", ID_LIMIT * 10, START).strip() or START,
            "to_node": self.text("to_node", ID_LIMIT * 10, END).strip() or END,
            "condition": condition,
            "priority": self._priority(),
        }

    def _priority(self) -> int:
        value = self.item.get("priority")
        if value is None or value == "":
            return 100
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or abs(value) > PRIORITY_MOST:
            limit = f"{-PRIORITY_MOST:,} to {PRIORITY_MOST:,}"
            self.flaw("priority", f"its priority is a whole number from {limit}.")
            return 100
        return int(value)


def flaw_of_id(id: str) -> str:
    """What is wrong with the id of a node; "" where nothing is (behaviour: elf §5.7)."""
    said = identifiers.flaw_of(id)
    if not id:
        return "it has no id."
    return said and f"its id {id[:ID_LIMIT]!r} {said}."


def _check_ids(found: Checked, rows: Sequence[int]) -> None:
    first: dict[str, int] = {}
    for row, node in zip(rows, found.nodes, strict=True):
        if node["id"] and first.setdefault(node["id"], row) != row:
            words = f"its id {node['id']!r} is already that of node {first[node['id']]}."
            found.flaws.append(Flaw("node", row, "id", words))


def _check_ways(found: Checked, rows: Sequence[int], edge_rows: Sequence[int]) -> None:
    """Edges lead from what exists to what exists, and every node can be reached."""
    known = {node["id"] for node in found.nodes}
    flaws = found.flaws
    for row, edge in zip(edge_rows, found.edges, strict=True):
        for key, allowed, wrong in (("from_node", START, END), ("to_node", END, START)):
            id = edge[key]
            if id == wrong:
                words = f"no way leads {'from the end' if wrong == END else 'to the start'}."
                flaws.append(Flaw("edge", row, key, words))
            elif id not in known and id != allowed:
                flaws.append(Flaw("edge", row, key, f"{id[:60]!r} is no node."))
    seen = set()
    for row, edge in zip(edge_rows, found.edges, strict=True):
        same = (edge["from_node"], edge["to_node"], edge["condition"])
        if same in seen:
            flaws.append(Flaw("edge", row, "to_node", "it stands there twice."))
        seen.add(same)
    if not any(edge["from_node"] == START for edge in found.edges):
        words = f"No edge leads from {START}, so nothing would run."
        flaws.append(Flaw("whole", 0, "edges", words))
        return
    reached = _reached(found.edges)
    for row, node in zip(rows, found.nodes, strict=True):
        if node["id"] and node["id"] not in reached:
            flaws.append(Flaw("node", row, "id", "no way leads to it from the start."))


def _reached(edges: Sequence[Mapping[str, Any]]) -> set[str]:
    """The ids that some way leads to, whatever the conditions say."""
    out = defaultdict(list)
    for edge in edges:
        out[edge["from_node"]].append(edge["to_node"])
    reached, waiting = {START}, [START]
    while waiting:
        for target in out[waiting.pop()]:
            if target not in reached:
                reached.add(target)
                waiting.append(target)
    return reached


def kind_of(value: Any) -> str:
    """What a value of JSON is called in a sentence."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    return "an object" if isinstance(value, Mapping) else "a list"


def _word(key: str) -> str:
    words = {"node_type": "kind", "prompt_template": "prompt", "from_node": "from"}
    return words.get(key, key.removesuffix("_node"))
