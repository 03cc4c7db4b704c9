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
            name="BuildingQuery",
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
                ("query_type", models.TextField()),
                ("session_id", models.TextField(blank=True, null=True)),
                ("agent_id", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                ("tags", models.TextField(blank=True, null=True)),
                (
                    "limit_requested",
                    models.IntegerField(blank=True, db_default=10, default=10, null=True),
                ),
                ("max_tokens_requested", models.IntegerField(blank=True, null=True)),
                (
                    "results_returned",
                    models.IntegerField(blank=True, db_default=0, default=0, null=True),
                ),
                ("tokens_approximated", models.IntegerField(blank=True, null=True)),
                ("duration_ms", models.IntegerField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("success", "success"),
                            ("error", "error"),
                            ("timeout", "timeout"),
                        ],
                        db_default="success",
                        default="success",
                    ),
                ),
                ("error_message", models.TextField(blank=True, null=True)),
                ("error_code", models.TextField(blank=True, null=True)),
                ("golden_rules_returned", models.IntegerField(db_default=0, default=0)),
                ("heuristics_count", models.IntegerField(db_default=0, default=0)),
                ("learnings_count", models.IntegerField(db_default=0, default=0)),
                ("experiments_count", models.IntegerField(db_default=0, default=0)),
                ("ceo_reviews_count", models.IntegerField(db_default=0, default=0)),
                ("query_summary", models.TextField(blank=True, null=True)),
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
                "verbose_name": "query",
                "verbose_name_plural": "queries",
                "db_table": "building_queries",
                "indexes": [
                    models.Index(
                        fields=["query_type", "created_at"], name="idx_building_queries_type"
                    ),
                    models.Index(
                        fields=["session_id", "created_at"], name="idx_building_queries_session"
                    ),
                    models.Index(fields=["created_at"], name="idx_building_queries_created_at"),
                    models.Index(
                        fields=["status", "created_at"], name="idx_building_queries_status"
                    ),
                    models.Index(
                        fields=["domain", "created_at"], name="idx_building_queries_domain"
                    ),
                    models.Index(fields=["duration_ms"], name="idx_building_queries_duration"),
                    models.Index(
                        fields=["origin", "created_at"], name="idx_building_queries_origin"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="building_queries_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="building_queries_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionContext",
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
                ("session_id", models.TextField()),
                ("agent_id", models.TextField(blank=True, null=True)),
                ("context_hash", models.TextField()),
                ("context_preview", models.TextField(blank=True, null=True)),
                ("heuristics_applied", models.TextField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("heuristics_offered", models.TextField(blank=True, null=True)),
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
                "db_table": "session_contexts",
                "indexes": [
                    models.Index(
                        fields=["session_id", "created_at"], name="idx_session_contexts_session"
                    ),
                    models.Index(fields=["created_at"], name="idx_session_contexts_created"),
                    models.Index(fields=["context_hash"], name="idx_session_contexts_hash"),
                    models.Index(
                        fields=["agent_id", "created_at"], name="idx_session_contexts_agent"
                    ),
                    models.Index(
                        fields=["origin", "created_at"], name="session_contexts_by_origin"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="session_contexts_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="session_contexts_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SessionSummary",
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
                ("session_id", models.TextField()),
                ("project", models.TextField()),
                ("tool_summary", models.TextField(blank=True, null=True)),
                ("content_summary", models.TextField(blank=True, null=True)),
                ("conversation_summary", models.TextField(blank=True, null=True)),
                ("files_touched", models.TextField(blank=True, db_default="[]", default="[]")),
                ("tool_counts", models.TextField(blank=True, db_default="{}", default="{}")),
                ("message_count", models.IntegerField(db_default=0, default=0)),
                ("session_file_path", models.TextField(blank=True, null=True)),
                ("session_file_size", models.BigIntegerField(blank=True, null=True)),
                (
                    "session_last_modified",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                (
                    "summarized_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                (
                    "summarizer_model",
                    models.TextField(blank=True, db_default="haiku", default="haiku"),
                ),
                ("summary_version", models.IntegerField(db_default=1, default=1)),
                ("is_stale", models.BooleanField(db_default=False, default=False)),
                ("needs_resummarize", models.BooleanField(db_default=False, default=False)),
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
                "verbose_name": "session",
                "db_table": "session_summaries",
                "indexes": [
                    models.Index(
                        fields=["project", "summarized_at"], name="idx_session_summaries_project"
                    ),
                    models.Index(fields=["summarized_at"], name="idx_session_summaries_when"),
                    models.Index(
                        fields=["is_stale", "summarized_at"], name="idx_session_summaries_stale"
                    ),
                    models.Index(fields=["message_count"], name="idx_session_summaries_messages"),
                    models.Index(
                        fields=["origin", "summarized_at"], name="session_summaries_by_origin"
                    ),
                    models.Index(
                        fields=["session_id", "summarized_at"], name="session_summaries_by_session"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="session_summaries_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="session_summaries_origin"
                    ),
                    models.UniqueConstraint(
                        models.F("session_id"),
                        condition=models.Q(("origin__isnull", True)),
                        name="session_summaries_session_id",
                    ),
                    models.UniqueConstraint(
                        fields=("origin", "session_id"), name="session_summaries_session_id_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_stale__range", (False, True))),
                        name="session_summaries_is_stale_flag",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("needs_resummarize__range", (False, True))),
                        name="session_summaries_needs_resummarize_flag",
                    ),
                ],
            },
        ),
    ]
