import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import elfsite.origins.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("origins", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("github_id", models.BigIntegerField(blank=True, null=True, unique=True)),
                ("username", models.TextField()),
                ("avatar_url", models.TextField(blank=True, null=True)),
                (
                    "created_at",
                    elfsite.origins.fields.SeedDateTimeField(
                        blank=True,
                        db_default=elfsite.origins.fields.CurrentTimestamp(),
                        default=django.utils.timezone.now,
                        null=True,
                    ),
                ),
                ("login", models.CharField(blank=True, max_length=150, null=True, unique=True)),
                ("email", models.EmailField(blank=True, db_default="", default="", max_length=254)),
                ("password", models.CharField(db_default="!", default="!", max_length=128)),
                (
                    "role",
                    models.TextField(
                        choices=[("member", "member"), ("steward", "steward"), ("admin", "admin")],
                        db_default="member",
                        default="member",
                    ),
                ),
                ("is_active", models.BooleanField(db_default=False, default=True)),
                ("is_superuser", models.BooleanField(db_default=False, default=False)),
                (
                    "theme",
                    models.TextField(
                        choices=[("system", "system"), ("light", "light"), ("dark", "dark")],
                        db_default="system",
                        default="system",
                    ),
                ),
                (
                    "density",
                    models.TextField(
                        choices=[("dense", "dense"), ("roomy", "roomy")],
                        db_default="dense",
                        default="dense",
                    ),
                ),
                ("shortcuts", models.BooleanField(db_default=True, default=True)),
                ("plays", models.BooleanField(db_default=True, default=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
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
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "db_table": "users",
                "indexes": [
                    models.Index(fields=["username"], name="idx_users_username"),
                    models.Index(fields=["role"], name="idx_users_role"),
                    models.Index(fields=["created_at"], name="idx_users_created_at"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("origin", "origin_key"), name="users_origin")
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.TextField(
                        choices=[
                            ("first", "first"),
                            ("invitation", "invitation"),
                            ("password", "password"),
                        ],
                        default="invitation",
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "role",
                    models.TextField(
                        choices=[("member", "member"), ("steward", "steward"), ("admin", "admin")],
                        default="member",
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "used_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "invitations",
            },
        ),
        migrations.CreateModel(
            name="GameState",
            fields=[
                ("origin_key", models.TextField(blank=True, editable=False, null=True)),
                ("origin_hash", models.TextField(blank=True, editable=False, null=True)),
                ("gone_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("governed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="game_state",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("score", models.BigIntegerField(db_default=0, default=0)),
                (
                    "unlocked_weapons",
                    models.TextField(
                        blank=True, db_default='["pulse_laser"]', default='["pulse_laser"]'
                    ),
                ),
                (
                    "unlocked_cursors",
                    models.TextField(blank=True, db_default='["default"]', default='["default"]'),
                ),
                (
                    "active_weapon",
                    models.TextField(db_default="pulse_laser", default="pulse_laser"),
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
                "verbose_name": "game state",
                "db_table": "game_state",
                "indexes": [models.Index(fields=["score"], name="idx_game_state_score")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="game_state_origin"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0)), name="game_state_score_range"
                    ),
                ],
            },
        ),
    ]
