"""On PostgreSQL each insert of events rings the bell that live pages wait for."""

from django.db import migrations

MAKE = """
CREATE FUNCTION timeline_ring() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('timeline', ''); RETURN NULL; END $$;
CREATE TRIGGER timeline_bell AFTER INSERT ON timeline_events
FOR EACH STATEMENT EXECUTE FUNCTION timeline_ring();
"""
UNMAKE = """
DROP TRIGGER IF EXISTS timeline_bell ON timeline_events;
DROP FUNCTION IF EXISTS timeline_ring();
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(MAKE)


def unmake(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNMAKE)


class Migration(migrations.Migration):
    dependencies = [("timeline", "0002_commit_order")]

    operations = [migrations.RunPython(make, unmake)]
