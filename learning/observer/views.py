"""Acts on alerts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from elfsite.listings.links import url_of
from game.players.access import person_of
from learning.observer import services
from learning.observer.models import MetaAlert


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """A steward looks after an alert."""
    row = services.acknowledge_alert(actor=person_of(request), alert=pk)
    return _back(request, row, "Acknowledged.")


@require_POST
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """A steward says that an alert's cause is gone."""
    return _back(request, services.resolve_alert(actor=person_of(request), alert=pk), "Resolved.")


def _back(request: HttpRequest, row: MetaAlert, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("inbox" if request.POST.get("from") == "inbox" else url_of(row))
