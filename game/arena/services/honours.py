"""Achievements, and the arms that points and achievements unlock. What is unlocked stays so."""

from __future__ import annotations

import json
from collections.abc import Iterable

from elfsite.timeline.log import Write
from game.arena import arms
from game.arena.access import TOPIC
from game.arena.achievements import BY_CODE
from game.arena.models import Achievement, Pilot
from game.arena.services.pilots import enter, unlocked
from game.players.models import GameState, User


def honour(w: Write, player: User, codes: Iterable[str]) -> list[str]:
    """Give the achievements that *player* has not had yet; their codes. Inside a write."""
    state = enter(player)
    wanted = [code for code in dict.fromkeys(codes) if code in BY_CODE]
    have = set(
        Achievement.objects.filter(player=player, code__in=wanted).values_list("code", flat=True)
    )
    new = [code for code in wanted if code not in have]
    for code in new:
        row = Achievement.objects.create(player=player, code=code)
        words = f"{player.username}: {BY_CODE[code].name}. {BY_CODE[code].words}"
        w.event(TOPIC, "achieved", row, words, actor="referee", code=code)
    if new:
        refresh_arms(w, player, state)
    return new


def refresh_arms(w: Write, player: User, state: GameState) -> list[str]:
    """Unlock what *player* has reached by now; codes of what is new. Inside a write."""
    codes = set(Achievement.objects.filter(player=player).values_list("code", flat=True))
    starred = Pilot.objects.filter(pk=player.pk, star_given=True).exists()
    new: list[str] = []
    for kind, column in (("weapon", "unlocked_weapons"), ("cursor", "unlocked_cursors")):
        have = unlocked(state, kind)
        reached = arms.earned(
            arms.KINDS[kind], points=state.score, achievements=codes, starred=starred
        )
        fresh = [code for code in reached if code not in have]
        if fresh:
            text = json.dumps([*have, *fresh])
            GameState.objects.filter(pk=state.pk).update(**{column: text})
            setattr(state, column, text)
            new += fresh
    names = [arm.name for kind in arms.KINDS.values() for arm in kind if arm.code in new]
    if names:
        w.event(
            TOPIC, "unlocked", state, f"{player.username} unlocked {', '.join(names)}", codes=new
        )
    return new
