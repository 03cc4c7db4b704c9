"""What agents noted down: learnings, experiments, decisions … (seed: elf-schema §3)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import (
    SeedDateTimeField,
    changed_at,
    recorded_at,
    validate_share,
    words,
)
from elfsite.origins.models import (
    Recorded,
    between,
    from_origin,
    gone_index,
    is_flag,
    one_of,
    unique_per_origin,
)
from learning.heuristics.models import Heuristic

LEARNING_TYPES = ("failure", "success", "heuristic", "experiment", "observation")


class Learning(Recorded):
    """One thing learned, with the Markdown file that tells it. ``severity`` runs from 1 to 5."""

    EDITABLE = ("title", "summary", "tags", "domain", "severity")

    VALID_TYPES = LEARNING_TYPES

    type = models.TextField(choices=words(*VALID_TYPES))
    filepath = models.TextField()
    title = models.TextField()
    summary = models.TextField(null=True, blank=True)
    tags = models.TextField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    severity = models.IntegerField(null=True, blank=True, default=3, db_default=3)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "learnings"
        constraints = [
            from_origin("learnings"),
            *unique_per_origin("filepath", "learnings"),
            one_of("type", LEARNING_TYPES, "learnings"),
            between("severity", 1, 5, "learnings"),
        ]
        indexes = [
            models.Index(fields=["domain"], name="idx_learnings_domain"),
            models.Index(fields=["type", "created_at"], name="idx_learnings_type"),
            models.Index(fields=["tags"], name="idx_learnings_tags"),
            models.Index(fields=["created_at"], name="idx_learnings_created_at"),
            models.Index(fields=["domain", "created_at"], name="idx_learnings_domain_created"),
            models.Index(fields=["severity", "created_at"], name="idx_learnings_severity"),
            models.Index(fields=["origin", "created_at"], name="idx_learnings_origin_created"),
            gone_index("learnings"),
        ]

    def __str__(self) -> str:
        return self.title


class Experiment(Recorded):
    """A hypothesis under test, run in cycles of try, break, analyse, learn."""

    EDITABLE = ("hypothesis", "folder_path")

    VALID_STATUSES = ("active", "completed", "abandoned")

    name = models.TextField()
    hypothesis = models.TextField(null=True, blank=True)
    status = models.TextField(choices=words(*VALID_STATUSES), default="active", db_default="active")
    cycles_run = models.IntegerField(default=0, db_default=0)
    folder_path = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "experiments"
        constraints = [
            from_origin("experiments"),
            *unique_per_origin("name", "experiments", name="experiment_name"),
        ]
        indexes = [
            models.Index(fields=["status", "created_at"], name="idx_experiments_status"),
            models.Index(fields=["created_at"], name="idx_experiments_created_at"),
        ]

    def __str__(self) -> str:
        return self.name


class Cycle(Recorded):
    """One round of an experiment."""

    EDITABLE = ("try_summary", "break_summary", "analysis", "learning_extracted", "heuristic")

    experiment = models.ForeignKey(
        Experiment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="cycles",
    )
    cycle_number = models.IntegerField(null=True, blank=True)
    try_summary = models.TextField(null=True, blank=True)
    break_summary = models.TextField(null=True, blank=True)
    analysis = models.TextField(null=True, blank=True)
    learning_extracted = models.TextField(null=True, blank=True)
    heuristic = models.ForeignKey(
        Heuristic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    created_at = recorded_at()

    class Meta:
        db_table = "cycles"
        constraints = [from_origin("cycles")]
        indexes = [models.Index(fields=["created_at"], name="idx_cycles_created_at")]

    def __str__(self) -> str:
        return f"cycle {self.cycle_number}" if self.cycle_number else "cycle"


class Decision(Recorded):
    """An architecture decision record; ``superseded_by`` is the decision that took its place."""

    EDITABLE = (
        "title",
        "context",
        "options_considered",
        "decision",
        "rationale",
        "files_touched",
        "tests_added",
        "domain",
    )

    VALID_STATUSES = ("proposed", "accepted", "deprecated", "superseded")

    title = models.TextField()
    context = models.TextField()
    options_considered = models.TextField(null=True, blank=True)
    decision = models.TextField()
    rationale = models.TextField()
    files_touched = models.TextField(null=True, blank=True)
    tests_added = models.TextField(null=True, blank=True)
    status = models.TextField(
        choices=words(*VALID_STATUSES), default="accepted", db_default="accepted"
    )
    domain = models.TextField(null=True, blank=True)
    superseded_by = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_column="superseded_by",
        db_constraint=False,
        related_name="supersedes",
    )
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "decisions"
        constraints = [from_origin("decisions")]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_decisions_domain"),
            models.Index(fields=["status", "created_at"], name="idx_decisions_status"),
            models.Index(fields=["created_at"], name="idx_decisions_created_at"),
        ]

    def __str__(self) -> str:
        return self.title


class Invariant(Recorded):
    """A statement that must always be true."""

    EDITABLE = (
        "statement",
        "rationale",
        "domain",
        "scope",
        "validation_type",
        "validation_code",
        "severity",
    )

    SCOPES = ("codebase", "module", "function", "runtime")
    VALIDATION_TYPES = ("manual", "automated", "test")
    SEVERITIES = ("error", "warning", "info")
    VALID_STATUSES = ("active", "violated", "deprecated")

    statement = models.TextField()
    rationale = models.TextField()
    domain = models.TextField(null=True, blank=True)
    scope = models.TextField(choices=words(*SCOPES), default="codebase", db_default="codebase")
    validation_type = models.TextField(choices=words(*VALIDATION_TYPES), null=True, blank=True)
    validation_code = models.TextField(null=True, blank=True)
    severity = models.TextField(choices=words(*SEVERITIES), default="error", db_default="error")
    status = models.TextField(choices=words(*VALID_STATUSES), default="active", db_default="active")
    violation_count = models.IntegerField(default=0, db_default=0)
    last_validated_at = SeedDateTimeField(null=True, blank=True)
    last_violated_at = SeedDateTimeField(null=True, blank=True)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "invariants"
        constraints = [from_origin("invariants")]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_invariants_domain"),
            models.Index(fields=["status", "created_at"], name="idx_invariants_status"),
            models.Index(fields=["severity", "created_at"], name="idx_invariants_severity"),
            models.Index(fields=["created_at"], name="idx_invariants_created_at"),
            models.Index(fields=["violation_count"], name="idx_invariants_violations"),
        ]

    def __str__(self) -> str:
        return self.statement


class Violation(Recorded):
    """A golden rule that was broken; ``rule_id`` is the number that the agent gave."""

    rule_id = models.IntegerField()
    rule_name = models.TextField()
    violation_date = recorded_at()
    description = models.TextField(null=True, blank=True)
    session_id = models.TextField(null=True, blank=True)
    acknowledged = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "violations"
        constraints = [from_origin("violations"), is_flag("acknowledged", "violations")]
        indexes = [
            models.Index(fields=["rule_id", "violation_date"], name="idx_violations_rule"),
            models.Index(fields=["violation_date"], name="idx_violations_date"),
            models.Index(
                fields=["acknowledged", "violation_date"], name="idx_violations_acknowledged"
            ),
            models.Index(fields=["session_id", "violation_date"], name="idx_violations_session"),
        ]

    def __str__(self) -> str:
        return self.rule_name


ASSUMPTION_STATUSES = ("active", "verified", "challenged", "invalidated")


class Assumption(Recorded):
    """Something believed and not yet proved; ``source`` is a seed column, free text."""

    EDITABLE = ("assumption", "context", "source", "domain")

    VALID_STATUSES = ASSUMPTION_STATUSES

    assumption = models.TextField()
    context = models.TextField(null=True, blank=True)
    source = models.TextField(null=True, blank=True)
    confidence = models.FloatField(default=0.5, db_default=0.5, validators=[validate_share])
    status = models.TextField(choices=words(*VALID_STATUSES), default="active", db_default="active")
    domain = models.TextField(null=True, blank=True)
    verified_count = models.IntegerField(default=0, db_default=0)
    challenged_count = models.IntegerField(default=0, db_default=0)
    last_verified_at = SeedDateTimeField(null=True, blank=True)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "assumptions"
        constraints = [
            from_origin("assumptions"),
            between("confidence", 0, 1, "assumptions"),
            one_of("status", ASSUMPTION_STATUSES, "assumptions"),
        ]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_assumptions_domain"),
            models.Index(fields=["status", "created_at"], name="idx_assumptions_status"),
            models.Index(fields=["confidence"], name="idx_assumptions_confidence"),
            models.Index(fields=["created_at"], name="idx_assumptions_created_at"),
        ]

    def __str__(self) -> str:
        return self.assumption


class SpikeReport(Recorded):
    """A time-boxed investigation and what it found; texts are Markdown."""

    EDITABLE = (
        "title",
        "topic",
        "question",
        "findings",
        "gotchas",
        "resources",
        "time_invested_minutes",
        "domain",
        "tags",
    )

    title = models.TextField()
    topic = models.TextField(null=True, blank=True)
    question = models.TextField(null=True, blank=True)
    findings = models.TextField(null=True, blank=True)
    gotchas = models.TextField(null=True, blank=True)
    resources = models.TextField(null=True, blank=True)
    time_invested_minutes = models.IntegerField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    tags = models.TextField(null=True, blank=True)
    usefulness_score = models.FloatField(default=0, db_default=0)
    access_count = models.IntegerField(default=0, db_default=0)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "spike_reports"
        constraints = [from_origin("spike_reports")]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_spike_reports_domain"),
            models.Index(fields=["topic"], name="idx_spike_reports_topic"),
            models.Index(fields=["created_at"], name="idx_spike_reports_created_at"),
            models.Index(fields=["usefulness_score"], name="idx_spike_reports_usefulness"),
            models.Index(fields=["access_count"], name="idx_spike_reports_access"),
        ]

    def __str__(self) -> str:
        return self.title
