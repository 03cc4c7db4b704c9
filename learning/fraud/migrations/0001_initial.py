import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import elfsite.origins.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("heuristics", "0001_initial"),
        ("origins", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FraudProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rules", models.IntegerField()),
                ("data", models.JSONField()),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "fraud_profiles",
                "indexes": [models.Index(fields=["-made_at"], name="fraud_profiles_made")],
            },
        ),
        migrations.CreateModel(
            name="FraudReport",
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
                ("fraud_score", models.FloatField()),
                (
                    "classification",
                    models.TextField(
                        choices=[
                            ("clean", "clean"),
                            ("low_confidence", "low confidence"),
                            ("suspicious", "suspicious"),
                            ("fraud_likely", "fraud likely"),
                            ("fraud_confirmed", "fraud confirmed"),
                        ]
                    ),
                ),
                ("likelihood_ratio", models.FloatField(blank=True, null=True)),
                ("signal_count", models.IntegerField(db_default=0, default=0)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("reviewed_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("reviewed_by", models.TextField(blank=True, null=True)),
                (
                    "review_outcome",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("pending", "pending"),
                            ("true_positive", "true positive"),
                            ("false_positive", "false positive"),
                            ("dismissed", "dismissed"),
                        ],
                        null=True,
                    ),
                ),
                ("review_notes", models.TextField(blank=True, db_default="", default="")),
                (
                    "quiet",
                    models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
                ),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("updates_seen", models.IntegerField(blank=True, editable=False, null=True)),
                (
                    "heuristic",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="fraud_reports",
                        to="heuristics.heuristic",
                    ),
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
                "db_table": "fraud_reports",
                "indexes": [
                    models.Index(fields=["created_at"], name="idx_fraud_reports_created"),
                    models.Index(fields=["fraud_score"], name="idx_fraud_reports_score"),
                    models.Index(
                        fields=["classification", "created_at"], name="idx_fraud_reports_class"
                    ),
                    models.Index(
                        fields=["review_outcome", "created_at"], name="idx_fraud_reports_outcome"
                    ),
                    models.Index(fields=["origin", "created_at"], name="fraud_reports_by_origin"),
                    models.Index(
                        fields=["review_outcome", "superseded_at", "classification", "fraud_score"],
                        name="fraud_reports_open",
                    ),
                    models.Index(fields=["heuristic", "created_at"], name="fraud_reports_by_rule"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="fraud_reports_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="fraud_reports_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("fraud_score__gte", 0), ("fraud_score__lte", 1)),
                        name="fraud_reports_fraud_score_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "classification__in",
                                (
                                    "clean",
                                    "low_confidence",
                                    "suspicious",
                                    "fraud_likely",
                                    "fraud_confirmed",
                                ),
                            )
                        ),
                        name="fraud_reports_classification_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AnomalySignal",
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
                ("detector_name", models.TextField()),
                ("score", models.FloatField()),
                (
                    "severity",
                    models.TextField(
                        choices=[
                            ("low", "low"),
                            ("medium", "medium"),
                            ("high", "high"),
                            ("critical", "critical"),
                        ]
                    ),
                ),
                ("reason", models.TextField()),
                ("evidence", models.TextField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                (
                    "heuristic",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="heuristics.heuristic",
                    ),
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
                (
                    "fraud_report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signals",
                        to="fraud.fraudreport",
                    ),
                ),
            ],
            options={
                "db_table": "anomaly_signals",
                "indexes": [
                    models.Index(fields=["created_at"], name="idx_anomaly_signals_created"),
                    models.Index(fields=["score"], name="idx_anomaly_signals_score"),
                    models.Index(
                        fields=["severity", "created_at"], name="idx_anomaly_signals_severity"
                    ),
                    models.Index(
                        fields=["detector_name", "created_at"], name="idx_anomaly_signals_det"
                    ),
                    models.Index(fields=["origin", "created_at"], name="anomaly_signals_by_origin"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="anomaly_signals_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="anomaly_signals_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)),
                        name="anomaly_signals_score_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ("low", "medium", "high", "critical"))),
                        name="anomaly_signals_severity_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FraudResponse",
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
                    "response_type",
                    models.TextField(
                        choices=[
                            ("alert", "alert"),
                            ("confidence_freeze", "confidence freeze"),
                            ("confidence_reset", "confidence reset"),
                            ("status_quarantine", "status quarantine"),
                            ("rate_limit_tighten", "rate limit tighten"),
                            ("ceo_escalation", "ceo escalation"),
                            ("auto_deprecate", "auto deprecate"),
                        ]
                    ),
                ),
                ("parameters", models.TextField(blank=True, null=True)),
                (
                    "executed_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("executed_by", models.TextField(db_default="system", default="system")),
                ("rollback_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                (
                    "fraud_report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="fraud.fraudreport",
                    ),
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
                "db_table": "fraud_responses",
                "indexes": [
                    models.Index(fields=["executed_at"], name="idx_fraud_responses_executed"),
                    models.Index(
                        fields=["response_type", "executed_at"], name="idx_fraud_responses_type"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="fraud_responses_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "response_type__in",
                                (
                                    "alert",
                                    "confidence_freeze",
                                    "confidence_reset",
                                    "status_quarantine",
                                    "rate_limit_tighten",
                                    "ceo_escalation",
                                    "auto_deprecate",
                                ),
                            )
                        ),
                        name="fraud_responses_response_type_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FraudReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old_outcome", models.TextField(blank=True, null=True)),
                (
                    "new_outcome",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("true_positive", "true positive"),
                            ("false_positive", "false positive"),
                            ("dismissed", "dismissed"),
                        ]
                    ),
                ),
                ("notes", models.TextField(blank=True, db_default="", default="")),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "fraud_report",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="fraud.fraudreport",
                    ),
                ),
            ],
            options={
                "db_table": "fraud_outcome_history",
                "indexes": [models.Index(fields=["changed_at"], name="fraud_outcomes_changed")],
            },
        ),
        migrations.CreateModel(
            name="FraudThreshold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("detector", "detector"), ("classification", "classification")]
                    ),
                ),
                ("name", models.TextField()),
                ("value", models.FloatField()),
                ("applied_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_by", models.TextField()),
            ],
            options={
                "db_table": "fraud_thresholds",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "name"), name="fraud_thresholds_name"),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0), ("value__lte", 1)),
                        name="fraud_thresholds_value_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThresholdRecommendation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[("detector", "detector"), ("classification", "classification")]
                    ),
                ),
                ("name", models.TextField()),
                ("current", models.FloatField()),
                ("recommended", models.FloatField()),
                ("false_positive_rate", models.FloatField(blank=True, null=True)),
                ("true_positive_rate", models.FloatField(blank=True, null=True)),
                ("samples", models.IntegerField(db_default=0, default=0)),
                (
                    "confidence",
                    models.TextField(
                        choices=[("low", "low"), ("medium", "medium"), ("high", "high")],
                        db_default="low",
                        default="low",
                    ),
                ),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                (
                    "decision",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("applied", "applied"),
                            ("rejected", "rejected"),
                        ],
                        db_default="pending",
                        default="pending",
                    ),
                ),
                ("decided_by", models.TextField(blank=True, db_default="", default="")),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "threshold_recommendations",
                "indexes": [models.Index(fields=["-created_at"], name="threshold_rec_created")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "pending")),
                        fields=("kind", "name"),
                        name="threshold_recommendations_pending",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision__in", ("pending", "applied", "rejected"))),
                        name="threshold_recommendations_decision_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThresholdChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old", models.FloatField(blank=True, null=True)),
                ("new", models.FloatField()),
                ("changed_by", models.TextField()),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reverted_at", models.DateTimeField(blank=True, null=True)),
                ("reverted_by", models.TextField(blank=True, db_default="", default="")),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="fraud.thresholdrecommendation",
                    ),
                ),
            ],
            options={
                "db_table": "threshold_history",
                "indexes": [models.Index(fields=["-changed_at"], name="threshold_history_changed")],
            },
        ),
    ]
