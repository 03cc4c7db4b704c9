"""What every request of the API passes: who, what, how much, and in which words it is refused."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from elfsite.doors import services
from elfsite.doors.http.reading import BODY_MOST, DEPTH_MOST
from elfsite.doors.models import AgentKey
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Learning
from tests.elfsite.doors.calling import ROOT, Agent, problem
from tests.factories import make
from tests.game.players.people import make_person

pytestmark = pytest.mark.django_db
RULE = {"domain": "git", "rule": "Never force push"}


@pytest.fixture
def agent() -> Agent:
    return Agent()


def test_says_who_asks_and_what_there_is(agent: Agent) -> None:
    found = agent.get("/").json()
    assert found["caller"] == {
        "name": "ada/build-3",
        "role": "steward",
        "scopes": ["grade", "read", "record", "run"],
        "trust_class": "agent",
        "project": None,
    }
    assert found["resources"]["heuristics"].endswith("/api/v1/heuristics")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (None, "no_key"),
        ("Basic YTpi", "bad_authorization"),
        ("Bearer ", "bad_authorization"),
        ("Bearer elf_unknown", "unknown_key"),
    ],
)
def test_asks_for_a_key(header: str | None, code: str) -> None:
    response = Client().get(
        f"{ROOT}/heuristics", headers={"Authorization": header} if header else {}
    )
    assert problem(response) == (401, code)
    assert response["WWW-Authenticate"] == 'Bearer realm="elf"'
    assert not response.cookies


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"revoked_at": timezone.now()}, "revoked_key"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expired_key"),
    ],
)
def test_a_closed_key_opens_nothing(agent: Agent, columns: dict[str, Any], code: str) -> None:
    AgentKey.objects.filter(pk=agent.key.pk).update(**columns)
    assert problem(agent.get("/heuristics")) == (401, code)


def test_a_person_reads_with_their_session_and_writes_with_a_key() -> None:
    client = Client()
    client.force_login(make_person("mel"))
    read = client.get(f"{ROOT}/heuristics")
    assert read.status_code == 200
    assert not read.cookies
    sent = client.post(f"{ROOT}/heuristics", RULE, content_type="application/json")
    assert problem(sent) == (401, "no_key")
    assert not Heuristic.objects.exists()


def test_the_use_of_a_key_is_noted(agent: Agent) -> None:
    agent.get("/")
    agent.key.refresh_from_db()
    assert agent.key.last_used_at is not None


def test_a_scope_that_is_missing_is_named() -> None:
    reader = Agent(scopes=("read",))
    response = reader.post("/heuristics", RULE)
    assert problem(response) == (403, "scope")
    assert "record" in response.json()["detail"]
    writer = Agent("bob", scopes=("record",))
    assert problem(writer.get("/heuristics")) == (403, "scope")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("get", "/nothing", (404, "not_found")),
        ("post", "/heuristics/1/nothing", (404, "not_found")),
        ("get", "/heuristics/", (404, "not_found")),
        ("get", "/heuristics/0", (404, "not_found")),
        ("get", "/heuristics/99999999999999999999999", (404, "not_found")),
        ("get", "/heuristics/x", (404, "not_found")),
        ("post", "/heuristics/7/outcomes", (404, "not_found")),
        ("delete", "/heuristics", (405, "bad_method")),
        ("post", "/", (405, "bad_method")),
        ("get", "/heuristics?colour=red", (400, "bad_parameter")),
        ("get", "/heuristics?after=x", (400, "bad_parameter")),
        ("get", "/heuristics?limit=201", (400, "bad_parameter")),
        ("get", "/heuristics?cursor=nonsense", (400, "bad_cursor")),
        ("get", "/heuristics?fields=id,colour", (400, "bad_parameter")),
        ("get", "/heuristics/1?colour=red", (400, "bad_parameter")),
        ("post", "/heuristics?dry=1", (400, "bad_parameter")),
    ],
)
def test_every_refusal_is_a_problem(
    agent: Agent, method: str, path: str, expected: tuple[int, str]
) -> None:
    body = {"kind": "success"} if method == "post" else {}
    send = getattr(agent.client, method)
    assert problem(send(ROOT + path, body, content_type="application/json")) == expected


@pytest.mark.parametrize("path", ["/api/", "/api/v1/nothing", "/api/v2/heuristics"])
def test_an_address_that_is_none_is_a_problem_for_everybody(path: str, settings: Any) -> None:
    settings.DEBUG = True
    for headers in ({}, {"Accept": "text/html"}):
        for send in (Client().get, Client(enforce_csrf_checks=True).post):
            assert problem(send(path, headers=headers)) == (404, "not_found")


def test_what_is_broken_is_a_problem_too(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr("learning.knowledge.services.record_learning", broken)
    agent.client.raise_request_exception = False
    response = agent.post("/learnings", {"type": "failure", "title": "x"})
    assert problem(response) == (500, "broken")
    assert "planted" not in response.content.decode()


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (RULE | {"confidence": 0.9}, "earned", "confidence"),
        (RULE | {"status": "active"}, "earned", "status"),
        (RULE | {"author": "somebody"}, "earned", "author"),
        (RULE | {"colour": "red"}, "unknown_field", "colour"),
        ({"domain": "git"}, "bad_field", "rule"),
        (RULE | {"rule": 7}, "bad_field", "rule"),
        (RULE | {"domain": "d" * 201}, "bad_field", "domain"),
        ([RULE], "bad_field", "the body"),
        ("text", "bad_field", "the body"),
    ],
)
def test_a_wrong_field_is_named(agent: Agent, body: Any, code: str, named: str) -> None:
    sent = agent.post("/heuristics", json.dumps(body))
    assert problem(sent) == (400, code)
    assert named in sent.json()["detail"]
    assert not Heuristic.objects.exists()


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"{", (400, "bad_json")),
        (b'{"rule": NaN}', (400, "bad_json")),
        (b'{"rule": 1e999}', (400, "bad_json")),
        (b'{"rule": ' + b"9" * 5000 + b"}", (400, "bad_json")),
        (b"\xff\xfe", (400, "bad_json")),
        (b'{"rule": "a\\u0000b", "domain": "git"}', (400, "bad_text")),
        (b'{"rule": "\\ud800", "domain": "git"}', (400, "bad_text")),
        (b"[" * (DEPTH_MOST + 2) + b"]" * (DEPTH_MOST + 2), (400, "too_deep")),
        (b"[" * 100_000 + b"]" * 100_000, (400, "too_deep")),
        (b" " * BODY_MOST + b"{}", (413, "too_large")),
    ],
)
def test_a_body_that_is_none(agent: Agent, raw: bytes, expected: tuple[int, str]) -> None:
    sent = agent.client.post(f"{ROOT}/heuristics", raw, content_type="application/json")
    assert problem(sent) == expected


def test_takes_json_and_nothing_else(agent: Agent) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        sent = agent.client.post(f"{ROOT}/heuristics", b"rule=x", content_type=kind)
        assert problem(sent) == (415, "bad_type")


def packed(agent: Agent, raw: bytes, coding: str = "gzip") -> Any:
    return agent.client.post(
        f"{ROOT}/heuristics",
        raw,
        content_type="application/json",
        headers={"Content-Encoding": coding},
    )


def test_a_packed_body_is_unpacked(agent: Agent) -> None:
    assert packed(agent, gzip.compress(json.dumps(RULE).encode())).status_code == 201


@pytest.mark.parametrize(
    ("raw", "coding", "expected"),
    [
        (gzip.compress(b" " * 50_000_000), "gzip", (413, "too_large")),
        (gzip.compress(b" " * BODY_MOST + b"{}"), "gzip", (413, "too_large")),
        (gzip.compress(b"{}", mtime=0)[:-6], "gzip", (400, "bad_gzip")),
        (b"{}", "gzip", (400, "bad_gzip")),
        (b"{}", "br", (415, "bad_coding")),
    ],
)
def test_a_packed_body_that_is_none(
    agent: Agent, raw: bytes, coding: str, expected: tuple[int, str]
) -> None:
    assert problem(packed(agent, raw, coding)) == expected


def test_an_answer_is_packed_where_it_is_asked_for(agent: Agent) -> None:
    for number in range(20):
        make(Learning, title=f"learning {number}", filepath=f"f/{number}")
    plain = agent.get("/learnings")
    sent = agent.client.get(f"{ROOT}/learnings", headers={"Accept-Encoding": "gzip"})
    assert sent["Content-Encoding"] == "gzip"
    assert gzip.decompress(sent.content) == plain.content
    assert len(sent.content) < len(plain.content) / 2


def test_head_and_options(agent: Agent) -> None:
    head = agent.client.head(f"{ROOT}/heuristics")
    assert (head.status_code, head.content) == (200, b"")
    assert int(head["Content-Length"]) == len(agent.get("/heuristics").content)
    options = agent.client.options(f"{ROOT}/heuristics")
    assert (options.status_code, options["Allow"]) == (204, "GET, POST, HEAD, OPTIONS")
    assert "Access-Control-Allow-Origin" not in options


def test_a_key_of_a_project_reads_and_writes_there(agent: Agent) -> None:
    here = make(Heuristic, project_path="/srv/a", rule="of a")
    there = make(Heuristic, project_path="/srv/b", rule="of b")
    anywhere = make(Heuristic, project_path=None, rule="of all")
    bound = Agent(person=agent.person, project="/srv/a")
    rows = bound.get("/heuristics", fields="id").json()["rows"]
    assert {row["id"] for row in rows} == {here.pk, anywhere.pk}
    assert problem(bound.get(f"/heuristics/{there.pk}")) == (404, "not_found")
    sent = bound.post(f"/heuristics/{there.pk}/outcomes", {"kind": "success"})
    assert problem(sent) == (404, "not_found")
    made = bound.post("/heuristics", RULE).json()
    assert made["project_path"] == "/srv/a"
    other = bound.post("/heuristics", RULE | {"rule": "Another", "project_path": "/srv/b"})
    assert problem(other) == (403, "other_project")


def test_a_role_that_was_lost_closes_what_it_had_opened() -> None:
    person = make_person("sam", "steward")
    agent = Agent(person=person, trust_class="human")
    person.role = "member"
    person.save()
    assert problem(agent.get("/")) == (401, "trust_above")
    assert services.authenticate_key(Agent(person=person).plain)
