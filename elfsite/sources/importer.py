"""One run over one source: every table of the file, in an order that references allow."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import connection, models
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.tables import TableImport
from elfsite.sources import registry
from elfsite.sources.dialect import Layout, layout_of
from elfsite.sources.lease import Lease
from elfsite.sources.opening import SourceFile, opened
from elfsite.sources.plans import Plan
from elfsite.sources.references import References
from elfsite.sources.report import Counts, Report
from elfsite.sources.tablerun import TableRun, drop_rejections, find_gone
from elfsite.sources.zones import words_of_offset, zone_named
from elfsite.timeline.log import write

# f(rows done, rows in all, what is being read); may raise to stop the run
Progress = Callable[[int, int, str], None]
# what one import may use of the embedded database while it runs: 96 MB of pages instead of 16 and
# a mapping of 256 (which counts as memory), a log of 32 MB before it is folded in instead of 4
ROOMY = ("mmap_size=0", "cache_size=-98304", "wal_autocheckpoint=8000")
SAMPLED = 1_000  # rows per index that ANALYZE looks at: 1 s instead of 12 on 275 MB


def read_source(*, source: Source, actor: Any, progress: Progress | None = None) -> Report:
    """Read the source's file again and write what differs. Raises Refused as ``opened`` does,
    ``busy`` while another run is on, and ``damaged`` where the file cannot be read to its end."""
    try:
        with opened(Path(source.path)) as file:
            return read_file(source=source, file=file, actor=actor, progress=progress)
    except Refused as refusal:
        if refusal.code != "busy":
            Source.objects.filter(pk=source.pk).exclude(state="forgetting").update(
                state="failed", error=refusal.sentence
            )
        raise


def read_file(
    *, source: Source, file: SourceFile, actor: Any, progress: Progress | None = None
) -> Report:
    """As ``read_source``, for a file that is open already."""
    lease = Lease(source, "reading")
    lease.claim()
    run = Run(source, file, actor, lease, progress)
    try:
        with _roomy():
            report = run.read()
            outcome = run.outcome()
    except BaseException as error:
        lease.release("failed", error=_said(error, run.at))
        if isinstance(error, sqlite3.DatabaseError):
            raise Refused("damaged", _said(error, run.at)) from error
        raise
    lease.release("ready", **outcome)
    source.refresh_from_db()
    return report


def _said(error: BaseException, table: str) -> str:
    if isinstance(error, Refused):
        return error.sentence
    if isinstance(error, sqlite3.DatabaseError):
        return f"The file is damaged in {table}: {error}. What was read before stays."
    if isinstance(error, Exception):
        return f"Stopped in {table}: {type(error).__name__}: {error}. Reading it again goes on."
    return f"Stopped in {table}. Reading it again goes on where this ended."


class Run:
    """What one run knows: the file's layout, how far it is, what it counted."""

    def __init__(
        self,
        source: Source,
        file: SourceFile,
        actor: Any,
        lease: Lease,
        progress: Progress | None,
    ) -> None:
        self._source = source
        self._file = file
        self._actor = actor
        self._lease = lease
        self._progress = progress
        self._done = 0
        self._begun = time.monotonic()
        self._changed: set[type[models.Model]] = set()
        self.at = "the file"
        self.layout: Layout = layout_of(
            file.connection, zone_named(source.time_zone), source.project_path
        )
        self.report = Report(source.name, timezone.now())

    @property
    def _total(self) -> int:
        return sum(plan.file.rows for plan in self.layout.plans)

    def read(self) -> Report:
        """All tables, then statistics and what the areas derive from changed rows."""
        self.report.hint = self._hint()
        for declaration in self.layout.missing:
            self._without(declaration)
        references = References(self._source.pk)
        for plan in self.layout.plans:
            self._table(plan, references)
        self._after()
        self.report.seconds = time.monotonic() - self._begun
        self._say("read", self.report.said(), asdict(self.report.total))
        return self.report

    def _say(self, verb: str, summary: str, data: dict[str, Any]) -> None:
        with write(self._actor) as w:
            w.event("sources", verb, self._source, summary, **data)

    def _table(self, plan: Plan, references: References) -> None:
        self.at = plan.table
        where = (self._source, self._actor, self._file.connection)
        gone = find_gone(*where, plan.declaration, plan.file)
        drop_rejections(self._source, self._file.connection, plan.table, plan.file)
        run = TableRun(*where, plan, references)
        try:
            run.run(self._moved)
        finally:
            run.counts.gone = gone
            self._note(plan.declaration, run.counts)

    def _without(self, declaration: TableImport) -> None:
        """A table that the file lacks: what an earlier run found in it is gone."""
        self.at = declaration.table
        where = (self._source, self._actor, self._file.connection)
        gone = find_gone(*where, declaration, None)
        drop_rejections(self._source, self._file.connection, declaration.table, None)
        if gone:
            self._note(declaration, Counts(gone=gone))

    def _note(self, declaration: TableImport, counts: Counts) -> None:
        """Count a table; one event for it if anything happened."""
        self.report.tables[declaration.table] = counts
        if not counts.wrote and not counts.rejected:
            return
        if counts.wrote:
            self._changed.add(declaration.model)
        summary = f"{self._source.name}: {declaration.table}: {counts.said()}"
        self._say("read_table", summary, {"table": declaration.table} | asdict(counts))

    def _moved(self, rows: int) -> None:
        self._done += rows
        self._tell(self.at)

    def _tell(self, note: str) -> None:
        self._lease.beat(self._done, self._total, note)
        if self._progress:
            self._progress(self._done, self._total, note)

    def _after(self) -> None:
        """Statistics for the planner, and the hooks of areas whose rows changed."""
        self._tell("statistics")
        _analyse(self._changed)
        for hook in registry.hooks({model._meta.app_label for model in self._changed}):
            self._tell("what follows from the rows")
            hook(self._source)

    def _hint(self) -> str:
        """What the file's own times say about its zone, if it is not the one they are read in."""
        if self.layout.offset is None:
            return ""
        seen, moment = self.layout.offset
        read_as = moment.astimezone(zone_named(self._source.time_zone)).utcoffset()
        if read_as is None or seen == read_as.total_seconds():
            return ""
        return (
            f"Its runs look as if they were written in {words_of_offset(seen)}; local times are "
            f"read as {self._source.time_zone}. Read it again with another time zone if that is so."
        )

    def outcome(self) -> dict[str, Any]:
        """What the source keeps of the run."""
        first, last = activity_of(self._source)
        counted = {
            d.table: d.model._base_manager.filter(origin=self._source).count()
            for d in registry.tables()
        }
        facts = self.layout.facts | {
            "size": self._file.size,
            "rows": {table: rows for table, rows in counted.items() if rows},
            "total": sum(counted.values()),
        }
        return {
            "facts": facts,
            "report": self.report.as_json(),
            "first_activity_at": first,
            "last_activity_at": last,
            "last_run_at": timezone.now(),
        }


def activity_of(source: Source) -> tuple[dt.datetime | None, dt.datetime | None]:
    """The first and the last moment at which anything was recorded; a time ahead of now is none."""
    firsts, lasts = [], []
    for declaration in registry.tables():
        name = declaration.activity
        if not name:
            continue
        rows = declaration.model._base_manager.filter(
            origin=source, gone_at__isnull=True, **{f"{name}__lte": timezone.now()}
        )
        ends = rows.aggregate(first=models.Min(name), last=models.Max(name))
        firsts.append(ends["first"])
        lasts.append(ends["last"])
    return (
        min((moment for moment in firsts if moment), default=None),
        max((moment for moment in lasts if moment), default=None),
    )


def _analyse(changed: set[type[models.Model]]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA analysis_limit={SAMPLED}")
        for model in changed:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


@contextmanager
def _roomy() -> Iterator[None]:
    """More memory for the embedded database while rows go in."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = [
            cursor.execute(f"PRAGMA {name.partition('=')[0]}").fetchone()[0] for name in ROOMY
        ]
        for pragma in ROOMY:
            cursor.execute(f"PRAGMA {pragma}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for pragma, value in zip(ROOMY, before, strict=True):
                cursor.execute(f"PRAGMA {pragma.partition('=')[0]}={value}")
