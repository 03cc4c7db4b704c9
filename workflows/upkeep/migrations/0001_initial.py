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
            name="DbOperations",
            fields=[
                (
                    "id",
                    models.IntegerField(db_default=1, default=1, primary_key=True, serialize=False),
                ),
                ("operation_count", models.BigIntegerField(db_default=0, default=0)),
                ("last_vacuum", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("last_analyze", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("total_vacuums", models.IntegerField(db_default=0, default=0)),
                ("total_analyzes", models.IntegerField(db_default=0, default=0)),
            ],
            options={
                "verbose_name": "database operations",
                "verbose_name_plural": "database operations",
                "db_table": "db_operations",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="db_operations_singleton"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SchemaVersion",
            fields=[
                ("version", models.IntegerField(primary_key=True, serialize=False)),
                (
                    "applied_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("description", models.TextField(blank=True, null=True)),
            ],
            options={
                "db_table": "schema_version",
                "indexes": [models.Index(fields=["applied_at"], name="idx_schema_version_applied")],
            },
        ),
        migrations.CreateModel(
            name="SystemHealth",
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
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("healthy", "healthy"),
                            ("degraded", "degraded"),
                            ("unhealthy", "unhealthy"),
                            ("critical", "critical"),
                        ]
                    ),
                ),
                ("db_integrity", models.TextField(blank=True, null=True)),
                ("db_size_mb", models.FloatField(blank=True, null=True)),
                ("disk_free_mb", models.FloatField(blank=True, null=True)),
                ("git_status", models.TextField(blank=True, null=True)),
                ("stale_locks", models.IntegerField(db_default=0, default=0)),
                ("details", models.TextField(blank=True, null=True)),
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
                "verbose_name": "health snapshot",
                "db_table": "system_health",
                "indexes": [
                    models.Index(fields=["timestamp"], name="idx_system_health_timestamp"),
                    models.Index(fields=["status", "timestamp"], name="idx_system_health_status"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="system_health_origin"
                    )
                ],
            },
        ),
    ]
