"""What a game is at a tick, how it starts, and its hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

from game.arena.simulation.tables import (
    FOES,
    HEIGHT,
    MOST_FOES,
    MOST_GIFTS,
    PLAY,
    SCALE,
    WEAPONS,
    WIDTH,
)

EDGE_X: Final = WIDTH * SCALE
EDGE_Y: Final = HEIGHT * SCALE
WORD: Final = 0xFFFFFFFF
SIZES: Final = (1, 2, 3)
Sort = tuple[str, int, int]  # kind, size, place in the manifest


class Ship:
    """The player's ship; ``safe`` and ``rapid`` are ticks left, ``cool`` ticks to the next shot."""

    __slots__ = ("angle", "cool", "hull", "rapid", "safe", "shield", "vx", "vy", "x", "y")

    def __init__(self) -> None:
        self.x = EDGE_X >> 1
        self.y = EDGE_Y >> 1
        self.vx = self.vy = 0
        self.angle = 768
        self.hull = PLAY["hull"]
        self.shield = self.cool = self.safe = self.rapid = 0


class Foe:
    """A foe on the field. ``id`` counts the foes of a game, ``label_index`` is the place in the
    manifest; ``mode`` means what its kind says, ``pace`` is its quickness in parts of 32, ``born``
    are ticks until it is really there, ``act`` is what it does in a tick."""

    __slots__ = (
        "act", "angle", "born", "cloaked", "guard", "hp", "id", "kind", "label_index", "mode",
        "pace", "radius", "side", "size", "stun", "timer", "vx", "vy", "x", "y",
    )  # fmt: skip

    def __init__(self, number: int, sort: Sort, wave: int, x: int, y: int) -> None:
        kind, size, place = sort
        stats = FOES[kind]
        self.id, self.kind, self.size, self.label_index = number, kind, size, place
        self.pace = PLAY["faster"] + wave - 1
        self.x, self.y = x, y
        self.vx = self.vy = self.angle = 0
        self.hp = stats.hp[size - 1] * (PLAY["tougher"] + wave - 1) // PLAY["tougher"]
        self.radius = stats.radius[size - 1]
        self.cloaked = int(kind == "impostor")
        self.guard = int(kind == "blocker")
        self.side = 1
        self.mode = self.timer = self.stun = 0
        self.born = PLAY["arrive"]
        self.act: Callable[[State, Foe, int, int], None]


class Shot:
    """A shot; ``hit_a`` and ``hit_b`` are bits of the foes that a piercing one went through."""

    __slots__ = (
        "angle", "bounces", "burst", "damage", "grow", "hit_a", "hit_b", "left", "mine", "pierce",
        "radius", "speed", "turn", "vx", "vy", "x", "y",
    )  # fmt: skip

    def __init__(self, mine: bool, x: int, y: int, angle: int, speed: int) -> None:
        self.mine, self.x, self.y, self.angle, self.speed = mine, x, y, angle, speed
        self.vx = self.vy = self.left = self.radius = 0
        self.damage = 1
        self.pierce = self.bounces = self.grow = self.turn = self.burst = 0
        self.hit_a = self.hit_b = 0


class Gift:
    """Something to pick up for ``left`` more ticks."""

    __slots__ = ("kind", "label_index", "left", "x", "y")

    def __init__(self, kind: str, label_index: int, x: int, y: int) -> None:
        self.kind, self.label_index, self.x, self.y = kind, label_index, x, y
        self.left = PLAY["gift_time"]


class State:
    """A game. ``order`` and ``gift_order`` are what the manifest sends, ``next`` and
    ``next_gift`` what comes next of them; ``near`` is the nearest visible foe or -1."""

    __slots__ = (
        "cleared", "combo", "combo_left", "downed", "downs", "foes", "gift_order", "gifts", "near",
        "near_x", "near_y", "next", "next_gift", "order", "over", "rest", "rng", "score", "ship",
        "shots", "spawn_in", "tick", "wave", "wave_end", "wave_left", "weapon",
    )  # fmt: skip

    def __init__(self, order: list[Sort], gifts: list[str], seed: int, weapon: str) -> None:
        self.order, self.gift_order, self.weapon = order, gifts, weapon
        self.rng = seed or 0x9E3779B9
        self.tick = self.score = self.combo = self.combo_left = self.downs = 0
        self.over = self.cleared = False
        self.wave = self.next = self.wave_end = self.wave_left = self.spawn_in = 0
        self.next_gift = 0
        self.rest = PLAY["first_rest"]
        self.near_x = self.near_y = 0
        self.near = -1
        self.ship = Ship()
        self.foes: list[Foe] = []
        self.shots: list[Shot] = []
        self.gifts: list[Gift] = []
        self.downed: list[int] = []

    def chance(self, below: int) -> int:
        """A whole number from 0 to *below* - 1 (xorshift32)."""
        x = self.rng
        x ^= (x << 13) & WORD
        x ^= x >> 17
        x ^= (x << 5) & WORD
        self.rng = x
        return x % below


def new_game(manifest: Mapping[str, Any], seed: int, loadout: Mapping[str, Any]) -> State:
    """The state before the first tick. Raises ValueError for what cannot be flown."""
    foes, gifts, weapon = manifest["foes"], manifest["gifts"], loadout["weapon"]
    if not (0 < len(foes) <= MOST_FOES and len(gifts) <= MOST_GIFTS):
        raise ValueError(f"A manifest has 1 to {MOST_FOES} foes and at most {MOST_GIFTS} gifts.")
    if any(foe["kind"] not in FOES or foe["size"] not in SIZES for foe in foes):
        raise ValueError("This manifest names a foe that the game does not know.")
    if any(gift["kind"] not in {"repair", "rapid"} for gift in gifts):
        raise ValueError("This manifest names a gift that the game does not know.")
    if weapon not in WEAPONS:
        raise ValueError("There is no such weapon.")
    if not 0 <= seed <= WORD:
        raise ValueError("A seed is a whole number of 32 bits.")
    return State(_order(foes), [gift["kind"] for gift in gifts], seed, weapon)


def _order(foes: Sequence[Mapping[str, Any]]) -> list[Sort]:
    """All foes of a game: the manifest's, and again from its start, each time a size bigger, until
    there are enough for a whole sortie."""
    order = []
    for number in range(max(len(foes), PLAY["least_foes"])):
        again, place = divmod(number, len(foes))
        size = min(foes[place]["size"] + again, SIZES[-1])
        order.append((foes[place]["kind"], size, place))
    return order


_STATE = attrgetter(
    "tick", "score", "combo", "combo_left", "downs", "rng", "next_gift", "wave", "next", "wave_end",
    "wave_left", "rest", "spawn_in", "near_x", "near_y", "near", "over", "cleared",
)  # fmt: skip
_SHIP = attrgetter("x", "y", "vx", "vy", "angle", "hull", "shield", "cool", "safe", "rapid")
_FOE = attrgetter(
    "id", "x", "y", "vx", "vy", "angle", "hp", "cloaked", "guard", "side", "mode", "timer", "born",
    "stun",
)  # fmt: skip
_SHOT = attrgetter(
    "x", "y", "vx", "vy", "angle", "left", "damage", "bounces", "hit_a", "hit_b",
)  # fmt: skip
_GIFT = attrgetter("x", "y", "left", "label_index")


def hash_of(state: State) -> int:
    """32 bits of everything that decides what comes next (FNV-1a over words, with a shift so
    that high bits reach low ones)."""
    words = [*_STATE(state), *_SHIP(state.ship), len(state.foes)]
    for foe in state.foes:
        words += _FOE(foe)
    words.append(len(state.shots))
    for shot in state.shots:
        words += _SHOT(shot)
    words.append(len(state.gifts))
    for gift in state.gifts:
        words += _GIFT(gift)
    mixed = 0x811C9DC5
    for word in words:
        mixed = ((mixed ^ word) * 0x01000193) & WORD
        mixed ^= mixed >> 15
    return mixed
