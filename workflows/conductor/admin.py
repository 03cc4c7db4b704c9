"""Admin pages of workflows and runs."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from workflows.conductor.models import (
    ConductorDecision,
    NodeExecution,
    Workflow,
    WorkflowEdge,
    WorkflowRun,
)


@admin.register(Workflow)
class WorkflowAdmin(RecordAdmin):
    list_display = (
        "name",
        "description",
        "created_at",
    )
    list_filter = ("origin",)
    search_fields = (
        "name",
        "description",
    )
    date_hierarchy = "created_at"


@admin.register(WorkflowEdge)
class WorkflowEdgeAdmin(LedgerAdmin):
    list_display = (
        "workflow",
        "from_node",
        "to_node",
        "condition",
        "priority",
    )
    list_filter = ("origin",)
    search_fields = (
        "from_node",
        "to_node",
        "condition",
    )
    date_hierarchy = "created_at"
    list_select_related = ("workflow",)
    autocomplete_fields = ("workflow",)


@admin.register(WorkflowRun)
class WorkflowRunAdmin(LedgerAdmin):
    list_display = (
        "workflow_name",
        "status",
        "phase",
        "completed_nodes",
        "total_nodes",
        "failed_nodes",
        "created_at",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "workflow_name",
        "error_message",
        "phase",
    )
    date_hierarchy = "created_at"
    autocomplete_fields = ("workflow",)


@admin.register(NodeExecution)
class NodeExecutionAdmin(LedgerAdmin):
    list_display = (
        "node_name",
        "run",
        "status",
        "node_type",
        "agent_id",
        "duration_ms",
        "created_at",
    )
    list_filter = (
        "status",
        "node_type",
        "error_type",
        "origin",
    )
    search_fields = (
        "node_id",
        "node_name",
        "agent_id",
        "error_message",
    )
    date_hierarchy = "created_at"
    list_select_related = ("run",)
    autocomplete_fields = ("run",)


@admin.register(ConductorDecision)
class ConductorDecisionAdmin(LedgerAdmin):
    list_display = (
        "run",
        "decision_type",
        "reason",
        "created_at",
    )
    list_filter = (
        "decision_type",
        "origin",
    )
    search_fields = ("reason",)
    date_hierarchy = "created_at"
    list_select_related = ("run",)
    autocomplete_fields = ("run",)
