import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import elfsite.origins.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("conductor", "0001_initial"),
        ("origins", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PlacesState",
            fields=[
                (
                    "id",
                    models.IntegerField(db_default=1, default=1, primary_key=True, serialize=False),
                ),
                ("last_id", models.BigIntegerField(db_default=0, default=0)),
                ("seen_id", models.BigIntegerField(db_default=0, default=0)),
                ("folded_at", models.DateTimeField()),
                ("rebuilt_at", models.DateTimeField(null=True)),
                ("period_hours", models.IntegerField(db_default=1, default=1)),
                ("stale", models.BooleanField(db_default=False, default=False)),
            ],
            options={
                "db_table": "trail_places_state",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="trail_places_state_singleton"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("location", models.TextField()),
                ("heat", models.FloatField()),
                ("trails", models.IntegerField(default=0)),
                ("scents", models.JSONField(default=dict)),
                ("agents", models.JSONField(default=dict)),
                ("last_at", models.DateTimeField(null=True)),
                ("crossed_at", models.DateTimeField(null=True)),
                ("crossed_gap", models.FloatField(null=True)),
                (
                    "origin",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "db_table": "trail_places",
                "indexes": [
                    models.Index(fields=["-heat"], name="trail_places_heat"),
                    models.Index(fields=["origin", "-heat"], name="trail_places_origin_heat"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "location"), name="trail_places_location"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("origin__isnull", True)),
                        fields=("location",),
                        name="trail_places_own_location",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trail",
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
                ("location", models.TextField()),
                (
                    "location_type",
                    models.TextField(
                        choices=[
                            ("file", "file"),
                            ("function", "function"),
                            ("class", "class"),
                            ("concept", "concept"),
                            ("tag", "tag"),
                            ("url", "url"),
                        ],
                        db_default="file",
                        default="file",
                    ),
                ),
                ("scent", models.TextField()),
                ("strength", models.FloatField(db_default=1.0, default=1.0)),
                ("agent_id", models.TextField(blank=True, null=True)),
                ("node_id", models.TextField(blank=True, null=True)),
                ("message", models.TextField(blank=True, null=True)),
                ("tags", models.TextField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("expires_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
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
                    "run",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="trails",
                        to="conductor.workflowrun",
                    ),
                ),
            ],
            options={
                "db_table": "trails",
                "indexes": [
                    models.Index(fields=["location", "created_at"], name="idx_trails_location"),
                    models.Index(fields=["scent", "created_at"], name="idx_trails_scent"),
                    models.Index(fields=["agent_id", "created_at"], name="idx_trails_agent"),
                    models.Index(fields=["strength"], name="idx_trails_strength"),
                    models.Index(fields=["run", "created_at"], name="idx_trails_run"),
                    models.Index(fields=["created_at"], name="idx_trails_created_at"),
                    models.Index(fields=["location_type", "created_at"], name="idx_trails_type"),
                    models.Index(fields=["expires_at"], name="idx_trails_expires_at"),
                    models.Index(fields=["origin", "created_at"], name="idx_trails_origin"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="trails_gone",
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", True)),
                        fields=["created_at"],
                        name="trails_days",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "origin_key"), name="trails_origin")
                ],
            },
        ),
    ]
