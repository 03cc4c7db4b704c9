"""Who may steer a run: whoever asked for it, and stewards. Programs answer to their door."""

from __future__ import annotations

from typing import Any

from elfsite.errors import Refused
from elfsite.timeline.log import name_of
from game.players.models import User
from workflows.conductor.models import WorkflowRun

STEER = "Only stewards, and whoever asked for it, steer a run."


def may_steer(actor: Any, run: WorkflowRun) -> bool:
    """A name or None is a program or the product itself: its door has proved what it may do."""
    if not isinstance(actor, User):
        return True
    asked = (run.requested_by or "").casefold() == name_of(actor).casefold()
    return actor.is_active and (actor.is_steward or asked)


def only_steerers(actor: Any, run: WorkflowRun) -> None:
    """Raises Refused 403 for a person who neither asked for *run* nor governs."""
    if not may_steer(actor, run):
        raise Refused("not_yours", STEER, status=403)
