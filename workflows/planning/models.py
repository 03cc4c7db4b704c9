"""Plans, and what became of them (seed: elf-schema §10)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, from_origin, unique_per_origin


class Plan(Recorded):
    """What an agent or a person set out to do; ``task_id`` links it to other systems."""

    EDITABLE = ("title", "description", "approach", "risks", "expected_outcome", "domain")

    VALID_STATUSES = ("active", "completed", "abandoned")

    task_id = models.TextField(null=True, blank=True)
    title = models.TextField()
    description = models.TextField(null=True, blank=True)
    approach = models.TextField(null=True, blank=True)
    risks = models.TextField(null=True, blank=True)
    expected_outcome = models.TextField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    status = models.TextField(choices=words(*VALID_STATUSES), default="active", db_default="active")
    created_at = recorded_at()
    completed_at = SeedDateTimeField(null=True, blank=True)

    class Meta:
        db_table = "plans"
        constraints = [from_origin("plans"), *unique_per_origin("task_id", "plans")]
        indexes = [
            models.Index(fields=["status", "created_at"], name="idx_plans_status"),
            models.Index(fields=["domain", "created_at"], name="idx_plans_domain"),
            models.Index(fields=["created_at"], name="idx_plans_created_at"),
        ]

    def __str__(self) -> str:
        return self.title


class Postmortem(Recorded):
    """How it went; ``heuristics_extracted`` is a JSON list of ids."""

    EDITABLE = (
        "title",
        "actual_outcome",
        "divergences",
        "went_well",
        "went_wrong",
        "lessons",
        "domain",
    )

    plan = models.ForeignKey(
        Plan,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="postmortems",
    )
    title = models.TextField()
    actual_outcome = models.TextField(null=True, blank=True)
    divergences = models.TextField(null=True, blank=True)
    went_well = models.TextField(null=True, blank=True)
    went_wrong = models.TextField(null=True, blank=True)
    lessons = models.TextField(null=True, blank=True)
    heuristics_extracted = models.TextField(null=True, blank=True)
    domain = models.TextField(null=True, blank=True)
    created_at = recorded_at()

    class Meta:
        db_table = "postmortems"
        constraints = [from_origin("postmortems")]
        indexes = [
            models.Index(fields=["domain", "created_at"], name="idx_postmortems_domain"),
            models.Index(fields=["created_at"], name="idx_postmortems_created_at"),
        ]

    def __str__(self) -> str:
        return self.title
