"""Trails for agents: leave one, see who else is there, ask what was left near a path."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from pydantic import Field

from elfsite.api.area import INTEGER_MOST, Answer, Area, Body, Line, Path
from elfsite.api.caller import caller_of
from elfsite.api.rows import answer, load, plain
from workflows.trails import near, queries, services

WINDOWS: dict[str, int | None] = {"now": None, "24h": 0, "7d": 1, "30d": 2}
Object = dict[str, Any]

area = Area("Workflows · trails")


class NewTrail(Body):
    """A scent at a location. ``agent_id`` is the key's name unless it is sent; ``ttl_hours`` null
    fades and never expires; ``location_type`` is guessed unless it is sent."""

    location: Path
    scent: Annotated[str, Field(min_length=1, max_length=services.SCENT_MOST)]
    strength: float = 1.0
    ttl_hours: float | None = services.TTL_HOURS
    message: str = ""
    tags: Annotated[list[Line], Field(max_length=services.TAGS_MOST)] = []
    agent_id: Line | None = None
    run_id: Annotated[int, Field(ge=1, le=INTEGER_MOST)] | None = None
    node_id: Line | None = None
    location_type: Line = ""


class Laid(Answer):
    """The trail, and who else touched the location just now; null where nobody did."""

    trail: Object
    collision: Object | None


class Nearby(Answer):
    """What was left near the path, the strongest first."""

    path: str
    trails: list[Object]


class Hot(Answer):
    """The places where most is left, hottest first."""

    window: str
    hotspots: list[Object]


@area.post("/trails", scope="record", status=201, answer=Laid)
def lay(request: HttpRequest, body: NewTrail) -> HttpResponse:
    """Leave a trail.

    ``collision`` warns where another agent touched the same location within minutes.
    """
    caller = caller_of(request)
    if body.run_id is not None:
        load("workflow_runs", body.run_id, caller)
    sent = body.model_dump(exclude={"run_id", "agent_id"})
    laid = services.lay_trail(
        actor=caller.person, run=body.run_id, agent_id=caller.agent(body.agent_id), **sent
    )
    found = {
        "trail": answer("trails", laid.trail.pk, caller),
        "collision": laid.collision.as_dict() if laid.collision else None,
    }
    place = f"/api/v1/trails/{laid.trail.pk}"
    return JsonResponse(found, status=201, headers={"Location": place})


@area.get("/trails/near", answer=Nearby)
def trails_near(
    request: HttpRequest,
    path: str,
    scent: str = "",
    limit: Annotated[int, Field(ge=1, le=near.MOST)] = 20,
) -> Object:
    """What was left near a path: at it, in its folder, further up, and where its name stands."""
    scents = [word.strip() for word in scent.split(",") if word.strip()]
    found = near.trails_near(path, limit=limit, scents=scents)
    return {"path": path, "trails": [plain(each.as_dict()) for each in found]}


@area.get("/hotspots", answer=Hot)
def hotspots(
    request: HttpRequest,
    window: Literal["now", "24h", "7d", "30d"] = "now",
    scent: Line = "",
    under: Line = "",
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Object:
    """The hottest places now, or by what was laid within a window; ``under`` is a folder."""
    folder = f"{under.rstrip('/')}/" if under else ""
    found = queries.survey(limit=limit, scent=scent, under=folder, span=WINDOWS[window])
    spots = [plain(each.as_dict()) for each in found.hotspots]
    return {"window": window, "hotspots": spots}
