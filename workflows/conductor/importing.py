"""How workflows and their runs are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.speaking import Row, Voice, short
from elfsite.origins.tables import TableImport
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    Workflow,
    WorkflowEdge,
    WorkflowRun,
)

TABLES = [
    TableImport(Workflow, governed=("nodes_json", "config_json"), unique=("name",)),
    TableImport(WorkflowEdge, governed=("from_node", "to_node", "condition", "priority")),
    TableImport(
        WorkflowRun,
        governed=("status", "phase", "completed_at", "error_message"),
    ),
    TableImport(
        NodeExecution,
        governed=("status", "completed_at", "error_message", "error_type", "retry_count"),
    ),
    TableImport(ConductorDecision),
]


def say_run(row: Row) -> str:
    """``run refactor-auth: running, execution``."""
    name = short(row["workflow_name"]) or "without a name"
    words = f"run {name}: {row['status']}"
    if row["status"] == "failed" and row["error_message"]:
        return f"{words}: {short(row['error_message'])}"
    return f"{words}, {row['completed_nodes']} of {row['total_nodes']} nodes"


def say_execution(row: Row) -> str:
    """``node build failed: no such file``."""
    words = f"node {short(row['node_name'] or row['node_id'])}: {row['status']}"
    return f"{words}: {short(row['error_message'])}" if row["error_message"] else words


def say_decision(row: Row) -> str:
    """``conductor: fire_node because all inputs are there``."""
    words = f"conductor: {short(row['decision_type'])}"
    return f"{words}: {short(row['reason'])}" if row["reason"] else words


VOICES = {
    "workflow_runs": Voice("runs", say_run, ("status",)),
    "node_executions": Voice("runs", say_execution, ("status", "run_id")),
    "conductor_decisions": Voice("runs", say_decision, ("run_id",)),
    "workflows": Voice("runs", lambda row: f"workflow {short(row['name'])}"),
    "workflow_edges": Voice("runs"),
}
