"""One refusal in three dresses: a page, an HTMX fragment, problem+json (RFC 9457)."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from elfsite.errors import Refused

API, API_PAGE = "/api/", "/api/v1/docs"
JSON_TYPES = ("application/json", "application/problem+json", "application/x-ndjson")


def wants_json(request: HttpRequest) -> bool:
    """Whether a program asks: the path is of the API, ends in .json or .ndjson, or HTML is not
    accepted."""
    if request.path.startswith(API) and request.path != API_PAGE:
        return True
    if request.path.endswith((".json", ".ndjson")):
        return True
    accept = request.headers.get("Accept", "")
    return "text/html" not in accept and any(kind in accept for kind in JSON_TYPES)


def is_htmx(request: HttpRequest) -> bool:
    """Whether HTMX asks for a fragment (a boosted link wants the whole page)."""
    return "HX-Request" in request.headers and "HX-Boosted" not in request.headers


def problem(request: HttpRequest, refused: Refused) -> JsonResponse:
    """``application/problem+json`` with code, detail and the request's id."""
    body = {
        "type": "about:blank",
        "status": refused.status,
        "code": refused.code,
        "detail": refused.sentence,
        "request_id": getattr(request, "request_id", ""),
    }
    return JsonResponse(body, status=refused.status, content_type="application/problem+json")


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to *refused* in the form that the client asked for."""
    if wants_json(request):
        return problem(request, refused)
    template = "components/refusal.html" if is_htmx(request) else "refused.html"
    return render(request, template, {"refused": refused}, status=refused.status)


def page_of(request: HttpRequest) -> str:
    """Path and query of the page a person looks at: HTMX names it, for a fragment's is not it."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    if not parts.path.startswith("/"):
        return request.get_full_path()
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
