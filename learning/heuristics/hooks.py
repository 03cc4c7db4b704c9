"""What other areas hang onto the life of a rule. This room imports none of them.

Each is registered by the area's ``inbox.py``, ``jobs.py`` or ``AppConfig.ready``; all run inside
the write of the act unless their line says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from learning.heuristics.models import ConfidenceUpdate, Heuristic

# f(domain, rule text): raises Refused when the domain does not take the rule
Gate = Callable[[str, str], None]
# f(rule): a rule was proposed
Proposed = Callable[[Heuristic], None]
# f(rule, row of the ledger): an outcome was counted
Counted = Callable[[Heuristic, ConfidenceUpdate], None]
# f(rule): how much speaks against gold here (open reports), asked outside of a write too
Doubts = Callable[[Heuristic], int]
# f(rule): a rule's state changed, so it may have come into its domain or left it
Moved = Callable[[Heuristic], None]
# f(merged rule, ids of its sources, reason, now): rules became one
Joined = Callable[[Heuristic, Sequence[int], str, datetime], None]
# f(): rules of another database came, changed or went; outside of a write
Imported = Callable[[], None]
# f(actor, now): contracts domains that are too full, in writes of its own; how many rules rested
Contraction = Callable[[Any, datetime], int]
# f(): how many active rules a domain holds, for the domains that differ from the usual number
Caps = Callable[[], Mapping[str, int]]

proposal_gates: list[Gate] = []
after_proposal: list[Proposed] = []
after_outcome: list[Counted] = []
after_move: list[Moved] = []
after_merge: list[Joined] = []
after_import: list[Imported] = []
gold_doubts: list[Doubts] = []
contractions: list[Contraction] = []
caps: list[Caps] = []

F = TypeVar("F")


def add(hooks: list[F], hook: F) -> F:
    """Register *hook* once."""
    if hook not in hooks:
        hooks.append(hook)
    return hook


def domain_caps() -> dict[str, int]:
    """The limits of the domains that do not hold the usual ten active rules."""
    found: dict[str, int] = {}
    for known in caps:
        found |= known()
    return found


def doubts_about(rule: Heuristic) -> int:
    """Open reports against *rule*, of all areas that know of some."""
    return sum(doubts(rule) for doubts in gold_doubts)
