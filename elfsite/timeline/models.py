"""The event log: what happened, in commit order. It is also what the live pages read."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from elfsite.timeline.hiding import hidden


class VisibleEvents(models.Manager["TimelineEvent"]):
    """Events but for the topics that whoever asks does not see."""

    def get_queryset(self) -> models.QuerySet[TimelineEvent]:
        rows = super().get_queryset()
        topics = hidden()
        return rows.exclude(topic__in=topics) if topics else rows


class TimelineEvent(models.Model):
    """One event. Ids are commit order: a reader that has seen id N has missed nothing before it.

    ``topic`` is the area (``heuristics``, ``runs`` …), ``verb`` what happened, ``subject_type`` and
    ``subject_id`` the row (table name and primary key as text), ``actor`` who did it.
    """

    at = models.DateTimeField(default=timezone.now)
    topic = models.TextField()
    verb = models.TextField()
    subject_type = models.TextField(default="", blank=True)
    subject_id = models.TextField(default="", blank=True)
    actor = models.TextField(default="", blank=True)
    summary = models.TextField()
    data = models.JSONField(default=dict, blank=True)

    objects = VisibleEvents()
    everything: models.Manager[TimelineEvent] = models.Manager()  # for who keeps the table

    class Meta:
        db_table = "timeline_events"
        verbose_name = "event"
        indexes = [
            models.Index(fields=["topic", "id"], name="timeline_events_topic"),
            models.Index(fields=["actor", "id"], name="timeline_events_actor"),
            models.Index(fields=["verb", "id"], name="timeline_events_verb"),
            models.Index(
                fields=["subject_type", "subject_id", "id"], name="timeline_events_subject"
            ),
            models.Index(fields=["at"], name="timeline_events_at"),
        ]

    def __str__(self) -> str:
        return self.summary
