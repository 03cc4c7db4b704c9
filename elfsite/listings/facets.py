"""The values that a filter offers: those that exist, found by skipping through an index.

``SELECT DISTINCT`` reads every row (200,000 trails: 25 ms). A recursive query asks the index for
the smallest value, then for the smallest beyond it: as many steps as there are values.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.db import connection

from elfsite.errors import Refused
from elfsite.listings import limits
from elfsite.listings.declare import Listing
from elfsite.listings.params import known_controls
from elfsite.origins.models import Source

KEPT_SECONDS = 15
_kept: dict[str, tuple[float, Facets]] = {}


@dataclass(frozen=True)
class Facets:
    """Existing values by parameter, in order, and the sources as (number, name).

    A parameter is absent where its values were too many to offer, or took too long to find.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    sources: list[tuple[str, str]] = field(default_factory=list)


def facets_of(listing: Listing) -> Facets:
    """At most one query; the answer is kept for 15 s in this process."""
    kept = _kept.get(listing.table)
    if not kept or kept[0] <= time.monotonic():
        kept = (time.monotonic() + KEPT_SECONDS, _find(listing))
        _kept[listing.table] = kept
    without = listing.unoffered() if listing.unoffered else None
    return _but(kept[1], without) if without else kept[1]


def _but(found: Facets, without: frozenset[str]) -> Facets:
    values = {
        name: [value for value in known if value not in without]
        for name, known in found.values.items()
    }
    return Facets(values, found.sources)


def forget() -> None:
    """For tests, which change the database under a process."""
    _kept.clear()


def _find(listing: Listing) -> Facets:
    names = [name for name, each in known_controls(listing).items() if each.kind == "facet"]
    if not names and not listing.has_origin:
        return Facets()
    try:
        with limits.time_limit(limits.FACETS_MS), connection.cursor() as cursor:
            cursor.execute(_sql(listing, names))
            rows = cursor.fetchall()
    except Refused:
        return Facets()
    values: dict[str, list[str]] = {name: [] for name in names}
    sources = [(value, label) for place, value, label in rows if place < 0]
    for place, value, _ in rows:
        if place >= 0:
            values[names[place]].append(value)
    offered = {name: found for name, found in values.items() if len(found) <= limits.FACET_MOST}
    return Facets(offered, sources)


def _sql(listing: Listing, names: list[str]) -> str:
    quote = connection.ops.quote_name
    table, most = quote(listing.table), limits.FACET_MOST
    walks, parts = [], []
    for place, name in enumerate(names):
        column = quote(name)
        walks.append(
            f"f{place}(v, n) AS (SELECT MIN({column}), 1 FROM {table} UNION ALL"
            f" SELECT (SELECT MIN({column}) FROM {table} WHERE {column} > f{place}.v), n + 1"
            f" FROM f{place} WHERE v IS NOT NULL AND n <= {most})"
        )
        parts.append(f"SELECT {place}, CAST(v AS TEXT), '' FROM f{place} WHERE v IS NOT NULL")
    if listing.has_origin:
        sources = f"SELECT id, name FROM {quote(Source._meta.db_table)} ORDER BY name LIMIT {most}"
        parts.append(f"SELECT -1, CAST(id AS TEXT), name FROM ({sources}) AS s")
    head = f"WITH RECURSIVE {', '.join(walks)} " if walks else ""
    return head + " UNION ALL ".join(parts)
