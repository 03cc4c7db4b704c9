"""Rules, the ledger of their confidence, and their merges (seed: elf-schema §3.2, §6.4, §7.4)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import (
    SeedDateField,
    SeedDateTimeField,
    changed_at,
    recorded_at,
    validate_share,
    words,
)
from elfsite.origins.models import Recorded, between, from_origin, gone_index, is_flag


class Heuristic(Recorded):
    """A rule that agents follow, with the confidence that it carries and how it got it.

    ``project_path`` NULL means everywhere. ``source_id`` names a learning of the same origin and
    stays an integer, so that this room needs no foreign key outward.
    """

    EDITABLE = ("domain", "rule", "explanation", "source_type", "project_path")

    VALID_STATUSES = ("active", "dormant", "deprecated", "archived", "quarantined")

    domain = models.TextField()
    rule = models.TextField()
    explanation = models.TextField(null=True, blank=True)
    source_type = models.TextField(null=True, blank=True)
    source_id = models.IntegerField(null=True, blank=True)
    # the seeds disagree (0.0 and 0.5); upstream's programs start at 0.5
    confidence = models.FloatField(default=0.5, db_default=0.5, validators=[validate_share])
    times_validated = models.IntegerField(default=0, db_default=0)
    times_violated = models.IntegerField(default=0, db_default=0)
    is_golden = models.BooleanField(default=False, db_default=False)
    status = models.TextField(choices=words(*VALID_STATUSES), default="active", db_default="active")
    dormant_since = SeedDateTimeField(null=True, blank=True)
    revival_conditions = models.TextField(null=True, blank=True)
    times_revived = models.IntegerField(default=0, db_default=0)
    times_contradicted = models.IntegerField(default=0, db_default=0)
    min_applications = models.IntegerField(default=10, db_default=10)
    last_confidence_update = SeedDateTimeField(null=True, blank=True)
    update_count_today = models.IntegerField(default=0, db_default=0)
    update_count_reset_date = SeedDateField(null=True, blank=True)
    last_used_at = SeedDateTimeField(null=True, blank=True)
    confidence_ema = models.FloatField(null=True, blank=True)
    ema_alpha = models.FloatField(null=True, blank=True)
    ema_warmup_remaining = models.IntegerField(default=0, db_default=0)
    last_ema_update = SeedDateTimeField(null=True, blank=True)
    fraud_flags = models.IntegerField(default=0, db_default=0)
    is_quarantined = models.BooleanField(default=False, db_default=False)
    last_fraud_check = SeedDateTimeField(null=True, blank=True)
    project_path = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    updated_at = changed_at()
    # ours: who wrote the rule; a report of its own author weighs nothing alone
    author = models.TextField(null=True, blank=True)
    # ours: what the graders' trust adds to the half outcome that each counted one weighs
    evidence_held = models.FloatField(default=0.0, db_default=0.0)
    evidence_against = models.FloatField(default=0.0, db_default=0.0)
    # ours: the start of the idle period that ``decay_steps`` were taken in, and a clock that
    # import and revival set anew; NULL falls back to the last use
    idle_since = models.DateTimeField(null=True, blank=True, editable=False)
    decay_steps = models.IntegerField(default=0, db_default=0)
    revival_offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    # ours: confidence may not move while a suspicion is looked at; tighter limits of updates
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_reason = models.TextField(default="", db_default="", blank=True)
    daily_limit = models.IntegerField(null=True, blank=True)
    cooldown_minutes = models.IntegerField(null=True, blank=True)
    # ours: when a rule became golden, and who signed
    golden_at = models.DateTimeField(null=True, blank=True, editable=False)
    golden_by = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "heuristics"
        constraints = [
            from_origin("heuristics"),
            between("confidence", 0, 1, "heuristics"),
            between("times_validated", 0, None, "heuristics"),
            between("times_violated", 0, None, "heuristics"),
            is_flag("is_golden", "heuristics"),
            is_flag("is_quarantined", "heuristics"),
        ]
        indexes = [
            models.Index(fields=["domain"], name="idx_heuristics_domain"),
            models.Index(fields=["is_golden", "-confidence"], name="idx_heuristics_is_golden"),
            models.Index(fields=["confidence"], name="idx_heuristics_confidence"),
            models.Index(fields=["domain", "-confidence"], name="idx_heuristics_domain_confidence"),
            models.Index(
                fields=["project_path", "-confidence"], name="idx_heuristics_project_path"
            ),
            models.Index(fields=["status", "-confidence"], name="idx_heuristics_status"),
            models.Index(fields=["last_used_at"], name="idx_heuristics_last_used"),
            models.Index(
                fields=["ema_warmup_remaining"],
                condition=models.Q(ema_warmup_remaining__gt=0),
                name="idx_heuristics_ema_warmup",
            ),
            models.Index(fields=["created_at"], name="idx_heuristics_created_at"),
            models.Index(fields=["times_validated"], name="idx_heuristics_validated"),
            models.Index(fields=["updated_at"], name="idx_heuristics_updated_at"),
            models.Index(fields=["origin", "-confidence"], name="idx_heuristics_origin_conf"),
            # descending like its sisters, so that rows that tie keep one order through all filters
            models.Index(fields=["-confidence"], name="heuristics_by_confidence"),
            gone_index("heuristics"),
        ]

    def __str__(self) -> str:
        return self.rule


class ConfidenceUpdate(Recorded):
    """The ledger: one row for each change of a rule's confidence, refused attempts included."""

    VALID_TYPES = (
        "success",
        "failure",
        "contradiction",
        "decay",
        "revival",
        "manual",
        "reset",
        "merge",
    )

    heuristic = models.ForeignKey(
        Heuristic,
        on_delete=models.PROTECT,
        db_constraint=False,
        db_index=False,
        related_name="updates",
    )
    old_confidence = models.FloatField()
    new_confidence = models.FloatField()
    delta = models.FloatField()
    update_type = models.TextField(choices=words(*VALID_TYPES))
    reason = models.TextField(null=True, blank=True)
    session_id = models.TextField(null=True, blank=True)
    agent_id = models.TextField(null=True, blank=True)
    rate_limited = models.BooleanField(default=False, db_default=False)
    raw_target_confidence = models.FloatField(null=True, blank=True)
    smoothed_delta = models.FloatField(null=True, blank=True)
    alpha_used = models.FloatField(null=True, blank=True)
    created_at = recorded_at()
    # ours: who graded the outcome, and the class of trust that weighs it
    grader = models.TextField(null=True, blank=True)
    grader_class = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "confidence_updates"
        constraints = [
            from_origin("confidence_updates"),
            is_flag("rate_limited", "confidence_updates"),
        ]
        indexes = [
            models.Index(fields=["heuristic", "created_at"], name="idx_conf_updates_heuristic"),
            models.Index(fields=["created_at"], name="idx_conf_updates_created"),
            models.Index(fields=["update_type", "created_at"], name="idx_conf_updates_type"),
            models.Index(fields=["agent_id", "created_at"], name="idx_conf_updates_agent"),
            models.Index(fields=["session_id", "created_at"], name="idx_conf_updates_session"),
            models.Index(fields=["rate_limited", "created_at"], name="idx_conf_updates_limited"),
            models.Index(fields=["origin", "created_at"], name="idx_conf_updates_origin"),
            gone_index("confidence_updates"),
        ]

    def __str__(self) -> str:
        return f"{self.update_type} {self.old_confidence:.3f} → {self.new_confidence:.3f}"


class HeuristicMerge(Recorded):
    """Several rules that became one; ``source_ids`` is a JSON list of ids of the same origin."""

    source_ids = models.TextField()
    target = models.ForeignKey(
        Heuristic, on_delete=models.PROTECT, db_constraint=False, related_name="merged_from"
    )
    merge_reason = models.TextField(null=True, blank=True)
    merge_strategy = models.TextField(null=True, blank=True)
    similarity_score = models.FloatField(null=True, blank=True)
    merged_at = recorded_at()
    # ours: a merge that was taken back
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "heuristic_merges"
        constraints = [from_origin("heuristic_merges")]
        indexes = [
            models.Index(fields=["merged_at"], name="idx_heuristic_merges_merged"),
            models.Index(fields=["merge_strategy"], name="idx_heuristic_merges_strategy"),
        ]

    def __str__(self) -> str:
        return f"merge into {self.target_id}"
