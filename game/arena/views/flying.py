"""What the arena asks of the server: a sortie, its delivery, its verdict, a replay to watch.

All of it is JSON; a refusal is problem+json with ``code`` and ``detail``.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from elfsite.errors import Refused
from game.arena import queries
from game.arena.access import player_of
from game.arena.logs import MOST_TEXT
from game.arena.services import issue_sortie, send_log

BODY_LIMIT = MOST_TEXT + 4096  # the log, and a ticket around it


@require_POST
def new_sortie(request: HttpRequest) -> JsonResponse:
    """``POST /arena/sorties/`` {"training": false} → a ticket, 201."""
    player = player_of(request)
    said = _body(request)
    ticket = issue_sortie(player=player, training=said.get("training") is True)
    sortie = ticket.sortie
    body = {
        "id": sortie.pk,
        "token": ticket.token,
        "seed": sortie.seed,
        "manifest": ticket.manifest,
        "digest": sortie.manifest.digest,
        "weapon": sortie.weapon,
        "training": sortie.manifest.training,
        "expires": sortie.expires_at.isoformat(),
    }
    return JsonResponse(body, status=201)


@require_POST
def deliver(request: HttpRequest, pk: int) -> JsonResponse:
    """``POST /arena/sorties/<id>/log`` {"token", "log", "score", "hash"} → 202 with ``look``."""
    player = player_of(request)
    said = _body(request)
    replay = send_log(
        player=player,
        sortie=pk,
        token=said.get("token"),
        log=said.get("log"),
        score=said.get("score"),
        hash_=said.get("hash"),
    )
    look = reverse("sortie", args=[pk])
    return JsonResponse(
        {"id": pk, "replay": replay.pk, "status": "waiting", "look": look}, status=202
    )


@never_cache
@require_safe
def sortie(request: HttpRequest, pk: int) -> JsonResponse:
    """``GET /arena/sorties/<id>/``: what became of a sortie of one's own."""
    found = queries.debrief(player_of(request), pk)
    if found is None:
        raise Http404
    return JsonResponse(found.as_dict)


@require_safe
def film(request: HttpRequest, pk: int) -> JsonResponse:
    """``GET /arena/replays/<id>.json``: what is needed to watch an accepted replay."""
    player_of(request)
    found = queries.flown(pk)
    if found is None:
        raise Http404
    return JsonResponse(queries.film_of(found))


@never_cache
@require_safe
def leader(request: HttpRequest) -> JsonResponse:
    """``GET /arena/leader.json``: the replay that leads today; 404 while nobody has flown."""
    player_of(request)
    best = queries.leader(timezone.now().date())
    found = queries.flown(best.pk) if best else None
    if found is None:
        raise Http404
    return JsonResponse(queries.film_of(found))


def _body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request, or its form. Raises Refused 400, 413."""
    if request.content_type != "application/json":
        return {name: _plain(value) for name, value in request.POST.items()}
    if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT or len(request.body) > BODY_LIMIT:
        raise Refused("too_large", "A log has at most 64 KB.", status=413)
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Refused("bad_json", "The body is no JSON.") from None
    if not isinstance(said, dict):
        raise Refused("bad_json", "The body is a JSON object.")
    return said


def _plain(value: Any) -> Any:
    """A form knows only text: whole numbers and truth are read out of it."""
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else value
