"""Background work as rows: what waits, what runs, what became of it, and what comes regularly."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now
from django.utils import timezone

from elfsite.jobs import registry

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
STATES = (QUEUED, RUNNING, DONE, FAILED)


def _json(empty: Any) -> models.JSONField[Any, Any]:
    return models.JSONField(
        default=type(empty),
        db_default=Value(empty, output_field=models.JSONField()),
        blank=True,
    )


class ShownJobs(models.Manager["Job"]):
    """Jobs as pages show them, without those of a part that whoever asks has switched off."""

    def get_queryset(self) -> models.QuerySet[Job]:
        rows, kinds = super().get_queryset(), registry.hidden_kinds()
        return rows.exclude(kind__in=kinds) if kinds else rows


class Job(models.Model):
    """One piece of work. ``key`` allows one queued job at a time; ``result`` is what it returned.

    A worker holds a running job by ``locked_by`` until ``lease_until``; ``attempts`` counts the
    claims, so the pair (locked_by, attempts) names one run and a run that lost its job cannot
    write to it.
    """

    kind = models.TextField()
    payload = _json({})
    key = models.TextField(null=True, blank=True)
    state = models.TextField(
        choices=[(word, word) for word in STATES], default=QUEUED, db_default=QUEUED
    )
    attempts = models.IntegerField(default=0, db_default=0)
    max_attempts = models.IntegerField(default=3, db_default=3)
    run_after = models.DateTimeField(default=timezone.now, db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True)
    locked_by = models.TextField(default="", db_default="", blank=True)
    progress_done = models.BigIntegerField(default=0, db_default=0)
    progress_total = models.BigIntegerField(null=True, blank=True)
    progress_note = models.TextField(default="", db_default="", blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(default="", db_default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="jobs",
    )

    shown = ShownJobs()
    objects: models.Manager[Job] = models.Manager()

    class Meta:
        db_table = "jobs"
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="jobs_state"),
            models.CheckConstraint(condition=Q(attempts__gte=0), name="jobs_attempts"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=QUEUED), name="jobs_one_queued_per_key"
            ),
        ]
        # whole indexes that begin with the state: SQLite's planner does not see that a bound
        # parameter fulfils the condition of a partial one
        indexes = [
            models.Index(fields=["state", "run_after", "id"], name="jobs_due"),
            models.Index(fields=["state", "key", "lease_until"], name="jobs_leases"),
            models.Index(fields=["state", "finished_at"], name="jobs_finished"),
            models.Index(fields=["kind", "-id"], name="jobs_kind"),
            models.Index(fields=["key", "-id"], name="jobs_key"),
            models.Index(fields=["-created_at"], name="jobs_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Schedule(models.Model):
    """Work that comes every so many seconds; the code declares it, the row says when it is due."""

    name = models.TextField(unique=True)
    kind = models.TextField()
    every = models.IntegerField(help_text="seconds")
    payload = _json({})
    enabled = models.BooleanField(default=True, db_default=True)
    next_run = models.DateTimeField(default=timezone.now, db_default=Now())
    last_run = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "job_schedules"
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=1), name="job_schedules_every"),
        ]
        indexes = [models.Index(fields=["enabled", "next_run"], name="job_schedules_due")]

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker process that lives or lived lately; ``seen_at`` is its heartbeat."""

    name = models.TextField(unique=True)
    started_at = models.DateTimeField(default=timezone.now, db_default=Now())
    seen_at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        db_table = "job_workers"
        indexes = [models.Index(fields=["-seen_at"], name="job_workers_seen")]

    def __str__(self) -> str:
        return self.name
