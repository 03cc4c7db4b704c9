"""References in texts are those of the database that wrote the text."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from elfsite.listings.links import url_of
from elfsite.listings.references import Named, ids, members, resolve, tags
from elfsite.origins.models import Source
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Violation
from learning.observer.models import Metric
from tests.factories import make

FOUND: list[tuple[Any, str, list[str]]] = [
    (tags("it"), "heuristic_id:17,domain:git", ["heuristics 17"]),
    (tags("it"), "heuristic_id:1, learning_id:2", ["heuristics 1", "learnings 2"]),
    (tags("it"), "unknown_id:3 heuristic_id:x", []),
    (ids("it", "heuristics"), "[1, 2]", ["heuristics 1", "heuristics 2"]),
    (ids("it", "heuristics"), "3, 4", ["heuristics 3", "heuristics 4"]),
    (ids("it", "heuristics"), '["5", null, {"a": 1}, -1, 1.5]', ["heuristics 5"]),
    (ids("it", "heuristics"), "{broken", []),
    (members("it"), '{"execution_id": 9, "node": 1}', ["node_executions 9"]),
    (members("it"), '{"heuristic_id": "nine"}', []),
    (members("it"), "[1]", []),
]


@pytest.mark.parametrize(("find", "text", "named"), FOUND)
def test_what_a_text_names(find: Any, text: str, named: list[str]) -> None:
    assert [f"{n.table} {n.key}" for n in find(SimpleNamespace(it=text))] == named


def test_nothing_names_nothing() -> None:
    for find in (tags("it"), ids("it", "heuristics"), members("it")):
        assert find(SimpleNamespace(it=None)) == []
    assert ids("it", "learnings")(SimpleNamespace(it=4)) == [Named("learnings", "4")]


@pytest.mark.django_db
def test_a_key_is_that_of_its_own_source() -> None:
    one, other = make(Source), make(Source)
    ours = make(Heuristic)
    theirs = make(Heuristic, origin=one, origin_key=str(ours.pk))
    wanted = [Named("heuristics", str(ours.pk))]
    assert [f.pk for f in resolve(None, wanted)] == [ours.pk]
    assert [f.pk for f in resolve(one.pk, wanted)] == [theirs.pk]
    assert [(f.pk, f.name) for f in resolve(other.pk, wanted)] == [(None, None)]


@pytest.mark.django_db
def test_a_page_links_what_its_texts_name(member: Client) -> None:
    rule = make(Heuristic, rule="Never force push.")
    metric = make(Metric, tags=f"heuristic_id:{rule.pk}")
    assert f'href="{url_of(rule)}">Never force push.</a>' in member.get(url_of(metric)).text
    gone = make(Metric, tags="heuristic_id:99999")
    assert 'class="flag"' in member.get(url_of(gone)).text


@pytest.mark.django_db
def test_the_number_of_a_broken_rule_counts_only_with_its_name(member: Client) -> None:
    rule = make(Heuristic, rule="Never force push.")
    same = make(Violation, rule_id=rule.pk, rule_name="never force push")
    other = make(Violation, rule_id=rule.pk, rule_name="Always write a test")
    assert url_of(rule) in member.get(url_of(same)).text
    assert url_of(rule) not in member.get(url_of(other)).text
