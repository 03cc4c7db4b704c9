"""Which state may follow which, for runs and for executions (behaviour: elf §5.4). No database."""

from __future__ import annotations

from collections.abc import Mapping

PENDING, RUNNING, COMPLETED = "pending", "running", "completed"
FAILED, CANCELLED, SKIPPED = "failed", "cancelled", "skipped"

# a state that leads nowhere is terminal: a new run, or a reset, begins anew
RUN: Mapping[str, frozenset[str]] = {
    PENDING: frozenset({RUNNING, CANCELLED}),
    RUNNING: frozenset({COMPLETED, FAILED, CANCELLED}),
    COMPLETED: frozenset(),
    FAILED: frozenset(),
    CANCELLED: frozenset(),
}
NODE: Mapping[str, frozenset[str]] = {
    PENDING: frozenset({RUNNING, SKIPPED}),
    RUNNING: frozenset({COMPLETED, FAILED, SKIPPED, PENDING}),  # back when its agent lets go
    COMPLETED: frozenset(),
    FAILED: frozenset(),
    SKIPPED: frozenset(),
}
RUN_OVER = frozenset(state for state, after in RUN.items() if not after)
NODE_OVER = frozenset(state for state, after in NODE.items() if not after)


def may(table: Mapping[str, frozenset[str]], old: str, new: str) -> bool:
    """Whether *new* may follow *old*; no state follows itself, nor one that is none."""
    return new in table.get(old, frozenset())


def before(table: Mapping[str, frozenset[str]], new: str) -> frozenset[str]:
    """The states that *new* may follow: what a compare-and-set asks for."""
    return frozenset(state for state, after in table.items() if new in after)
