"""Pages on which the game is seen: the arena, a debrief, a replay."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from game.arena import arms, boards, flights, pointer, queries
from game.arena.access import player_of
from game.arena.achievements import BY_CODE
from game.arena.manifest import training
from game.arena.services.pilots import armed_with
from game.arena.simulation.tables import PLAY
from game.players.models import GameState, User


@never_cache
@require_safe
def arena(request: HttpRequest) -> HttpResponse:
    """The field of today: what is in it, who leads, and the way in."""
    player = player_of(request)
    pointer.take_over(request, player)
    day = timezone.now().date()
    today = queries.today(day)
    manifest = training(day.isoformat()) if today.training else today.manifest
    finds = flights.places_of(manifest["gifts"])
    context = {
        "day": day,
        "today": today,
        "manifest": manifest,
        "sentence": flights.sentence(manifest),
        "meetings": flights.meetings(manifest["foes"]),
        "gifts": flights.GIFTS if manifest["gifts"] else {},
        "again": len(manifest["foes"]) < PLAY["least_foes"],
        "finds": finds[: flights.PLACES_SHOWN],
        "finds_more": len(finds[flights.PLACES_SHOWN :]),
        "weapon": _weapon(player),
    }
    return render(request, "arena/play.html", context | _board(player, day))


def _board(player: User, day: dt.date) -> dict[str, Any]:
    return {
        "leader": queries.leader(day),
        "mine": queries.best_of(player, day),
        "board": boards.board("today", day, viewer=player.pk),
    }


def _weapon(player: User) -> arms.Arm | None:
    state = GameState.objects.filter(pk=player.pk).first()
    return arms.arm_named("weapon", armed_with(state)) if state else arms.WEAPONS[0]


@never_cache
@require_safe
def debrief(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of a sortie of one's own, as a fragment: it asks for itself again until the
    referee is done."""
    player = player_of(request)
    found = queries.debrief(player, pk) if pk < 2**63 else None
    if found is None or found.replay is None:
        raise Http404(f"You have flown no sortie {pk}.")
    context: dict[str, Any] = {
        "found": found,
        "replay": found.replay,
        "meetings": _met(found.met),
        "honours": [BY_CODE[code] for code in found.honours if code in BY_CODE],
    }
    if found.status == "accepted":
        context |= _board(player, timezone.now().date())
    return render(request, "arena/_debrief.html", context)


def _met(foes: list[dict[str, object]]) -> list[flights.Meeting]:
    return flights.meetings(foes, shown=len(foes))


@never_cache
@require_safe
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody's flight, from their inputs."""
    player = player_of(request)
    replay = queries.flown(pk) if pk < 2**63 else None
    if replay is None:
        raise Http404(f"There is no replay {pk} to watch.")
    weapon = arms.arm_named("weapon", replay.weapon)
    best = None if replay.training else queries.leader(replay.day)
    context = {
        "trail": [("Patrol", reverse("arena")), (f"Replay {replay.pk}", "")],
        "replay": replay,
        "own": replay.player_id == player.pk,
        "leader": best if best and best.pk != replay.pk else None,
        "weapon": weapon.name if weapon else replay.weapon,
        "meetings": _met(queries.Debrief(replay.sortie, replay.status, replay).met),
    }
    return render(request, "arena/watch.html", context)
