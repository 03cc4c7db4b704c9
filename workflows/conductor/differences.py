"""What differs between two runs, node by node. No database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, TypeVar

COUNTED = ("completed", "failed", "skipped")  # states of nodes whose sums are compared
ADDED, REMOVED, CHANGED, KEPT, GAP = "+", "−", "±", " ", "…"
LINE_MOST = 240  # characters; a longer line is compared in pieces, so that nothing is cut away
LINES_MOST = 400  # of one text: difflib takes 2 to 15 ms, for two periodic ones 300
AROUND = 3  # unchanged lines kept before and after a change
VALUE_SHOWN = 300  # characters of a value of the context
KEYS_MOST = 200  # of two contexts; more are counted
ONLY_LEFT, ONLY_RIGHT, SAME, DIFFERS, NEITHER = "left only", "right only", "same", "differs", ""


@dataclass(frozen=True, slots=True)
class NodeSide:
    """What one run did at a node. *findings* is None where they cannot be read or are too long;
    *result* and *data* are marks of the texts: equal marks are equal texts, "" is none."""

    state: str
    tries: int = 0
    seconds: float | None = None
    tokens: int | None = None
    findings: tuple[str, ...] | None = ()
    result: str = ""
    data: str = ""
    last: int | None = None  # primary key of the attempt whose result counts


@dataclass(frozen=True)
class RunSide:
    """One run as far as it is compared. *context* and *input* are None where they are no object."""

    pk: int
    status: str
    seconds: float | None
    nodes: Mapping[str, NodeSide]
    names: Mapping[str, str]
    context: Mapping[str, Any] | None = field(default_factory=dict)
    input: Mapping[str, Any] | None = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NodePair:
    """A node in both runs; a side is None where the run does not know the node."""

    id: str
    name: str
    left: NodeSide | None
    right: NodeSide | None

    @property
    def seconds(self) -> float | None:
        """How much longer the right one took."""
        return _gap(*(side.seconds if side else None for side in (self.left, self.right)))

    @property
    def tokens(self) -> int | None:
        """How many more tokens the right one cost."""
        return _gap(*(side.tokens if side else None for side in (self.left, self.right)))

    @property
    def findings_added(self) -> list[str]:
        return _beyond(self.right, self.left)

    @property
    def findings_removed(self) -> list[str]:
        return _beyond(self.left, self.right)

    @property
    def result(self) -> str:
        """Whether the results agree: text and data."""
        left, right = _marks(self.left), _marks(self.right)
        if left == right:
            return SAME if any(left) else NEITHER
        if not any(left):
            return ONLY_RIGHT
        return DIFFERS if any(right) else ONLY_LEFT

    @property
    def differs(self) -> bool:
        """In more than what it took: states, results or findings."""
        states = [side and side.state for side in (self.left, self.right)]
        unlike = states[0] != states[1] or self.result not in (SAME, NEITHER)
        return unlike or bool(self.findings_added or self.findings_removed)

    def as_dict(self) -> dict[str, Any]:
        return {
            "node_id": self.id,
            "name": self.name,
            "differs": self.differs,
            "left": _side(self.left),
            "right": _side(self.right),
            "seconds": self.seconds,
            "tokens": self.tokens,
            "findings_added": self.findings_added,
            "findings_removed": self.findings_removed,
            "result": self.result or None,
        }


@dataclass(frozen=True, slots=True)
class Total:
    """A figure of the whole runs; *kind* says how it is written: count or seconds."""

    word: str
    kind: str
    left: float | None
    right: float | None

    @property
    def gap(self) -> float | None:
        return _gap(self.left, self.right)


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key of a context that was added, removed or changed; values as short JSON."""

    sign: str
    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Comparison:
    """Two runs against each other; *left* is what *right* is measured by."""

    left: RunSide
    right: RunSide
    nodes: tuple[NodePair, ...]
    totals: tuple[Total, ...]
    context: tuple[KeyChange, ...]
    input: tuple[KeyChange, ...]
    notes: tuple[str, ...] = ()  # what was left out, in sentences

    @property
    def differing(self) -> list[NodePair]:
        return [pair for pair in self.nodes if pair.differs]

    def as_dict(self) -> dict[str, Any]:
        """For programs; seconds and tokens are right minus left."""
        return {
            "left": {"run": self.left.pk, "status": self.left.status},
            "right": {"run": self.right.pk, "status": self.right.status},
            "totals": [
                {"what": t.word, "unit": t.kind, "left": t.left, "right": t.right, "gap": t.gap}
                for t in self.totals
            ],
            "nodes": [pair.as_dict() for pair in self.nodes],
            "context": [_change(each) for each in self.context],
            "input": [_change(each) for each in self.input],
            "notes": list(self.notes),
        }


def differ(left: RunSide, right: RunSide, notes: Sequence[str] = ()) -> Comparison:
    """Compare two runs; nodes stand in the order of the left one, the right one's own come last."""
    ids = dict.fromkeys((*left.nodes, *right.nodes))
    names = {**right.names, **left.names}
    pairs = tuple(
        NodePair(id, names.get(id) or id, left.nodes.get(id), right.nodes.get(id)) for id in ids
    )
    context, more = key_changes(left.context, right.context)
    input, more_input = key_changes(left.input, right.input)
    said = [*notes, *_left_out("context", more), *_left_out("input", more_input)]
    return Comparison(left, right, pairs, _totals(left, right), context, input, tuple(said))


def _left_out(word: str, more: int) -> list[str]:
    return [f"The {word} differs in {more:,} more keys."] if more else []


def _totals(left: RunSide, right: RunSide) -> tuple[Total, ...]:
    sides = [_sums(left), _sums(right)]
    return (
        Total("Time", "seconds", left.seconds, right.seconds),
        Total("Work", "seconds", sides[0]["seconds"], sides[1]["seconds"]),
        Total("Tokens", "count", sides[0]["tokens"], sides[1]["tokens"]),
        Total("Attempts", "count", sides[0]["tries"], sides[1]["tries"]),
        *(Total(f"Nodes {word}", "count", sides[0][word], sides[1][word]) for word in COUNTED),
        Total("Findings", "count", sides[0]["findings"], sides[1]["findings"]),
    )


def _sums(side: RunSide) -> dict[str, float | None]:
    nodes = side.nodes.values()
    states = Counter(node.state for node in nodes)
    seconds = [node.seconds for node in nodes if node.seconds is not None]
    tokens = [node.tokens for node in nodes if node.tokens is not None]
    return {
        "seconds": sum(seconds) if seconds else None,
        "tokens": sum(tokens) if tokens else None,
        "tries": sum(node.tries for node in nodes),
        "findings": sum(len(node.findings or ()) for node in nodes),
        **{word: states[word] for word in COUNTED},
    }


def key_changes(
    left: Mapping[str, Any] | None, right: Mapping[str, Any] | None
) -> tuple[tuple[KeyChange, ...], int]:
    """Keys in which two objects differ, in alphabetical order, and how many were left out."""
    before, after = left or {}, right or {}
    found = []
    for key in sorted({*before, *after}):
        if key not in before:
            found.append(KeyChange(ADDED, key, "", written(after[key])))
        elif key not in after:
            found.append(KeyChange(REMOVED, key, written(before[key]), ""))
        elif before[key] != after[key] or type(before[key]) is not type(after[key]):
            found.append(KeyChange(CHANGED, key, written(before[key]), written(after[key])))
    return tuple(found[:KEYS_MOST]), max(0, len(found) - KEYS_MOST)


def written(value: Any) -> str:
    """A value as one line of JSON, cut."""
    line = json.dumps(value, ensure_ascii=False)
    return line if len(line) <= VALUE_SHOWN else line[: VALUE_SHOWN - 1] + "…"


@dataclass(frozen=True)
class Diff:
    """Lines with their sign: ADDED, REMOVED, KEPT, or GAP for unchanged ones left out.

    *cut* is True where a text has more than LINES_MOST lines; the rest was not compared.
    """

    lines: tuple[tuple[str, str], ...]
    added: int
    removed: int
    cut: bool


def diff_texts(left: str, right: str) -> Diff:
    """The lines that came and went between two texts, with AROUND lines about each change."""
    a, cut_a = _lines(left)
    b, cut_b = _lines(right)
    found: list[tuple[str, str]] = []
    end = 0
    for group in SequenceMatcher(None, a, b, autojunk=False).get_grouped_opcodes(AROUND):
        if group[0][1] > end:
            found.append((GAP, _unchanged(group[0][1] - end)))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [(KEPT, line) for line in a[i1:i2]]
                continue
            found += [(REMOVED, line) for line in a[i1:i2]]
            found += [(ADDED, line) for line in b[j1:j2]]
        end = group[-1][2]
    if found and end < len(a):
        found.append((GAP, _unchanged(len(a) - end)))
    signs = Counter(sign for sign, _ in found)
    return Diff(tuple(found), signs[ADDED], signs[REMOVED], cut_a or cut_b)


def _unchanged(lines: int) -> str:
    return "1 line unchanged" if lines == 1 else f"{lines} lines unchanged"


def _lines(text: str) -> tuple[list[str], bool]:
    found = []
    for line in text.splitlines():
        found += [line[at : at + LINE_MOST] for at in range(0, len(line), LINE_MOST)] or [""]
        if len(found) > LINES_MOST:
            return found[:LINES_MOST], True
    return found, False


Number = TypeVar("Number", int, float)


def _gap(left: Number | None, right: Number | None) -> Number | None:
    return None if left is None or right is None else right - left


def _beyond(side: NodeSide | None, other: NodeSide | None) -> list[str]:
    """Findings that *side* has more often than *other*; none where one side cannot be read."""
    if side is None or side.findings is None or (other and other.findings is None):
        return []
    return list((Counter(side.findings) - Counter(other.findings if other else ())).elements())


def _marks(side: NodeSide | None) -> tuple[str, str]:
    return (side.result, side.data) if side else ("", "")


def _side(side: NodeSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "state": side.state,
        "attempts": side.tries,
        "seconds": side.seconds,
        "tokens": side.tokens,
        "execution": side.last,
    }


def _change(each: KeyChange) -> dict[str, str]:
    return {"sign": each.sign, "key": each.key, "before": each.before, "after": each.after}
