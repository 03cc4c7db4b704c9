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
            name="CeoReview",
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
                ("context", models.TextField(blank=True, null=True)),
                ("recommendation", models.TextField(blank=True, null=True)),
                (
                    "status",
                    models.TextField(
                        choices=[
                            ("pending", "pending"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                        ],
                        db_default="pending",
                        default="pending",
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
                ("reviewed_at", elfsite.origins.fields.SeedDateTimeField(blank=True, null=True)),
                ("kind", models.TextField(blank=True, db_default="", default="")),
                ("subject_type", models.TextField(blank=True, db_default="", default="")),
                ("subject_id", models.TextField(blank=True, db_default="", default="")),
                ("subject_version", models.TextField(blank=True, db_default="", default="")),
                ("asked_by", models.TextField(blank=True, db_default="", default="")),
                ("decided_by", models.TextField(blank=True, db_default="", default="")),
                ("reason", models.TextField(blank=True, db_default="", default="")),
                ("deferred_until", models.DateTimeField(blank=True, null=True)),
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
                "verbose_name": "review",
                "db_table": "ceo_reviews",
                "indexes": [
                    models.Index(fields=["status", "created_at"], name="idx_ceo_reviews_status"),
                    models.Index(fields=["created_at"], name="idx_ceo_reviews_created_at"),
                    models.Index(
                        fields=["subject_type", "subject_id", "kind"],
                        name="idx_ceo_reviews_subject",
                    ),
                    models.Index(fields=["status", "reviewed_at"], name="idx_ceo_reviews_reviewed"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("origin", "origin_key"), name="ceo_reviews_origin"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("status", "pending"), models.Q(("kind", ""), _negated=True)
                        ),
                        fields=("kind", "subject_type", "subject_id"),
                        name="ceo_reviews_one_pending",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReviewSignature",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person", models.TextField()),
                ("reason", models.TextField(blank=True, default="")),
                ("version", models.TextField(blank=True, default="")),
                ("signed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="reviews.ceoreview",
                    ),
                ),
            ],
            options={
                "verbose_name": "signature",
                "db_table": "review_signatures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("review", "person"), name="review_signatures_person"
                    )
                ],
            },
        ),
    ]
