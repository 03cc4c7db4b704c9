"""What running a run again would do: what is kept, what begins, what may follow. No database.

A replay runs a node again and everything that began after it and can be reached from it: those
results may rest on it. A retry runs failed nodes again and what waits behind them: a failed node
left no result, so what another way leads to rests on none. What else was completed is kept. The way
through what is kept is walked by the rules of the conductor, so what a plan says is what the run
will do (behaviour: elf §5.5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.conductor.definition import Definition
from workflows.conductor.plan import DONE, PASSED, TAKEN, Plan


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a node. *execution* is the last one, *first* the rank of the first one's
    beginning: nodes that began in one step have the same.

    *result* is the object that the node brought into the context; *skipped* by a person.
    """

    node: str
    execution: int
    first: int
    completed: bool
    failed: bool = False
    skipped: bool = False
    result: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Again:
    """A run that is made from another one, before it is made.

    *kept* are taken over, *left_out* count as passed, *begins* wait for agents at once, *later*
    may follow, *unreached* were completed but no way leads to them any more.
    """

    start: Mapping[str, Any]  # the input that the way is walked with
    context: Mapping[str, Any]  # what the nodes that begin will see
    kept: tuple[str, ...]
    left_out: tuple[str, ...]
    begins: tuple[str, ...]
    later: tuple[str, ...]
    unreached: tuple[str, ...]
    names: Mapping[str, str]

    def named(self, ids: Iterable[str]) -> list[str]:
        return [self.names.get(id, id) for id in ids]


def to_repeat(
    definition: Definition, past: Mapping[str, Past], wanted: Collection[str]
) -> set[str]:
    """*wanted*, and what began after one of them and can be reached from it."""
    found = set(wanted)
    for id in wanted:
        since = past[id].first if id in past else 0
        later = _reached(definition, {id}) & past.keys()
        found |= {target for target in later if past[target].first > since}
    return found


def foresee(
    definition: Definition,
    past: Mapping[str, Past],
    start: Mapping[str, Any],
    *,
    repeat: Collection[str] = (),
    skip: Collection[str] = (),
) -> Again:
    """Walk the way through what is kept, from *start*.

    Nodes in *repeat* are not kept, nor is what waits for them; nodes in *skip* count as passed.
    """
    kept = {p.node: p for p in past.values() if _keeps(p) and p.node not in repeat}
    plan, context = Plan(definition), dict(start)
    plan.begin(context)
    used: list[str] = []
    left_out: list[str] = []
    begins: list[str] = []
    while due := plan.due():
        for id in [each.node.id for each in due]:
            old = kept.get(id)
            if id in skip or (old is not None and old.skipped):
                left_out.append(id)
                plan.end(id, PASSED, context)
            elif old is not None:
                used.append(id)
                context.update(old.result)
                plan.end(id, DONE, context)
            else:
                begins.append(id)
    walked = _Walked(plan, context, used, left_out, begins)
    return _told(walked, dict(start), list(kept))


@dataclass(frozen=True, slots=True)
class _Walked:
    """Where the walk ended: the plan and the context as they are then, and what was passed."""

    plan: Plan
    context: dict[str, Any]
    used: list[str]
    left_out: list[str]
    begins: list[str]


def _told(walked: _Walked, start: dict[str, Any], kept: list[str]) -> Again:
    """The walk in the words of a plan; *kept* are all that could have been taken over."""
    plan = walked.plan
    ahead = _ahead(plan, walked.begins)
    lost = [id for id in kept if id not in plan.nodes and id not in ahead]
    return Again(
        start=start,
        context=walked.context,
        kept=tuple(walked.used),
        left_out=tuple(walked.left_out),
        begins=tuple(walked.begins),
        later=tuple(id for id in plan.known if id not in plan.nodes and id not in lost),
        unreached=tuple(lost),
        names={node.id: node.name for node in plan.known.values()},
    )


def _ahead(plan: Plan, begins: Collection[str]) -> set[str]:
    """What a way may still lead to: from the nodes that begin, and from joins that wait."""
    taken = [
        e.target for e, mark in zip(plan.definition.edges, plan.edges, strict=True) if mark == TAKEN
    ]
    waiting = {id for id in taken if id not in plan.nodes}
    return waiting | _reached(plan.definition, {*begins, *waiting})


def _reached(definition: Definition, ids: Collection[str]) -> set[str]:
    """The nodes to which edges lead from one of *ids*, over others."""
    out = defaultdict(list)
    for edge in definition.edges:
        out[edge.source].append(edge.target)
    seen: set[str] = set()
    stack = list(ids)
    while stack:
        targets = [id for id in out[stack.pop()] if id not in seen]
        seen.update(targets)
        stack.extend(targets)
    return seen


def _keeps(past: Past) -> bool:
    return past.completed or past.skipped
