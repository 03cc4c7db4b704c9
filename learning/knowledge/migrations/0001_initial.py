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
            name="Experiment",
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
                ("name", models.TextField()),
                ("hypothesis", models.TextField(blank=True, null=True)),
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
                ("cycles_run", models.IntegerField(db_default=0, default=0)),
                ("folder_path", models.TextField(blank=True, null=True)),
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
                "db_table": "experiments",
                "indexes": [
                    models.Index(fields=["status", "created_at"], name="idx_experiments_status"),
                    models.Index(fields=["created_at"], name="idx_experiments_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="experiments_origin"
                    ),
                    models.UniqueConstraint(
                        models.F("name"),
                        condition=models.Q(("origin__isnull", True)),
                        name="experiment_name",
                    ),
                    models.UniqueConstraint(
                        fields=("origin", "name"), name="experiments_name_origin"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cycle",
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
                ("cycle_number", models.IntegerField(blank=True, null=True)),
                ("try_summary", models.TextField(blank=True, null=True)),
                ("break_summary", models.TextField(blank=True, null=True)),
                ("analysis", models.TextField(blank=True, null=True)),
                ("learning_extracted", models.TextField(blank=True, null=True)),
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
                (
                    "experiment",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cycles",
                        to="knowledge.experiment",
                    ),
                ),
            ],
            options={
                "db_table": "cycles",
                "indexes": [models.Index(fields=["created_at"], name="idx_cycles_created_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "origin_key"), name="cycles_origin")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invariant",
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
                ("statement", models.TextField()),
                ("rationale", models.TextField()),
                ("domain", models.TextField(blank=True, null=True)),
                (
                    "scope",
                    models.TextField(
                        choices=[
                            ("codebase", "codebase"),
                            ("module", "module"),
                            ("function", "function"),
                            ("runtime", "runtime"),
                        ],
                        db_default="codebase",
                        default="codebase",
                    ),
                ),
                (
                    "validation_type",
                    models.TextField(
                        blank=True,
                        choices=[
                            ("manual", "manual"),
                            ("automated", "automated"),
                            ("test", "test"),
                        ],
                        null=True,
                    ),
                ),
                ("validation_code", models.TextField(blank=True, null=True)),
                (
                    "severity",
                    models.TextField(
                        choices=[("error", "error"), ("warning", "warning"), ("info", "info")],
                        db_default="error",
                        default="error",
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("active", "active"),
                            ("violated", "violated"),
                            ("deprecated", "deprecated"),
                        ],
                        db_default="active",
                        default="active",
                    ),
                ),
                ("violation_count", models.IntegerField(db_default=0, default=0)),
                (
                    "last_validated_at",
                    elfsite.origins.fields.SeedDateTimeField(blank=True, null=True),
                ),
                (
                    "last_violated_at",
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
                "db_table": "invariants",
                "indexes": [
                    models.Index(fields=["domain", "created_at"], name="idx_invariants_domain"),
                    models.Index(fields=["status", "created_at"], name="idx_invariants_status"),
                    models.Index(fields=["severity", "created_at"], name="idx_invariants_severity"),
                    models.Index(fields=["created_at"], name="idx_invariants_created_at"),
                    models.Index(fields=["violation_count"], name="idx_invariants_violations"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="invariants_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Learning",
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
                    "type",
                    models.TextField(
                        choices=[
                            ("failure", "failure"),
                            ("success", "success"),
                            ("heuristic", "heuristic"),
                            ("experiment", "experiment"),
                            ("observation", "observation"),
                        ]
                    ),
                ),
                ("filepath", models.TextField()),
                ("title", models.TextField()),
                ("summary", models.TextField(blank=True, null=True)),
                ("tags", models.TextField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                ("severity", models.IntegerField(blank=True, db_default=3, default=3, null=True)),
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
                "db_table": "learnings",
                "indexes": [
                    models.Index(fields=["domain"], name="idx_learnings_domain"),
                    models.Index(fields=["type", "created_at"], name="idx_learnings_type"),
                    models.Index(fields=["tags"], name="idx_learnings_tags"),
                    models.Index(fields=["created_at"], name="idx_learnings_created_at"),
                    models.Index(
                        fields=["domain", "created_at"], name="idx_learnings_domain_created"
                    ),
                    models.Index(fields=["severity", "created_at"], name="idx_learnings_severity"),
                    models.Index(
                        fields=["origin", "created_at"], name="idx_learnings_origin_created"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="learnings_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="learnings_origin"
                    ),
                    models.UniqueConstraint(
                        models.F("filepath"),
                        condition=models.Q(("origin__isnull", True)),
                        name="learnings_filepath",
                    ),
                    models.UniqueConstraint(
                        fields=("origin", "filepath"), name="learnings_filepath_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "type__in",
                                ("failure", "success", "heuristic", "experiment", "observation"),
                            )
                        ),
                        name="learnings_type_word",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__gte", 1), ("severity__lte", 5)),
                        name="learnings_severity_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SpikeReport",
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
                ("topic", models.TextField(blank=True, null=True)),
                ("question", models.TextField(blank=True, null=True)),
                ("findings", models.TextField(blank=True, null=True)),
                ("gotchas", models.TextField(blank=True, null=True)),
                ("resources", models.TextField(blank=True, null=True)),
                ("time_invested_minutes", models.IntegerField(blank=True, null=True)),
                ("domain", models.TextField(blank=True, null=True)),
                ("tags", models.TextField(blank=True, null=True)),
                ("usefulness_score", models.FloatField(db_default=0, default=0)),
                ("access_count", models.IntegerField(db_default=0, default=0)),
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
                "db_table": "spike_reports",
                "indexes": [
                    models.Index(fields=["domain", "created_at"], name="idx_spike_reports_domain"),
                    models.Index(fields=["topic"], name="idx_spike_reports_topic"),
                    models.Index(fields=["created_at"], name="idx_spike_reports_created_at"),
                    models.Index(fields=["usefulness_score"], name="idx_spike_reports_usefulness"),
                    models.Index(fields=["access_count"], name="idx_spike_reports_access"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="spike_reports_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Violation",
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
                ("rule_id", models.IntegerField()),
                ("rule_name", models.TextField()),
                (
                    "violation_date",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("description", models.TextField(blank=True, null=True)),
                ("session_id", models.TextField(blank=True, null=True)),
                ("acknowledged", models.BooleanField(db_default=False, default=False)),
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
                "db_table": "violations",
                "indexes": [
                    models.Index(fields=["rule_id", "violation_date"], name="idx_violations_rule"),
                    models.Index(fields=["violation_date"], name="idx_violations_date"),
                    models.Index(
                        fields=["acknowledged", "violation_date"],
                        name="idx_violations_acknowledged",
                    ),
                    models.Index(
                        fields=["session_id", "violation_date"], name="idx_violations_session"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="violations_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("acknowledged__range", (False, True))),
                        name="violations_acknowledged_flag",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assumption",
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
                ("assumption", models.TextField()),
                ("context", models.TextField(blank=True, null=True)),
                ("source", models.TextField(blank=True, null=True)),
                (
                    "confidence",
                    models.FloatField(
                        db_default=0.5,
                        default=0.5,
                        validators=[elfsite.origins.fields.validate_share],
                    ),
                ),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("active", "active"),
                            ("verified", "verified"),
                            ("challenged", "challenged"),
                            ("invalidated", "invalidated"),
                        ],
                        db_default="active",
                        default="active",
                    ),
                ),
                ("domain", models.TextField(blank=True, null=True)),
                ("verified_count", models.IntegerField(db_default=0, default=0)),
                ("challenged_count", models.IntegerField(db_default=0, default=0)),
                (
                    "last_verified_at",
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
                "db_table": "assumptions",
                "indexes": [
                    models.Index(fields=["domain", "created_at"], name="idx_assumptions_domain"),
                    models.Index(fields=["status", "created_at"], name="idx_assumptions_status"),
                    models.Index(fields=["confidence"], name="idx_assumptions_confidence"),
                    models.Index(fields=["created_at"], name="idx_assumptions_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="assumptions_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("confidence__gte", 0), ("confidence__lte", 1)),
                        name="assumptions_confidence_range",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("active", "verified", "challenged", "invalidated"))
                        ),
                        name="assumptions_status_word",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("context", models.TextField()),
                ("options_considered", models.TextField(blank=True, null=True)),
                ("decision", models.TextField()),
                ("rationale", models.TextField()),
                ("files_touched", models.TextField(blank=True, null=True)),
                ("tests_added", models.TextField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("proposed", "proposed"),
                            ("accepted", "accepted"),
                            ("deprecated", "deprecated"),
                            ("superseded", "superseded"),
                        ],
                        db_default="accepted",
                        default="accepted",
                    ),
                ),
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
                (
                    "superseded_by",
                    models.ForeignKey(
                        blank=True,
                        db_column="superseded_by",
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="supersedes",
                        to="knowledge.decision",
                    ),
                ),
            ],
            options={
                "db_table": "decisions",
                "indexes": [
                    models.Index(fields=["domain", "created_at"], name="idx_decisions_domain"),
                    models.Index(fields=["status", "created_at"], name="idx_decisions_status"),
                    models.Index(fields=["created_at"], name="idx_decisions_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="decisions_origin"
                    )
                ],
            },
        ),
    ]
