from __future__ import annotations

import random

import pytest

from learning.fraud.history import DAY, History, Update
from learning.fraud.population import ENOUGH, Profile, Survey, survey


def colony(
    honest: int, gamed: int, skill: float = 0.6, spread: float = 0.07, seed: int = 1
) -> list[History]:
    """Rules of 30 outcomes each; the gamed ones hold nearly always."""
    dice = random.Random(seed)
    rules = []
    for pk in range(honest + gamed):
        p = 0.99 if pk >= honest else min(0.95, max(0.1, dice.gauss(skill, spread)))
        held = sum(dice.random() < p for _ in range(30))
        rules.append(History(pk, f"d{pk % 3}", validated=held, violated=30 - held))
    return rules


@pytest.mark.parametrize("gamed", [0, 60, 130])
def test_a_gamed_minority_does_not_move_what_is_usual(gamed: int) -> None:
    profile = survey(colony(200, gamed))
    assert profile.overall is not None
    assert profile.overall.mean == pytest.approx(0.6, abs=0.05)
    usual = profile.success("d1")
    assert usual is not None
    assert usual.at_least(30, 30) < 0.003
    assert usual.at_least(22, 30) > 0.05


def test_few_rules_are_no_population() -> None:
    profile = survey(colony(ENOUGH - 1, 0))
    assert not profile.known
    assert profile.success("d1") is None
    assert profile.gain("d1", [Update(0, "success", 0.5, 0.51)]) is None


def test_quarantined_rules_teach_nothing() -> None:
    rules = colony(40, 0)
    for each in rules[:20]:
        each.status = "quarantined"
    assert survey(rules).rules == 20


def test_memory_is_bounded() -> None:
    counted = Survey()
    rows = [Update(i * DAY, "success", 0.5, 0.51, "a") for i in range(8)]
    for pk in range(1500):
        counted.add(History(pk, "d", validated=8, violated=4, updates=rows))
    assert max(len(values) for values in counted.samples.values()) <= 400
    assert len(counted.rates["d"]) == 400


def test_a_profile_outlives_its_storage() -> None:
    rules = colony(60, 0)
    rules[0].updates = [Update(i * DAY, "success", 0.5, 0.51, "a") for i in range(8)]
    profile = survey(rules)
    assert Profile.from_json(profile.to_json()) == profile


def test_what_another_version_wrote_raises() -> None:
    with pytest.raises((KeyError, TypeError)):
        Profile.from_json({"rules": 3})
