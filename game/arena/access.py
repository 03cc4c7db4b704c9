"""Whether there is a game, for whom. Views and services ask here and nowhere else."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest

from elfsite.errors import Refused
from game.players.access import person_of
from game.players.models import User

TOPIC = "game"  # of every event of the game; who does not play never sees one
# verbs and actors that no other topic has
WORDS = frozenset(
    {"landed", "earned", "achieved", "unlocked", "equipped", "checked_star", "recounted", "froze"}
    | {"referee", "ledger", "recount"}
)


def plays(user: Any) -> bool:
    """Whether the game is on here and *user* has not turned it off."""
    return bool(settings.GAME and getattr(user, "plays", False))


def player_of(request: HttpRequest) -> User:
    """The person who asks, if they play. For anybody else there is no such page (404)."""
    if not settings.GAME:
        raise Http404
    person = person_of(request)
    if not person.plays:
        raise Refused(
            "game_off",
            "You have turned this off for yourself. Your settings turn it on again.",
            status=404,
        )
    return person


def only_players(user: User) -> None:
    """Raises Refused 403 for somebody for whom the game is off."""
    if not (plays(user) and user.is_active):
        raise Refused("game_off", "The game is off for you.", status=403)


def players() -> QuerySet[User]:
    """The people who may stand on a board: active, and they have the game on."""
    return User.objects.filter(plays=True, is_active=True)


def playing(prefix: str) -> Q:
    """The same as a condition on a row that names a person as *prefix*."""
    return Q(**{f"{prefix}__plays": True, f"{prefix}__is_active": True})


def hidden_topics(user: Any) -> frozenset[str]:
    """What the log hides: with nobody asking only the installation's switch counts."""
    off = not settings.GAME or (user is not None and not getattr(user, "plays", True))
    return frozenset({TOPIC}) if off else frozenset()
