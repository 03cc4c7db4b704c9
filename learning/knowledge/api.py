"""Learnings for agents."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from pydantic import Field

from elfsite.api.area import Area, Body, Name, Prose
from elfsite.api.caller import caller_of
from elfsite.api.rows import created
from learning.knowledge import services

area = Area("Learning · knowledge")


class NewLearning(Body):
    """What went wrong, what went well, what was noticed."""

    type: Literal["failure", "success", "heuristic", "experiment", "observation"]
    title: str
    summary: Prose = ""
    domain: Name | None = None
    severity: Annotated[int, Field(ge=1, le=5)] = 3
    tags: Annotated[list[Name], Field(max_length=services.TAGS_MOST)] = []


@area.post("/learnings", scope="record", status=201, answer="learnings")
def record(request: HttpRequest, body: NewLearning) -> HttpResponse:
    """Note what was learned.

    What looks like a secret is replaced before it is written.
    """
    caller = caller_of(request)
    row = services.record_learning(
        actor=caller.person,
        kind=body.type,
        title=body.title,
        summary=body.summary,
        domain=body.domain or "",
        severity=body.severity,
        tags=tuple(body.tags),
        recorded_by=caller.name,
    )
    return created("learnings", row.pk, caller)
