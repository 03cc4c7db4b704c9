"""Rows that changed in a followed file become rows of ours, by the mapping of the importer."""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from contextlib import nullcontext
from typing import Any

from django.utils import timezone

from elfsite.origins.models import Rejection, Source
from elfsite.origins.tables import TableImport
from elfsite.sources import reading, registry
from elfsite.sources.candidates import UNSETTLED, Candidate, Sifted, stored_rows
from elfsite.sources.follow.speaking import MOST_EVENTS, speak, speak_of_many, values_of
from elfsite.sources.follow.table import Followed
from elfsite.sources.plans import Plan
from elfsite.sources.reading import SourceRow
from elfsite.sources.references import References
from elfsite.sources.report import Counts
from elfsite.sources.tablerun import TableRun, drop_rejections, find_gone
from elfsite.sources.writing import mark_gone
from elfsite.timeline.log import Write, write

BATCH = 500  # rows in one transaction: 0.1 s of write lock
WAITING = 2_000  # keys remembered of rows of one table that wait for another row
RECENT = 100_000  # rows remembered as taken, in case a run with an older copy goes over them
SIGHT = 600.0  # seconds for which they are


class Busy(Exception):
    """Somebody else writes the rows of this source now."""


class Taker:
    """Takes pending rows of the tables of one source, in short transactions."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._waiting: dict[str, set[str]] = {}
        self._recent: deque[tuple[float, str, int]] = deque(maxlen=RECENT)
        self._last_run = source.last_run_at
        self.added: dict[str, int] = {}  # table -> rows that came since they were last told
        self.moved: set[str] = set()  # tables of which rows came, changed or went in this pass

    def take(self, connection: sqlite3.Connection, table: Followed) -> float | None:
        """Take up to BATCH pending rows of a table; the time at which the oldest was noticed.

        Raises Busy, django.db.DatabaseError, sqlite3.Error; then they stay pending.
        """
        rowids = sorted(list(table.pending)[:BATCH])
        if not rowids:
            return None
        found = reading.rows_at(connection, table.plan, rowids)
        many = len(table.pending) > MOST_EVENTS
        gone = [rowid for rowid in rowids if rowid not in found]
        keys = [row.key for row in found.values()] + [str(rowid) for rowid in gone]
        with write(self._source.name) as w:
            self._guard()
            with self._around(table.plan, keys):
                self._lose(w, connection, table.plan, gone, many=many)
                self._store(w, connection, table.plan, list(found.values()), many=many)
        oldest = min(table.pending.pop(rowid) for rowid in rowids)
        now = time.monotonic()
        self._recent.extend((now, table.plan.table, rowid) for rowid in rowids)
        return oldest

    def _around(self, plan: Plan, keys: list[str]) -> Any:
        around = registry.around_changes(plan.model._meta.app_label)
        return around(self._source, keys) if around else nullcontext()

    def _guard(self) -> None:
        """Nobody reads or forgets the source while this transaction lasts."""
        row = (
            Source.objects.select_for_update()
            .filter(pk=self._source.pk)
            .values("state", "lease_until")
            .first()
        )
        if row is None or row["state"] == "forgetting":
            raise Busy
        if row["lease_until"] and row["lease_until"] > timezone.now():
            raise Busy

    def _lose(
        self,
        w: Write,
        connection: sqlite3.Connection,
        plan: Plan,
        rowids: list[int],
        *,
        many: bool,
    ) -> None:
        """Rows that are not in the file any more are gone; they keep their references."""
        if not rowids:
            return
        if not _key_is_rowid(connection, plan):
            count = find_gone(self._source, w.actor, connection, plan.declaration, plan.file)
            speak_of_many(w, self._source, plan, {"gone": count})
            return
        keys = [str(rowid) for rowid in rowids]
        rows = plan.model._base_manager.filter(
            origin=self._source, origin_key__in=keys, gone_at__isnull=True
        )
        if plan.declaration.keeps:
            rows = rows.exclude(pk__in=plan.declaration.keeps(self._source).values("pk"))
        lost = {row["pk"]: row for row in rows.values("pk", *_columns(plan))}
        if lost:
            self.moved.add(plan.table)
        mark_gone(plan.model, list(lost))
        Rejection.objects.filter(origin=self._source, table=plan.table, key__in=keys).delete()
        self._waiting.get(plan.table, set()).difference_update(keys)
        if many:
            speak_of_many(w, self._source, plan, {"gone": len(lost)})
        else:
            speak(w, self._source, plan, "gone", lost)

    def find_lost(
        self, connection: sqlite3.Connection, declaration: TableImport, plan: Plan | None
    ) -> None:
        """Rows of a table that was dropped (no *plan*) or altered may be gone: look at each."""
        with write(self._source.name) as w:
            self._guard()
            file = plan.file if plan else None
            count = find_gone(self._source, w.actor, connection, declaration, file)
            drop_rejections(self._source, connection, declaration.table, file)
            name = declaration.model._meta.verbose_name_plural
            if count:
                words = f"{self._source.name}: {name}: {count:,} gone"
                w.event("sources", "gone", self._source, words, table=declaration.table)

    def _store(
        self,
        w: Write,
        connection: sqlite3.Connection,
        plan: Plan,
        rows: list[SourceRow],
        *,
        many: bool,
    ) -> None:
        if not rows:
            return
        run = TableRun(self._source, w.actor, connection, plan, References(self._source.pk))
        sifted = run.take(rows)
        self._remember(plan, sifted)
        self._count(plan.table, run.counts)
        if many:
            counts = {"recorded": run.counts.added, "changed": run.counts.changed}
            speak_of_many(w, self._source, plan, counts)
            return
        said = values_of(plan, [*sifted.added, *sifted.changed])
        stored = stored_rows(plan, self._source.pk, list(said))
        new = {row.row.key for row in sifted.added if row.stored is None}
        for verb, wanted in (("recorded", True), ("changed", False)):
            speak(
                w,
                self._source,
                plan,
                verb,
                {stored[k].pk: v for k, v in said.items() if k in stored and (k in new) is wanted},
            )

    def _count(self, table: str, counts: Counts) -> None:
        if counts.wrote:
            self.moved.add(table)
        if counts.added:
            self.added[table] = self.added.get(table, 0) + counts.added

    # rows that wait for another row

    def load_waiting(self, plans: tuple[Plan, ...]) -> None:
        """What earlier runs held back because another row was not there."""
        for plan in plans:
            rows = plan.model._base_manager.filter(
                origin=self._source, origin_hash__startswith=UNSETTLED, gone_at__isnull=True
            )
            held = {str(key) for key in rows.values_list("origin_key", flat=True)[:WAITING]}
            out = Rejection.objects.filter(origin=self._source, table=plan.table)
            held.update(out.values_list("key", flat=True)[:WAITING])
            self._waiting[plan.table] = held

    def _remember(self, plan: Plan, sifted: Sifted) -> None:
        held = self._waiting.setdefault(plan.table, set())
        took: list[Candidate] = [*sifted.added, *sifted.changed]
        held.difference_update(row.row.key for row in took if not row.unsettled)
        held.update(row.row.key for row in took if row.unsettled)
        held.update(row.key for row, _ in sifted.rejected)

    def wake(self, tables: dict[str, Followed]) -> None:
        """Look again at rows that wait for rows of tables that moved."""
        touched, self.moved = self.moved, set()
        if not touched:
            return
        for name, table in tables.items():
            parents = {parent._meta.db_table for parent in table.plan.references.values()}
            if not touched & {name, *parents}:
                continue
            now = time.monotonic()
            for key in list(self._waiting.get(name, ()))[:WAITING]:
                if key.lstrip("-").isdecimal():
                    table.pending.setdefault(int(key), now)

    # runs of others

    def after_a_run(self, tables: dict[str, Followed]) -> bool:
        """Take again what was taken shortly before somebody read the whole file: that run may
        have had an older copy. False where that is more than is remembered."""
        last = Source.objects.filter(pk=self._source.pk).values_list("last_run_at", flat=True)
        run = last.first()
        if run == self._last_run:
            return True
        self._last_run = run
        now = time.monotonic()
        complete = len(self._recent) < RECENT
        for at, name, rowid in self._recent:
            if name in tables and now - at < SIGHT:
                tables[name].pending.setdefault(rowid, now)
        self._recent.clear()
        return complete


def _columns(plan: Plan) -> list[str]:
    return [field.attname for field in plan.model._meta.concrete_fields]


def _key_is_rowid(connection: sqlite3.Connection, plan: Plan) -> bool:
    """Whether the key by which we know a row is its rowid: an INTEGER PRIMARY KEY, or no key."""
    keys = connection.execute(
        "SELECT upper(type) FROM pragma_table_info(?) WHERE pk > 0", (plan.file.name,)
    ).fetchall()
    return len(keys) != 1 or keys[0][0] == "INTEGER"
