"""The entry of the API: what there is, its description for programs, and its page for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from elfsite.api.caller import caller_of
from elfsite.doors.http import problems, reference
from elfsite.errors import Refused
from elfsite.listings.declare import may_see
from elfsite.listings.limits import PAGE_MOST
from elfsite.listings.registry import all_listings


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI document, made once: it follows from the code alone."""
    from elfsite.doors.http import build, document  # the acts are read when they are asked for

    return document.describe(build.api(), build.all_acts(), f"{build.PREFIX}/")


@lru_cache(maxsize=8)
def _without(tables: frozenset[str]) -> dict[str, Any]:
    """The document without the resources of *tables*."""
    known = description()
    slugs = tuple(f"/api/v1/{table.replace('_', '-')}" for table in tables)
    paths = {
        path: methods
        for path, methods in known["paths"].items()
        if not any(path == slug or path.startswith(f"{slug}/") for slug in slugs)
    }
    schemas = known["components"]["schemas"]
    kept = {name: s for name, s in schemas.items() if name.split(".")[0] not in tables}
    return {**known, "paths": paths, "components": {**known["components"], "schemas": kept}}


def described_to(person: Any) -> dict[str, Any]:
    """The document without the tables that are not for *person*, or that they switched off."""
    closed = (each.table for each in all_listings() if not may_see(person, each.audience))
    return _without(frozenset(closed))


def index(request: HttpRequest) -> HttpResponse:
    """Who asks, and where everything is."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    caller = caller_of(request)
    here = request.build_absolute_uri("/").rstrip("/")
    paths = [path for path in described_to(caller.person)["paths"] if "{" not in path]
    return JsonResponse(
        {
            "caller": {
                "name": caller.name,
                "role": caller.person.role,
                "scopes": sorted(caller.scopes),
                "trust_class": caller.trust_class,
                "project": caller.project or None,
            },
            "description": f"{here}/api/v1/openapi.json",
            "page": f"{here}/api/v1/docs",
            "resources": {path.removeprefix("/api/v1/"): here + path for path in sorted(paths)},
        }
    )


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI 3.1 document."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    server = {"url": request.build_absolute_uri("/").rstrip("/")}
    return JsonResponse({**described_to(caller_of(request).person), "servers": [server]})


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest) -> HttpResponse:
    """An address that is none: 404 as a problem, whatever the client accepts."""
    return problems.of(request, Refused("not_found", "Nothing is here.", status=404))


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The same for people, drawn here."""
    context = {
        "groups": reference.groups_of(described_to(request.user)),
        "base": request.build_absolute_uri("/").rstrip("/"),
        "most_body": "1 MB",
        "most_rows": PAGE_MOST,
        "rate": settings.API_RATE,
        "write_rate": settings.API_WRITE_RATE,
    }
    return render(request, "doors/api.html", context)
