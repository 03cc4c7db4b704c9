"""The database and the pure judgement agree on the stage of every rule."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.test import Client

from game.players.models import User
from learning.heuristics.evidence import STAGES, stage_of
from learning.heuristics.meadow import TALLEST, heap_of
from learning.heuristics.models import Heuristic
from learning.heuristics.stages import at_stage, stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def rules(**more: Any) -> Heuristic:
    return Heuristic(**{"domain": "d", "rule": "r", "confidence": 0.9} | more)


def test_every_combination_has_the_stage_that_the_query_finds() -> None:
    outcomes = itertools.product((0, 4, 9, 10, 11, 22, 33), (0, 1, 2, 3, 12), (0, 2, 3, 9))
    standing: list[dict[str, Any]] = [
        {},
        {"ema_warmup_remaining": 3},
        {"confidence": 0.89, "ema_warmup_remaining": 0},
        {"is_golden": True},
        {"is_quarantined": True},
        {"status": "quarantined"},
        {"status": "dormant"},
        {"status": "archived", "is_golden": True},
        {"status": "deprecated"},
    ]
    counts = ("times_validated", "times_violated", "times_contradicted")
    Heuristic.objects.bulk_create(
        rules(**dict(zip(counts, outcome, strict=True)), **more)
        for outcome, more in itertools.product(outcomes, standing)
    )
    for row in Heuristic.objects.annotate(at=stage()):
        assert row.at == stage_of(row), row.to_dict()
    found = {word: Heuristic.objects.filter(at_stage(word)).count() for word in STAGES}
    assert all(found.values())
    assert sum(found.values()) == Heuristic.objects.count()


def test_the_list_is_narrowed_by_stage_and_says_how_many_there_are(
    client: Client, member: User
) -> None:
    client.force_login(member)
    Heuristic.objects.bulk_create(
        [rules(rule="sleeps", status="dormant"), rules(rule="risks", times_violated=6)]
    )
    page = client.get("/heuristics/?stage=at+risk").content.decode()
    assert "risks" in page
    assert "sleeps" not in page
    assert 'aria-label="Stage"' in page
    assert "any <span" in page
    both = client.get("/heuristics/?stage=at+risk,dormant").content.decode()
    assert "risks" in both
    assert "sleeps" in both
    assert client.get("/heuristics/?stage=asleep").status_code == 400


def test_many_rules_share_a_dot_and_no_stack_leaves_the_picture(
    client: Client, member: User
) -> None:
    client.force_login(member)
    Heuristic.objects.bulk_create(rules(confidence=0.7) for _ in range(100))
    heap = heap_of(Heuristic.objects.all())
    assert sum(heap.values()) == 100
    page = client.get("/heuristics/").content.decode()
    assert page.count('class="dot') <= TALLEST
    assert "one dot: up to" in page
