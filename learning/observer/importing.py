"""How metrics, what watches them and its alerts are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.speaking import Voice, short
from elfsite.origins.tables import TableImport, Words
from learning.observer.models import (
    ALERT_SEVERITIES,
    ALERT_STATES,
    MetaAlert,
    MetaObserverConfig,
    Metric,
)

TABLES = [
    TableImport(Metric, activity="timestamp"),
    TableImport(
        MetaObserverConfig,
        governed=("false_positive_count", "true_positive_count"),
        unless_held="metric_name",
        activity="",
    ),
    TableImport(
        MetaAlert,
        words={
            "severity": Words(
                ALERT_SEVERITIES,
                "warning",
                {"low": "info", "medium": "warning", "high": "critical"},
            ),
            "state": Words(
                ALERT_STATES, "active", {"acknowledged": "ack", "suppressed": "ack", "open": "new"}
            ),
        },
        governed=("state", "acknowledged_at", "resolved_at"),
        activity="last_seen",
    ),
]


VOICES = {
    "meta_alerts": Voice(
        "alerts",
        lambda row: f"{row['severity']} alert, {row['state']}: {short(row['message'])}",
        ("severity", "state"),
    ),
    "metrics": Voice(
        "metrics", lambda row: f"{short(row['metric_name'])} = {row['metric_value']:g}"
    ),
    "meta_observer_config": Voice("alerts"),
}
