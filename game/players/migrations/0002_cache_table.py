from django.core.management import call_command
from django.db import migrations


def make_cache_table(apps, editor):
    """The table of the default cache, in which the sign-in limits stand."""
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("players", "0001_initial")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
