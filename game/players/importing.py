"""How players are read from a file of ELF.

Somebody whom we know by ``github_id`` is that person; everybody else becomes inactive, without
login, password or role, until a GitHub sign-in with that id claims the row. A score comes only
with such a row: what a person plays here is earned here.
"""

from __future__ import annotations

from django.db.models import QuerySet

from elfsite.origins.models import Source
from elfsite.origins.speaking import Voice
from elfsite.origins.tables import TableImport
from game.players.models import GameState, User


def claimed(source: Source) -> QuerySet[User]:
    """Imported people who signed in since: they are ours and stay."""
    return User.objects.filter(origin=source, governed_at__isnull=False)


def claimed_states(source: Source) -> QuerySet[GameState]:
    """What such people play with."""
    return GameState.objects.filter(origin=source, user__governed_at__isnull=False)


TABLES = [
    TableImport(
        User,
        governed=("github_id", "username", "avatar_url"),
        known_by="github_id",
        activity="",
        keeps=claimed,
    ),
    TableImport(
        GameState,
        bounds={"score": (0, None)},
        governed=("score", "unlocked_weapons", "unlocked_cursors", "active_weapon"),
        unless_held="user_id",
        own_parent="user_id",
        activity="",
        keeps=claimed_states,
    ),
]

VOICES = {"users": Voice("players"), "game_state": Voice("players")}  # administrators see it
