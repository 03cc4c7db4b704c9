"""Opening a database of another program without ever harming it.

The file is copied byte for byte (with its log) and the copy is read. Nothing is opened through
SQLite in place: that would make ``-shm`` and ``-wal`` files of ours in a folder of theirs, hold
locks their programs wait for, and need a folder that can be written. The copy counts only if the
file did not move meanwhile, and it vanishes with the process: it is unlinked once it is open.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection as ours

from elfsite.errors import Refused

CORE_TABLES = ("heuristics", "learnings")  # every dialect has them, even an empty project's
OUR_TABLES = ("django_migrations", "sources")
ATTEMPTS = 6  # copies tried before SQLite is asked to make one, which takes a read lock
SETTLED = 0.03  # seconds without a write: file systems stamp in steps of up to 10 ms
CHECK_SECONDS = 20.0  # quick_check reads the whole file; beyond this the reader will find damage
COLUMN_LIMIT = 64 * 2**20  # bytes of one value; a larger one is refused, not loaded
# quick_check also reports rows that break a CHECK of their own table: no damage to the file
HARMLESS = ("NULL value in ", "CHECK constraint failed in ", "TEXT value in ", "NUMERIC value in ")


@dataclass(frozen=True)
class SourceFile:
    """A copy of a file of ELF, open for reading: all of it is of one moment."""

    connection: sqlite3.Connection
    path: Path
    size: int  # bytes of the file itself


@contextmanager
def opened(path: Path) -> Iterator[SourceFile]:
    """A checked copy of the database at *path*, which is left as it is.

    Raises Refused: ``missing``, ``unreadable``, ``directory``, ``not_a_file``, ``empty_file``,
    ``own_database``, ``no_room``, ``not_a_database``, ``corrupt``, ``not_elf``.
    """
    size = check_path(path)
    folder = settings.DATA_DIR / "reading"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        copy = Path(place) / "copy.db"
        _copy(path, copy, size)
        connection = _connect(copy, path)
    try:
        _check(connection, path)
        yield SourceFile(connection, path, size)
    finally:
        connection.close()


def check_path(path: Path) -> int:
    """The size in bytes of what may be a database; raises what ``opened`` says of a path.

    The file is not opened: closing a descriptor of our own database would drop its locks.
    """
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise Refused("missing", f"There is no file at {path}.") from None
    except OSError as error:
        raise Refused("unreadable", f"{path} cannot be read: {error.strerror}.") from None
    if stat.S_ISDIR(found.st_mode):
        raise Refused("directory", f"{path} is a folder. Name the database file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise Refused("not_a_file", f"{path} is not a file.")
    if _is_ours(path):
        raise Refused("own_database", f"{path} is the database of this site itself.")
    if found.st_size == 0:
        raise Refused("empty_file", f"{path} is empty: no table has been made in it.")
    return found.st_size


def _is_ours(path: Path) -> bool:
    if ours.vendor != "sqlite":
        return False
    name = Path(str(ours.settings_dict["NAME"]))
    return name.exists() and path.samefile(name)


def _copy(path: Path, copy: Path, size: int) -> None:
    free = shutil.disk_usage(copy.parent).free
    if free < size * 1.2:
        raise Refused(
            "no_room",
            f"Reading {path} needs a copy of {size / 1e6:,.0f} MB; {copy.parent.parent} has "
            f"{free / 1e6:,.0f} MB free.",
        )
    try:
        for attempt in range(ATTEMPTS):
            if _copied_unmoved(path, copy):
                return
            time.sleep(SETTLED * (attempt + 1))
        _copy_under_fire(path, copy)
    except OSError as error:
        raise Refused("unreadable", f"{path} cannot be read: {error.strerror}.") from None


def _copied_unmoved(path: Path, copy: Path) -> bool:
    """Copy the file, its log and its journal; False if somebody wrote meanwhile.

    A log may grow while it is copied, its unfinished end is ignored by SQLite; it must not begin
    anew (its salts would change), and the file itself must not move.
    """
    before = _state(path)
    if time.time_ns() - before[0] < SETTLED * 1e9:
        return False
    for suffix in ("", "-wal", "-journal"):
        target = copy.with_name(copy.name + suffix)
        target.unlink(missing_ok=True)
        try:
            shutil.copyfile(f"{path}{suffix}", target)
        except FileNotFoundError:
            if not suffix:
                raise
    return _state(path) == before


def _state(path: Path) -> tuple[int, int, bytes, int]:
    """What changes when the file is written: its time and size, the log's head, the journal."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size, _head(f"{path}-wal"), _modified(f"{path}-journal")


def _head(log: str) -> bytes:
    try:
        with Path(log).open("rb") as file:
            return file.read(32)
    except FileNotFoundError:
        return b""


def _modified(journal: str) -> int:
    try:
        return Path(journal).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _copy_under_fire(path: Path, copy: Path) -> None:
    """A copy by SQLite, which waits for a gap between writes. Somebody writes all the time, so
    their programs have made every file beside the database that SQLite needs."""
    copy.unlink(missing_ok=True)
    theirs = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    target = sqlite3.connect(copy)
    try:
        theirs.backup(target)
    except sqlite3.Error as error:
        raise Refused(
            "unreadable", f"{path} cannot be read while it is written: {error}."
        ) from None
    finally:
        target.close()
        theirs.close()


def _connect(copy: Path, path: Path) -> sqlite3.Connection:
    """The copy with its log replayed, open and already unlinked."""
    # autocommit: Python's own transactions are of no use to a reader
    connection = sqlite3.connect(copy, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA journal_mode=DELETE").fetchone()
        connection.execute("PRAGMA query_only=ON")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, COLUMN_LIMIT)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _not_readable(path, error) from None
    return connection


def _not_readable(path: Path, error: sqlite3.DatabaseError) -> Refused:
    if "not a database" in str(error):
        return Refused("not_a_database", f"{path} is not a SQLite database.")
    return Refused("corrupt", f"{path} is damaged: {error}.")


def _check(connection: sqlite3.Connection, path: Path) -> None:
    tables = {str(name).lower() for (name,) in _tables(connection)}
    if tables.issuperset(OUR_TABLES):
        raise Refused("own_database", f"{path} is the database of a site like this, not of ELF.")
    if not tables.issuperset(CORE_TABLES):
        missing = " and ".join(name for name in CORE_TABLES if name not in tables)
        raise Refused("not_elf", f"{path} is a database of something else: it has no {missing}.")
    for complaint in _complaints(connection):
        if not complaint.startswith(HARMLESS):
            raise Refused("corrupt", f"{path} is damaged: {complaint}.")


def _tables(connection: sqlite3.Connection) -> list[tuple[str]]:
    return connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()


def _complaints(connection: sqlite3.Connection) -> list[str]:
    """What quick_check has to say in CHECK_SECONDS."""
    end = time.monotonic() + CHECK_SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, 100_000)
    try:
        rows = connection.execute("PRAGMA quick_check(20)").fetchall()
    except sqlite3.OperationalError:
        return []  # interrupted, or a function of theirs that we do not have
    except sqlite3.DatabaseError as error:
        return [str(error)]
    finally:
        connection.set_progress_handler(None, 0)
    return [str(text) for (text,) in rows if text != "ok"]
