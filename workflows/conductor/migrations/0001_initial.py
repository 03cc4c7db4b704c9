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
            name="Workflow",
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
                ("description", models.TextField(blank=True, null=True)),
                ("nodes_json", models.TextField(blank=True, db_default="[]", default="[]")),
                ("config_json", models.TextField(blank=True, db_default="{}", default="{}")),
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
                "db_table": "workflows",
                "indexes": [models.Index(fields=["created_at"], name="idx_workflows_created_at")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="workflows_origin"
                    ),
                    models.UniqueConstraint(
                        models.F("name"),
                        condition=models.Q(("origin__isnull", True)),
                        name="workflows_name",
                    ),
                    models.UniqueConstraint(
                        fields=("origin", "name"), name="workflows_name_origin"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkflowEdge",
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
                ("from_node", models.TextField()),
                ("to_node", models.TextField()),
                ("condition", models.TextField(blank=True, db_default="", default="")),
                ("priority", models.IntegerField(db_default=100, default=100)),
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
                    "workflow",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edges",
                        to="conductor.workflow",
                    ),
                ),
            ],
            options={
                "db_table": "workflow_edges",
                "indexes": [
                    models.Index(fields=["from_node"], name="idx_workflow_edges_from"),
                    models.Index(fields=["to_node"], name="idx_workflow_edges_to"),
                    models.Index(fields=["priority"], name="idx_workflow_edges_priority"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="workflow_edges_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkflowRun",
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
                ("workflow_name", models.TextField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("running", "running"),
                            ("completed", "completed"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                        ],
                        db_default="pending",
                        default="pending",
                    ),
                ),
                ("phase", models.TextField(blank=True, db_default="init", default="init")),
                ("input_json", models.TextField(blank=True, db_default="{}", default="{}")),
                ("output_json", models.TextField(blank=True, db_default="{}", default="{}")),
                ("context_json", models.TextField(blank=True, db_default="{}", default="{}")),
                ("total_nodes", models.IntegerField(db_default=0, default=0)),
                ("completed_nodes", models.IntegerField(db_default=0, default=0)),
                ("failed_nodes", models.IntegerField(db_default=0, default=0)),
                ("started_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("completed_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("error_message", models.TextField(blank=True, null=True)),
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
                    "workflow",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="runs",
                        to="conductor.workflow",
                    ),
                ),
            ],
            options={
                "verbose_name": "run",
                "db_table": "workflow_runs",
                "indexes": [
                    models.Index(fields=["status", "created_at"], name="idx_workflow_runs_status"),
                    models.Index(fields=["created_at"], name="idx_workflow_runs_created_at"),
                    models.Index(
                        fields=["workflow_name", "created_at"], name="idx_workflow_runs_name"
                    ),
                    models.Index(fields=["phase", "created_at"], name="idx_workflow_runs_phase"),
                    models.Index(fields=["failed_nodes"], name="idx_workflow_runs_failed"),
                    models.Index(fields=["origin", "created_at"], name="idx_workflow_runs_origin"),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="workflow_runs_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="workflow_runs_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NodeExecution",
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
                ("node_id", models.TextField()),
                ("node_name", models.TextField(blank=True, null=True)),
                (
                    "node_type",
                    models.TextField(
                        choices=[
                            ("single", "single"),
                            ("parallel", "parallel"),
                            ("swarm", "swarm"),
                        ],
                        db_default="single",
                        default="single",
                    ),
                ),
                ("agent_id", models.TextField(blank=True, null=True)),
                ("session_id", models.TextField(blank=True, null=True)),
                ("prompt", models.TextField(blank=True, null=True)),
                ("prompt_hash", models.TextField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("running", "running"),
                            ("completed", "completed"),
                            ("failed", "failed"),
                            ("skipped", "skipped"),
                        ],
                        db_default="pending",
                        default="pending",
                    ),
                ),
                ("result_json", models.TextField(blank=True, db_default="{}", default="{}")),
                ("result_text", models.TextField(blank=True, null=True)),
                ("findings_json", models.TextField(blank=True, db_default="[]", default="[]")),
                ("files_modified", models.TextField(blank=True, db_default="[]", default="[]")),
                ("duration_ms", models.IntegerField(blank=True, null=True)),
                ("token_count", models.BigIntegerField(blank=True, null=True)),
                ("retry_count", models.IntegerField(db_default=0, default=0)),
                ("started_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("completed_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("error_message", models.TextField(blank=True, null=True)),
                ("error_type", models.TextField(blank=True, null=True)),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="executions",
                        to="conductor.workflowrun",
                    ),
                ),
            ],
            options={
                "db_table": "node_executions",
                "indexes": [
                    models.Index(fields=["node_id", "created_at"], name="idx_node_executions_node"),
                    models.Index(
                        fields=["agent_id", "created_at"], name="idx_node_executions_agent"
                    ),
                    models.Index(fields=["prompt_hash"], name="idx_node_executions_prompt_hash"),
                    models.Index(
                        fields=["status", "created_at"], name="idx_node_executions_status"
                    ),
                    models.Index(fields=["created_at"], name="idx_node_executions_created_at"),
                    models.Index(
                        fields=["node_type", "created_at"], name="idx_node_executions_type"
                    ),
                    models.Index(
                        fields=["error_type", "created_at"], name="idx_node_executions_error"
                    ),
                    models.Index(
                        fields=["session_id", "created_at"], name="idx_node_executions_session"
                    ),
                    models.Index(fields=["duration_ms"], name="idx_node_executions_duration"),
                    models.Index(fields=["token_count"], name="idx_node_executions_tokens"),
                    models.Index(
                        fields=["origin", "created_at"], name="idx_node_executions_origin"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="node_executions_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="node_executions_origin"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ConductorDecision",
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
                    "decision_type",
                    models.TextField(
                        choices=[
                            ("start_run", "start run"),
                            ("fire_node", "fire node"),
                            ("skip_node", "skip node"),
                            ("node_failed", "node failed"),
                            ("retry", "retry"),
                            ("route", "route"),
                            ("abort", "abort"),
                            ("phase_change", "phase change"),
                            ("replay", "replay"),
                            ("clone", "clone"),
                            ("reset_node", "reset node"),
                        ]
                    ),
                ),
                ("decision_data", models.TextField(blank=True, db_default="{}", default="{}")),
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
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="conductor.workflowrun",
                    ),
                ),
            ],
            options={
                "db_table": "conductor_decisions",
                "indexes": [
                    models.Index(
                        fields=["decision_type", "created_at"], name="idx_conductor_decisions_type"
                    ),
                    models.Index(fields=["created_at"], name="idx_conductor_decisions_when"),
                    models.Index(
                        fields=["origin", "created_at"], name="idx_conductor_decisions_origin"
                    ),
                    models.Index(
                        condition=models.Q(("gone_at__isnull", False)),
                        fields=["gone_at"],
                        name="conductor_decisions_gone",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="conductor_decisions_origin"
                    )
                ],
            },
        ),
    ]
