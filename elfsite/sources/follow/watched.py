"""A file of ELF that is open while others write to it, and what of it may have changed.

Read-only, one connection, no transaction between two looks. A file without a write-ahead log is
open only while it is read, because its writers wait for readers.
"""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.dialect import Layout, layout_of, tables_in
from elfsite.sources.follow.log import LogReader
from elfsite.sources.follow.place import SETTLED, Look, look_at, may_open
from elfsite.sources.follow.table import Followed
from elfsite.sources.follow.tree import INDEX_TYPES, INNER, LEAF, Broken, Forest, page_type
from elfsite.sources.opening import COLUMN_LIMIT, CORE_TABLES
from elfsite.sources.zones import zone_named

BUSY_FOR = 0.5  # seconds that a read waits for a writer without a log to end
HELD = 0.02  # seconds for which a writer without a log may have to wait for our reading
MOST_WALL = 5.0  # times the seconds of a comparison, waiting for writers included
ODD_FOR = 3.0  # seconds: a checkpoint writes the file before it says so
WIDE_EVERY = 0.5  # seconds between two looks at rows with pages of their own


class Replaced(Exception):
    """Another file lies at the path, or somebody wrote over this one."""


class Watched:
    """The open file. ``tables`` outlive a connection: what rows looked like is not forgotten."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.path = Path(source.path)
        self.connection: sqlite3.Connection | None = None
        self.tables: dict[str, Followed] = {}
        self.layout: Layout | None = None
        self.unsure: set[str] = set()  # tables that were dropped or altered: rows may be gone
        self._log: LogReader | None = None
        self._forest: Forest | None = None
        self._version = self._schema = -1
        self._seen: Look | None = None  # the last look that changed nothing
        self._looked_at = 0  # nanoseconds since 1970, of the last notice
        self._wide_at = 0.0
        self._calm: tuple[object, ...] = ()  # file and log when nothing contradicted itself
        self._odd_since = 0.0
        self.changed_at = 0.0  # when a write was last noticed

    # opening and closing

    def open(self) -> None:
        """Connect; everything may have changed. Raises Refused, sqlite3.Error, OSError."""
        may_open(self.path)
        self._seen = look_at(self.path)
        self.connection = self._connect()
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self.path.resolve().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_FOR, isolation_level=None)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "mmap_size=0", "cache_size=-8192"):
            connection.execute(f"PRAGMA {pragma}")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, COLUMN_LIMIT)
        return connection

    def _prepare(self) -> None:
        connection = self._open()
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        page_size = int(connection.execute("PRAGMA page_size").fetchone()[0])
        self._version = self._number("data_version")
        if mode == "wal":
            self._log = LogReader(self.path, page_size)
        self._lay_out()
        self._all_stale()
        self._mark(connection)

    def _open(self) -> sqlite3.Connection:
        if self.connection is None:
            raise sqlite3.ProgrammingError("the file is not open")
        return self.connection

    def _number(self, pragma: str) -> int:
        return int(self._open().execute(f"PRAGMA {pragma}").fetchone()[0])

    def close(self) -> None:
        """Disconnect; the connection first, then what else has the file open."""
        self._forest = None
        self._calm, self._odd_since = (), 0.0  # a new connection counts versions from its own start
        if self.connection is not None:
            with contextlib.suppress(sqlite3.Error):
                self.connection.close()
            self.connection = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def release(self) -> None:
        """Disconnect and let SQLite fold the log in, as the last writer's own end would have done.

        While we read, the last writer cannot remove its log; left behind, it would be replayed
        into whatever file is put at this path next.
        """
        had_log, same = self._log is not None, self._is_same()
        self.close()
        if had_log and same:
            self._fold()
        seen = look_at(self.path)
        # what was written since the last notice, by us or by others: look again
        self._seen = seen if seen.newest < self._looked_at - SETTLED * 1e9 else None

    def _fold(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            last = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=rw", uri=True, timeout=0)
            try:
                last.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
            finally:
                last.close()

    def _is_same(self) -> bool:
        return self._log is None or look_at(self.path).identity == self._log.identity

    # what is in it

    def _lay_out(self) -> None:
        """Look at the tables; a known one whose columns are the same keeps what was seen."""
        connection = self._open()
        self._schema = self._number("schema_version")
        if not tables_in(connection).keys() >= set(CORE_TABLES):
            raise Refused("not_elf", f"{self.path} is no database of ELF any more.")
        zone = zone_named(self._source.time_zone)
        self.layout = layout_of(connection, zone, self._source.project_path)
        roots = dict(connection.execute("SELECT name, rootpage FROM sqlite_master"))
        page_size = self._number("page_size")
        before, self.tables = self.tables, {}
        for plan in self.layout.plans:
            if plan.file.order != "rowid":
                continue
            root = int(roots[plan.file.name])
            old = before.get(plan.table)
            if old and old.plan.selected == plan.selected and old.plan.file.name == plan.file.name:
                old.plan, old.root = plan, root
                self.tables[plan.table] = old
            else:
                self.tables[plan.table] = Followed(plan, root, page_size)
        self.unsure |= {name for name, old in before.items() if self.tables.get(name) is not old}
        self._forest = None

    def _all_stale(self) -> None:
        for table in self.tables.values():
            table.stale = True

    # what changed

    def notice(self) -> bool:
        """Whether somebody wrote since the last call; marks what has to be looked at.

        Raises Replaced, Refused (``missing``, ``not_elf``), sqlite3.Error, OSError.
        """
        self._looked_at = time.time_ns()
        seen = look_at(self.path)
        if seen.file is None:
            raise Refused("missing", f"There is no file at {self.path}.")
        if self.connection is None:
            if seen.same(self._seen):
                return False
            self.open()
            self._noticed()
            return True
        if not self._is_same():
            raise Replaced
        if self._log is None:
            return self._notice_journal(seen)
        return self._notice_log(seen)

    def _noticed(self) -> None:
        self.changed_at = time.monotonic()

    def _notice_journal(self, seen: Look) -> bool:
        if seen.same(self._seen):
            return False
        self._seen = seen
        self._fresh_schema()
        self._all_stale()
        self._noticed()
        return True

    def _notice_log(self, seen: Look) -> bool:
        version = self._number("data_version")
        self._contradicts(version, seen)
        if version == self._version:
            return False
        self._version = version
        self._noticed()
        if self._fresh_schema():
            self._all_stale()
        self._mark(self._open())
        return True

    def _contradicts(self, version: int, seen: Look) -> None:
        """Raises Replaced where the file was written, and neither a commit nor a checkpoint
        says so: somebody copied another one over it."""
        head = self._log.head() if self._log else None
        calm = (version, head)
        now = time.monotonic()
        if not self._calm or self._calm[0] != calm:
            self._calm, self._odd_since = (calm, seen.file), 0.0
        elif self._calm[1] == seen.file:
            self._odd_since = 0.0
        elif not self._odd_since:
            self._odd_since = now
        elif now - self._odd_since > ODD_FOR:
            raise Replaced

    def _fresh_schema(self) -> bool:
        if self._number("schema_version") == self._schema:
            return False
        self._lay_out()
        return True

    def _mark(self, connection: sqlite3.Connection) -> None:
        """Find the rows that lie on changed pages; where that cannot be, all of them."""
        log = self._log
        if log is None:
            return
        with snapshot(connection):
            try:
                pages = log.changed()
                if pages is None or self._forest is None:
                    self._plant(log)
                else:
                    self._mark_pages(log, self._forest, pages)
            except (Broken, LookupError):
                self._forest = None
                self._all_stale()

    def _plant(self, log: LogReader) -> None:
        """Learn which rows lie where; what changed until now is not known."""
        self._all_stale()
        self._forest = None
        if log.ready:
            forest = Forest(log.page)
            forest.plant({table.root for table in self.tables.values()})
            self._forest = forest

    def _mark_pages(self, log: LogReader, forest: Forest, pages: set[int]) -> None:
        for table in self.tables.values():
            table.dirty += forest.dirty(table.root, pages)
        known = {LEAF, INNER, *INDEX_TYPES}
        if any(page_type(log.page(page), page) not in known for page in pages):
            self._wide_at = self._wide_at or time.monotonic() + WIDE_EVERY

    # comparing

    def compare(self, seconds: float, stopped: Callable[[], bool] = lambda: False) -> bool:
        """Compare what is marked for about *seconds* of processor time; True if all is done."""
        connection = self.connection
        if connection is None:
            return True
        tables = sorted(self.tables.values(), key=lambda table: table.turn())
        with snapshot(connection):  # one lock for all: waiting for it is what takes long
            for table in tables:
                if table.dirty:
                    table.look_at_dirty(connection)
                if table.stale:
                    table.look_at_tail(connection)
        self._look_at_wide(connection)
        for table in tables:
            if table.is_due(time.monotonic()):
                table.begin()
        begun = [table for table in tables if table.cursor is not None]
        end = time.process_time() + seconds
        late = time.monotonic() + MOST_WALL * seconds
        while begun and time.process_time() < end and time.monotonic() < late and not stopped():
            begun = self._step(connection, begun)
        return not any(table.stale or table.cursor is not None for table in tables)

    def _step(self, connection: sqlite3.Connection, begun: list[Followed]) -> list[Followed]:
        """Compare slices under one lock, for as long as a writer may wait; what is left."""
        end = time.monotonic() + HELD
        with snapshot(connection):
            while begun and time.monotonic() < end:
                begun[0].step(connection)
                begun = begun if begun[0].cursor is not None else begun[1:]
        return begun

    def _look_at_wide(self, connection: sqlite3.Connection) -> None:
        if not self._wide_at or time.monotonic() < self._wide_at:
            return
        self._wide_at = 0.0
        for table in self.tables.values():
            table.look_at_wide(connection)

    def compare_all(self) -> None:
        """Compare every row of every table once more, whatever the log said."""
        if self.connection is not None:
            for table in self.tables.values():
                if table.cursor is None:
                    table.begin()

    def note_all(self, stopped: Callable[[], bool]) -> None:
        """Take every row as it is now for known; only what changes from here on is pending."""
        for table in self.tables.values():
            table.begin()
            while table.cursor is not None and not stopped():
                table.step(self._open())
            table.pending.clear()

    def rest(self, after: float) -> None:
        """Let go of the file *after* so many seconds without a write; of one without a log at
        once."""
        if self.connection is None or any(table.pending for table in self.tables.values()):
            return
        if self._log is None:
            self.close()
        elif time.monotonic() - self.changed_at > after:
            self.release()


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything that is read inside is of one moment; no write waits for it."""
    connection.execute("BEGIN")
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
