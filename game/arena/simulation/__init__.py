"""The deterministic simulation of Patrol: pure Python, the twin of static/js/game/sim.mjs."""

from game.arena.simulation.core import legal, step
from game.arena.simulation.replay import Outcome, replay
from game.arena.simulation.state import State, hash_of, new_game
from game.arena.simulation.tables import MOST_TICKS, RULES, TICKS, WEAPONS

__all__ = [
    "MOST_TICKS", "RULES", "TICKS", "WEAPONS", "Outcome", "State", "hash_of", "legal", "new_game",
    "replay", "step",
]  # fmt: skip
