"""Every declared table as a resource: the rows of its list, with the list's own filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict

from elfsite.api import rows
from elfsite.api.area import Act
from elfsite.api.caller import Caller, caller_of
from elfsite.errors import Refused
from elfsite.listings import limits, params, registry
from elfsite.listings.declare import Listing
from elfsite.listings.detail import key_field
from elfsite.listings.paging import Page, order_of, page_of
from elfsite.listings.params import CURSORS, Asked
from elfsite.listings.query import narrowed

CURSOR, FIELDS = "cursor", "fields"


def acts() -> list[Act]:
    """A list and a row of each table that is not for administrators alone."""
    return [act for listing in registry.all_listings() for act in _acts(listing)]


def _acts(listing: Listing) -> list[Act]:
    def rows_of(request: HttpRequest) -> HttpResponse:
        return answer_list(request, listing)

    def row_of(request: HttpRequest, pk: str) -> HttpResponse:
        return answer_row(request, listing, pk)

    name = listing.table
    of_list = Act("GET", f"/{listing.slug}", rows_of, "read", f"List {listing.many}", listing.room,
                  answer=f"list:{name}")  # fmt: skip
    of_row = Act("GET", row_path(listing), row_of, "read", f"One {listing.one}", listing.room,
                 answer=f"alone:{name}")  # fmt: skip
    return [of_list, of_row]


def row_path(listing: Listing) -> str:
    kind = "" if isinstance(key_field(listing), models.IntegerField) else "path:"
    return f"/{listing.slug}/{{{kind}pk}}"


def answer_list(request: HttpRequest, listing: Listing) -> HttpResponse:
    """``{"rows": [...], "next": cursor or null}``, and ``Link: rel="next"``."""
    caller = caller_of(request)
    listing.admit(caller.person)
    asked, fields = _asked(listing, request.GET)
    names = rows.chosen(listing, caller, fields, alone=False)
    page = _page(asked, caller, names)
    tell = rows.teller(listing, caller, names, alone=False)
    found = [tell(row) for row in page.rows]
    response = JsonResponse(
        {"rows": found, "next": page.next or None}, json_dumps_params={"ensure_ascii": False}
    )
    if page.next:
        response["Link"] = f'<{_next(request, page.next)}>; rel="next"'
    return response


def answer_row(request: HttpRequest, listing: Listing, pk: str) -> HttpResponse:
    """One row, with what its area tells beside its columns."""
    caller = caller_of(request)
    for name in request.GET:
        if name != FIELDS:
            raise Refused("bad_parameter", f"There is no parameter {name[:60]!r} here, but fields.")
    row = rows.load(listing.table, pk, caller)
    names = rows.chosen(listing, caller, request.GET.get(FIELDS, ""), alone=True)
    tell = rows.teller(listing, caller, names, alone=True)
    return JsonResponse(tell(row), json_dumps_params={"ensure_ascii": False})


def _asked(listing: Listing, query: QueryDict) -> tuple[Asked, str]:
    """The list as asked for, and ``fields``. Raises Refused 400 for what is not known."""
    given = query.copy()
    for name in CURSORS:
        if name in given:
            raise Refused("bad_parameter", f"There is no parameter {name!r} here; use {CURSOR}.")
    fields, after = ",".join(given.pop(FIELDS, [])), given.pop(CURSOR, [])
    if len(after) > 1:
        raise Refused("bad_parameter", f"The parameter {CURSOR} is given {len(after)} times.")
    if after:
        given["after"] = str(after[0])
    return params.read(listing, given), fields


def _page(asked: Asked, caller: Caller, names: list[str]) -> Page:
    listing = asked.listing
    found: Any = narrowed(asked).filter(rows.within(listing, caller))
    if listing.is_recorded:
        found = found.select_related("origin")
    needed = rows.needed(listing, names)
    with limits.time_limit(limits.LIST_MS):
        order = order_of(listing.model, asked.order)
        return page_of(found.only(*needed), order, asked.limit, asked.after, "")


def _next(request: HttpRequest, cursor: str) -> str:
    kept = [(name, text) for name, text in request.GET.lists() if name != CURSOR]
    query = urlencode([*kept, (CURSOR, [cursor])], doseq=True)
    return request.build_absolute_uri(f"{request.path}?{query}")
