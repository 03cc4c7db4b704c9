"""Pages of workflows, their runs, and of what the conductor decided."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from elfsite.listings import cells
from elfsite.listings.declare import col, drawn, equals, listing, panel
from elfsite.listings.links import title
from elfsite.listings.references import members
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    Workflow,
    WorkflowEdge,
    WorkflowRun,
    WorkflowVersion,
)


def edge_cell(row: Any) -> SafeString:
    return title(row, f"{row.from_node} → {row.to_node}")


def version_cell(row: Any) -> SafeString:
    return title(row, f"version {row.number}")


def run_cell(row: Any) -> SafeString:
    return title(row, f"{cells.shortened(row.workflow_name or 'ad hoc', 80)} {row.pk}")


def progress_cell(row: Any) -> SafeString:
    """Nodes done of all, and how many of them failed."""
    done, total = cells.number(row.completed_nodes), cells.number(row.total_nodes)
    failed = f", {cells.number(row.failed_nodes)} failed" if row.failed_nodes else ""
    return SafeString(f"{done} of {total}{failed}")


listing(
    Workflow, "name description created_at updated_at", search="name description",
    order="-created_at", related="workflow_edges workflow_runs",
    panels=(panel("Workflow", "name description"), panel("Graph", "nodes_json config_json")),
    about="Reusable graphs of nodes that agents run.",
    empty="A steward writes the first one at /workflows/new/; an import brings those of others.",
)  # fmt: skip

listing(
    WorkflowEdge,
    (drawn("edge", edge_cell, needs="from_node to_node"), "workflow condition priority created_at"),
    filters="workflow from_node to_node", order="-id", orders="priority",
    about="From one node to another, and the condition that opens the way.",
    empty="Each edge of a workflow is one row.",
)  # fmt: skip

listing(
    WorkflowVersion,
    (drawn("version", version_cell, needs="number"), "workflow saved_by created_at"),
    filters="workflow", order="-id", nouns="versions", noun="version",
    title="Versions of workflows", named_by="number",
    panels=(panel("Version", "workflow number saved_by"),
            panel("Definition", "nodes_json edges_json config_json")),
    about="Definitions of workflows as they were saved; a run keeps the one that it began with.",
    empty="The first save of a workflow, or the first run of an imported one, makes a version.",
)  # fmt: skip

listing(
    WorkflowRun,
    (drawn("run", run_cell, needs="workflow_name"), "status phase",
     drawn("progress", progress_cell, needs="completed_nodes total_nodes failed_nodes",
           order="failed_nodes", label="Nodes"), "workflow created_at completed_at"),
    filters="status phase workflow_name workflow", order="-created_at", orders="-failed_nodes",
    search="workflow_name error_message", search_note="Looks through names and errors.",
    panels=(panel("Run", "workflow version workflow_name status phase error_message"),
            panel("Where it comes from", "requested_by relation parent"),
            panel("Nodes", "total_nodes completed_nodes failed_nodes started_at completed_at"),
            panel("What went in and out", "input_json output_json context_json")),
    related="node_executions conductor_decisions trails", growing=True, named_by="workflow_name",
    about="Executions of workflows, and ad hoc ones.",
    empty="Each task that agents run writes a run; an import brings them.",
)  # fmt: skip

listing(
    NodeExecution,
    ("node_name status run agent_id error_type", col("duration_ms", cells.milliseconds,
     label="Took"), col("token_count", label="Tokens"), "created_at"),
    filters=("status node_type error_type agent_id run", equals("node_id", typed=True),
             equals("session_id", typed=True)),
    search="node_name error_message", search_note="Looks through names and errors.",
    order="-created_at", orders="-duration_ms -token_count", growing=True, named_by="node_name",
    panels=(panel("Attempt", "run node_name node_id node_type status retry_count agent_id"),
            panel("Claimed",
                  "attempt losses claimed_at heartbeat_at lease_until whole reused_from"),
            panel("Asked", "prompt"), panel("Answered", "result_text error_message error_type"),
            panel("Found", "findings_json files_modified result_json"),
            panel("Cost", "duration_ms token_count started_at completed_at session_id")),
    about="One attempt at one node of a run each.",
    empty="Each node that a run fires writes one row.",
)  # fmt: skip

listing(
    ConductorDecision, "decision_type reason run created_at",
    filters="decision_type run", order="-created_at", growing=True,
    panels=(panel("Decision", "run decision_type reason"), panel("With what", "decision_data")),
    refers=(members("decision_data"),),
    about="Why a node ran or did not.",
    empty="The conductor writes a row for each node that it fires, skips or gives up.",
)  # fmt: skip
