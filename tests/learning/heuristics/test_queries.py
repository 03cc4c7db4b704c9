from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from elfsite.origins.models import Source
from learning.heuristics.evidence import tally_of
from learning.heuristics.importing import after_import
from learning.heuristics.lifecycle import at_risk
from learning.heuristics.models import Heuristic
from learning.heuristics.queries import at_risk_rules, revival_candidates
from learning.heuristics.services import make_dormant
from tests.learning.heuristics.conftest import START

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
Make = Callable[..., Heuristic]

STATE = "We need to scale to distributed architecture and manage session state"


def test_the_list_at_risk_is_the_rule_at_risk(a_rule: Make) -> None:
    for held, contradicted in ((11, 3), (78, 22), (79, 21), (4, 1), (2, 3), (5, 0), (0, 0)):
        a_rule(times_validated=held, times_contradicted=contradicted)
    a_rule(times_contradicted=9, status="dormant")
    found = list(at_risk_rules())
    active = Heuristic.objects.filter(status="active")
    assert {rule.pk for rule in found} == {r.pk for r in active if at_risk(tally_of(r))}
    assert [round(rule.contradiction_rate, 2) for rule in found] == [0.6, 0.22, 0.21]  # type: ignore[attr-defined]
    assert not at_risk_rules("css")


def test_a_text_wakes_each_rule_once(clock: time_machine.Traveller, a_rule: Make) -> None:
    rule = a_rule(rule="Use Redis for session storage in distributed systems")
    make_dormant(actor="upkeep", heuristic=rule, reason="")
    found = revival_candidates(STATE)
    assert [(each.pk, each.words) for each in found] == [(rule.pk, ("session", "distributed"))]
    assert found[0].trigger == "keyword: session, distributed"
    assert not revival_candidates("The load is redistributed")
    assert not revival_candidates(STATE, domain="css")


@pytest.mark.parametrize("written", [None, "{not json", "[]", '{"keywords": null}'])
def test_without_conditions_the_rule_itself_tells(a_rule: Make, written: str | None) -> None:
    a_rule(rule="Session storage", status="dormant", revival_conditions=written)
    assert [each.words for each in revival_candidates(STATE)] == [("session",)]


@pytest.mark.parametrize(("days", "offered"), [(89.9, False), (90, True), (200, True)])
def test_long_rest_is_a_reason(
    clock: time_machine.Traveller, a_rule: Make, days: float, offered: bool
) -> None:
    a_rule(status="dormant", dormant_since=START - timedelta(days=days))
    found = revival_candidates()
    assert bool(found) is offered
    if found:
        assert found[0].trigger == "time: 90 days dormant"


def test_most_words_first_and_bounded(a_rule: Make) -> None:
    for text in ("session", "session state", "session state scale"):
        a_rule(rule=text, status="dormant")
    assert [len(each.words) for each in revival_candidates(STATE, limit=2)] == [3, 2]


def test_an_import_starts_idle_clocks_once(clock: time_machine.Traveller, a_rule: Make) -> None:
    source = Source.objects.create(name="Team", path="/there")
    rule, ours = a_rule(days=300, origin=source, origin_key="1"), a_rule()
    after_import(source)
    clock.shift(timedelta(days=1))
    after_import(source)
    rule.refresh_from_db()
    ours.refresh_from_db()
    assert (rule.idle_since, ours.idle_since) == (START, None)
