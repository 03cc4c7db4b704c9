"""Acts and the live part about following, on the page of a source."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources.connecting import allowed_path
from elfsite.sources.follow import services
from elfsite.sources.follow.queries import following_of
from game.players.access import admin_of, person_of


@require_POST
def source_follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Follow the source, or no longer (``on`` is 1 or 0)."""
    person = person_of(request)
    if not person.is_steward:
        raise Refused("stewards_only", "Stewards and administrators follow a source.", status=403)
    source = get_object_or_404(Source, pk=pk)
    if _on(request):
        allowed_path(source.path)
        services.follow_source(actor=person, source=source)
    else:
        services.unfollow_source(actor=person, source=source)
    return redirect("source", pk=pk)


@require_POST
def source_write_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry what is decided here back to the file, or no longer; administrators say so."""
    admin = admin_of(request)
    source = get_object_or_404(Source, pk=pk)
    allowed_path(source.path)
    services.set_write_back(actor=admin, source=source, on=_on(request))
    return redirect("source", pk=pk)


@never_cache
@require_safe
def source_following(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that says how following goes."""
    person = person_of(request)
    source = get_object_or_404(Source, pk=pk)
    context = {
        "source": source,
        "following": following_of(source),
        "may_read": person.is_steward,
        "may_forget": person.role == "admin",
    }
    return render(request, "sources/following.html", context)


def _on(request: HttpRequest) -> bool:
    value = request.POST.get("on")
    if value not in {"0", "1"}:
        raise Refused("on", "Say 1 to begin or 0 to end.")
    return value == "1"
