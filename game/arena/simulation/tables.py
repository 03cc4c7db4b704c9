"""Numbers of the game, the same as in static/js/game/sim-tables.mjs (a test compares the two).

Lengths are 1/256 of a unit of the field, times are ticks (60 a second), angles are 1/1024 of a
turn, clockwise from east. Whole numbers only: two languages agree on them to the last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

RULES: Final = 1  # counted up when a change makes an old log mean another game
TICKS: Final = 60  # a second
MOST_TICKS: Final = 10_800  # three minutes
SCALE: Final = 256
WIDTH: Final = 640
HEIGHT: Final = 360
MOST_FOES: Final = 60
MOST_GIFTS: Final = 20

PLAY: Final[Mapping[str, int]] = MappingProxyType(
    {
        "hull": 5,
        "most_shield": 2,
        "ship_radius": 1792,
        "top_speed": 576,
        "diagonal": 407,
        "muzzle": 2560,
        "auto_turn": 14,  # automatic aim follows slower than a hand with a mouse
        "safe": 80,  # nothing hurts for so long after a hit
        "shove": 700,
        "foe_shove": 600,
        "foe_stun": 30,
        "combo_most": 8,
        "combo_time": 240,
        "combo_fade": 75,
        "gift_every": 4,
        "gift_radius": 4608,
        "gift_time": 660,
        "rapid_time": 480,
        "spare_every": 8,
        "first_rest": 90,
        "rest": 150,
        "short_rest": 60,
        "arrive": 50,
        "arrive_gap": 26,
        "most_foes": 14,
        "wave_base": 300,
        "wave_each": 200,
        "last_few": 3,
        "least_foes": 48,  # a short manifest comes again, one size bigger
        "tougher": 16,  # each wave adds a sixteenth to what foes bear
        "faster": 32,  # and a thirty-second part to how fast they are
        "far": 40960,  # foes arrive at least 160 units away from the ship
        "time_bonus": 2,
        "hull_bonus": 50,
    }
)

WAVES: Final = (3, 4, 5, 6, 3, 6, 7, 8, 4, 14)  # they swell and rest; sixty in all


class Kind(NamedTuple):
    """A kind of foe; tuples go by size 1, 2, 3. ``points`` are those of size 1."""

    radius: tuple[int, int, int]
    hp: tuple[int, int, int]
    points: int
    speed: tuple[int, int, int]


FOES: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "blocker": Kind((3328, 4096, 4864), (24, 40, 60), 120, (170, 160, 150)),
        "bug": Kind((2304, 2816, 3328), (8, 14, 22), 50, (900, 860, 820)),
        "drone": Kind((2560, 3072, 3584), (12, 20, 32), 80, (380, 370, 360)),
        "impostor": Kind((2560, 3072, 3584), (14, 24, 36), 110, (230, 230, 230)),
        "rammer": Kind((2816, 3328, 3840), (14, 26, 38), 90, (280, 270, 260)),
    }
)

WAYS: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "bug": {"aside": 110, "jitter": 64, "dart": 22, "pause": 14, "pause_more": 14},
        "blocker": {
            "turn": 2,
            "closed": 150,
            "open": 64,
            "fire_at": 30,
            "cone": 2300,
            "fan": 60,
        },
        "drone": {
            "orbit": 29440,
            "band": 6400,
            "fire": 84,
            "fire_more": 40,
            "charge": 26,
            "fan": 50,
            "in": 64,
            "out": 416,
        },
        "impostor": {
            "near": 24320,
            "reveal": 28,
            "lunge": 24,
            "lunge_speed": 1380,
            "tired": 110,
            "caught": 60,
        },
        "rammer": {
            "roam": 70,
            "roam_more": 60,
            "aim": 48,
            "lock": 14,
            "charge": 74,
            "charge_speed": 1480,
            "dizzy": 70,
        },
    }
)


class Bolt(NamedTuple):
    """What a foe fires."""

    speed: int
    left: int
    radius: int


FOE_SHOTS: Final[Mapping[str, Bolt]] = MappingProxyType(
    {"bolt": Bolt(740, 230, 768), "slug": Bolt(620, 260, 1280)}
)


@dataclass(frozen=True, slots=True)
class Weapon:
    """How a weapon fires: ``period`` between shots, ``left`` the life of one, ``turn`` how far a
    dart turns in a tick, ``grow`` the damage that a bounce adds, ``burst`` its shards."""

    period: int
    damage: int
    speed: int
    left: int
    radius: int
    count: int = 1
    spread: int = 0
    pierce: int = 0
    bounces: int = 0
    grow: int = 0
    turn: int = 0
    burst: int = 0


WEAPONS: Final[Mapping[str, Weapon]] = MappingProxyType(
    {
        "pulse_laser": Weapon(9, 4, 1792, 60, 768),
        "star_blaster": Weapon(38, 8, 1150, 34, 1536, burst=7),
        "scatter": Weapon(23, 3, 1664, 24, 896, count=5, spread=24),
        "lance": Weapon(42, 15, 2560, 64, 1024, pierce=1),
        "echo": Weapon(11, 4, 1536, 150, 768, bounces=3, grow=3),
        "swarm": Weapon(32, 4, 900, 110, 896, count=3, spread=100, turn=13),
    }
)


class Shard(NamedTuple):
    """What a star blaster's shot opens into."""

    damage: int
    speed: int
    left: int
    radius: int


SHARD: Final = Shard(4, 1280, 16, 768)
