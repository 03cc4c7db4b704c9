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
            name="Plan",
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
                ("task_id", models.TextField(blank=True, null=True)),
                ("title", models.TextField()),
                ("description", models.TextField(blank=True, null=True)),
                ("approach", models.TextField(blank=True, null=True)),
                ("risks", models.TextField(blank=True, null=True)),
                ("expected_outcome", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("active", "active"),
                            ("completed", "completed"),
                            ("abandoned", "abandoned"),
                        ],
                        db_default="active",
                        default="active",
                    ),
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
                ("completed_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
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
                "db_table": "plans",
                "indexes": [
                    models.Index(fields=["status", "created_at"], name="idx_plans_status"),
                    models.Index(fields=["domain", "created_at"], name="idx_plans_domain"),
                    models.Index(fields=["created_at"], name="idx_plans_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "origin_key"), name="plans_origin"),
                    models.UniqueConstraint(
                        models.F("task_id"),
                        condition=models.Q(("origin__isnull", True)),
                        name="plans_task_id",
                    ),
                    models.UniqueConstraint(
                        fields=("origin", "task_id"), name="plans_task_id_origin"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Postmortem",
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
                ("title", models.TextField()),
                ("actual_outcome", models.TextField(blank=True, null=True)),
                ("divergences", models.TextField(blank=True, null=True)),
                ("went_well", models.TextField(blank=True, null=True)),
                ("went_wrong", models.TextField(blank=True, null=True)),
                ("lessons", models.TextField(blank=True, null=True)),
                ("heuristics_extracted", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
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
                    "plan",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="postmortems",
                        to="planning.plan",
                    ),
                ),
            ],
            options={
                "db_table": "postmortems",
                "indexes": [
                    models.Index(fields=["domain", "created_at"], name="idx_postmortems_domain"),
                    models.Index(fields=["created_at"], name="idx_postmortems_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="postmortems_origin"
                    )
                ],
            },
        ),
    ]
