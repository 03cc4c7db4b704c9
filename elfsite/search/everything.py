"""One search over every table that can be searched, within a bound of time.

Small tables are asked first: they answer in a millisecond each. What is left of the time goes to
the growing ones. A table that was cut short is said to be, and links to its own search.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from elfsite.errors import Refused
from elfsite.listings import limits, registry
from elfsite.listings.declare import Listing, may_see
from elfsite.listings.paging import order_of
from elfsite.listings.params import Asked
from elfsite.listings.query import columns_only, narrowed
from elfsite.listings.rows import Head, heads_of, rows_of

SHOWN = 5  # rows of each table
COLUMNS = 4  # of each row
LEAST_MS = 20  # with less time left a table is not asked any more
# no single table takes more than this, so that one slow table does not silence the others
TABLE_MS = 400
# what agents know comes before what they did
FIRST = ("heuristics", "learnings", "decisions", "invariants", "assumptions", "spike_reports")


@dataclass(frozen=True)
class Group:
    """What one table holds: the first rows, whether there are more, whether time ran out."""

    listing: Listing
    url: str
    heads: list[Head] = field(default_factory=list)
    rows: list[SafeString] = field(default_factory=list)
    more: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Results:
    """Tables with rows, most telling first, and those that were cut short before they had any."""

    groups: list[Group]
    cut: list[Group]


def search(text: str, user: Any) -> Results:
    """What *text* finds in the tables that *user* may see; at most 1.5 s."""
    ends = time.monotonic() + limits.SEARCH_MS / 1000
    searched = [each for each in registry.all_listings() if each.search or each.fulltext]
    visible = [each for each in searched if may_see(user, each.audience)]
    found = {g.listing: g for g in _ask_all(sorted(visible, key=_cost), text, ends)}
    groups = [found[each] for each in sorted(visible, key=_place)]
    return Results([g for g in groups if g.rows], [g for g in groups if g.cut and not g.rows])


def _cost(listing: Listing) -> bool:
    return listing.growing


def _place(listing: Listing) -> int:
    return FIRST.index(listing.table) if listing.table in FIRST else len(FIRST)


def _ask_all(listings: list[Listing], text: str, ends: float) -> Iterator[Group]:
    for listing in listings:
        left = min(TABLE_MS, int((ends - time.monotonic()) * 1000))
        asked = Asked(listing, {"q": text}, {"q": text})
        if left < LEAST_MS:
            yield Group(listing, asked.url(), cut=True)
            continue
        yield _ask(asked, left)


def _ask(asked: Asked, ms: int) -> Group:
    listing = asked.listing
    order = order_of(listing.model, listing.order)
    rows = columns_only(listing, narrowed(asked)).order_by(*order.names)
    try:
        with limits.time_limit(ms):
            found = list(rows[: SHOWN + 1])
    except Refused:
        return Group(listing, asked.url(), cut=True)
    columns = [each for each in listing.columns if each.name not in listing.private][:COLUMNS]
    plain = Asked(listing, {}, {})
    drawn = rows_of(plain, columns, found[:SHOWN], live=False)
    return Group(listing, asked.url(), heads_of(plain, columns), drawn, len(found) > SHOWN)
