"""What has to be true before the site serves: tables, static files, somebody who may sign in."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from elfsite.dangling import mend_dangling
from elfsite.errors import Refused
from elfsite.jobs.jobs import optimize

Say = Callable[[str], None]
ADVISORY_LOCK = 7311  # any number that is ours; the timeline has 7310


def prepare(say: Say) -> None:
    """Bring tables and static files up to date; two callers wait for each other.

    Raises Refused ``no_database`` when there is nothing to bring up to date.
    """
    require_database()
    with _alone():
        migrate(say)
        collect_static(say)


def require_database() -> None:
    """One question to the database; its driver's words are the reason of the refusal."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        raise Refused(
            "no_database", f"The database does not answer: {reason}", status=503
        ) from error


def migrate(say: Say) -> None:
    """Apply what is missing; without anything missing this costs one query."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    known = executor.loader.disk_migrations or {}
    labels = {label for label, _ in known}
    for label, name in sorted(set(executor.loader.applied_migrations) - set(known)):
        if label in labels:
            say(f"The database knows the migration {label}.{name}, which this version lacks.")
    if plan:
        mend(say)
        call_command("migrate", interactive=False, verbosity=0)
        say(f"Tables are up to date: {len(plan)} migrations applied.")
    if connection.vendor == "sqlite":
        optimize()


def mend(say: Say) -> None:
    """References to missing rows would make the migration fail (SQLite only; see dangling)."""
    database = Path(str(connection.settings_dict["NAME"]))
    if connection.vendor != "sqlite" or not database.is_file():
        return
    aside = settings.DATA_DIR / f"set-aside-{timezone.now():%Y%m%d-%H%M%S}.jsonl"
    emptied, moved = mend_dangling(database, aside)
    if emptied:
        say(f"{emptied} references to missing rows were emptied.")
    if moved:
        say(f"{moved} rows that refer to missing rows were moved to {aside}.")


def collect_static(say: Say) -> None:
    """Hash and compress the static files if one of them changed since the last time."""
    if settings.WHITENOISE_USE_FINDERS:
        return  # in development they are served from their sources
    stamp: Path = settings.DATA_DIR / "static.stamp"
    wanted = static_signature()
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(wanted, encoding="ascii")
    say("Static files are up to date.")


def static_signature() -> str:
    """A hash over name, size and time of every static file of every app."""
    digest = hashlib.sha256(str(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            state = Path(storage.path(name)).stat()
            digest.update(f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """On this data folder by a file lock, on PostgreSQL also against other machines."""
    with (settings.DATA_DIR / "prepare.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
        try:
            yield
        finally:
            connection.close()  # which gives the advisory lock back
