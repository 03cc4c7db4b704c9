"""The description of the API: true, whole, and what it describes holds under nonsense."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate

from elfsite.api.area import SCOPES, declared
from elfsite.doors.http import build, document, home
from elfsite.doors.models import AgentKey
from tests.elfsite.doors.calling import ROOT, Agent, problem
from tests.game.players.people import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Agent:
    return Agent(role="admin", trust_class="human", scopes=AgentKey.SCOPES)


@pytest.fixture
def described(agent: Agent) -> dict[str, Any]:
    found: dict[str, Any] = agent.get("/openapi.json").json()
    return found


def operations(described: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]


def test_is_openapi_3_1(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_every_operation_says_what_it_needs_and_how_it_refuses(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        where = f"{method} {path}"
        assert operation["x-scope"] in SCOPES, where
        assert operation["security"] == [{"key": [operation["x-scope"]]}], where
        assert operation["summary"], where
        assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), where
        done = next(code for code in operation["responses"] if code.startswith("2"))
        assert done == "204" or "schema" in str(operation["responses"][done]), where
        if method != "get":
            names = {each["name"] for each in operation["parameters"]}
            assert "Idempotency-Key" in names, where
            assert {"409", "413", "415", "422"} <= set(operation["responses"]), where
            assert operation["x-scope"] != "read", where


def test_every_body_is_closed(described: dict[str, Any]) -> None:
    for method, path, operation in operations(described):
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            name = schema["$ref"].rpartition("/")[2]
            found = described["components"]["schemas"][name]
            assert found["additionalProperties"] is False, (method, path)


def sent(agent: Agent, method: str, path: str, body: Any) -> Any:
    """A request as described, with numbers for what is in braces."""
    words = [f"{10**9}" if part.startswith("{") else part for part in path.split("/")]
    send = getattr(agent.client, method)
    return send("/".join(words), body, content_type="application/json")


def test_every_act_refuses_a_field_that_it_does_not_know(
    agent: Agent, described: dict[str, Any], settings: Any
) -> None:
    settings.API_RATE = settings.API_WRITE_RATE = 100_000
    for method, path, _ in operations(described):
        if method != "get":
            response = sent(agent, method, path, {"colour": "red"})
            status, code = problem(response)
            assert (status, code) == (400, "unknown_field"), (path, response.content)
            assert "colour" in response.json()["detail"], path


def test_every_operation_asks_for_its_scope(described: dict[str, Any], settings: Any) -> None:
    settings.API_RATE = settings.API_WRITE_RATE = 100_000
    person = make_person("sue", "admin")
    without = {
        scope: Agent(person=person, name=scope, scopes=tuple(s for s in SCOPES if s != scope))
        for scope in SCOPES
    }
    for method, path, operation in operations(described):
        response = sent(without[operation["x-scope"]], method, path, {})
        assert problem(response) == (403, "scope"), (method, path)


def test_nothing_that_is_declared_is_left_out(described: dict[str, Any]) -> None:
    assert declared.acts
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert len(ids) == len(set(ids))
    assert {document.operation_id(act) for act in build.all_acts()} == set(ids)


def test_the_page_needs_a_person_and_shows_every_act(
    agent: Agent, described: dict[str, Any]
) -> None:
    client = Client()
    assert "/accounts/login/" in client.get(f"{ROOT}/docs")["Location"]
    client.force_login(agent.person)
    page = client.get(f"{ROOT}/docs")
    assert page.status_code == 200
    html = page.content.decode()
    for _, _, operation in operations(described):
        assert f'id="{operation["operationId"]}"' in html


TEXTS = st.text(max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def fields_of(operation: dict[str, Any]) -> list[str]:
    ref = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
    schema = home.description()["components"]["schemas"][ref.rpartition("/")[2]]
    return list(schema["properties"])


@pytest.mark.postgres
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_nonsense_breaks_an_act(agent: Agent, data: st.DataObject) -> None:
    from elfsite.doors.http import throttle

    throttle.forget()
    writes = [each for each in operations(home.description()) if "requestBody" in each[2]]
    method, path, operation = data.draw(st.sampled_from(writes))
    names = st.sampled_from(fields_of(operation)) | TEXTS
    body = data.draw(st.dictionaries(names, VALUES, max_size=6) | VALUES)
    try:
        raw = json.dumps(body).encode()
    except UnicodeEncodeError:
        raw = json.dumps(body, ensure_ascii=True).encode()
    place = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
    response = getattr(agent.client, method)(place, raw, content_type="application/json")
    assert response.status_code < 500, (method, place, raw, response.content)


@pytest.mark.postgres
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_no_nonsense_breaks_a_list(agent: Agent, data: st.DataObject) -> None:
    from elfsite.doors.http import throttle

    throttle.forget()
    reads = [each for each in operations(home.description()) if each[0] == "get"]
    _, path, operation = data.draw(st.sampled_from(reads))
    names = [each["name"] for each in operation["parameters"] if each["in"] == "query"]
    query = {name: data.draw(TEXTS) for name in data.draw(st.sets(st.sampled_from(names or ["x"])))}
    key = data.draw(st.sampled_from(["1", "0", "-1", "9" * 30, "x", "%00", "é"]))
    place = "/".join(key if part.startswith("{") else part for part in path.split("/"))
    response = agent.client.get(place, query)
    assert response.status_code < 500, (place, query, response.content)
