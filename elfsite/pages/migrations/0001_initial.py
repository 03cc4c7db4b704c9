from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CountState",
            fields=[
                ("subject", models.TextField(primary_key=True, serialize=False)),
                ("counted_to", models.DateField()),
                ("counted_at", models.DateTimeField()),
                ("sources_head", models.BigIntegerField(db_default=0, default=0)),
            ],
            options={
                "db_table": "day_count_states",
            },
        ),
        migrations.CreateModel(
            name="DayCount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField()),
                ("day", models.DateField()),
                ("kind", models.TextField(db_default="", default="")),
                ("rows", models.IntegerField(db_default=0, default=0)),
                ("total", models.FloatField(null=True)),
            ],
            options={
                "db_table": "day_counts",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "day", "kind"), name="day_counts_day"
                    )
                ],
            },
        ),
    ]
