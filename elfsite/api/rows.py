"""A row as the API answers it: the columns of its table, and what its area adds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, JsonResponse

from elfsite.api.area import extras_of
from elfsite.api.caller import Caller
from elfsite.errors import Refused
from elfsite.listings import detail, registry
from elfsite.listings.declare import Listing
from elfsite.listings.export import exported, record

# columns that say which project a row is of; NULL and "" are everywhere
PROJECT_COLUMNS = ("project_path", "project")


def listing_of(table: str) -> Listing:
    """Raises LookupError for a table without a listing."""
    found = registry.by_table(table)
    if found is None:
        raise LookupError(f"The table {table} has no listing.")
    return found


def names_of(listing: Listing, caller: Caller, *, alone: bool) -> list[str]:
    """Every field of a row that *caller* may see, in order."""
    origin = ["origin", "origin_key"] if listing.is_recorded else []
    extra = [each.name for each in extras_of(listing.table, alone=alone)]
    return [*exported(listing, caller.person), *origin, *extra]


def chosen(listing: Listing, caller: Caller, fields: str, *, alone: bool) -> list[str]:
    """The fields that ``fields=a,b`` names, all where it is empty. Raises Refused for others."""
    known = names_of(listing, caller, alone=alone)
    if not fields:
        return known
    wanted = list(dict.fromkeys(part.strip() for part in fields.split(",") if part.strip()))
    for name in wanted:
        if name not in known:
            raise Refused(
                "bad_parameter", f"fields: there is no {name[:60]!r}. Known are {', '.join(known)}."
            )
    return wanted


def teller(
    listing: Listing, caller: Caller, names: Collection[str], *, alone: bool
) -> Callable[[Any], dict[str, Any]]:
    """What makes of a row its fields *names*, as plain values: made once, called per row."""
    columns = {n: f for n, f in exported(listing, caller.person).items() if n in names}
    extras = [each for each in extras_of(listing.table, alone=alone) if each.name in names]

    def tell(row: Any) -> dict[str, Any]:
        found = record(listing, row, columns)
        for each in extras:
            found[each.name] = each.make(row)
        return {name: found[name] for name in names}

    return tell


def load(table: str, pk: int | str, caller: Caller) -> Any:
    """The row *pk* of *table*. Raises Http404 where there is none, or none in the key's project."""
    listing = listing_of(table)
    listing.admit(caller.person)
    row = detail.load(listing, str(pk))
    project = project_column(listing)
    if project and not caller.reaches(getattr(row, project)):
        raise Http404(f"There is no {listing.one} {pk} in the project of this key.")
    return row


def answer(table: str, pk: int | str, caller: Caller) -> dict[str, Any]:
    """The row *pk* of *table* with everything that is told of one row."""
    listing, row = listing_of(table), load(table, pk, caller)
    return teller(listing, caller, names_of(listing, caller, alone=True), alone=True)(row)


def created(table: str, pk: int | str, caller: Caller) -> HttpResponse:
    """201 with the new row, and where it is."""
    found = answer(table, pk, caller)
    place = f"/api/v1/{listing_of(table).slug}/{pk}"
    return JsonResponse(found, status=201, headers={"Location": place})


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """*values* with their times as the rows of tables have them: ISO, UTC, with a Z."""
    return {name: _written(value) for name, value in values.items()}


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def project_column(listing: Listing) -> str:
    return next((name for name in PROJECT_COLUMNS if name in listing.fields), "")


def within(listing: Listing, caller: Caller) -> Q:
    """The rows of the key's project and those that are of everywhere."""
    column = project_column(listing)
    if not caller.project or not column:
        return Q()
    return Q(**{f"{column}__in": [caller.project, ""]}) | Q(**{f"{column}__isnull": True})


def needed(listing: Listing, names: Sequence[str]) -> list[str]:
    """The model fields that *names* are made from, for a query that reads no others."""
    found = [f.name for f in listing.fields.values() if f.column in names]
    if listing.is_recorded:
        found += ["origin", "origin_key", "origin__name"]
    for each in extras_of(listing.table, alone=False):
        found += each.needs if each.name in names else ()
    return list(dict.fromkeys([listing.model._meta.pk.name, *found]))
