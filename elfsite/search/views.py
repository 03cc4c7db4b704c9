"""The page that searches everything."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings.params import read_search
from elfsite.search import everything


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """``/search/?q=``: five rows of each table. Raises Refused (400) for too long a text."""
    try:
        text = read_search(request.GET.get("q", "").strip())
    except ValueError as error:
        raise Refused("bad_parameter", f"q must be {error}.") from None
    results = everything.search(text, request.user) if text else None
    return render(request, "search/search.html", {"text": text, "results": results})
