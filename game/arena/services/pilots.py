"""Who plays: the row beside the seed's game state, and what is equipped."""

from __future__ import annotations

import json

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.seedjson import read
from elfsite.timeline.log import write
from game.arena import arms
from game.arena.access import TOPIC, only_players
from game.arena.models import Pilot
from game.players.models import GameState, User

FIRST_WEAPON, FIRST_CURSOR = "pulse_laser", "default"


def enter(player: User) -> GameState:
    """The game state of *player*, locked; made at the first time. Inside a write.

    Points that stand there before anything was earned here came with another database: they are
    kept as history on the pilot's row, and the state begins at what the ledger says, which is 0.
    """
    GameState.objects.get_or_create(pk=player.pk)
    state = GameState.objects.select_for_update().get(pk=player.pk)
    pilot, is_new = Pilot.objects.get_or_create(pk=player.pk)
    if is_new and (state.score or state.origin_id):
        sources = Source.objects.filter(pk=state.origin_id or 0)
        source = sources.values_list("name", flat=True).first()
        Pilot.objects.filter(pk=pilot.pk).update(
            imported_score=state.score, imported_from=source or ""
        )
        _begin_anew(state)
    return state


def _begin_anew(state: GameState) -> None:
    columns = {
        "score": 0,
        "unlocked_weapons": json.dumps([FIRST_WEAPON]),
        "unlocked_cursors": json.dumps([FIRST_CURSOR]),
        "active_weapon": FIRST_WEAPON,
        "governed_at": timezone.now(),
    }
    GameState.objects.filter(pk=state.pk).update(**columns)
    for name, value in columns.items():
        setattr(state, name, value)


def reset(player: User) -> None:
    """Back to how a state begins. Inside a write; the ledger has been emptied before."""
    _begin_anew(enter(player))


def unlocked(state: GameState, kind: str) -> list[str]:
    """Codes of the unlocked arms of a kind ("weapon" or "cursor"), what everybody has included.

    The seed's column is text that raw SQL may have filled with anything.
    """
    text = state.unlocked_weapons if kind == "weapon" else state.unlocked_cursors
    value = read(text, empty=[]).value
    found = [code for code in value if isinstance(code, str)] if isinstance(value, list) else []
    first = FIRST_WEAPON if kind == "weapon" else FIRST_CURSOR
    return [first, *(code for code in dict.fromkeys(found) if code != first)]


def armed_with(state: GameState) -> str:
    """The weapon that a sortie is flown with: the active one if it is known and unlocked."""
    active = state.active_weapon
    known = arms.arm_named("weapon", active) is not None
    return active if known and active in unlocked(state, "weapon") else FIRST_WEAPON


def equip(*, player: User, kind: str, code: str) -> arms.Arm:
    """Take a weapon or a cursor in use. Raises Refused: 403 game off or ``locked``; 404 unknown."""
    only_players(player)
    arm = arms.arm_named(kind, code)
    if arm is None:
        raise Refused("unknown_arm", "There is no such thing in the armory.", status=404)
    with write(player) as w:
        state = enter(player)
        if code not in unlocked(state, kind):
            raise Refused(
                "locked", f"{arm.name} is locked. The armory says how it opens.", status=403
            )
        if kind == "weapon":
            GameState.objects.filter(pk=player.pk).update(active_weapon=code)
        else:
            Pilot.objects.filter(pk=player.pk).update(cursor=code)
        w.event(TOPIC, "equipped", state, f"{player.username} took the {arm.name.lower()}")
    return arm
