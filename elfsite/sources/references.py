"""From the keys of a file to our primary keys: references between its rows."""

from __future__ import annotations

from typing import Any

from elfsite.origins.models import Recorded
from elfsite.sources.candidates import Candidate
from elfsite.sources.plans import Plan, Rejected

KEPT = 100_000  # keys remembered per table: 15 MB; a table with more is asked again


class KeyMap:
    """Key of a source's row -> our primary key, asked from the database batch by batch."""

    def __init__(self, model: type[Recorded], origin_id: int) -> None:
        self._model = model
        self._origin_id = origin_id
        self._known: dict[str, Any] = {}
        self._people: dict[str, Any] = {}  # rows of ours that a row of the file is

    def learn(self, keys: set[str]) -> None:
        """Make ``get`` know these keys, as far as the database does."""
        unknown = keys - self._known.keys()
        if not unknown:
            return
        if len(self._known) + len(unknown) > KEPT:
            self._known = {}
            unknown = keys
        rows = self._model._base_manager.filter(
            origin_id=self._origin_id, origin_key__in=unknown
        ).values_list("origin_key", "pk")
        self._known.update((str(key), pk) for key, pk in rows)

    def is_known_as(self, key: str, pk: Any) -> None:
        """The row *key* of the file is our row *pk*, which does not come from it."""
        self._people[key] = pk

    def get(self, key: str) -> Any:
        """Our primary key, or None."""
        found = self._known.get(key)
        return self._people.get(key) if found is None else found

    def came_along(self, key: str) -> bool:
        """Whether the row comes from this very file."""
        return key in self._known


class References:
    """The maps of all tables of one run."""

    def __init__(self, origin_id: int) -> None:
        self._origin_id = origin_id
        self._maps: dict[type[Recorded], KeyMap] = {}

    def map_of(self, model: type[Recorded]) -> KeyMap:
        if model not in self._maps:
            self._maps[model] = KeyMap(model, self._origin_id)
        return self._maps[model]

    def resolve(self, plan: Plan, rows: list[Candidate]) -> None:
        """Learn every key that the values of *rows* refer to; one query per referring column."""
        for position, parent in plan.references.items():
            keys = {row.values[position] for row in rows if row.values[position] is not None}
            if keys:
                self.map_of(parent).learn(keys)

    def settle(self, plan: Plan, row: Candidate, *, last: bool) -> bool:
        """Put our primary keys in place of the file's; raises Rejected for a dangling one that
        the row needs.

        False where the row refers to one of its own table that may still come, unless *last*.
        """
        settled = True
        for position, parent in plan.references.items():
            key = row.values[position]
            if key is None:
                continue
            pk = self.map_of(parent).get(key)
            if pk is None and parent is plan.model and not last:
                settled = False
            elif pk is None:
                self._dangles(plan, row, position, parent)
            row.values[position] = pk
        return settled

    def _dangles(self, plan: Plan, row: Candidate, position: int, parent: type[Recorded]) -> None:
        column, key = plan.columns[position], row.values[position]
        if not column.nullable:
            raise Rejected(
                f"{column.name} refers to a row of {parent._meta.db_table} that is not there."
            )
        row.notes.repaired(column.name, "refers to a row that is not there", key)
        row.unsettled = True
