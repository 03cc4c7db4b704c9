"""What the acts of this area share."""

from __future__ import annotations

from typing import Any

from elfsite.api.area import Area, Body
from elfsite.api.caller import Caller
from elfsite.api.rows import load
from elfsite.origins import seedjson
from workflows.conductor.models import WorkflowRun

Object = dict[str, Any]
area = Area("Workflows · conductor")


class Why(Body):
    """A reason."""

    reason: str = ""


def read_json(text: str | None) -> Any:
    found = seedjson.read(text)
    return found.value if found.ok else found.raw


def run_of(pk: int, caller: Caller) -> WorkflowRun:
    """Raises Http404 for a run that is not there."""
    found: WorkflowRun = load("workflow_runs", pk, caller)
    return found
