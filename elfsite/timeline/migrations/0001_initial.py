import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TimelineEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("topic", models.TextField()),
                ("verb", models.TextField()),
                ("subject_type", models.TextField(blank=True, default="")),
                ("subject_id", models.TextField(blank=True, default="")),
                ("actor", models.TextField(blank=True, default="")),
                ("summary", models.TextField()),
                ("data", models.JSONField(blank=True, default=dict)),
            ],
            options={
                "verbose_name": "event",
                "db_table": "timeline_events",
                "indexes": [
                    models.Index(fields=["topic", "id"], name="timeline_events_topic"),
                    models.Index(fields=["actor", "id"], name="timeline_events_actor"),
                    models.Index(fields=["verb", "id"], name="timeline_events_verb"),
                    models.Index(
                        fields=["subject_type", "subject_id", "id"], name="timeline_events_subject"
                    ),
                    models.Index(fields=["at"], name="timeline_events_at"),
                ],
            },
        ),
    ]
