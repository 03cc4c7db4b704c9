"""Workflows, runs and nodes as agents reach them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make
from workflows.conductor.models import NodeExecution, WorkflowRun

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def node(id: str, **config: Any) -> dict[str, Any]:
    return {
        "id": id,
        "name": id.title(),
        "node_type": "single",
        "prompt_template": f"Do {id} on {{ticket}}",
        "config": config,
    }


def edge(source: str, target: str, condition: str = "") -> dict[str, Any]:
    return {"from_node": source, "to_node": target, "condition": condition}


# a branch after the plan, of which both ways are taken, and a join before the review
BRANCH_AND_JOIN = {
    "name": "ship",
    "nodes": [node("plan"), node("code"), node("docs"), node("review", join="all"), node("fix")],
    "edges": [
        edge("__start__", "plan"),
        edge("plan", "code"),
        edge("plan", "docs"),
        edge("code", "review"),
        edge("docs", "review"),
        edge("review", "fix", "context.get('verdict') == 'bad'"),
        edge("fix", "__end__"),
    ],
}


@pytest.fixture
def agent() -> Agent:
    return Agent(role="steward")


@pytest.fixture
def workflow(agent: Agent) -> int:
    sent = agent.post("/workflows", BRANCH_AND_JOIN)
    assert sent.status_code == 201, sent.content
    return int(sent.json()["id"])


@pytest.fixture
def run(agent: Agent, workflow: int) -> int:
    sent = agent.post("/workflow-runs", {"workflow_id": workflow, "input": {"ticket": "T-7"}})
    assert sent.status_code == 201, sent.content
    assert sent["Location"] == f"/api/v1/workflow-runs/{sent.json()['id']}"
    return int(sent.json()["id"])


def claim(agent: Agent, **wish: Any) -> dict[str, Any]:
    sent = agent.post("/claims", wish)
    assert sent.status_code == 200, sent.content
    found: dict[str, Any] = sent.json()
    return found


def hand_in(agent: Agent, claimed: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"token": claimed["token"], **more}
    sent = agent.post(f"/nodes/{claimed['execution_id']}/complete", body)
    assert sent.status_code == 200, sent.content
    found: dict[str, Any] = sent.json()
    return found


def test_two_agents_do_a_run_between_them(agent: Agent, run: int) -> None:
    other = Agent(person=agent.person, name="build 4")
    first = claim(agent)
    assert (first["node_id"], first["prompt"]) == ("plan", "Do plan on T-7")
    assert first["agent_id"] == "ada-build-3"
    assert agent.post("/claims", {}).status_code == 204
    hand_in(agent, first, result={"verdict": "good"})
    left, right = claim(agent), claim(other, agent_id="worker-2")
    assert {left["node_id"], right["node_id"]} == {"code", "docs"}
    assert right["agent_id"] == "worker-2"
    assert hand_in(agent, left, files=["src/a.py"], tokens=120)["run_status"] == "running"
    assert agent.post("/claims", {}).status_code == 204  # the join waits for the other way
    hand_in(other, right)
    last = claim(other, run_id=run)
    assert last["node_id"] == "review"
    assert last["context"]["verdict"] == "good"
    assert hand_in(other, last)["run_status"] == "completed"
    found = agent.get(f"/workflow-runs/{run}").json()
    assert [each["node_id"] for each in found["nodes"]] == ["plan", "code", "docs", "review"]
    assert found["decisions"][0]["decision_data"] is not None
    assert agent.get("/trails", location="src/a.py").json()["rows"][0]["scent"] == "write"


def test_a_node_has_one_winner_and_the_others_are_told_who(agent: Agent, run: int) -> None:
    path = f"/workflow-runs/{run}/nodes/plan/claim"
    won = agent.post(path, {"agent_id": "one", "session_id": "s"}).json()
    lost = agent.post(path, {"agent_id": "two"})
    assert problem(lost) == (409, "held")
    assert "one" in lost.json()["detail"]
    again = agent.post(path, {"agent_id": "one", "session_id": "s"}).json()
    assert again["execution_id"] == won["execution_id"]
    old = agent.post(f"/nodes/{won['execution_id']}/heartbeat", {"token": won["token"]})
    assert problem(old)[0] == 409
    assert problem(agent.post(f"/workflow-runs/{run}/nodes/code/claim")) == (409, "not_due")
    assert problem(agent.post(f"/workflow-runs/{run}/nodes/nope/claim")) == (404, "not_found")


def test_a_lost_answer_of_a_claim_is_given_again(agent: Agent, run: int) -> None:
    first = agent.post("/claims", {}, Idempotency_Key="a").json()
    assert agent.post("/claims", {}, Idempotency_Key="a").json() == first


def test_heartbeat_fail_and_release(agent: Agent, run: int) -> None:
    held = claim(agent, lease_seconds=60)
    path = f"/nodes/{held['execution_id']}"
    token = {"token": held["token"]}
    beat = agent.post(f"{path}/heartbeat", token | {"lease_seconds": 600}).json()
    assert beat["lease_until"] > held["lease_until"]
    assert agent.post(f"{path}/release", token).json()["status"] == "pending"
    assert problem(agent.post(f"{path}/complete", token))[0] == 409
    held = claim(agent)
    failed = agent.post(f"{path}/fail", {"token": held["token"], "message": "no compiler"}).json()
    assert (failed["status"], failed["error_message"]) == ("failed", "no compiler")
    assert failed["run_status"] == "failed"


@pytest.mark.parametrize("act", ["heartbeat", "complete", "fail", "release", "skip"])
def test_a_node_that_is_none(agent: Agent, act: str) -> None:
    body = {"reason": "x"} if act == "skip" else {"token": "x"}
    body |= {"message": "x"} if act == "fail" else {}
    for pk in (10**9, 10**30):
        assert problem(agent.post(f"/nodes/{pk}/{act}", body)) == (404, "not_found")


def test_a_member_starts_and_cancels_their_own_run_and_no_other(agent: Agent, run: int) -> None:
    workflow = WorkflowRun.objects.get(pk=run).workflow_id
    member = Agent("mel", "member")
    own = member.post("/workflow-runs", {"workflow_id": workflow, "input": {"ticket": "x"}}).json()
    cancelled = member.post(f"/workflow-runs/{own['id']}/cancel", {"reason": "wrong ticket"})
    assert cancelled.json()["status"] == "cancelled"
    for act, body in (
        ("cancel", {}),
        ("phase", {"phase": "explore"}),
        ("reset", {"node": "plan"}),
        ("begin", None),
    ):
        assert problem(member.post(f"/workflow-runs/{run}/{act}", body)) == (403, "not_yours"), act
    waiting = NodeExecution.objects.get(run_id=run)
    assert problem(member.post(f"/nodes/{waiting.pk}/skip", {"reason": "x"})) == (
        403,
        "stewards_only",
    )
    assert problem(member.post("/workflows", BRANCH_AND_JOIN))[0] == 403
    assert WorkflowRun.objects.get(pk=run).status == "running"


def test_a_run_is_begun_later_and_says_its_phase(agent: Agent, workflow: int) -> None:
    body = {"workflow_id": workflow, "input": {"ticket": "x"}, "begin": False}
    run = agent.post("/workflow-runs", body).json()
    assert run["status"] == "pending"
    begun = agent.post(f"/workflow-runs/{run['id']}/begin").json()
    assert (begun["status"], begun["nodes"][0]["node_id"]) == ("running", "plan")
    phased = agent.post(f"/workflow-runs/{run['id']}/phase", {"phase": "explore"}).json()
    assert phased["phase"] == "explore"


def failed_run(agent: Agent, run: int) -> None:
    hand_in(agent, claim(agent))
    for _ in range(2):
        held = claim(agent)
        if held["node_id"] == "code":
            body = {"token": held["token"], "message": "no compiler"}
            agent.post(f"/nodes/{held['execution_id']}/fail", body)
        else:
            hand_in(agent, held)
    hand_in(agent, claim(agent))  # the join does not wait for what failed
    assert WorkflowRun.objects.get(pk=run).status == "failed"


def test_after_the_fact(agent: Agent, run: int) -> None:
    failed_run(agent, run)
    preview = agent.post(f"/workflow-runs/{run}/retry", {"dry_run": True}).json()
    assert ([n["node_id"] for n in preview["nodes"]], preview["run_id"]) == (["code"], None)
    retried = agent.post(f"/workflow-runs/{run}/retry").json()
    assert claim(agent, run_id=retried["run_id"])["node_id"] == "code"
    plan = agent.post(f"/workflow-runs/{run}/replay", {"from_node": "docs", "dry_run": True})
    assert plan.status_code == 200
    assert "docs" in str(plan.json()["plan"])
    replayed = agent.post(f"/workflow-runs/{run}/replay", {"from_node": "docs"}).json()
    assert (replayed["parent_id"], replayed["relation"]) == (run, "replay")
    cloned = agent.post(
        f"/workflow-runs/{run}/clone", {"input": {"ticket": "T-8"}, "skip_nodes": ["docs"]}
    ).json()
    assert claim(agent, run_id=cloned["id"])["prompt"] == "Do plan on T-8"
    found = agent.get(f"/workflow-runs/{run}/compare/{cloned['id']}").json()
    assert {each["node_id"] for each in found["nodes"]} >= {"plan", "code", "docs", "review"}
    assert problem(agent.get(f"/workflow-runs/{run}/compare/{10**9}")) == (404, "not_found")


def test_every_flaw_of_a_definition_is_told_with_its_place(agent: Agent) -> None:
    flawed = {
        "name": "bad",
        "nodes": [node("a"), node("a")],
        "edges": [edge("__start__", "a"), edge("a", "ghost", "import os")],
    }
    sent = agent.post("/workflows", flawed)
    assert problem(sent) == (400, "flawed")
    assert len(sent.json()["flaws"]) >= 3
    assert any("ghost" in flaw for flaw in sent.json()["flaws"])


def test_a_change_on_an_old_version_is_refused(agent: Agent, workflow: int) -> None:
    found = agent.get(f"/workflows/{workflow}")
    assert found.status_code == 200, found.content
    seen = found.json()["definition"]
    assert [each["id"] for each in seen["nodes"]] == ["plan", "code", "docs", "review", "fix"]
    change = BRANCH_AND_JOIN | {"description": "v2", "seen_version": seen["version"]}
    change = change | {"nodes": [*BRANCH_AND_JOIN["nodes"][:-1], node("fix", retries=2)]}  # type: ignore[index]
    changed = agent.put(f"/workflows/{workflow}", change)
    assert changed.json()["definition"]["version"] == seen["version"] + 1
    assert problem(agent.put(f"/workflows/{workflow}", change)) == (409, "changed")


def test_a_run_of_another_program_is_read_and_not_driven(agent: Agent) -> None:
    theirs = make(WorkflowRun, status="running")
    assert agent.get(f"/workflow-runs/{theirs.pk}").status_code == 200
    assert problem(agent.post(f"/workflow-runs/{theirs.pk}/cancel"))[0] == 409
