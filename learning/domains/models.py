"""Domains: limits, baselines and what happened to them (seed: elf-schema §7.1–7.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from elfsite.origins.fields import (
    SeedDateTimeField,
    changed_at,
    recorded_at,
    words,
)
from elfsite.origins.models import Recorded, from_origin, one_of
from learning.heuristics.models import Heuristic

DOMAIN_STATES = ("normal", "overflow", "critical")


class DomainMetadata(Recorded):
    """A domain's capacity and the gate for new rules; from a source only where we have none."""

    EDITABLE = (
        "soft_limit",
        "hard_limit",
        "ceo_override_limit",
        "expansion_min_confidence",
        "expansion_min_validations",
        "expansion_min_novelty",
        "grace_period_days",
        "max_overflow_days",
    )

    VALID_STATES = DOMAIN_STATES

    domain = models.TextField(primary_key=True)
    soft_limit = models.IntegerField(default=5, db_default=5)
    hard_limit = models.IntegerField(default=10, db_default=10)
    ceo_override_limit = models.IntegerField(null=True, blank=True)
    current_count = models.IntegerField(default=0, db_default=0)
    state = models.TextField(choices=words(*VALID_STATES), default="normal", db_default="normal")
    overflow_entered_at = SeedDateTimeField(null=True, blank=True)
    expansion_min_confidence = models.FloatField(default=0.70, db_default=0.70)
    expansion_min_validations = models.IntegerField(default=3, db_default=3)
    expansion_min_novelty = models.FloatField(default=0.60, db_default=0.60)
    grace_period_days = models.IntegerField(default=7, db_default=7)
    max_overflow_days = models.IntegerField(default=28, db_default=28)
    avg_confidence = models.FloatField(null=True, blank=True)
    health_score = models.FloatField(null=True, blank=True)
    last_health_check = SeedDateTimeField(null=True, blank=True)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "domain_metadata"
        verbose_name = "domain"
        constraints = [
            from_origin("domain_metadata"),
            models.CheckConstraint(condition=Q(soft_limit__gt=0), name="domain_metadata_soft"),
            models.CheckConstraint(
                condition=Q(hard_limit__gte=F("soft_limit")), name="domain_metadata_hard"
            ),
            models.CheckConstraint(
                condition=Q(ceo_override_limit__isnull=True)
                | Q(ceo_override_limit__gte=F("hard_limit")),
                name="domain_metadata_override",
            ),
            one_of("state", DOMAIN_STATES, "domain_metadata"),
        ]
        indexes = [
            models.Index(fields=["state"], name="idx_domain_metadata_state"),
            models.Index(fields=["current_count"], name="idx_domain_metadata_count"),
            models.Index(fields=["health_score"], name="idx_domain_metadata_health"),
        ]

    def __str__(self) -> str:
        return self.domain


class DomainBaseline(Recorded):
    """How rules of a domain usually fare; taken from a source only where we have none."""

    domain = models.TextField(primary_key=True)
    avg_success_rate = models.FloatField(null=True, blank=True)
    std_success_rate = models.FloatField(null=True, blank=True)
    avg_update_frequency = models.FloatField(null=True, blank=True)
    std_update_frequency = models.FloatField(null=True, blank=True)
    sample_count = models.IntegerField(default=0, db_default=0)
    last_updated = recorded_at()

    class Meta:
        db_table = "domain_baselines"
        verbose_name = "domain baseline"
        constraints = [from_origin("domain_baselines")]
        indexes = [models.Index(fields=["last_updated"], name="idx_domain_baselines_updated")]

    def __str__(self) -> str:
        return self.domain


class ExpansionEvent(Recorded):
    """A domain grew, shrank or merged rules; ``heuristic`` is NULL for a contraction."""

    VALID_TYPES = ("expansion", "contraction", "merge")

    domain = models.TextField()
    heuristic = models.ForeignKey(
        Heuristic,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="+",
    )
    event_type = models.TextField(choices=words(*VALID_TYPES))
    count_before = models.IntegerField()
    count_after = models.IntegerField()
    quality_score = models.FloatField(null=True, blank=True)
    novelty_score = models.FloatField(null=True, blank=True)
    health_score = models.FloatField(null=True, blank=True)
    reason = models.TextField(null=True, blank=True)
    created_at = recorded_at()

    class Meta:
        db_table = "expansion_events"
        constraints = [from_origin("expansion_events")]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_expansion_events_domain"),
            models.Index(fields=["event_type", "created_at"], name="idx_expansion_events_type"),
            models.Index(fields=["created_at"], name="idx_expansion_events_created"),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.event_type} {self.count_before} → {self.count_after}"
