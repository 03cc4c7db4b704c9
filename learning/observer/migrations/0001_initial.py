import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import elfsite.origins.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("origins", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MetaAlert",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("alert_type", models.TextField()),
                (
                    "severity",
                    models.TextField(
                        choices=[("info", "info"), ("warning", "warning"), ("critical", "critical")]
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("new", "new"),
                            ("active", "active"),
                            ("ack", "ack"),
                            ("resolved", "resolved"),
                        ],
                        db_default="new",
                        default="new",
                    ),
                ),
                ("metric_name", models.TextField(blank=True, null=True)),
                ("current_value", models.FloatField(blank=True, null=True)),
                ("baseline_value", models.FloatField(blank=True, null=True)),
                ("message", models.TextField()),
                ("context", models.TextField(blank=True, null=True)),
                (
                    "first_seen",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                (
                    "last_seen",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                (
                    "acknowledged_at",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                ("resolved_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.TextField(db_default="meta_observer", default="meta_observer"),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "db_table": "meta_alerts",
                "indexes": [
                    models.Index(fields=["state", "last_seen"], name="idx_meta_alerts_state"),
                    models.Index(fields=["severity", "last_seen"], name="idx_meta_alerts_severity"),
                    models.Index(
                        fields=["metric_name", "last_seen"], name="idx_meta_alerts_metric"
                    ),
                    models.Index(fields=["alert_type", "last_seen"], name="idx_meta_alerts_type"),
                    models.Index(fields=["last_seen"], name="idx_meta_alerts_last_seen"),
                    models.Index(fields=["first_seen"], name="idx_meta_alerts_first_seen"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="meta_alerts_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ("info", "warning", "critical"))),
                        name="meta_alerts_severity_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("new", "active", "ack", "resolved"))),
                        name="meta_alerts_state_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MetaObserverConfig",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("metric_name", models.TextField(unique=True)),
                ("threshold", models.FloatField(blank=True, null=True)),
                ("auto_adjust", models.BooleanField(db_default=False, default=False)),
                ("trend_window_hours", models.IntegerField(db_default=168, default=168)),
                ("trend_sensitivity", models.FloatField(db_default=0.05, default=0.05)),
                ("baseline_window_hours", models.IntegerField(db_default=720, default=720)),
                ("z_score_threshold", models.FloatField(db_default=3.0, default=3.0)),
                ("false_positive_count", models.IntegerField(db_default=0, default=0)),
                ("true_positive_count", models.IntegerField(db_default=0, default=0)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("updated_at", elfsite.origins.fields.SeedDateTimeField(auto_now=True, null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "verbose_name": "observer setting",
                "db_table": "meta_observer_config",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="meta_observer_config_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("auto_adjust__range", (False, True))),
                        name="meta_observer_config_auto_adjust_flag",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Metric",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "timestamp",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("metric_type", models.TextField()),
                ("metric_name", models.TextField()),
                ("metric_value", models.FloatField()),
                ("tags", models.TextField(blank=True, null=True)),
                ("context", models.TextField(blank=True, null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "db_table": "metrics",
                "indexes": [
                    models.Index(fields=["timestamp"], name="idx_metrics_timestamp"),
                    models.Index(fields=["metric_type", "timestamp"], name="idx_metrics_type"),
                    models.Index(fields=["metric_name", "timestamp"], name="idx_metrics_name"),
                    models.Index(
                        fields=["metric_type", "metric_name", "timestamp"],
                        name="idx_metrics_type_name",
                    ),
                    models.Index(fields=["metric_value"], name="idx_metrics_value"),
                    models.Index(fields=["tags", "timestamp"], name="idx_metrics_tags"),
                    models.Index(fields=["origin", "timestamp"], name="idx_metrics_origin"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="metrics_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "origin_key"), name="metrics_origin")
                ],
            },
        ),
    ]
