"""The nodes of a run that a person may reset or skip now. One query."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.conductor import states
from workflows.conductor.models import NodeExecution, WorkflowRun

MOST = 2000  # executions of one page


@dataclass(frozen=True)
class Steerable:
    """A node with its last execution."""

    node: str
    name: str
    status: str
    agent: str

    @property
    def held(self) -> bool:
        """Whether somebody has it in hands: an act takes it from them."""
        return self.status == states.RUNNING

    @property
    def reset(self) -> bool:
        return self.status != states.PENDING

    @property
    def skip(self) -> bool:
        return self.status not in states.NODE_OVER


def steerable(run: WorkflowRun) -> list[Steerable]:
    """The begun nodes of a running run, those that wait or are in work first; else none."""
    if run.status != states.RUNNING:
        return []
    rows = NodeExecution.objects.filter(run_id=run.pk, whole__isnull=True).order_by("pk")
    named = rows.values_list("node_id", "node_name", "status", "agent_id")[:MOST]
    last = {id: Steerable(id, name or id, status, agent or "") for id, name, status, agent in named}
    return sorted(last.values(), key=lambda each: not each.skip)
