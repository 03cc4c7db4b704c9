"""Which state may follow which (behaviour: elf §5.4, rows C28 and C29)."""

from __future__ import annotations

import pytest

from workflows.conductor.identifiers import flaw_of
from workflows.conductor.states import NODE, NODE_OVER, RUN, RUN_OVER, before, may


@pytest.mark.parametrize(
    ("table", "old", "new", "allowed"),
    [
        (RUN, "pending", "running", True),
        (RUN, "pending", "cancelled", True),
        (RUN, "pending", "completed", False),
        (RUN, "running", "failed", True),
        (RUN, "failed", "running", False),
        (RUN, "completed", "cancelled", False),
        (NODE, "pending", "running", True),
        (NODE, "pending", "skipped", True),
        (NODE, "pending", "completed", False),
        (NODE, "running", "pending", True),
        (NODE, "failed", "running", False),
        (NODE, "skipped", "pending", False),
        (NODE, "running", "running", False),
        (NODE, "odd", "running", False),
    ],
)
def test_transitions(table: dict[str, frozenset[str]], old: str, new: str, allowed: bool):
    assert may(table, old, new) is allowed
    assert (old in before(table, new)) is allowed


def test_terminal_states():
    assert {"completed", "failed", "cancelled"} == RUN_OVER
    assert {"completed", "failed", "skipped"} == NODE_OVER


@pytest.mark.parametrize("id", ["a-b_1", "A", "x" * 100])
def test_good_ids(id: str):
    assert flaw_of(id) == ""


@pytest.mark.parametrize("id", ["-a", "a_", "a/", "", "x" * 101, "a b", "ä", "a\n"])
def test_bad_ids(id: str):
    assert flaw_of(id)
