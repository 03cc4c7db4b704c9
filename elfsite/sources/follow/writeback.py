"""Carries what people decided here back to the file, for those who ask for it.

Status, golden, outcomes of reviews, acknowledgements: nothing else. One short transaction that
begins only if nobody writes there at that moment; otherwise the next look tries again.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from elfsite.origins.models import Recorded, Source
from elfsite.origins.seedjson import dump
from elfsite.sources.dialect import quoted
from elfsite.sources.follow.place import may_open
from elfsite.sources.follow.table import Followed
from elfsite.sources.plans import Plan
from elfsite.sources.reading import Hasher
from elfsite.timeline.log import Write, write

MOST = 200  # rows in one transaction of theirs: a few milliseconds
AGAIN = dt.timedelta(minutes=1)  # decisions this old are looked at again: one may commit late

Values = dict[str, Any]


@dataclass(frozen=True)
class Carried:
    """What goes back of one table: ``columns`` decide, ``along`` go with them."""

    columns: tuple[str, ...]
    along: tuple[str, ...] = ()
    only_if: Callable[[Any], bool] = lambda row: True


def _is_acknowledged(row: Any) -> bool:
    return str(row.state) == "ack"


CARRIED = {
    "heuristics": Carried(("status", "is_golden")),
    "fraud_reports": Carried(("review_outcome",), ("reviewed_at", "reviewed_by")),
    "ceo_reviews": Carried(("status",), ("reviewed_at",)),
    "violations": Carried(("acknowledged",)),
    "meta_alerts": Carried(("state",), ("acknowledged_at",), _is_acknowledged),
}


@dataclass(frozen=True)
class Change:
    """One row of theirs that is to say what ours says; names are those of our columns."""

    plan: Plan
    row: Recorded
    values: Values
    before: Values


class WriteBack:
    """What one process has carried back of one source."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._refused: set[tuple[str, str, str]] = set()  # said already

    def carry(self, tables: dict[str, Followed]) -> int:
        """Carry what was decided since the last time; how many rows. 0 too while somebody writes.

        Raises Refused where the file may not be opened, sqlite3.Error, django.db.DatabaseError.
        """
        since = self._source.written_back_at
        decided = [
            (table.plan, row)
            for name, rule in CARRIED.items()
            if (table := tables.get(name)) is not None
            for row in self._decided(table.plan, since)
            if rule.only_if(row)
        ]
        if not decided:
            return 0
        may_open(Path(self._source.path))
        uri = f"{Path(self._source.path).resolve().as_uri()}?mode=rw"
        file = sqlite3.connect(uri, uri=True, timeout=0, isolation_level=None)
        try:
            return self._carry(file, decided)
        finally:
            file.close()

    def _decided(self, plan: Plan, since: dt.datetime | None) -> list[Recorded]:
        rows = plan.model._base_manager.filter(
            origin=self._source, gone_at__isnull=True, governed_at__isnull=False
        )
        if since is not None:
            rows = rows.filter(governed_at__gt=since - AGAIN)
        return list(rows.order_by("governed_at")[:MOST])

    def _carry(self, file: sqlite3.Connection, decided: list[tuple[Plan, Recorded]]) -> int:
        """Ours first: their lock is never held while we wait for our own."""
        if not any(self._change(file, plan, row) for plan, row in decided):
            self._remember(decided)
            return 0
        count = 0
        with write("write-back") as w:
            try:
                file.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return 0
            try:
                for plan, row in decided:
                    change = self._change(file, plan, row)
                    count += bool(change and self._apply(w, file, change))
                file.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    file.execute("ROLLBACK")
                raise
        self._remember(decided)
        return count

    def _remember(self, decided: list[tuple[Plan, Recorded]]) -> None:
        latest = max(row.governed_at for _, row in decided if row.governed_at)
        if latest != self._source.written_back_at:
            self._source.written_back_at = min(latest, timezone.now())
            Source.objects.filter(pk=self._source.pk).update(
                written_back_at=self._source.written_back_at
            )

    def _change(self, file: sqlite3.Connection, plan: Plan, row: Recorded) -> Change | None:
        """What the file's row says differently; None if nothing, or if it is not there."""
        rule = CARRIED[plan.table]
        names = dict(zip(plan.targets, plan.selected, strict=True))
        columns = [name for name in rule.columns if name in names]
        if not columns:
            return None
        chosen = ", ".join(quoted(names[name]) for name in columns)
        there = file.execute(
            f"SELECT {chosen} FROM {quoted(plan.file.name)} WHERE {plan.file.key} = ?",
            (row.origin_key,),
        ).fetchone()
        if there is None:
            return None
        before = dict(zip(columns, there, strict=True))
        ours = {name: _as_theirs(getattr(row, name)) for name in columns}
        if ours == before or (plan.table, str(row.origin_key), dump(ours)) in self._refused:
            return None
        along = {n: _as_theirs(getattr(row, n)) for n in rule.along if n in names}
        return Change(plan, row, ours | along, before)

    def _looks(self, file: sqlite3.Connection, plan: Plan, row: Recorded) -> str:
        """The hash of their row as it is now, as the importer keeps it."""
        columns = ", ".join(map(quoted, plan.selected))
        sql = f"SELECT {columns} FROM {quoted(plan.file.name)} WHERE {plan.file.key} = ?"
        cells = file.execute(sql, (row.origin_key,)).fetchone()
        return Hasher(plan, self._source.time_zone)(tuple(cells))

    def _apply(self, w: Write, file: sqlite3.Connection, change: Change) -> bool:
        plan, row = change.plan, change.row
        names = dict(zip(plan.targets, plan.selected, strict=True))
        sets = ", ".join(f"{quoted(names[name])} = ?" for name in change.values)
        sql = f"UPDATE {quoted(plan.file.name)} SET {sets} WHERE {plan.file.key} = ?"
        name = f"{plan.model._meta.verbose_name} {row.pk}"
        known = self._looks(file, plan, row) == row.origin_hash
        try:
            file.execute(sql, (*change.values.values(), row.origin_key))
        except sqlite3.IntegrityError as error:
            main = {column: change.values[column] for column in change.before}
            self._refused.add((plan.table, str(row.origin_key), dump(main)))
            words = f"{name} cannot be carried back to {self._source.name}: {error}"
            w.event("sources", "refused", row, words)
            return False
        if known:  # what we wrote ourselves is no change of theirs
            looks = self._looks(file, plan, row)
            plan.model._base_manager.filter(pk=row.pk).update(origin_hash=looks)
        words = "; ".join(
            f"{column.replace('_', ' ')} {_shown(old)} → {_shown(change.values[column])}"
            for column, old in change.before.items()
            if old != change.values[column]
        )
        w.event(
            "sources",
            "written_back",
            row,
            f"{name} carried back to {self._source.name}: {words}",
            source=self._source.name,
        )
        return True


def _as_theirs(value: Any) -> Any:
    """A value as the original programs write it: flags as 0 and 1, times as UTC text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
    return value


def _shown(value: Any) -> str:
    return "empty" if value is None else str(value)[:60]
