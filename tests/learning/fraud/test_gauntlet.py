"""The gauntlet in small: enough to notice when a change lets attacks through or accuses many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.load.gauntlet import colony, plain, worldfile
from tests.load.gauntlet.score import merge, run


@pytest.mark.parametrize("make", [colony.make, plain.make])
def test_attacks_are_found_and_the_honest_left_alone(make: object) -> None:
    assert callable(make)
    pairs = [run(make(seed, 160, 2)) for seed in range(31, 37)]
    ours, theirs = merge(a for a, _ in pairs).overall, merge(b for _, b in pairs).overall
    assert ours.recall >= 0.85
    assert ours.precision >= 0.85
    assert ours.false_rate <= 0.02
    assert ours.false_rate < theirs.false_rate / 3


def test_a_seed_makes_the_same_world_again() -> None:
    assert colony.make(5, 30, 1).histories == colony.make(5, 30, 1).histories


def test_a_world_of_another_author_is_read(tmp_path: Path) -> None:
    path = tmp_path / "world.ndjson"
    rows = [[1_767_225_600 + i * 3660, "success", 0.5, 0.51, "a", False] for i in range(8)]
    rule = {"id": 1, "domain": "api", "plant": ["temporal_manipulation", "strong"]}
    path.write_text(json.dumps({**rule, "updates": rows}) + "\n", encoding="utf-8")
    world = worldfile.read(path)
    assert world.plants[1].strength == "strong"
    assert world.histories[0].validated == 8
    path.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        worldfile.read(path)
