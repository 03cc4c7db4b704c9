"""Pages of the two seed tables of people; who may do what is on the People page."""

from __future__ import annotations

from typing import Any

from django.utils.safestring import SafeString

from elfsite.listings.declare import PLAYERS, drawn, listing, panel
from elfsite.listings.links import title
from game.players.models import GameState, User


def player_cell(row: Any) -> SafeString:
    return title(row, row.name_of_user or f"player {row.pk}")


listing(
    User, "username role is_active github_id created_at", filters="role", order="-created_at",
    orders="username", noun="person", nouns="people", title="People on record",
    panels=(panel("Person", "username role is_active github_id avatar_url created_at"),),
    hidden="password email is_superuser theme density shortcuts plays last_login",
    related="game_state",
    about="Who browses, governs or administers, here and in the sources.",
    empty="People come by invitation or by GitHub.",
)  # fmt: skip

listing(
    GameState,
    (drawn("player", player_cell, needs="user"), "score active_weapon unlocked_weapons"),
    order="-score", noun="player", named_by="active_weapon", audience=PLAYERS,
    panels=(panel("Armory", "user score active_weapon unlocked_weapons unlocked_cursors"),),
    about="Score and armory of each player.",
    empty="A game state is made when somebody first signs in.",
)  # fmt: skip
