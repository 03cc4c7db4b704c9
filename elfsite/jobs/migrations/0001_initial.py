import django.db.models.deletion
import django.db.models.functions.datetime
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Schedule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(unique=True)),
                ("kind", models.TextField()),
                ("every", models.IntegerField(help_text="seconds")),
                (
                    "payload",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value({}, output_field=models.JSONField()),
                        default=dict,
                    ),
                ),
                ("enabled", models.BooleanField(db_default=True, default=True)),
                (
                    "next_run",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                ("last_run", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "db_table": "job_schedules",
                "indexes": [models.Index(fields=["enabled", "next_run"], name="job_schedules_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("every__gte", 1)), name="job_schedules_every"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.TextField(unique=True)),
                (
                    "started_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
            ],
            options={
                "db_table": "job_workers",
                "indexes": [models.Index(fields=["-seen_at"], name="job_workers_seen")],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.TextField()),
                (
                    "payload",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value({}, output_field=models.JSONField()),
                        default=dict,
                    ),
                ),
                ("key", models.TextField(blank=True, null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("queued", "queued"),
                            ("running", "running"),
                            ("done", "done"),
                            ("failed", "failed"),
                        ],
                        db_default="queued",
                        default="queued",
                    ),
                ),
                ("attempts", models.IntegerField(db_default=0, default=0)),
                ("max_attempts", models.IntegerField(db_default=3, default=3)),
                (
                    "run_after",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("locked_by", models.TextField(blank=True, db_default="", default="")),
                ("progress_done", models.BigIntegerField(db_default=0, default=0)),
                ("progress_total", models.BigIntegerField(blank=True, null=True)),
                ("progress_note", models.TextField(blank=True, db_default="", default="")),
                ("result", models.JSONField(blank=True, null=True)),
                ("error", models.TextField(blank=True, db_default="", default="")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        default=django.utils.timezone.now,
                    ),
                ),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "jobs",
                "indexes": [
                    models.Index(fields=["state", "run_after", "id"], name="jobs_due"),
                    models.Index(fields=["state", "key", "lease_until"], name="jobs_leases"),
                    models.Index(fields=["state", "finished_at"], name="jobs_finished"),
                    models.Index(fields=["kind", "-id"], name="jobs_kind"),
                    models.Index(fields=["key", "-id"], name="jobs_key"),
                    models.Index(fields=["-created_at"], name="jobs_created"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("queued", "running", "done", "failed"))),
                        name="jobs_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("attempts__gte", 0)), name="jobs_attempts"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "queued")),
                        fields=("key",),
                        name="jobs_one_queued_per_key",
                    ),
                ],
            },
        ),
    ]
