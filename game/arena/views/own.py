"""One's own data as a file and its deletion, and the way to GitHub to show one's star."""

from __future__ import annotations

from allauth.decorators import rate_limit
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elfsite.errors import Refused
from game.arena.access import player_of
from game.arena.services import own
from game.players.entry_views import to_github


@never_cache
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """``/players/me/data.json``: everything that the game holds about whoever asks."""
    player = player_of(request)
    response = StreamingHttpResponse(own.export(player), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="patrol.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponse:
    """Says what goes; POST with the box ticked deletes it and turns the game off."""
    player = player_of(request)
    if request.method != "POST":
        return render(request, "arena/delete.html", {"player": player})
    try:
        own.delete_own(player=player, confirmed=request.POST.get("confirmed") == "yes")
    except Refused as refused:
        context = {"player": player, "refused": refused}
        return render(request, "arena/delete.html", context, status=refused.status)
    messages.success(request, "Everything is deleted, and it is off for you.")
    return redirect("person_settings")


@require_POST
@rate_limit(action="login")  # type: ignore[untyped-decorator]
def check_star(request: HttpRequest) -> HttpResponse:
    """Goes to GitHub and back to the armory; on the way the star is looked at once."""
    player = player_of(request)
    if not settings.GAME_STAR_REPO:
        raise Http404("No repository is configured here.")
    if player.github_id is None:
        raise Refused("no_github", "Link your GitHub account in your settings first.", status=409)
    return to_github(request, AuthProcess.REDIRECT, None)
