"""Two runs against each other: read in ten queries, whatever their size."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import MD5, Left

from elfsite.origins import seedjson
from workflows.conductor import queries
from workflows.conductor.definition import Definition
from workflows.conductor.differences import (
    Comparison,
    Diff,
    NodeSide,
    RunSide,
    diff_texts,
    differ,
)
from workflows.conductor.models import ConductorDecision, NodeExecution, WorkflowRun
from workflows.conductor.progress import OVER, Attempt, seconds_of, state_of
from workflows.conductor.why import skipped_nodes

NODES_MOST = 1000  # of each run
FINDINGS_READ = 8000  # characters of the findings of an attempt
RESULT_READ = 20_000  # characters of a result that are compared; its page has the rest
OTHERS = 12  # runs that are offered for comparing


def compare(left: WorkflowRun, right: WorkflowRun) -> Comparison:
    """What differs between two runs; *right* is measured by *left*.

    States, attempts, time, tokens and findings per node, sums, input and context. At most
    NODES_MOST nodes of each; ``Comparison.notes`` says what was left out.
    """
    sides = [_Read(left), _Read(right)]
    notes = [note for read in sides for note in read.notes]
    return differ(sides[0].side, sides[1].side, notes)


class _Read:
    """A run as it is compared, and what was left out of it."""

    def __init__(self, run: WorkflowRun) -> None:
        self.run = run
        self.notes: list[str] = []
        definition = queries.definition_ran(run)
        attempts, more = queries.attempts_of(run, None)
        if more:
            self.notes.append(
                f"Run {run.pk} has more than {queries.MOST_ATTEMPTS:,} attempts; "
                "the later ones are left out."
            )
        nodes = self._nodes(definition, attempts)
        start, end = seconds_of(run.started_at), seconds_of(run.completed_at)
        took = None if start is None or end is None or end < start else end - start
        names = {node.id: node.name for node in definition.nodes}
        others = {a.node: a.name for a in attempts if a.name and a.node not in names}
        self.side = RunSide(
            pk=run.pk,
            status=run.status,
            seconds=took,
            nodes=nodes,
            names={**others, **names},
            context=_object(run.context_json),
            input=_object(run.input_json),
        )

    def _nodes(self, definition: Definition, attempts: list[Attempt]) -> dict[str, NodeSide]:
        tried = defaultdict(list)
        for attempt in attempts:
            tried[attempt.node].append(attempt)
        ids = list(dict.fromkeys([*(node.id for node in definition.nodes), *tried]))
        if len(ids) > NODES_MOST:
            self.notes.append(
                f"Run {self.run.pk} has {len(ids):,} nodes; the first {NODES_MOST:,} are compared."
            )
        last = {id: tried[id][-1].pk for id in ids[:NODES_MOST] if tried[id]}
        facts = _facts(self.run, last.values())
        over = self.run.status in OVER
        skipped = skipped_nodes(_skips(self.run), over=over)
        return {
            id: _side(
                state_of(tried[id], over=over, skipped=id in skipped),
                tried[id],
                facts.get(last.get(id, 0), _Facts()),
            )
            for id in ids[:NODES_MOST]
        }


@dataclass(frozen=True, slots=True)
class _Facts:
    """What the last attempt at a node found, and marks of what it answered."""

    findings: tuple[str, ...] | None = ()
    result: str = ""
    data: str = ""


def _side(state: str, attempts: list[Attempt], facts: _Facts) -> NodeSide:
    seconds = [a.seconds for a in attempts if a.seconds is not None]
    tokens = [a.tokens for a in attempts if a.tokens is not None]
    kept = len(attempts)
    return NodeSide(
        state=state,
        tries=max(kept, 1 + max((a.tries for a in attempts), default=-1)),
        seconds=sum(seconds) if seconds else None,
        tokens=sum(tokens) if tokens else None,
        findings=facts.findings,
        result=facts.result,
        data=facts.data,
        last=attempts[-1].pk if attempts else None,
    )


def _facts(run: WorkflowRun, pks: Iterable[int]) -> dict[int, _Facts]:
    """By attempt. Results are compared by their MD5, so that no text leaves the database."""
    wanted = set(pks)
    rows = NodeExecution.objects.filter(run_id=run.pk).values_list(
        "pk", Left("findings_json", FINDINGS_READ + 1), MD5("result_text"), MD5("result_json")
    )
    return {
        pk: _Facts(_findings(found), _mark(text), _mark(data))
        for pk, found, text, data in rows[: queries.MOST_ATTEMPTS].iterator()
        if pk in wanted
    }


NOTHING_SAID = frozenset(  # MD5 of "", "{}" and "[]"
    (
        "d41d8cd98f00b204e9800998ecf8427e",
        "99914b932bd37a50b983c5e7c90ae93b",
        "d751713988987e9331980363e24189ce",
    )
)


def _mark(digest: str | None) -> str:
    return "" if digest is None or digest in NOTHING_SAID else digest


def _findings(text: str | None) -> tuple[str, ...] | None:
    if text and len(text) > FINDINGS_READ:
        return None
    found, raw = queries.findings_of(text)
    if raw:
        return None
    return tuple(f"{each.kind}: {each.content}" if each.kind else each.content for each in found)


def _skips(run: WorkflowRun) -> list[ConductorDecision]:
    rows = run.decisions.filter(decision_type="skip_node", gone_at__isnull=True)
    return list(rows.order_by("-pk")[: queries.MOST_DECISIONS])


def _object(text: str | None) -> dict[str, Any] | None:
    found = seedjson.read(text, empty={})
    return found.value if found.ok and isinstance(found.value, dict) else None


@dataclass(frozen=True)
class Answers:
    """How the results of one node differ: the text, the data (as indented JSON), and whether a
    text was longer than RESULT_READ."""

    text: Diff
    data: Diff
    cut: bool


def answers(left: int | None, right: int | None) -> Answers:
    """The results of two attempts, line by line; None is an attempt that was not made."""
    columns = (Left("result_text", RESULT_READ + 1), Left("result_json", RESULT_READ + 1))
    rows = NodeExecution.objects.filter(pk__in=[pk for pk in (left, right) if pk])
    found = {pk: (text or "", data or "") for pk, text, data in rows.values_list("pk", *columns)}
    a, b = found.get(left or 0, ("", "")), found.get(right or 0, ("", ""))
    return Answers(
        text=diff_texts(a[0][:RESULT_READ], b[0][:RESULT_READ]),
        data=diff_texts(_indented(a[1]), _indented(b[1])),
        cut=any(len(text) > RESULT_READ for text in (*a, *b)),
    )


def _indented(text: str) -> str:
    found = seedjson.read(text[:RESULT_READ], empty={})
    if not found.ok:
        return found.raw
    if found.value in ({}, []):
        return ""
    return json.dumps(found.value, ensure_ascii=False, indent=2, sort_keys=True)


def others_of(run: WorkflowRun) -> list[WorkflowRun]:
    """The last runs of the same workflow, newest first: those that *run* can be compared with."""
    rows: QuerySet[WorkflowRun] = WorkflowRun.objects.filter(gone_at__isnull=True)
    if run.workflow_id:
        rows = rows.filter(workflow_id=run.workflow_id)
    elif run.workflow_name:
        rows = rows.filter(workflow_name=run.workflow_name, workflow_id__isnull=True)
    else:
        rows = rows.filter(workflow_name__isnull=True, origin_id=run.origin_id)
    light = rows.only("workflow", "workflow_name", "status", "started_at", "created_at")
    return [row for row in light.order_by("-pk")[: OTHERS + 1] if row.pk != run.pk][:OTHERS]
