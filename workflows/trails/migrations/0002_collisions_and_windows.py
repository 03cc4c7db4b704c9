import django.db.models.deletion
from django.db import migrations, models


def owe_rebuild(apps, schema_editor):
    """The worker sums up the places anew: windows and scents are not known of them yet."""
    apps.get_model("trails", "PlacesState").objects.update(stale=True)


class Migration(migrations.Migration):
    dependencies = [
        ("origins", "0001_initial"),
        ("trails", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Collision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("location", models.TextField()),
                ("one", models.TextField()),
                ("two", models.TextField()),
                ("later", models.TextField()),
                ("scents", models.TextField()),
                ("met_at", models.DateTimeField()),
                ("gap", models.FloatField()),
                ("told_at", models.DateTimeField()),
                ("times", models.IntegerField(db_default=1, default=1)),
            ],
            options={
                "db_table": "trail_collisions",
            },
        ),
        migrations.CreateModel(
            name="PlaceScent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("location", models.TextField()),
                ("heat", models.FloatField()),
                ("trails", models.IntegerField(default=0)),
                ("scents", models.JSONField(default=dict)),
                ("agents", models.JSONField(default=dict)),
                ("last_at", models.DateTimeField(null=True)),
                ("day", models.FloatField(db_default=0, default=0)),
                ("day_trails", models.IntegerField(db_default=0, default=0)),
                ("week", models.FloatField(db_default=0, default=0)),
                ("week_trails", models.IntegerField(db_default=0, default=0)),
                ("month", models.FloatField(db_default=0, default=0)),
                ("month_trails", models.IntegerField(db_default=0, default=0)),
                ("scent", models.TextField()),
            ],
            options={
                "db_table": "trail_place_scents",
            },
        ),
        migrations.CreateModel(
            name="TrailDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("location", models.TextField()),
                ("scent", models.TextField()),
                ("day", models.DateField()),
                ("trails", models.IntegerField()),
                ("strength", models.FloatField()),
            ],
            options={
                "db_table": "trail_days",
            },
        ),
        migrations.AddField(
            model_name="place",
            name="day",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="place",
            name="day_trails",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="place",
            name="month",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="place",
            name="month_trails",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="place",
            name="week",
            field=models.FloatField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="place",
            name="week_trails",
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="placesstate",
            name="rebuilt_to",
            field=models.TextField(null=True),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(fields=["location"], name="trail_places_at"),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("day_trails__gt", 0)), fields=["-day"], name="trail_places_day"
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("week_trails__gt", 0)),
                fields=["-week"],
                name="trail_places_week",
            ),
        ),
        migrations.AddIndex(
            model_name="place",
            index=models.Index(
                condition=models.Q(("month_trails__gt", 0)),
                fields=["-month"],
                name="trail_places_month",
            ),
        ),
        migrations.AddField(
            model_name="collision",
            name="origin",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="origins.source",
            ),
        ),
        migrations.AddField(
            model_name="placescent",
            name="origin",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="origins.source",
            ),
        ),
        migrations.AddField(
            model_name="trailday",
            name="origin",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="origins.source",
            ),
        ),
        migrations.AddIndex(
            model_name="collision",
            index=models.Index(fields=["met_at"], name="trail_collisions_met_at"),
        ),
        migrations.AddIndex(
            model_name="collision",
            index=models.Index(fields=["later", "met_at"], name="trail_collisions_later"),
        ),
        migrations.AddConstraint(
            model_name="collision",
            constraint=models.UniqueConstraint(
                fields=("location", "one", "two", "origin"), name="trail_collisions_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="collision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin__isnull", True)),
                fields=("location", "one", "two"),
                name="trail_collisions_own_pair",
            ),
        ),
        migrations.AddIndex(
            model_name="placescent",
            index=models.Index(fields=["scent", "-heat"], name="trail_place_scents_heat"),
        ),
        migrations.AddIndex(
            model_name="placescent",
            index=models.Index(
                condition=models.Q(("day_trails__gt", 0)),
                fields=["scent", "-day"],
                name="trail_place_scents_day",
            ),
        ),
        migrations.AddIndex(
            model_name="placescent",
            index=models.Index(
                condition=models.Q(("week_trails__gt", 0)),
                fields=["scent", "-week"],
                name="trail_place_scents_week",
            ),
        ),
        migrations.AddIndex(
            model_name="placescent",
            index=models.Index(
                condition=models.Q(("month_trails__gt", 0)),
                fields=["scent", "-month"],
                name="trail_place_scents_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="placescent",
            constraint=models.UniqueConstraint(
                fields=("location", "scent", "origin"), name="trail_place_scents_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="placescent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin__isnull", True)),
                fields=("location", "scent"),
                name="trail_place_scents_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="trailday",
            constraint=models.UniqueConstraint(
                fields=("location", "day", "scent", "origin"), name="trail_days_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="trailday",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin__isnull", True)),
                fields=("location", "day", "scent"),
                name="trail_days_own",
            ),
        ),
        migrations.RunPython(owe_rebuild, migrations.RunPython.noop),
    ]
