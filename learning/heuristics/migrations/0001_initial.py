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
            name="Heuristic",
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
                ("domain", models.TextField()),
                ("rule", models.TextField()),
                ("explanation", models.TextField(blank=True, null=True)),
                ("source_type", models.TextField(blank=True, null=True)),
                ("source_id", models.IntegerField(blank=True, null=True)),
                (
                    "confidence",
                    models.FloatField(
                        db_default=0.5,
                        default=0.5,
                        validators=[elfsite.origins.fields.validate_share],
                    ),
                ),
                ("times_validated", models.IntegerField(db_default=0, default=0)),
                ("times_violated", models.IntegerField(db_default=0, default=0)),
                ("is_golden", models.BooleanField(db_default=False, default=False)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("active", "active"),
                            ("dormant", "dormant"),
                            ("deprecated", "deprecated"),
                            ("archived", "archived"),
                            ("quarantined", "quarantined"),
                        ],
                        db_default="active",
                        default="active",
                    ),
                ),
                ("dormant_since", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("revival_conditions", models.TextField(blank=True, null=True)),
                ("times_revived", models.IntegerField(db_default=0, default=0)),
                ("times_contradicted", models.IntegerField(db_default=0, default=0)),
                ("min_applications", models.IntegerField(db_default=10, default=10)),
                (
                    "last_confidence_update",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                ("update_count_today", models.IntegerField(db_default=0, default=0)),
                (
                    "update_count_reset_date",
                    elfsite.origins.fields.SeedDateField(blank=True, null=True),
                ),
                ("last_used_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("confidence_ema", models.FloatField(blank=True, null=True)),
                ("ema_alpha", models.FloatField(blank=True, null=True)),
                ("ema_warmup_remaining", models.IntegerField(db_default=0, default=0)),
                (
                    "last_ema_update",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                ("fraud_flags", models.IntegerField(db_default=0, default=0)),
                ("is_quarantined", models.BooleanField(db_default=False, default=False)),
                (
                    "last_fraud_check",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                ("project_path", models.TextField(blank=True, null=True)),
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
                ("author", models.TextField(blank=True, null=True)),
                ("evidence_held", models.FloatField(db_default=0.0, default=0.0)),
                ("evidence_against", models.FloatField(db_default=0.0, default=0.0)),
                ("idle_since", models.DateTimeField(blank=True, editable=False, null=True)),
                ("decay_steps", models.IntegerField(db_default=0, default=0)),
                ("revival_offered_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("frozen_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("frozen_reason", models.TextField(blank=True, db_default="", default="")),
                ("daily_limit", models.IntegerField(blank=True, null=True)),
                ("cooldown_minutes", models.IntegerField(blank=True, null=True)),
                ("golden_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("golden_by", models.TextField(blank=True, db_default="", default="")),
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
                "db_table": "heuristics",
                "indexes": [
                    models.Index(fields=["domain"], name="idx_heuristics_domain"),
                    models.Index(
                        fields=["is_golden", "-confidence"], name="idx_heuristics_is_golden"
                    ),
                    models.Index(fields=["confidence"], name="idx_heuristics_confidence"),
                    models.Index(
                        fields=["domain", "-confidence"], name="idx_heuristics_domain_confidence"
                    ),
                    models.Index(
                        fields=["project_path", "-confidence"], name="idx_heuristics_project_path"
                    ),
                    models.Index(fields=["status", "-confidence"], name="idx_heuristics_status"),
                    models.Index(fields=["last_used_at"], name="idx_heuristics_last_used"),
                    models.Index(
                        condition=models.Q(("ema_warmup_remaining__gt", 0)),
                        fields=["ema_warmup_remaining"],
                        name="idx_heuristics_ema_warmup",
                    ),
                    models.Index(fields=["created_at"], name="idx_heuristics_created_at"),
                    models.Index(fields=["times_validated"], name="idx_heuristics_validated"),
                    models.Index(fields=["updated_at"], name="idx_heuristics_updated_at"),
                    models.Index(
                        fields=["origin", "-confidence"], name="idx_heuristics_origin_conf"
                    ),
                    models.Index(fields=["-confidence"], name="heuristics_by_confidence"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="heuristics_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="heuristics_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                        name="heuristics_confidence_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times_validated__gte", 0)),
                        name="heuristics_times_validated_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("times_violated__gte", 0)),
                        name="heuristics_times_violated_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_golden__range", (False, True))),
                        name="heuristics_is_golden_flag",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_quarantined__range", (False, True))),
                        name="heuristics_is_quarantined_flag",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConfidenceUpdate",
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
                ("old_confidence", models.FloatField()),
                ("new_confidence", models.FloatField()),
                ("delta", models.FloatField()),
                (
                    "update_type",
                    models.TextField(
                        choices=[
                            ("success", "success"),
                            ("failure", "failure"),
                            ("contradiction", "contradiction"),
                            ("decay", "decay"),
                            ("revival", "revival"),
                            ("manual", "manual"),
                            ("reset", "reset"),
                            ("merge", "merge"),
                        ]
                    ),
                ),
                ("reason", models.TextField(blank=True, null=True)),
                ("session_id", models.TextField(blank=True, null=True)),
                ("agent_id", models.TextField(blank=True, null=True)),
                ("rate_limited", models.BooleanField(db_default=False, default=False)),
                ("raw_target_confidence", models.FloatField(blank=True, null=True)),
                ("smoothed_delta", models.FloatField(blank=True, null=True)),
                ("alpha_used", models.FloatField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("grader", models.TextField(blank=True, null=True)),
                ("grader_class", models.TextField(blank=True, null=True)),
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
                    "heuristic",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="heuristics.heuristic",
                    ),
                ),
            ],
            options={
                "db_table": "confidence_updates",
                "indexes": [
                    models.Index(
                        fields=["heuristic", "created_at"], name="idx_conf_updates_heuristic"
                    ),
                    models.Index(fields=["created_at"], name="idx_conf_updates_created"),
                    models.Index(
                        fields=["update_type", "created_at"], name="idx_conf_updates_type"
                    ),
                    models.Index(fields=["agent_id", "created_at"], name="idx_conf_updates_agent"),
                    models.Index(
                        fields=["session_id", "created_at"], name="idx_conf_updates_session"
                    ),
                    models.Index(
                        fields=["rate_limited", "created_at"], name="idx_conf_updates_limited"
                    ),
                    models.Index(fields=["origin", "created_at"], name="idx_conf_updates_origin"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="confidence_updates_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="confidence_updates_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("rate_limited__range", (False, True))),
                        name="confidence_updates_rate_limited_flag",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HeuristicMerge",
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
                ("source_ids", models.TextField()),
                ("merge_reason", models.TextField(blank=True, null=True)),
                ("merge_strategy", models.TextField(blank=True, null=True)),
                ("similarity_score", models.FloatField(blank=True, null=True)),
                (
                    "merged_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                    "target",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_from",
                        to="heuristics.heuristic",
                    ),
                ),
            ],
            options={
                "db_table": "heuristic_merges",
                "indexes": [
                    models.Index(fields=["merged_at"], name="idx_heuristic_merges_merged"),
                    models.Index(fields=["merge_strategy"], name="idx_heuristic_merges_strategy"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="heuristic_merges_origin"
                    )
                ],
            },
        ),
    ]
