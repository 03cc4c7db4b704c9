"""A run under its lock, and how it moves on.

Whoever changes an execution of a run that we drive locks the run's row first; on SQLite the
database's only write lock does that. So two agents never change one run at once, and two rows are
never locked in different orders. Every step is one transaction: what an agent reports and what
follows from it are written together, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins import seedjson
from elfsite.timeline.log import Write, shorten
from workflows.conductor import states
from workflows.conductor.definition import END, START, Definition, read_definition, read_edges
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    WorkflowRun,
    WorkflowVersion,
)
from workflows.conductor.plan import DONE, Passed, Plan, read_plan

TOPIC = "runs"  # of every event about runs
# plain SQL: composing it anew would be half of what a claim costs
LOCK = "SELECT * FROM workflow_runs WHERE id = %s"
VERSION = "SELECT * FROM workflow_versions WHERE id = %s"
CONTEXT_MOST = 1_000_000  # characters of a run's context as JSON
REASON_MOST = 300  # characters


class Drive:
    """One run, locked: its plan, its context, and the decisions that are not written yet."""

    def __init__(self, w: Write, run: WorkflowRun) -> None:
        self.w, self.run, self.now = w, run, timezone.now()
        self.counts = {"total_nodes": 0, "completed_nodes": 0, "failed_nodes": 0}
        self.columns: dict[str, Any] = {}
        self.decisions: list[ConductorDecision] = []
        self.changed = False  # the context

    @classmethod
    def open(cls, w: Write, run: WorkflowRun | int, *states_wanted: str) -> Drive:
        """The run as it is now, nobody else's to change until the open write ends.

        *states_wanted*: running unless said. Raises Refused 404 for an unknown run, 409 for one
        in another state or one that another program drives.
        """
        pk = run.pk if isinstance(run, WorkflowRun) else run
        locked = " FOR UPDATE" if connection.features.has_select_for_update else ""
        found = list(WorkflowRun.objects.raw(f"{LOCK}{locked}", [pk]))
        row = found[0] if found else None
        if row is None:
            raise Refused("not_found", f"No run has the id {pk}.", status=404)
        _ours(row)
        wanted = states_wanted or (states.RUNNING,)
        if row.status not in wanted:
            code = "run_over" if row.status in states.RUN_OVER else "wrong_state"
            raise Refused(code, f"Run {pk} is {row.status}.", status=409)
        return cls(w, row)

    @cached_property
    def _read(self) -> tuple[Definition, Mapping[str, Any]]:
        versions = WorkflowVersion.objects.raw(VERSION, [self.run.version_id])
        for version in versions:
            return _definition(version.nodes_json, version.edges_json, version.config_json)
        return Definition(), {}

    @property
    def definition(self) -> Definition:
        return self._read[0]

    @cached_property
    def plan(self) -> Plan:
        return read_plan(self.definition, self.run.marking_json)

    @cached_property
    def context(self) -> dict[str, Any]:
        found = seedjson.read(self.run.context_json, empty={}).value
        return found if isinstance(found, dict) else {}

    def option(self, node_id: str, key: str, default: Any) -> Any:
        """A node's own setting, else the workflow's, else *default*."""
        node = self.plan.known.get(node_id)
        own = node.config.get(key) if node else None
        shared = self._read[1].get(key) if own is None else own
        return default if shared is None else shared

    def number(self, node_id: str, key: str, default: int, most: int) -> int:
        """A setting that is a whole number from 0 to *most*; anything else is *default*."""
        value = self.option(node_id, key, default)
        return min(value, most) if type(value) is int and value >= 0 else default

    def decide(self, kind: str, reason: str, **data: Any) -> None:
        """Note a decision; ``save`` writes it."""
        self.decisions.append(
            ConductorDecision(
                run=self.run,
                decision_type=kind,
                decision_data=seedjson.dump(data),
                reason=shorten(reason, REASON_MOST),
                created_at=self.now,
            )
        )

    def tell(self, verb: str, words: str, **data: Any) -> None:
        """An event about the run."""
        self.w.event(TOPIC, verb, self.run, words, **data)

    def count(self, **changes: int) -> None:
        """Change counters of the run by so much."""
        for name, change in changes.items():
            self.counts[name] += change

    def set(self, **columns: Any) -> None:
        """Change columns of the run; ``save`` writes them."""
        self.columns |= columns
        for name, value in columns.items():
            setattr(self.run, name, value)

    def fits(self, result: Mapping[str, Any]) -> bool:
        """Whether the context stays within its bound when *result* is merged into it."""
        return len(seedjson.dump({**self.context, **result})) <= CONTEXT_MOST

    def node_over(self, node_id: str, state: str, result: Mapping[str, Any] | None = None) -> None:
        """A node has ended in a state of the plan: its result becomes part of the context, its
        edges are decided. ``settle`` does what follows."""
        if state == DONE:
            self.count(completed_nodes=1)
            if result:
                self.context.update(result)
                self.changed = True
        self.skip_ways(self.plan.end(node_id, state, self.context))

    def skip_ways(self, passed: Iterable[Passed]) -> None:
        for each in passed:
            if each.data["to_node"] != END or "condition" in each.data:
                self.decide("skip_node", each.reason, **_about(each))

    def settle(self) -> None:
        """Fire what is due, end the run when nothing is left, and write the run."""
        from workflows.conductor.services.firing import fire

        if self.run.version_id is None:
            self._lose()
            return
        while due := self.plan.due():
            for over in fire(self, due):
                self.node_over(over.node_id, over.state, over.result)
        if not self.plan.live:
            self._finish()
        self.save()

    def _lose(self) -> None:
        """The workflow was deleted, and with it what the run would do next."""
        why = "its definition is gone"
        drop_open(self, f"The run ended: {why}.")
        self.decide("abort", why)
        self.finish(states.FAILED, why)
        self.save()

    def _finish(self) -> None:
        stopped = self.plan.stopped
        state = states.FAILED if stopped else states.COMPLETED
        why = self._trouble(stopped) if stopped else ""
        self.finish(state, why)

    def _trouble(self, stopped: list[str]) -> str:
        failed = self.run.executions.filter(node_id=stopped[0], status=states.FAILED)
        row = failed.order_by("-pk").only("node_name", "error_message").first()
        words = f"Node {row.node_name or row.node_id} failed" if row else "A node failed"
        said = f": {row.error_message}" if row and row.error_message else ""
        more = f" ({len(stopped) - 1} more failed)" if len(stopped) > 1 else ""
        return shorten(f"{words}{said}", REASON_MOST) + more

    def finish(self, state: str, why: str) -> None:
        """Bring the run to a terminal state; ``save`` writes it."""
        self.set(status=state, completed_at=self.now, error_message=why or None)
        name = self.run.workflow_name or "ad hoc"
        said = why.removeprefix(state).lstrip() if why else ""  # "cancelled by ada: …"
        gap = " " if said != why else ": "
        words = f"run of {name} {state}" + (f"{gap}{said}" if said else "")
        self.tell(f"run_{state}", words, status=state)

    def save(self) -> None:
        """Write what moved: counters, context, marking, state and decisions."""
        over = self.run.status in states.RUN_OVER
        self.set(moved_at=self.now if self.run.status == states.RUNNING else None)
        if "plan" in self.__dict__:
            self.set(marking_json=self.plan.marking())
        if self.changed:
            self.set(context_json=seedjson.dump(self.context))
        if over:
            self.set(output_json=self.run.context_json)
        for name, by in self.counts.items():
            if by:
                self.columns[name] = F(name) + by
                setattr(self.run, name, getattr(self.run, name) + by)
                self.counts[name] = 0
        WorkflowRun.objects.filter(pk=self.run.pk).update(**self.columns)
        self.columns.clear()
        self.changed = False
        self.write_decisions()

    def write_decisions(self) -> None:
        if self.decisions:
            ConductorDecision.objects.bulk_create(self.decisions)
            self.decisions.clear()


def node_of(row: NodeExecution) -> str:
    """The id of the definition's node that an execution, or a part of one, belongs to."""
    return row.node_id if row.whole is None else row.whole.node_id


def named(row: NodeExecution) -> dict[str, Any]:
    """How the data of a decision names an execution."""
    return {"node_id": row.node_id, "node_name": row.node_name, "execution_id": row.pk}


def drop_open(drive: Drive, message: str) -> None:
    """Skip every execution of a run that is not over."""
    open_rows = NodeExecution.objects.filter(
        run_id=drive.run.pk, status__in=states.before(states.NODE, states.SKIPPED)
    )
    open_rows.update(
        status=states.SKIPPED,
        queue_at=None,
        lease_until=None,
        completed_at=drive.now,
        error_message=message,
    )


def _ours(run: WorkflowRun) -> None:
    if run.origin_id is not None or run.marking_json is None:
        words = f"Run {run.pk} is driven by another program: it can be read, not changed."
        raise Refused("not_driven", words, status=409)


def _about(passed: Passed) -> dict[str, Any]:
    data = dict(passed.data)
    if data["node_id"] == END:
        data["node_id"] = ""
    if data["from_node"] == START:
        data["from_node"] = ""
    return {key: value for key, value in data.items() if value != ""}


# by what is said and not by the version's id, which a rolled-back transaction hands out again
@lru_cache(maxsize=32)
def _definition(nodes: str, edges: str, config: str) -> tuple[Definition, Mapping[str, Any]]:
    shared = seedjson.read(config, empty={}).value
    definition = read_definition(nodes, read_edges(edges))
    return definition, shared if isinstance(shared, dict) else {}
