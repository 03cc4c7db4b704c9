"""How the rows of one table of a file become rows of ours: a plan made once, used for each row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import NOT_PROVIDED

from elfsite.origins.models import Recorded
from elfsite.origins.seedcolumns import COLUMNS
from elfsite.origins.tables import Notes, TableImport
from elfsite.sources import values
from elfsite.sources.registry import references


class Rejected(Exception):
    """This row cannot be taken; the text is the reason."""


@dataclass(frozen=True)
class FileTable:
    """A table as it stands in the file: the column to page by, its key, its columns, its rows."""

    name: str
    order: str
    key: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Column:
    """One column of ours: where its cell stands in the row that was read, and how it is read.

    ``position`` is None where the file lacks the column.
    """

    name: str
    position: int | None
    read: values.Reader
    nullable: bool
    instead: Any = None  # stands for NULL where it may not be; None: the row is rejected
    when_null: Any = None

    def take(self, value: Any, notes: Notes) -> Any:
        """The value to store. Raises Rejected."""
        if value is None:
            return self._of_null(notes)
        try:
            return self.read(value, notes)
        except values.Unfit as unfit:
            if not self.nullable:
                raise Rejected(f"{self.name} is {unfit}, and a row needs it.") from None
            notes.repaired(self.name, str(unfit), value)
            return None

    def _of_null(self, notes: Notes) -> Any:
        if self.nullable:
            return self.when_null
        if self.instead is None:
            raise Rejected(f"{self.name} is empty, and a row needs it.")
        if self.position is not None:
            notes.repaired(self.name, "empty", None)
        return self.instead


@dataclass(frozen=True)
class Plan:
    """All that is known about one table before its first row is read."""

    declaration: TableImport
    file: FileTable
    selected: tuple[str, ...]  # columns of the file, in the order of a row's cells
    targets: tuple[str, ...]  # what each selected column is called here
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        return self.declaration.table

    @property
    def model(self) -> type[Recorded]:
        return self.declaration.model

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def position(self, name: str) -> int:
        """Where column *name* stands in the values of a row; raises ValueError if nowhere."""
        return self.names.index(name)

    @cached_property
    def recorded(self) -> frozenset[str]:
        """The columns that this file has something to say about."""
        return frozenset((*self.targets, *self.declaration.derived))

    def times(self) -> list[int]:
        """Where times and dates stand among the values."""
        return [
            place
            for place, column in enumerate(self.columns)
            if isinstance(column.read, values.Time | values.Day)
        ]

    @cached_property
    def references(self) -> dict[int, type[Recorded]]:
        """Position among the values -> the table that the column refers to."""
        known = references(self.model)
        return {
            position: known[column.name]
            for position, column in enumerate(self.columns)
            if column.name in known
        }

    def values(self, cells: tuple[Any, ...], notes: Notes, key: str) -> list[Any]:
        """What is stored for the cells of a row; references stay keys. Raises Rejected."""
        prepare = self.declaration.prepare
        if prepare is None:
            return [
                column.take(None if column.position is None else cells[column.position], notes)
                for column in self.columns
            ]
        row = dict(zip(self.targets, cells, strict=True))
        prepare(row, notes, key)
        return [column.take(row.get(column.name), notes) for column in self.columns]


def plan_of(
    declaration: TableImport, file: FileTable, zone: dt.tzinfo, project_path: str | None
) -> Plan:
    """Match the file's columns to the model's by name, by alias, and ``run`` to ``run_id``."""
    fields = {str(field.column): field for field in _fields(declaration)}
    renamed = {field.name: column for column, field in fields.items()} | dict(declaration.aliases)
    present = set(file.columns)
    pairs: dict[str, str] = {}  # ours -> theirs; a column under our own name comes first
    for theirs in sorted(file.columns, key=lambda name: name not in fields):
        ours = theirs if theirs in fields else renamed.get(theirs, "")
        if ours in fields and ours not in pairs:
            pairs[ours] = theirs
    also = {name: name for name in declaration.also if name in present}
    selected = pairs | also
    columns = [
        _column(declaration, field, _place(name, selected), zone, project_path)
        for name, field in fields.items()
    ]
    return Plan(declaration, file, tuple(selected.values()), tuple(selected), tuple(columns))


def _place(name: str, selected: dict[str, str]) -> int | None:
    return list(selected).index(name) if name in selected else None


def _fields(declaration: TableImport) -> list[models.Field[Any, Any]]:
    """Columns that a file may fill: the seed's, but not our numbering, and the derived ones."""
    allowed = {*COLUMNS[declaration.table], *declaration.derived}
    return [
        field
        for field in declaration.model._meta.concrete_fields
        if field.column in allowed and not isinstance(field, models.AutoField)
    ]


def _column(
    declaration: TableImport,
    field: models.Field[Any, Any],
    position: int | None,
    zone: dt.tzinfo,
    project_path: str | None,
) -> Column:
    name = str(field.column)
    default = None if field.default is NOT_PROVIDED or callable(field.default) else field.default
    return Column(
        name=name,
        position=position,
        read=_reader(declaration, field, zone),
        nullable=field.null,
        instead=declaration.blanks.get(name, default),
        when_null=project_path if name == declaration.project else None,
    )


def _reader(
    declaration: TableImport, field: models.Field[Any, Any], zone: dt.tzinfo
) -> values.Reader:
    name = str(field.column)
    low, high = declaration.bounds.get(name, (None, None))
    match field:
        case models.ForeignKey():
            return values.Key(name)
        case models.DateTimeField():
            return values.Time(name, zone)
        case models.DateField():
            return values.Day(name)
        case models.BooleanField():
            return values.Flag(name)
        case models.FloatField():
            return values.Real(name, low, high)
        case models.IntegerField():
            limit = values.INT8 if isinstance(field, models.BigIntegerField) else values.INT4
            return values.Whole(
                name,
                -limit if low is None else int(low),
                limit if high is None else int(high),
                declaration.numbers.get(name, {}),
            )
    if words := declaration.words.get(name):
        return values.Word(name, words.legal, words.otherwise, words.aliases)
    return values.Text(name)
