"""Leaderboard, armory, and the page of a player."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from elfsite.errors import Refused
from elfsite.listings.links import list_url
from game.arena import boards, care, pointer, profile, racks
from game.arena.access import player_of, players
from game.arena.models import Replay, ScoreEvent
from game.arena.services import equip
from game.players import github
from game.players.models import User

PLACE_MOST = 1_000_000


@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """``/leaderboard/?board=today|season|all&from=<place>&around=1``."""
    player = player_of(request)
    day = timezone.now().date()
    name = request.GET.get("board", "today")
    around = request.GET.get("around") == "1"
    if around:
        board = boards.around(name, day, player.pk)
    else:
        board = boards.board(name, day, viewer=player.pk, start=_place(request))
    context: dict[str, Any] = {
        "board": board,
        "around": around,
        "tabs": _tabs(name, around, day),
        "films": profile.films([row.player_id for row in board.rows], day)
        if name == "today"
        else {},
        "here": _board_url(name),
        "trail": [("Leaderboard", "")],
        "refused": Replay.shown.filter(status="refused", day=day).order_by("-sent_at")[:3],
        "refused_url": list_url(Replay, status="refused"),
        "cares": care.CARES,
        "day_most": care.DAY_MOST,
    }
    return render(request, "arena/leaderboard.html", context)


def _place(request: HttpRequest) -> int:
    text = request.GET.get("from", "1")
    if not text.isdecimal() or not 1 <= int(text[:9]) <= PLACE_MOST or len(text) > 7:
        raise Refused("bad_place", "A place is a number from 1 on.")
    return int(text)


def _board_url(name: str, **more: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in {"board": name, **more}.items())
    return f"{reverse('leaderboard')}?{query}"


def _tabs(name: str, around: bool, day: dt.date) -> list[tuple[str, str, str, bool]]:
    words = {"today": "Today", "season": f"{day:%B}", "all": "All time"}
    found = [
        (word, _board_url(board), "", board == name and not around) for board, word in words.items()
    ]
    return [*found, ("Around me", _board_url(name, around=1), "", around)]


@require_safe
def armory(request: HttpRequest) -> HttpResponse:
    """What one has, what opens the rest, and how far that is."""
    player = player_of(request)
    context = {
        "rack": racks.rack_of(player),
        "cares": care.CARES,
        "day_most": care.DAY_MOST,
        "star_repo": settings.GAME_STAR_REPO,
        "star_url": f"{settings.GITHUB_URL}/{settings.GAME_STAR_REPO}",
        "github": github.is_configured(),
        "trail": [("Armory", "")],
    }
    return render(request, "arena/armory.html", context)


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Equip a weapon or a cursor: POST ``kind`` and ``code``."""
    player = player_of(request)
    arm = equip(player=player, kind=request.POST.get("kind", ""), code=request.POST.get("code", ""))
    pointer.take_over(request, player)
    messages.success(request, f"{arm.name} is in use now.")
    return redirect("armory")


@require_safe
def player_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody who plays: what they earned, and with what. Oneself: a file of it, and its end."""
    viewer = player_of(request)
    found = players().filter(pk=pk).first()
    if found is None:
        raise Http404("Nobody of that number plays here.")
    context = {
        "player": found,
        "own": found.pk == viewer.pk,
        "profile": profile.of(found, timezone.now().date()),
        "ledger_url": list_url(ScoreEvent, player=found),
        "replays_url": list_url(Replay, player=found),
        "trail": [("Leaderboard", reverse("leaderboard")), (found.username, "")],
    }
    return render(request, "arena/player.html", context)


def me_as_player(request: HttpRequest) -> HttpResponse:
    """``/players/me/`` leads to one's own page."""
    player: User = player_of(request)
    return redirect("player", pk=player.pk)
