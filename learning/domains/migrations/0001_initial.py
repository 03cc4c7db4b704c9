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
            name="DomainBaseline",
            fields=[
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("domain", models.TextField(primary_key=True, serialize=False)),
                ("avg_success_rate", models.FloatField(blank=True, null=True)),
                ("std_success_rate", models.FloatField(blank=True, null=True)),
                ("avg_update_frequency", models.FloatField(blank=True, null=True)),
                ("std_update_frequency", models.FloatField(blank=True, null=True)),
                ("sample_count", models.IntegerField(db_default=0, default=0)),
                (
                    "last_updated",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
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
                "verbose_name": "domain baseline",
                "db_table": "domain_baselines",
                "indexes": [
                    models.Index(fields=["last_updated"], name="idx_domain_baselines_updated")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="domain_baselines_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DomainMetadata",
            fields=[
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("domain", models.TextField(primary_key=True, serialize=False)),
                ("soft_limit", models.IntegerField(db_default=5, default=5)),
                ("hard_limit", models.IntegerField(db_default=10, default=10)),
                ("ceo_override_limit", models.IntegerField(blank=True, null=True)),
                ("current_count", models.IntegerField(db_default=0, default=0)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("normal", "normal"),
                            ("overflow", "overflow"),
                            ("critical", "critical"),
                        ],
                        db_default="normal",
                        default="normal",
                    ),
                ),
                (
                    "overflow_entered_at",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                ("expansion_min_confidence", models.FloatField(db_default=0.7, default=0.7)),
                ("expansion_min_validations", models.IntegerField(db_default=3, default=3)),
                ("expansion_min_novelty", models.FloatField(db_default=0.6, default=0.6)),
                ("grace_period_days", models.IntegerField(db_default=7, default=7)),
                ("max_overflow_days", models.IntegerField(db_default=28, default=28)),
                ("avg_confidence", models.FloatField(blank=True, null=True)),
                ("health_score", models.FloatField(blank=True, null=True)),
                (
                    "last_health_check",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
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
                "verbose_name": "domain",
                "db_table": "domain_metadata",
                "indexes": [
                    models.Index(fields=["state"], name="idx_domain_metadata_state"),
                    models.Index(fields=["current_count"], name="idx_domain_metadata_count"),
                    models.Index(fields=["health_score"], name="idx_domain_metadata_health"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="domain_metadata_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("soft_limit__gt", 0)), name="domain_metadata_soft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hard_limit__gte", models.F("soft_limit"))),
                        name="domain_metadata_hard",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ceo_override_limit__isnull", True),
                            ("ceo_override_limit__gte", models.F("hard_limit")),
                            _connector="OR",
                        ),
                        name="domain_metadata_override",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("normal", "overflow", "critical"))),
                        name="domain_metadata_state_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExpansionEvent",
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
                (
                    "event_type",
                    models.TextField(
                        choices=[
                            ("expansion", "expansion"),
                            ("contraction", "contraction"),
                            ("merge", "merge"),
                        ]
                    ),
                ),
                ("count_before", models.IntegerField()),
                ("count_after", models.IntegerField()),
                ("quality_score", models.FloatField(blank=True, null=True)),
                ("novelty_score", models.FloatField(blank=True, null=True)),
                ("health_score", models.FloatField(blank=True, null=True)),
                ("reason", models.TextField(blank=True, null=True)),
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
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
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
            ],
            options={
                "db_table": "expansion_events",
                "indexes": [
                    models.Index(
                        fields=["domain", "created_at"], name="idx_expansion_events_domain"
                    ),
                    models.Index(
                        fields=["event_type", "created_at"], name="idx_expansion_events_type"
                    ),
                    models.Index(fields=["created_at"], name="idx_expansion_events_created"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="expansion_events_origin"
                    )
                ],
            },
        ),
    ]
