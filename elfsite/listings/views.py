"""The views of every declared table: list and fragment, file, row, and the page of all tables."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import detail, limits, links, params, query, registry, said
from elfsite.listings import export as files
from elfsite.listings.declare import Listing, may_see
from elfsite.listings.facets import Facets, facets_of
from elfsite.listings.form import fields_of
from elfsite.listings.paging import Page
from elfsite.listings.params import Asked
from elfsite.listings.query import Count
from elfsite.listings.rows import heads_of, rows_of

IMPORT_COMMAND = "python manage.py import elf ~/.claude/emergent-learning/memory/index.db"


@require_safe
def show_list(request: HttpRequest, listing: Listing) -> HttpResponse:
    """A page of rows; for HTMX only the part that changes. A search that takes too long is told
    on the page, with its form, so that it can be narrowed."""
    listing.admit(request.user)
    asked = params.read(listing, request.GET)
    fragment = _is_fragment(request)
    try:
        page, refused = query.read_page(asked), None
    except Refused as error:
        if fragment or error.code != "too_slow":
            raise
        page, refused = Page([], "", ""), error
    context = _list_context(asked, page, refused, request.user)
    templates = ["listing/rows.html"] if fragment else _templates(listing, "list")
    response = render(request, templates, context, status=refused.status if refused else 200)
    if fragment:
        response["HX-Push-Url"] = context["here"]
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def export(request: HttpRequest, listing: Listing, fmt: str) -> StreamingHttpResponse:
    """The same list as a file."""
    listing.admit(request.user)
    return files.response(request, params.read(listing, request.GET), fmt)


@require_safe
def show_row(request: HttpRequest, listing: Listing, pk: str) -> HttpResponse:
    """One row with everything that is known about it."""
    listing.admit(request.user)
    row = detail.load(listing, pk)
    context = {
        "listing": listing,
        "row": row,
        "title": detail.name_of(listing, row),
        "sections": detail.sections_of(listing, row, request.user),
        "named": detail.named_in(listing, row),
        "children": detail.children_of(listing, row, request.user),
        "events": list(detail.events_of(listing, row)),
        "trail": [(listing.heading, links.list_path(listing)), (f"{listing.one} {row.pk}", "")],
        "json_url": links.row_path(listing, row.pk).removesuffix("/") + ".json",
    }
    return render(request, _templates(listing, "detail"), context)


@require_safe
def show_json(request: HttpRequest, listing: Listing, pk: str) -> JsonResponse:
    """The row as a program reads it: the columns of its table."""
    listing.admit(request.user)
    row = detail.load(listing, pk)
    return JsonResponse(files.record(listing, row, files.exported(listing, request.user)))


@require_safe
def tables(request: HttpRequest) -> HttpResponse:
    """Every table with pages, by room, with one sentence each."""
    rooms = [
        (room, [each for each in listings if may_see(request.user, each.audience)])
        for room, listings in registry.rooms()
    ]
    return render(request, "listing/tables.html", {"rooms": [r for r in rooms if r[1]]})


def _is_fragment(request: HttpRequest) -> bool:
    """Whether HTMX asks for the part that changes; after Back it wants the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def _templates(listing: Listing, kind: str) -> list[str]:
    """A template named for the model, where somebody wrote one, before the general one."""
    area = listing.model.__module__.removesuffix(".models").replace(".", "/")
    return [f"{area}/{listing.model.__name__.lower()}_{kind}.html", f"listing/{kind}.html"]


def _list_context(asked: Asked, page: Page, refused: Refused | None, user: Any) -> dict[str, Any]:
    listing = asked.listing
    facets = facets_of(listing)
    chips = said.chips_of(asked, facets)
    count = Count(None) if refused else query.count(asked, page)
    order = said.order_words(listing, asked.order)
    columns = [each for each in listing.columns if listing.shows(each.name, user)]
    counted = count.of(listing.one, listing.many)
    return {
        "listing": listing,
        "asked": asked,
        **_form(asked, facets),
        "chips": chips,
        "counted": counted,
        "order": order,
        "sentence": said.plain(counted, chips, order),
        "heads": heads_of(asked, columns),
        "rows": rows_of(asked, columns, page.rows),
        "refused": refused,
        "live": not asked.asof and not asked.get("gone"),
        "css": listing.css,
        "top": listing.top(asked) if listing.top and not refused else "",
        **_nothing(asked, page, refused),
        **_pages(asked, page),
    }


def _form(asked: Asked, facets: Facets) -> dict[str, Any]:
    fields = fields_of(asked, facets)
    aside = [each for each in fields if each.aside]
    return {
        "fields": [each for each in fields if not each.aside],
        "aside": aside,
        "unfolded": any(each.value for each in aside),
    }


def _nothing(asked: Asked, page: Page, refused: Refused | None) -> dict[str, Any]:
    """What an empty list says: what fills it, or the time of its last row outside the window."""
    if page.rows or refused:
        return {}
    last = query.last_before(asked)
    unset = {"from": None, "to": None, "asof": last.isoformat() if last else None}
    return {
        "last": last,
        "last_url": asked.url(**unset) if last else "",
        "nothing": f"No {asked.listing.one} is recorded",
        "command": asked.listing.command or IMPORT_COMMAND,
    }


def _pages(asked: Asked, page: Page) -> dict[str, Any]:
    cursor = {"after": asked.after} if asked.after else {"before": asked.before}
    sizes = [(str(n), asked.url(limit=str(n)), n == asked.limit) for n in limits.PAGES]
    return {
        "here": asked.url(**cursor),
        "next": asked.url(after=page.next) if page.next else "",
        "back": asked.url(before=page.back) if page.back else "",
        "sizes": sizes,
        "files": [(fmt, asked.file(fmt)) for fmt in files.FORMATS],
        "clear": asked.without(*[n for n in asked.raw if n not in {"order", "limit"}]),
    }
