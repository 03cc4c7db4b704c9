"""Metrics, what watches them, and its alerts (seed: elf-schema §5.1, §9)."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import SeedDateTimeField, changed_at, recorded_at, words
from elfsite.origins.models import Recorded, from_origin, gone_index, is_flag, one_of


class Metric(Recorded):
    """One measurement. ``tags`` is ``key:value`` text, ``context`` free text or JSON."""

    timestamp = recorded_at()
    metric_type = models.TextField()
    metric_name = models.TextField()
    metric_value = models.FloatField()
    tags = models.TextField(null=True, blank=True)
    context = models.TextField(null=True, blank=True)

    class Meta:
        db_table = "metrics"
        constraints = [from_origin("metrics")]
        indexes = [
            models.Index(fields=["timestamp"], name="idx_metrics_timestamp"),
            models.Index(fields=["metric_type", "timestamp"], name="idx_metrics_type"),
            models.Index(fields=["metric_name", "timestamp"], name="idx_metrics_name"),
            models.Index(
                fields=["metric_type", "metric_name", "timestamp"], name="idx_metrics_type_name"
            ),
            models.Index(fields=["metric_value"], name="idx_metrics_value"),
            models.Index(fields=["tags", "timestamp"], name="idx_metrics_tags"),
            models.Index(fields=["origin", "timestamp"], name="idx_metrics_origin"),
            gone_index("metrics"),
        ]

    def __str__(self) -> str:
        return f"{self.metric_name} = {self.metric_value:g}"


class MetaObserverConfig(Recorded):
    """How one metric is watched; taken from a source only where we have none."""

    EDITABLE = (
        "threshold",
        "trend_window_hours",
        "trend_sensitivity",
        "baseline_window_hours",
        "z_score_threshold",
    )

    metric_name = models.TextField(unique=True)
    threshold = models.FloatField(null=True, blank=True)
    auto_adjust = models.BooleanField(default=False, db_default=False)
    trend_window_hours = models.IntegerField(default=168, db_default=168)
    trend_sensitivity = models.FloatField(default=0.05, db_default=0.05)
    baseline_window_hours = models.IntegerField(default=720, db_default=720)
    z_score_threshold = models.FloatField(default=3.0, db_default=3.0)
    false_positive_count = models.IntegerField(default=0, db_default=0)
    true_positive_count = models.IntegerField(default=0, db_default=0)
    created_at = recorded_at()
    updated_at = changed_at()

    class Meta:
        db_table = "meta_observer_config"
        verbose_name = "observer setting"
        constraints = [
            from_origin("meta_observer_config"),
            is_flag("auto_adjust", "meta_observer_config"),
        ]

    def __str__(self) -> str:
        return self.metric_name


ALERT_SEVERITIES = ("info", "warning", "critical")


ALERT_STATES = ("new", "active", "ack", "resolved")


class MetaAlert(Recorded):
    """Something about the memory as a whole that a person should look at."""

    SEVERITIES = ALERT_SEVERITIES
    STATES = ALERT_STATES

    alert_type = models.TextField()
    severity = models.TextField(choices=words(*SEVERITIES))
    state = models.TextField(choices=words(*STATES), default="new", db_default="new")
    metric_name = models.TextField(null=True, blank=True)
    current_value = models.FloatField(null=True, blank=True)
    baseline_value = models.FloatField(null=True, blank=True)
    message = models.TextField()
    context = models.TextField(null=True, blank=True)
    first_seen = recorded_at()
    last_seen = recorded_at()
    acknowledged_at = SeedDateTimeField(null=True, blank=True)
    resolved_at = SeedDateTimeField(null=True, blank=True)
    created_by = models.TextField(default="meta_observer", db_default="meta_observer")

    class Meta:
        db_table = "meta_alerts"
        verbose_name = "alert"
        constraints = [
            from_origin("meta_alerts"),
            one_of("severity", ALERT_SEVERITIES, "meta_alerts"),
            one_of("state", ALERT_STATES, "meta_alerts"),
        ]
        indexes = [
            models.Index(fields=["state", "last_seen"], name="idx_meta_alerts_state"),
            models.Index(fields=["severity", "last_seen"], name="idx_meta_alerts_severity"),
            models.Index(fields=["metric_name", "last_seen"], name="idx_meta_alerts_metric"),
            models.Index(fields=["alert_type", "last_seen"], name="idx_meta_alerts_type"),
            models.Index(fields=["last_seen"], name="idx_meta_alerts_last_seen"),
            models.Index(fields=["first_seen"], name="idx_meta_alerts_first_seen"),
        ]

    def __str__(self) -> str:
        return self.message
