"""Trails as agents lay and ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make
from workflows.conductor.models import WorkflowRun
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
AT = "src/app/door.py"


@pytest.fixture
def agent() -> Agent:
    return Agent(role="member")


def test_a_trail_is_laid_by_the_key_unless_an_agent_is_named(agent: Agent) -> None:
    run = make(WorkflowRun)
    sent = agent.post("/trails", {"location": AT, "scent": "write", "strength": 7.5})
    assert sent.status_code == 201
    trail = sent.json()["trail"]
    assert (trail["agent_id"], trail["strength"], trail["location_type"]) == (
        "ada-build-3",
        1.0,
        "file",
    )
    assert sent["Location"] == f"/api/v1/trails/{trail['id']}"
    named = {"location": AT, "scent": "read", "agent_id": "scout", "run_id": run.pk}
    found = agent.post("/trails", named).json()["trail"]
    assert (found["agent_id"], found["run_id"]) == ("scout", run.pk)


def test_the_second_agent_is_warned(agent: Agent) -> None:
    first = agent.post("/trails", {"location": AT, "scent": "write", "agent_id": "one"})
    assert first.json()["collision"] is None
    second = agent.post("/trails", {"location": AT, "scent": "write", "agent_id": "two"})
    assert second.json()["collision"]["agent_id"] == "one"
    assert "one laid write here" in second.json()["collision"]["warning"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"scent": "write"}, (400, "bad_field")),
        ({"location": AT, "scent": ""}, (400, "bad_field")),
        ({"location": AT, "scent": "x", "ttl_hours": 0}, (400, "bad_parameter")),
        ({"location": AT, "scent": "x", "location_type": "moon"}, (400, "bad_parameter")),
        ({"location": AT, "scent": "x", "run_id": 10**9}, (404, "not_found")),
        ({"location": AT, "scent": "x", "expires_at": "2030-01-01"}, (400, "unknown_field")),
    ],
)
def test_what_is_out_of_bounds(agent: Agent, body: Any, expected: tuple[int, str]) -> None:
    assert problem(agent.post("/trails", body)) == expected
    assert not Trail.objects.exists()


def test_what_was_left_near_a_path(agent: Agent) -> None:
    for where in (AT, "src/app/key.py", "docs/x.md"):
        agent.post("/trails", {"location": where, "scent": "warning", "message": "mind the gap"})
    found = agent.get("/trails/near", path=AT, limit=2).json()
    assert [each["location"] for each in found["trails"]] == [AT, "src/app/key.py"]
    assert found["trails"][0]["why"] == "here"
    assert agent.get("/trails/near", path=AT, scent="blocker").json()["trails"] == []
    assert problem(agent.get("/trails/near")) == (400, "bad_field")
    assert problem(agent.get("/trails/near", path=AT, limit=0)) == (400, "bad_field")
    assert problem(agent.get("/trails/near", path=AT, colour="x")) == (400, "bad_parameter")


def test_the_hottest_places(agent: Agent) -> None:
    for where in (AT, AT, "docs/x.md"):
        agent.post("/trails", {"location": where, "scent": "hot"})
    for window in ("now", "24h", "30d"):
        found = agent.get("/hotspots", window=window).json()
        assert [each["location"] for each in found["hotspots"]] == [AT, "docs/x.md"], window
        first = found["hotspots"][0]
        assert first["strength"] == pytest.approx(2.0, abs=0.1)
        assert (first["worst_scent"], first["trails"], first["agents"]) == ("hot", 2, 1)
        assert (first["contested"], "seen" in first) == (False, False)
    assert len(agent.get("/hotspots", under="docs").json()["hotspots"]) == 1
    assert agent.get("/hotspots", scent="cold").json()["hotspots"] == []
    assert problem(agent.get("/hotspots", window="year")) == (400, "bad_field")
