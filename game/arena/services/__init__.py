"""The only doors through which the game's rows change."""

from __future__ import annotations

from game.arena.services.judging import judge_replay
from game.arena.services.ledger import differences, recount
from game.arena.services.pilots import equip
from game.arena.services.sorties import issue_sortie, send_log

__all__ = ["differences", "equip", "issue_sortie", "judge_replay", "recount", "send_log"]
