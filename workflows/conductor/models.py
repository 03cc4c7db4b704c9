"""Workflows, their runs and what the conductor decided (seed: elf-schema §4.1–4.4, §4.6)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from elfsite.origins.fields import SeedDateTimeField, changed_at, recorded_at, words
from elfsite.origins.models import Recorded, from_origin, gone_index, unique_per_origin


def _where_set(name: str, first: str, *more: str) -> models.Index:
    """An index of the rows in which *first* is set; costs nothing for all others.

    SQLite's planner uses it where a query compares *first* or says IS NOT NULL, which a bound
    parameter cannot hide from it.
    """
    set = models.Q(**{f"{first}__isnull": False})
    return models.Index(fields=[first, *more], condition=set, name=name)


class Workflow(Recorded):
    """A reusable graph of nodes; ``nodes_json`` and ``config_json`` are JSON text."""

    EDITABLE = ("description",)

    name = models.TextField()
    description = models.TextField(null=True, blank=True)
    nodes_json = models.TextField(default="[]", db_default="[]", blank=True)
    config_json = models.TextField(default="{}", db_default="{}", blank=True)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "workflows"
        constraints = [from_origin("workflows"), *unique_per_origin("name", "workflows")]
        indexes = [models.Index(fields=["created_at"], name="idx_workflows_created_at")]

    def __str__(self) -> str:
        return self.name


class WorkflowEdge(Recorded):
    """From one node to another, or from ``__start__``, or to ``__end__``; lower priority first."""

    workflow = models.ForeignKey(
        Workflow, on_delete=models.CASCADE, db_constraint=False, related_name="edges"
    )
    from_node = models.TextField()
    to_node = models.TextField()
    condition = models.TextField(default="", db_default="", blank=True)
    priority = models.IntegerField(default=100, db_default=100)
    created_at = recorded_at()

    class Meta:
        db_table = "workflow_edges"
        constraints = [from_origin("workflow_edges")]
        indexes = [
            models.Index(fields=["from_node"], name="idx_workflow_edges_from"),
            models.Index(fields=["to_node"], name="idx_workflow_edges_to"),
            models.Index(fields=["priority"], name="idx_workflow_edges_priority"),
        ]

    def __str__(self) -> str:
        return f"{self.from_node} → {self.to_node}"


class WorkflowVersion(models.Model):
    """A definition as it was saved; never changed, so that a run shows what it ran.

    ``nodes_json``, ``edges_json`` and ``config_json`` are JSON text like the seed's.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    nodes_json = models.TextField(default="[]")
    edges_json = models.TextField(default="[]")
    config_json = models.TextField(default="{}")
    saved_by = models.TextField(default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "workflow_versions"
        verbose_name = "version"
        constraints = [
            models.UniqueConstraint(fields=["workflow", "number"], name="workflow_versions_number")
        ]

    def __str__(self) -> str:
        return f"{self.workflow_id} v{self.number}"


class WorkflowRun(Recorded):
    """One execution of a workflow, or an ad-hoc one (``workflow`` NULL)."""

    VALID_STATUSES = ("pending", "running", "completed", "failed", "cancelled")
    RELATIONS = ("replay", "retry", "clone")  # what a run is of its parent

    workflow = models.ForeignKey(
        Workflow,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="runs",
    )
    workflow_name = models.TextField(null=True, blank=True)
    status = models.TextField(
        choices=words(*VALID_STATUSES), default="pending", db_default="pending"
    )
    phase = models.TextField(default="init", db_default="init", blank=True)
    input_json = models.TextField(default="{}", db_default="{}", blank=True)
    output_json = models.TextField(default="{}", db_default="{}", blank=True)
    context_json = models.TextField(default="{}", db_default="{}", blank=True)
    total_nodes = models.IntegerField(default=0, db_default=0)
    completed_nodes = models.IntegerField(default=0, db_default=0)
    failed_nodes = models.IntegerField(default=0, db_default=0)
    started_at = SeedDateTimeField(null=True, blank=True)
    completed_at = SeedDateTimeField(null=True, blank=True)
    created_at = recorded_at()
    error_message = models.TextField(null=True, blank=True)
    # ours
    version = models.ForeignKey(
        WorkflowVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="runs"
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,  # few runs have one: the partial index below serves it
        related_name="children",
    )
    relation = models.TextField(choices=words(*RELATIONS), null=True, blank=True)
    requested_by = models.TextField(null=True, blank=True)  # an actor's name
    # where its nodes and edges stand (see plan.py); NULL on a run that we do not drive
    marking_json = models.TextField(null=True, blank=True, editable=False)
    # when a node last moved; NULL before a run that we drive begins, and after its end
    moved_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "workflow_runs"
        verbose_name = "run"
        constraints = [from_origin("workflow_runs")]
        indexes = [
            models.Index(fields=["status", "created_at"], name="idx_workflow_runs_status"),
            models.Index(fields=["created_at"], name="idx_workflow_runs_created_at"),
            models.Index(fields=["workflow_name", "created_at"], name="idx_workflow_runs_name"),
            models.Index(fields=["phase", "created_at"], name="idx_workflow_runs_phase"),
            models.Index(fields=["failed_nodes"], name="idx_workflow_runs_failed"),
            models.Index(fields=["origin", "created_at"], name="idx_workflow_runs_origin"),
            gone_index("workflow_runs"),
            _where_set("workflow_runs_moved", "moved_at"),
            _where_set("workflow_runs_parent", "parent"),
        ]

    def __str__(self) -> str:
        return f"{self.workflow_name or 'ad hoc'} {self.pk}"


class NodeExecution(Recorded):
    """One attempt at one node of a run; findings and files are JSON text."""

    VALID_TYPES = ("single", "parallel", "swarm")
    VALID_STATUSES = ("pending", "running", "completed", "failed", "skipped")

    run = models.ForeignKey(
        WorkflowRun, on_delete=models.PROTECT, db_constraint=False, related_name="executions"
    )
    node_id = models.TextField()
    node_name = models.TextField(null=True, blank=True)
    node_type = models.TextField(choices=words(*VALID_TYPES), default="single", db_default="single")
    agent_id = models.TextField(null=True, blank=True)
    session_id = models.TextField(null=True, blank=True)
    prompt = models.TextField(null=True, blank=True)
    prompt_hash = models.TextField(null=True, blank=True)
    status = models.TextField(
        choices=words(*VALID_STATUSES), default="pending", db_default="pending"
    )
    result_json = models.TextField(default="{}", db_default="{}", blank=True)
    result_text = models.TextField(null=True, blank=True)
    findings_json = models.TextField(default="[]", db_default="[]", blank=True)
    files_modified = models.TextField(default="[]", db_default="[]", blank=True)
    duration_ms = models.IntegerField(null=True, blank=True)
    token_count = models.BigIntegerField(null=True, blank=True)
    retry_count = models.IntegerField(default=0, db_default=0)
    started_at = SeedDateTimeField(null=True, blank=True)
    completed_at = SeedDateTimeField(null=True, blank=True)
    created_at = recorded_at()
    error_message = models.TextField(null=True, blank=True)
    error_type = models.TextField(null=True, blank=True)
    # ours; all NULL on a row that we do not drive
    whole = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="parts",
        help_text="the swarm or parallel node that this is a part of",
    )
    part = models.PositiveIntegerField(null=True, blank=True)  # from 0
    reused_from = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_index=False,
        related_name="reuses",
        help_text="the execution whose result was taken over",
    )
    wave = models.PositiveIntegerField(null=True, blank=True)  # from 1
    priority = models.IntegerField(null=True, blank=True)  # of the edge that fired it
    attempt = models.PositiveIntegerField(null=True, blank=True)  # from 1; a retry is a new row
    losses = models.PositiveIntegerField(null=True, blank=True)  # agents that fell silent on it
    claim_hash = models.TextField(null=True, blank=True, editable=False)  # SHA-256 of the token
    claimed_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    lease_seconds = models.PositiveIntegerField(null=True, blank=True)  # as the claim had it
    lease_until = models.DateTimeField(null=True, blank=True)  # only while it is held
    # the start of its run, only while it can be claimed: its place in the queue
    queue_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "node_executions"
        constraints = [from_origin("node_executions")]
        indexes = [
            models.Index(fields=["node_id", "created_at"], name="idx_node_executions_node"),
            models.Index(fields=["agent_id", "created_at"], name="idx_node_executions_agent"),
            models.Index(fields=["prompt_hash"], name="idx_node_executions_prompt_hash"),
            models.Index(fields=["status", "created_at"], name="idx_node_executions_status"),
            models.Index(fields=["created_at"], name="idx_node_executions_created_at"),
            models.Index(fields=["node_type", "created_at"], name="idx_node_executions_type"),
            models.Index(fields=["error_type", "created_at"], name="idx_node_executions_error"),
            models.Index(fields=["session_id", "created_at"], name="idx_node_executions_session"),
            models.Index(fields=["duration_ms"], name="idx_node_executions_duration"),
            models.Index(fields=["token_count"], name="idx_node_executions_tokens"),
            models.Index(fields=["origin", "created_at"], name="idx_node_executions_origin"),
            gone_index("node_executions"),
            _where_set("node_executions_queue", "queue_at", "run", "wave", "priority", "id"),
            _where_set("node_executions_leases", "lease_until"),
            _where_set("node_executions_parts", "whole"),
            _where_set("node_executions_reused", "reused_from"),
        ]

    def __str__(self) -> str:
        return f"{self.node_name or self.node_id} in run {self.run_id}"


class ConductorDecision(Recorded):
    """Why a node ran or did not; ``decision_data`` is JSON text."""

    VALID_TYPES = (
        "start_run",
        "fire_node",
        "skip_node",
        "node_failed",
        "retry",
        "route",
        "abort",
        "phase_change",
        "replay",
        "clone",
        "reset_node",
    )

    run = models.ForeignKey(
        WorkflowRun, on_delete=models.PROTECT, db_constraint=False, related_name="decisions"
    )
    decision_type = models.TextField(choices=words(*VALID_TYPES))
    decision_data = models.TextField(default="{}", db_default="{}", blank=True)
    reason = models.TextField(null=True, blank=True)
    created_at = recorded_at()

    class Meta:
        db_table = "conductor_decisions"
        constraints = [from_origin("conductor_decisions")]
        indexes = [
            models.Index(
                fields=["decision_type", "created_at"], name="idx_conductor_decisions_type"
            ),
            models.Index(fields=["created_at"], name="idx_conductor_decisions_when"),
            models.Index(fields=["origin", "created_at"], name="idx_conductor_decisions_origin"),
            gone_index("conductor_decisions"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_type}: {self.reason or ''}"
