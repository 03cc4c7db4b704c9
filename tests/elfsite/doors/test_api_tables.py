"""Every declared table as a resource, with the filters and the order of its list."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from elfsite.listings import registry
from elfsite.origins.models import Source
from elfsite.timeline.hiding import hidden_from
from elfsite.timeline.models import TimelineEvent
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Learning
from tests.elfsite.doors.calling import Agent, problem
from tests.factories import make
from workflows.sessions.models import SessionContext

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def agent() -> Agent:
    return Agent(role="admin")


def ids(response: Any) -> list[int]:
    return [row["id"] for row in response.json()["rows"]]


def test_every_table_is_there_with_its_rows(agent: Agent) -> None:
    for listing in registry.all_listings():
        if not listing.model._default_manager.exists():
            make(listing.model, full=True)
        found = agent.get(f"/{listing.slug}", limit=1)
        assert found.status_code == 200, (listing.slug, found.content)
        [row] = found.json()["rows"]
        key = row[str(listing.model._meta.pk.column)]
        one = agent.get(f"/{listing.slug}/{key}")
        assert one.status_code == 200, (listing.slug, key, one.content)
        assert row.items() <= one.json().items(), listing.slug


def test_walks_through_all_rows_once(agent: Agent) -> None:
    rules = [make(Heuristic, confidence=confidence) for confidence in (0.3, 0.9, 0.3, 0.5, 0.9)]
    found: list[int] = []
    response = agent.get("/heuristics", limit=2, fields="id")
    for _ in range(5):
        found += ids(response)
        link = response.get("Link")
        assert bool(link) == bool(response.json()["next"])
        if not link:
            break
        path = re.fullmatch(r'<http://testserver/api/v1(/.*)>; rel="next"', link)
        assert path is not None
        response = agent.get(path[1])
    assert len(found) == 5
    by_pk = {rule.pk: rule.confidence for rule in rules}
    assert [by_pk[pk] for pk in found] == [0.9, 0.9, 0.5, 0.3, 0.3]
    assert sorted(found) == sorted(by_pk)


def test_takes_the_filters_of_the_page(agent: Agent) -> None:
    git = make(Heuristic, domain="git", confidence=0.8)
    make(Heuristic, domain="css", confidence=0.8)
    make(Heuristic, domain="git", confidence=0.2)
    assert ids(agent.get("/heuristics", domain="git", confidence_min="0.5")) == [git.pk]
    assert ids(agent.get("/heuristics", q=git.rule)) == [git.pk]
    assert len(ids(agent.get("/heuristics", order="confidence", limit=2))) == 2


def test_answers_the_fields_that_are_asked_for(agent: Agent) -> None:
    rule = make(Heuristic, domain="git")
    assert agent.get("/heuristics", fields="domain, id").json()["rows"] == [
        {"domain": "git", "id": rule.pk}
    ]
    assert list(agent.get(f"/heuristics/{rule.pk}", fields="stage").json()) == ["stage"]


def test_says_which_source_a_row_is_of(agent: Agent) -> None:
    source = Source.objects.create(name="old one", path="/x.db")
    make(Learning, title="theirs", origin=source, origin_key="7")
    [row] = agent.get("/learnings", source=source.pk).json()["rows"]
    assert (row["origin"], row["origin_key"]) == ("old one", "7")
    assert "origin_hash" not in row


def test_columns_of_stewards_are_not_for_members() -> None:
    make(SessionContext, context_preview="secret plan")
    member, steward = Agent("mel", "member"), Agent("stan", "steward")
    [seen] = member.get("/session-contexts").json()["rows"]
    assert "context_preview" not in seen
    assert steward.get("/session-contexts").json()["rows"][0]["context_preview"] == "secret plan"
    sent = member.get("/session-contexts", fields="context_preview")
    assert problem(sent) == (400, "bad_parameter")


def test_tables_of_administrators_are_theirs() -> None:
    closed = [each for each in registry.all_listings() if each.audience == "admin"]
    member = Agent("mel", "member")
    for listing in closed:
        assert problem(member.get(f"/{listing.slug}")) == (403, "not_yours")
        assert problem(member.get(f"/{listing.slug}/1"))[0] in {403, 404}
        assert listing.slug not in member.get("/").json()["resources"]
        assert f"/api/v1/{listing.slug}" not in member.get("/openapi.json").json()["paths"]


def test_what_its_owner_switched_off_a_key_does_not_see() -> None:
    agent = Agent("mel", "member")
    agent.person.plays = False
    agent.person.save()
    topics = hidden_from(agent.person)
    assert topics
    for topic in (*topics, "heuristics"):
        make(TimelineEvent, topic=topic)
    seen = {row["topic"] for row in agent.get("/timeline-events").json()["rows"]}
    assert "heuristics" in seen
    assert not seen & topics


def test_a_hash_leaves_by_no_address(agent: Agent) -> None:
    for slug in ("users", "agent-keys"):
        response = agent.get(f"/{slug}")
        assert agent.key.key_hash not in response.content.decode()
        assert agent.person.password not in response.content.decode()


def test_a_list_costs_few_queries(agent: Agent) -> None:
    source = Source.objects.create(name="old one", path="/x.db")
    for number in range(20):
        make(Heuristic, origin=source, origin_key=str(number))
    agent.get("/heuristics")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert len(agent.get("/heuristics").json()["rows"]) == 20
    statements = [each["sql"] for each in seen if "SAVEPOINT" not in each["sql"]]
    # the key with its owner, and the rows with the names of their sources; PostgreSQL bounds time
    assert len(statements) <= (2 if connection.vendor == "sqlite" else 4), statements
