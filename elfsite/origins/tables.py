"""How an area says which of its tables another system records, and how their values are read.

Each area's ``importing.py`` holds ``TABLES``, a list of ``TableImport``. It may hold ``FACTS``,
names of tables that describe a file and are kept on its Source, and ``after_import(source)``,
called when rows of the area changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from elfsite.origins.models import Recorded, Repair, Source

RAW_LIMIT = 4_000  # characters kept of a value that a rule changed


@dataclass(frozen=True)
class Words:
    """The words of a closed column, what others mean, and the word for one that nobody knows.

    Without ``otherwise`` no CHECK closes the column, and an unknown word stays as it is written.
    """

    legal: tuple[str, ...]
    otherwise: str = ""
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Notes:
    """The repairs of one row while it is read: (column, rule, value as it was)."""

    repairs: list[tuple[str, str, Any]] = field(default_factory=list)

    def repaired(self, column: str, rule: str, raw: Any) -> None:
        """Say that *rule* changed a value; *rule* is the same phrase for every row."""
        self.repairs.append((column, rule, raw))

    def rows(self, source: Source, table: str, key: str) -> list[Repair]:
        """The repairs as rows; of two of one column the first stays, it has the raw value."""
        first = {column: (rule, raw) for column, rule, raw in reversed(self.repairs)}
        return [
            Repair(
                origin=source,
                table=table,
                key=key,
                column=column,
                rule=rule,
                raw="NULL" if raw is None else str(raw).replace("\0", "\\0")[:RAW_LIMIT],
            )
            for column, (rule, raw) in first.items()
        ]


Prepare = Callable[[dict[str, Any], Notes, str], None]


@dataclass(frozen=True)
class TableImport:
    """How one table is read from a file of ELF, in any of its dialects.

    Types, defaults and references come from the model. Column names are those of our table.
    """

    model: type[Recorded]
    # column there -> column of ours (``run`` for ``run_id`` needs no entry)
    aliases: Mapping[str, str] = field(default_factory=dict)
    # columns there that only ``prepare`` reads
    also: tuple[str, ...] = ()
    # changes the row as it was read, before values are converted: f(row, notes, key)
    prepare: Prepare | None = None
    # columns of ours that ``prepare`` fills and no file has
    derived: tuple[str, ...] = ()
    words: Mapping[str, Words] = field(default_factory=dict)
    # words that stand for numbers, lower case
    numbers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    bounds: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    # required texts that some dialects leave out -> what stands there instead
    blanks: Mapping[str, str] = field(default_factory=dict)
    # columns that are ours once a service of ours acted on the row; EDITABLE ones are, too
    governed: tuple[str, ...] = ()
    # columns that must differ among the rows of one source
    unique: tuple[str, ...] = ()
    # a row is taken only where nobody else has this column's value
    unless_held: str = ""
    # a row whose value of this column another row of ours has *is* that row
    known_by: str = ""
    # a reference whose row has to come from the same file
    own_parent: str = ""
    # the column that says which project a row belongs to
    project: str = ""
    # the time that says when something happened; "" for a table that records no activity
    activity: str = "created_at"
    # rows that stay, as ours, when their source is forgotten
    keeps: Callable[[Source], QuerySet[Any]] | None = None

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def governed_columns(self) -> frozenset[str]:
        """Columns that are ours once a service of ours acted on the row."""
        names = {*self.governed, *self.model.EDITABLE}
        return frozenset(
            str(field.column) for field in self.model._meta.concrete_fields if field.name in names
        )
