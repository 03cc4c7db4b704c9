"""Values that only one row may have: who gets them, and what happens to the others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from elfsite.sources.candidates import Candidate
from elfsite.sources.plans import Plan, Rejected
from elfsite.sources.references import References


class Claims:
    """Looks at one batch at a time; what the batch itself claims counts as taken."""

    def __init__(self, plan: Plan, origin_id: int, references: References) -> None:
        self._plan = plan
        self._origin_id = origin_id
        self._references = references
        self._held: dict[Any, str] = {}
        self._taken: dict[str, dict[Any, Any]] = {}
        self._people: dict[Any, Any] = {}
        self._governed: set[Any] = set()
        # (column, primary key, new value) of gone rows that make room for living ones
        self.displaced: list[tuple[str, Any, str]] = []

    def look(self, rows: list[Candidate]) -> None:
        """Ask the database what the values of *rows* meet there; at most one query per rule."""
        self.displaced = []
        rule = self._plan.declaration
        if rule.unless_held:
            self._held = dict.fromkeys(self._others(rule.unless_held, rows), "")
        if rule.known_by:
            self._people = self._others(rule.known_by, rows)
        if rule.own_parent:
            self._governed = self._governed_parents(rule.own_parent, rows)
        self._taken = {column: self._holders(column, rows) for column in rule.unique}

    def _values(self, column: str, rows: Iterable[Candidate]) -> set[Any]:
        position = self._plan.position(column)
        return {row.values[position] for row in rows} - {None}

    def _others(self, column: str, rows: list[Candidate]) -> dict[Any, Any]:
        """Value -> primary key, of rows that do not come from this source."""
        foreign = Q(origin_id__isnull=True) | ~Q(origin_id=self._origin_id)
        found = self._plan.model._base_manager.filter(
            foreign, **{f"{column}__in": self._values(column, rows)}
        )
        return dict(found.values_list(column, "pk"))

    def _governed_parents(self, column: str, rows: list[Candidate]) -> set[Any]:
        parent = self._plan.references[self._plan.position(column)]
        found = parent._base_manager.filter(
            pk__in=self._values(column, rows), governed_at__isnull=False
        )
        return set(found.values_list("pk", flat=True))

    def _holders(self, column: str, rows: list[Candidate]) -> dict[Any, Any]:
        """Value -> key of the row of this source that has it now; a gone row gives it up."""
        found = self._plan.model._base_manager.filter(
            origin_id=self._origin_id, **{f"{column}__in": self._values(column, rows)}
        )
        holders = {}
        for value, key, pk, gone_at in found.values_list(column, "origin_key", "pk", "gone_at"):
            if gone_at is None:
                holders[value] = key
            else:
                self.displaced.append((column, pk, f"{value} (gone {key})"))
        return holders

    def is_somebody(self, row: Candidate) -> bool:
        """Whether the row is somebody whom we know already; the map learns who."""
        if not self._plan.declaration.known_by or row.stored:
            return False
        value = row.values[self._plan.position(self._plan.declaration.known_by)]
        if value not in self._people:
            return False
        self._references.map_of(self._plan.model).is_known_as(row.row.key, self._people[value])
        return True

    def check(self, row: Candidate) -> None:
        """Raises Rejected where the row may not come in; renames what another row is called."""
        self._check_parent(row)
        self._check_held(row)
        for column, holders in self._taken.items():
            self._rename(row, column, holders)

    def _check_parent(self, row: Candidate) -> None:
        column = self._plan.declaration.own_parent
        if not column or row.parent_key is None:
            return
        position = self._plan.position(column)
        if not self._references.map_of(self._plan.references[position]).came_along(row.parent_key):
            raise Rejected("This person is here already: what they play with is earned here.")
        row.governed = row.governed or row.values[position] in self._governed

    def _check_held(self, row: Candidate) -> None:
        column = self._plan.declaration.unless_held
        if not column:
            return
        value = row.values[self._plan.position(column)]
        if value in self._held and self._held[value] != row.row.key:
            raise Rejected(f"Another row has this {column} already, and it stays.")
        self._held[value] = row.row.key

    def _rename(self, row: Candidate, column: str, holders: dict[Any, Any]) -> None:
        position = self._plan.position(column)
        value = row.values[position]
        if value is None:
            return
        if holders.setdefault(value, row.row.key) == row.row.key:
            return
        row.notes.repaired(column, "another row has it", value)
        row.values[position] = f"{value} ({row.row.key})"
        row.unsettled = True
