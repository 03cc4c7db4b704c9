"""Acts on what is known."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from elfsite.listings.links import url_of
from game.players.access import person_of
from learning.knowledge.services import acknowledge_violation


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """A steward has seen a violation; back to the inbox or to the violation."""
    row = acknowledge_violation(actor=person_of(request), violation=pk)
    messages.success(request, "Acknowledged.")
    return redirect("inbox" if request.POST.get("from") == "inbox" else url_of(row))
