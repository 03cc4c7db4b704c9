"""References that stand in texts: ``heuristic_id:17`` in tags, lists of ids in JSON, bare numbers.

The text is kept as it was written. A number in it is a key of the database that recorded the row,
so it is resolved by (origin, key) when the row is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from elfsite.listings import registry
from elfsite.origins import seedjson

MOST = 50  # references of one row that are resolved; the text itself is shown whole
TAG = re.compile(r"\b(\w+)_id:(\d{1,18})\b")
# how tags and JSON keys call the rows of a table
CALLED = {
    "heuristic": "heuristics",
    "learning": "learnings",
    "run": "workflow_runs",
    "workflow": "workflows",
    "execution": "node_executions",
    "experiment": "experiments",
    "report": "fraud_reports",
    "plan": "plans",
}


@dataclass(frozen=True)
class Named:
    """A row that a text names: its table, and its key in the database that wrote the text.

    ``called`` is the name that the text gives as well; another name means another row.
    """

    table: str
    key: str
    called: str = ""


@dataclass(frozen=True)
class Found:
    """What a text names, resolved: our key and the row's name, both None where it is not here."""

    named: Named
    pk: Any
    name: str | None


Finder = Callable[[Any], list[Named]]


def tags(column: str) -> Finder:
    """``heuristic_id:17`` in ``key:value`` text; keys of tables that we do not know are none."""

    def find(row: Any) -> list[Named]:
        pairs = TAG.findall(str(getattr(row, column) or ""))
        return [Named(CALLED[word], key) for word, key in pairs if word in CALLED]

    return find


def ids(column: str, table: str, *, called: str = "") -> Finder:
    """A number, or a JSON list of numbers, that name rows of *table*.

    *called* is a column that says the name of the row: a number alone may count something else.
    """

    def find(row: Any) -> list[Named]:
        value = getattr(row, column)
        if not isinstance(value, int | str):
            return []
        listed = [value] if isinstance(value, int) else seedjson.read_list(value)
        name = str(getattr(row, called) or "") if called else ""
        return [Named(table, str(each), name) for each in listed if _is_key(each)]

    return find


def members(column: str) -> Finder:
    """``{"execution_id": 17}``: members of a JSON object that are called for a table."""

    def find(row: Any) -> list[Named]:
        inner = seedjson.read(str(getattr(row, column) or ""), empty={}).value
        pairs = inner.items() if isinstance(inner, dict) else ()
        tables = [(CALLED.get(name.removesuffix("_id")), key) for name, key in pairs]
        return [Named(table, str(key)) for table, key in tables if table and _is_key(key)]

    return find


def _is_key(value: Any) -> bool:
    return str(value).isascii() and str(value).isdecimal() and len(str(value)) <= 18


def resolve(origin_id: int | None, named: Iterable[Named]) -> list[Found]:
    """Each of *named* once, in order, at most 50. One query for each table that is named."""
    wanted = list(dict.fromkeys(named))[:MOST]
    known: dict[tuple[str, str], tuple[Any, str]] = {}
    for table in dict.fromkeys(each.table for each in wanted):
        keys = [each.key for each in wanted if each.table == table]
        known.update({(table, key): row for key, row in _rows(table, origin_id, keys)})
    found = [Found(each, *known.get((each.table, each.key), (None, None))) for each in wanted]
    return [each for each in found if _agrees(each)]


def _agrees(found: Found) -> bool:
    called = found.named.called
    return not called or _bare(called) == _bare(found.name or "")


def _bare(name: str) -> str:
    return " ".join(name.split()).rstrip(".").casefold()


def _rows(table: str, origin_id: int | None, keys: list[str]) -> list[tuple[str, tuple[Any, str]]]:
    listing = registry.by_table(table)
    if listing is None:
        return []
    name = listing.named_by or listing.columns[0].name
    rows: models.QuerySet[Any] = listing.model._base_manager.all()
    if origin_id is None:
        found = rows.filter(origin__isnull=True, pk__in=keys).values_list("pk", "pk", name)
    else:
        mine = rows.filter(origin_id=origin_id, origin_key__in=keys)
        found = mine.values_list("origin_key", "pk", name)
    return [(str(key), (pk, str(word))) for key, pk, word in found]
