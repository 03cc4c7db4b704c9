"""Pages of metrics, of what watches them, and of the alerts."""

from __future__ import annotations

from elfsite.listings import cells
from elfsite.listings.declare import col, equals, listing, panel
from elfsite.listings.references import tags
from learning.observer.models import MetaAlert, MetaObserverConfig, Metric

listing(
    Metric, "metric_name metric_type metric_value tags timestamp",
    filters=("metric_type metric_name", equals("tags", typed=True)),
    order="-timestamp", orders="-metric_value", refers=(tags("tags"),), growing=True,
    panels=(panel("Metric", "metric_type metric_name metric_value timestamp"),
            panel("About", "tags context")),
    about="Measurements, as hooks and programs took them.",
    empty="Hooks measure each rule that is consulted, held or failed; an import brings the rows.",
)  # fmt: skip

listing(
    MetaObserverConfig,
    "metric_name threshold z_score_threshold trend_window_hours baseline_window_hours auto_adjust"
    " false_positive_count true_positive_count",
    order="metric_name",
    about="How each metric is watched: windows, sensitivity, thresholds.",
    empty="A metric gets its row when the observer first watches it.",
)  # fmt: skip

listing(
    MetaAlert,
    ("message severity", col("state", cells.signed("alert")), "metric_name alert_type last_seen"),
    filters="state severity alert_type metric_name", search="message", order="-last_seen",
    orders="-first_seen", noun="alert", title="Alerts",
    panels=(panel("Alert", "message alert_type severity state metric_name"),
            panel("Numbers", "current_value baseline_value context"),
            panel("When", "first_seen last_seen acknowledged_at resolved_at created_by")),
    about="Something about the memory as a whole that a person should look at.",
    empty="The observer raises an alert when a metric leaves its usual range.",
)  # fmt: skip
