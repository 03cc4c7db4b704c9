"""One table of one run: gone rows first, then the file's rows batch by batch."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from elfsite.origins.models import Rejection, Source
from elfsite.origins.tables import Notes, TableImport
from elfsite.sources import reading
from elfsite.sources.candidates import Candidate, Sifted, Stored, stored_rows
from elfsite.sources.claims import Claims
from elfsite.sources.conflicts import conflicts_of, report_conflicts
from elfsite.sources.plans import FileTable, Plan, Rejected
from elfsite.sources.reading import Hasher, SourceRow
from elfsite.sources.references import References
from elfsite.sources.report import Counts
from elfsite.sources.writing import Writer, mark_gone
from elfsite.timeline.log import write

GONE_CHUNK = 500  # keys asked from the file at once


class TableRun:
    """Compares a table of the file with what we have of it and writes the difference."""

    def __init__(
        self,
        source: Source,
        actor: Any,
        connection: sqlite3.Connection,
        plan: Plan,
        references: References,
    ) -> None:
        self._source = source
        self._actor = actor
        self._connection = connection
        self._plan = plan
        self._references = references
        self._hash = Hasher(plan, source.time_zone)
        self._claims = Claims(plan, source.pk, references)
        self._writer = Writer(source, plan)
        self.counts = Counts()

    def run(self, moved: Callable[[int], None]) -> Counts:
        """Read the table to its end; *moved* hears how many rows each batch had."""
        later: list[SourceRow] = []
        known: list[SourceRow] = []
        for batch in reading.batches(self._connection, self._plan):
            sifted = self._sift(batch)
            self.counts.read += len(batch)
            self._store(sifted)
            later += sifted.later
            known += sifted.known_later
            moved(len(batch))
        counted, self.counts = self.counts, Counts()
        self._second_look(later)
        counted.repaired += self.counts.repaired  # all else was counted when they came in
        self.counts = counted
        self._second_look(known)
        return self.counts

    def take(self, rows: list[SourceRow]) -> Sifted:
        """Sort and write a batch of rows that changed; what became of each."""
        sifted = self._sift(rows)
        self._store(sifted)
        if sifted.later or sifted.known_later:
            again = self._sift([*sifted.later, *sifted.known_later], last=True)
            self._store(again)
            sifted.changed += [*again.added, *again.changed]
        return sifted

    def _second_look(self, rows: list[SourceRow]) -> None:
        """Rows that waited for rows of their own table: all of those are in now."""
        for start in range(0, len(rows), reading.BATCH):
            self._store(self._sift(rows[start : start + reading.BATCH], last=True))

    def _sift(self, batch: list[SourceRow], *, last: bool = False) -> Sifted:
        """Sort a batch by what has to be done; nothing is written."""
        sifted = Sifted()
        stored = stored_rows(self._plan, self._source.pk, [row.key for row in batch])
        candidates = []
        for row in batch:
            digest, known = self._hash(row.cells), stored.get(row.key)
            if known is None or known.hash != digest:
                candidates.append((row, digest, known))
            elif known.gone:
                sifted.returned.append(known.pk)
            else:
                sifted.unchanged += 1
        rows = list(self._read(candidates, sifted))
        self._references.resolve(self._plan, rows)
        settled = [one for one in rows if self._settle(one, sifted, last=last)]
        self._claims.look(settled)
        for candidate in settled:
            self._place(candidate, sifted)
        return sifted

    def _read(
        self, candidates: list[tuple[SourceRow, str, Stored | None]], sifted: Sifted
    ) -> Iterator[Candidate]:
        for row, digest, known in candidates:
            notes = Notes()
            try:
                values = self._plan.values(row.cells, notes, row.key)
            except Rejected as rejected:
                sifted.rejected.append((row, str(rejected)))
                continue
            governed = known is not None and known.governed
            pk = known.pk if known else None
            yield Candidate(row, digest, known, values, notes, governed=governed, pk=pk)

    def _settle(self, row: Candidate, sifted: Sifted, *, last: bool) -> bool:
        """Resolve what the row refers to; False if it does not come in now."""
        parent = self._plan.declaration.own_parent
        if parent:
            row.parent_key = row.values[self._plan.position(parent)]
        try:
            row.waiting = not self._references.settle(self._plan, row, last=last)
        except Rejected as rejected:
            sifted.rejected.append((row.row, str(rejected)))
            return False
        if row.waiting:
            (sifted.known_later if row.stored else sifted.later).append(row.row)
        return not (row.waiting and row.stored)

    def _place(self, row: Candidate, sifted: Sifted) -> None:
        if self._claims.is_somebody(row):
            sifted.unchanged += 1
            return
        try:
            self._claims.check(row)
        except Rejected as rejected:
            sifted.rejected.append((row.row, str(rejected)))
            return
        if row.stored is None:
            sifted.added.append(row)
        elif row.final_hash == row.stored.hash and not row.stored.gone:
            sifted.unchanged += 1  # held back before, and still held back by the same
        else:
            sifted.changed.append(row)

    def _store(self, sifted: Sifted) -> None:
        """Write a batch in one short transaction, if there is anything to write."""
        found = conflicts_of(self._plan, sifted.changed)
        refused: list[SourceRow] = []
        if sifted.writes or self._writer.news(sifted.rejected):
            with write(self._actor) as w:
                refused = self._writer.write(sifted, self._claims.displaced)
                report_conflicts(w, self._source, self._plan, found)
        self._count(sifted, {row.key for row in refused})

    def _count(self, sifted: Sifted, refused: set[str]) -> None:
        added = [row for row in sifted.added if row.row.key not in refused]
        changed = [row for row in sifted.changed if row.row.key not in refused]
        self.counts.added += len(added)
        self.counts.changed += len(changed) + len(sifted.returned)
        self.counts.unchanged += sifted.unchanged
        self.counts.repaired += sum(bool(row.notes.repairs) for row in (*added, *changed))
        self.counts.rejected += len(sifted.rejected) + len(refused)


def find_gone(
    source: Source,
    actor: Any,
    connection: sqlite3.Connection,
    declaration: TableImport,
    file: FileTable | None,
) -> int:
    """Mark rows that the file no longer has; how many they are. *file* None: no such table.

    Runs before rows are read, so that a name which a deleted row had is free again.
    """
    rows = declaration.model._base_manager.filter(origin=source, gone_at__isnull=True)
    if declaration.keeps:
        rows = rows.exclude(pk__in=declaration.keeps(source).values("pk"))
    # by the unique (origin, origin_key): by primary key each page would sort the whole table
    rows = rows.order_by("origin_key")
    gone, last = 0, ""
    while page := list(
        rows.filter(origin_key__gt=last).values_list("origin_key", "pk")[:GONE_CHUNK]
    ):
        last = str(page[-1][0])
        there = reading.keys_there(connection, file, [str(key) for key, _ in page])
        pks = [pk for key, pk in page if key not in there]
        if pks:
            with write(actor):
                mark_gone(declaration.model, pks)
            gone += len(pks)
    return gone


def drop_rejections(
    source: Source, connection: sqlite3.Connection, table: str, file: FileTable | None
) -> None:
    """A rejected row that the file no longer has is no longer rejected."""
    rows = Rejection.objects.filter(origin=source, table=table).order_by("pk")
    last = 0
    while page := list(rows.filter(pk__gt=last).values_list("pk", "key")[:GONE_CHUNK]):
        last = page[-1][0]
        there = reading.keys_there(connection, file, [key for _, key in page])
        old = [pk for pk, key in page if key not in there]
        if old:
            rows.filter(pk__in=old).delete()
