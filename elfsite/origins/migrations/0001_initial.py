import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(unique=True)),
                (
                    "kind",
                    models.TextField(choices=[("elf", "elf")], db_default="elf", default="elf"),
                ),
                ("path", models.TextField()),
                ("time_zone", models.TextField(db_default="UTC", default="UTC")),
                ("project_path", models.TextField(blank=True, null=True)),
                ("is_sample", models.BooleanField(db_default=False, default=False)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("new", "new"),
                            ("reading", "reading"),
                            ("ready", "ready"),
                            ("failed", "failed"),
                            ("forgetting", "forgetting"),
                        ],
                        db_default="new",
                        default="new",
                    ),
                ),
                (
                    "facts",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                (
                    "report",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                ("error", models.TextField(blank=True, db_default="", default="")),
                ("first_activity_at", models.DateTimeField(blank=True, null=True)),
                ("last_activity_at", models.DateTimeField(blank=True, null=True)),
                ("last_run_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("created_by", models.TextField(blank=True, db_default="", default="")),
                ("lease_holder", models.TextField(blank=True, db_default="", default="")),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                (
                    "progress",
                    models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict),
                ),
                ("followed", models.BooleanField(db_default=False, default=False)),
                ("write_back", models.BooleanField(db_default=False, default=False)),
                ("follow_holder", models.TextField(blank=True, db_default="", default="")),
                ("follow_until", models.DateTimeField(blank=True, null=True)),
                ("follow_state", models.TextField(blank=True, db_default="", default="")),
                ("follow_error", models.TextField(blank=True, db_default="", default="")),
                ("follow_at", models.DateTimeField(blank=True, null=True)),
                ("follow_lag", models.FloatField(blank=True, null=True)),
                ("written_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "sources",
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "path"), name="sources_kind_path")
                ],
            },
        ),
        migrations.CreateModel(
            name="Repair",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.TextField()),
                ("key", models.TextField()),
                ("column", models.TextField()),
                ("rule", models.TextField()),
                ("raw", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="repairs",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "db_table": "import_repairs",
                "indexes": [models.Index(fields=["table"], name="import_repairs_table")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "table", "key", "column"), name="import_repairs_value"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rejection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.TextField()),
                ("key", models.TextField()),
                ("reason", models.TextField()),
                ("raw", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejections",
                        to="origins.source",
                    ),
                ),
            ],
            options={
                "db_table": "import_rejections",
                "indexes": [models.Index(fields=["table"], name="import_rejections_table")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "table", "key"), name="import_rejections_row"
                    )
                ],
            },
        ),
    ]
