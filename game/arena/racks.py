"""The armory as one player sees it: what is open, what is in use, and how far the rest is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings

from game.arena import achievements, arms
from game.arena.models import Achievement, Pilot
from game.arena.services.pilots import FIRST_CURSOR, armed_with, unlocked
from game.players.models import GameState, User


@dataclass(frozen=True)
class Place:
    """One arm: open or not, in use or not; ``opens`` says in words what opens it, ``have`` of
    ``need`` points where points do."""

    arm: arms.Arm
    is_open: bool
    in_use: bool
    opens: str
    have: int = 0
    need: int = 0

    @property
    def share(self) -> int:
        """Per cent of the way, 0 to 100."""
        return 100 if self.is_open else min(100, 100 * self.have // self.need) if self.need else 0


@dataclass(frozen=True)
class Badge:
    """An achievement, and since when the player has it."""

    honour: achievements.Honour
    at: dt.datetime | None


@dataclass(frozen=True)
class Rack:
    """Everything in the armory."""

    score: int
    weapons: list[Place]
    cursors: list[Place]
    badges: list[Badge]
    pilot: Pilot | None

    @property
    def earned(self) -> int:
        return sum(badge.at is not None for badge in self.badges)


def rack_of(player: User) -> Rack:
    """The armory of *player*; three queries."""
    state = GameState.objects.filter(pk=player.pk).first()
    pilot = Pilot.objects.filter(pk=player.pk).first()
    # before the first sortie the score may be one that came with another database
    ours = state if state and (pilot or state.origin_id is None) else GameState(pk=player.pk)
    have = dict(Achievement.objects.filter(player=player).values_list("code", "at"))
    in_use = {
        "weapon": armed_with(ours),
        "cursor": pilot.cursor if pilot else FIRST_CURSOR,
    }
    found = {
        kind: [
            _place(arm, arm.code in unlocked(ours, kind), in_use[kind] == arm.code, ours.score)
            for arm in known
        ]
        for kind, known in arms.KINDS.items()
    }
    badges = [Badge(honour, have.get(honour.code)) for honour in offered()]
    return Rack(ours.score, found["weapon"], found["cursor"], badges, pilot)


def offered() -> list[achievements.Honour]:
    """Achievements that can be had here: that of the star only where a repository is configured."""
    star = bool(settings.GAME_STAR_REPO)
    return [honour for honour in achievements.HONOURS if star or honour.code != "star_gazer"]


def _place(arm: arms.Arm, is_open: bool, in_use: bool, score: int) -> Place:
    return Place(
        arm, is_open, in_use, opens(arm), have=score, need=arm.need if arm.by == arms.POINTS else 0
    )


def opens(arm: arms.Arm) -> str:
    """What opens *arm*, as a sentence."""
    if arm.by == arms.POINTS:
        return f"Opens at {arm.need:,} points."
    if arm.by == arms.ACHIEVEMENT:
        honour = achievements.BY_CODE[arm.achievement]
        return f"Opens with “{honour.name}”. {honour.words}"
    if arm.by == arms.STAR:
        if not settings.GAME_STAR_REPO:
            return "Opens for a star; no repository is configured here (ELF_GAME_STAR_REPO)."
        return f"Opens for starring {settings.GAME_STAR_REPO} on GitHub."
    return "Everybody has it."
