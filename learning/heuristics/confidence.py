"""How a confidence moves: targets, smoothing, the rate limit. Arithmetic only, no database.

An outcome asks for a raw target; the carried confidence follows it by an exponential moving
average whose weight depends on how settled the rule is and on the direction. The table of
weights and every number of this module are printed in docs/trust.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from elfsite.errors import Refused

FLOOR, CEILING = 0.05, 0.95
START = 0.5  # of a proposed rule
WARMUP = 5  # smoothed updates in which a new rule moves faster

SUCCESS, FAILURE, CONTRADICTION = "success", "failure", "contradiction"
DECAY, REVIVAL = "decay", "revival"
MANUAL, RESET, MERGE = "manual", "reset", "merge"
TYPES = (SUCCESS, FAILURE, CONTRADICTION, DECAY, REVIVAL, MANUAL, RESET, MERGE)
OUTCOMES = (SUCCESS, FAILURE, CONTRADICTION)
ALIASES = {"validation": SUCCESS, "violation": FAILURE}

GAIN = 0.10  # of what is missing to 1
LOSS = 0.10  # of what is carried
CONTRADICTION_LOSS = 0.15
DECAY_FACTOR = 0.92
REVIVED_AT = 0.35  # a revived rule carries at least this

HIGH, LOW = 0.80, 0.30
MATURE = 20  # applications
WARMUP_ALPHA = 0.30
# (when the target lies above, when it does not)
HIGH_ALPHA = (0.10, 0.15)
LOW_ALPHA = (0.25, 0.20)
MATURE_ALPHA = (0.15, 0.20)
USUAL_ALPHA = (0.20, 0.25)

UPDATES_A_DAY = 5
COOLDOWN_MINUTES = 60
TIGHT_UPDATES_A_DAY, TIGHT_COOLDOWN_MINUTES = 3, 90  # under suspicion


@dataclass(frozen=True)
class State:
    """What a step starts from. ``ema`` None falls back to ``confidence``; ``applications`` is the
    number of outcomes before the step."""

    confidence: float
    ema: float | None = None
    warmup: int = 0
    applications: int = 0

    @property
    def carried(self) -> float:
        return self.confidence if self.ema is None else self.ema


@dataclass(frozen=True)
class Step:
    """One change: from ``old`` to ``new``, asked to go to ``raw``, taken with weight ``alpha``.

    ``warmup`` is what is left of the warm-up afterwards.
    """

    kind: str
    old: float
    new: float
    raw: float
    alpha: float
    warmup: int
    in_warmup: bool = False

    @property
    def delta(self) -> float:
        return self.new - self.old

    @property
    def delta_raw(self) -> float:
        return self.raw - self.old


def canonical(kind: str) -> str:
    """The type of an update by its one name; raises Refused for a word that is none."""
    word = ALIASES.get(kind, kind)
    if word not in TYPES:
        raise Refused("bad_update_type", f"An update is one of {', '.join(TYPES)}, not {kind!r}.")
    return word


def clamp(value: float) -> float:
    return min(CEILING, max(FLOOR, value))


def raw_target(carried: float, kind: str) -> float:
    """Where an update of that kind asks the confidence to go; kinds without a rule stay put."""
    if kind == SUCCESS:
        return min(carried + GAIN * (1 - carried), CEILING)
    if kind == FAILURE:
        return max(carried - LOSS * carried, FLOOR)
    if kind == CONTRADICTION:
        return max(carried - CONTRADICTION_LOSS * carried, FLOOR)
    if kind == DECAY:
        return max(DECAY_FACTOR * carried, FLOOR)
    if kind == REVIVAL:
        return max(carried, REVIVED_AT)
    return carried


def alpha_of(state: State, raw: float) -> float:
    """The weight of a smoothed update: the first line of the table that fits the state before."""
    up = raw > state.carried
    if state.warmup > 0:
        return WARMUP_ALPHA
    if state.confidence > HIGH:
        pair = HIGH_ALPHA
    elif state.confidence < LOW:
        pair = LOW_ALPHA
    elif state.applications >= MATURE:
        pair = MATURE_ALPHA
    else:
        pair = USUAL_ALPHA
    return pair[0] if up else pair[1]


def step(state: State, kind: str, target: float | None = None) -> Step:
    """What an update of *kind* does to *state*.

    Success, failure, contradiction and a manual update without *target* are smoothed; decay,
    revival and whatever names a *target* (manual, reset, merge) take effect at once. Raises
    Refused for an unknown kind.
    """
    kind = canonical(kind)
    raw = raw_target(state.carried, kind) if target is None else target
    smoothed = target is None and kind in (*OUTCOMES, MANUAL)
    if not smoothed:
        return Step(kind, state.confidence, clamp(raw), raw, 1.0, state.warmup)
    alpha = alpha_of(state, raw)
    new = clamp(alpha * raw + (1 - alpha) * state.carried)
    in_warmup = state.warmup > 0
    left = state.warmup - 1 if in_warmup else state.warmup
    return Step(kind, state.confidence, new, raw, alpha, left, in_warmup)


@dataclass(frozen=True)
class Pace:
    """How often a rule may be updated, and how often it was.

    ``daily`` and ``cooldown`` are the limits that hold for this rule; ``counted_on`` is the UTC
    day that ``count`` belongs to.
    """

    count: int = 0
    counted_on: date | None = None
    last: datetime | None = None
    daily: int = UPDATES_A_DAY
    cooldown: int = COOLDOWN_MINUTES

    def today(self, now: datetime) -> int:
        """Updates counted on the UTC day of *now*."""
        return self.count if self.counted_on == now.date() else 0

    def refusal(self, now: datetime) -> str:
        """Why an update at *now* is held back; empty when it is not. *now* is in UTC."""
        if self.today(now) >= self.daily:
            return f"Daily limit reached ({self.daily} updates/day)"
        left = self._left(now)
        if left > timedelta(0):
            return f"Cooldown active ({left // timedelta(minutes=1)} minutes remaining)"
        return ""

    def _left(self, now: datetime) -> timedelta:
        pause = timedelta(minutes=self.cooldown)
        # a last update that lies further ahead than a pause is a wrong clock, not a pause
        if self.last is None or self.last > now + pause:
            return timedelta(0)
        # a clock that stands still reads as just after the update: 59 minutes, not 60
        return min(pause - timedelta.resolution, self.last + pause - now)
