"""What running a run again would do: what is kept, what begins, what may follow. No database.

What is run again is a set of nodes and everything that began after one of them and can be reached
from it: their results may depend on it. What else was completed is kept. The way through the kept
nodes is walked by the rules of the conductor, so what a plan says is what the run will do
(behaviour: elf §5.5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workflows.conductor.definition import Definition, Node
from workflows.conductor.plan import DONE, PASSED, Plan


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a node: its last execution, and the first one, which says when it began.

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
    """The nodes that have to run again with *wanted*: those and what may depend on them."""
    out: dict[str, list[str]] = {}
    for edge in definition.edges:
        out.setdefault(edge.source, []).append(edge.target)
    found = set(wanted)
    for id in wanted:
        since = past[id].first if id in past else 0
        seen, stack = {id}, list(out.get(id, ()))
        while stack:
            target = stack.pop()
            if target in seen:
                continue
            seen.add(target)
            stack.extend(out.get(target, ()))
            if target in past and past[target].first > since:
                found.add(target)
    return found


def foresee(
    definition: Definition,
    past: Mapping[str, Past],
    start: Mapping[str, Any],
    *,
    repeat: Collection[str] = (),
    skip: Collection[str] = (),
) -> Again:
    """Walk the way through what is kept, from *start*; nodes in *skip* count as passed."""
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
    return Again(
        start=dict(start),
        context=context,
        kept=tuple(used),
        left_out=tuple(left_out),
        begins=tuple(begins),
        later=tuple(id for id in plan.known if id not in plan.nodes and id not in kept),
        unreached=tuple(id for id in kept if id not in plan.nodes),
        names={node.id: node.name for node in _known(definition)},
    )


def _keeps(past: Past) -> bool:
    return past.completed or past.skipped


def _known(definition: Definition) -> list[Node]:
    return [node for node in definition.nodes if node.known]
