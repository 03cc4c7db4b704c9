"""What was left near a path."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from elfsite.errors import Refused
from workflows.trails.models import Trail
from workflows.trails.near import Near, trails_near

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def trail(location: str, **more: Any) -> Trail:
    return Trail.objects.create(**{"location": location, "scent": "write"} | more)


def near(path: str, **more: Any) -> dict[str, Near]:
    return {found.trail.location: found for found in trails_near(path, **more)}


def test_the_nearer_the_more_it_counts() -> None:
    for location in (
        "src/auth/oauth.py",
        "src/auth/token.py",
        "src/auth/flow/code.py",
        "src/api.py",
        "tests/test_oauth.py",
        "docs/setup.md",
        "Src/auth/other.py",
        "srcs/x.py",
        "src/auth",
    ):
        trail(location)
    trail("the login", message="broken since OAuth.py changed")
    found = near("./src/auth/oauth.py")
    assert {name: (n.weight, n.why) for name, n in found.items()} == {
        "src/auth/oauth.py": (1.0, "here"),
        "src/auth/token.py": (0.5, "in src/auth/"),
        "src/auth": (0.5, "in src/auth/"),
        "tests/test_oauth.py": (0.4, "names oauth.py"),
        "the login": (0.4, "names oauth.py"),
        "src/auth/flow/code.py": (0.25, "below src/auth/"),
        "src/api.py": (0.25, "in src/"),
    }
    assert next(iter(found)) == "src/auth/oauth.py"


def test_a_folder_has_what_lies_in_it() -> None:
    for location in ("src/auth/a.py", "src/b.py", "lib/c.py"):
        trail(location)
    assert {n: f.weight for n, f in near("src/auth/").items()} == {
        "src/auth/a.py": 0.8,
        "src/b.py": 0.5,
    }


def test_only_what_is_left_counts() -> None:
    trail("a/x.py", created_at=NOW - 7 * HOUR, message="fading")
    trail("a/gone.py", gone_at=NOW)
    trail("a/expired.py", expires_at=NOW - HOUR)
    trail("a/faded.py", created_at=NOW - 44 * HOUR)
    trail("a/weak.py", strength=0.005)
    (only,) = trails_near("a/x.py")
    assert only.left == pytest.approx(0.9**7)
    assert only.as_dict()["message"] == "fading"


def test_scents_and_bounds() -> None:
    for number in range(9):
        trail("a.py", scent="blocker" if number % 3 else "read")
    assert len(trails_near("a.py", limit=4)) == 4
    assert {n.trail.scent for n in trails_near("a.py", scents=["blocker"])} == {"blocker"}


def test_a_percent_sign_is_a_letter() -> None:
    trail("src/main.py")
    trail("rate_100%.py")
    assert set(near("100%.py")) == {"rate_100%.py"}
    assert near("_ain.py") == {}


@pytest.mark.parametrize("path", ["", "a\x00", "x" * 501])
def test_a_bad_path_is_refused(path: str) -> None:
    with pytest.raises(Refused, match="path"):
        trails_near(path)


def test_it_costs_two_queries_whatever_there_is(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        trail(f"src/{number}.py", agent_id="one")
    with django_assert_max_num_queries(6):  # four of them bound the time on PostgreSQL
        assert len(trails_near("src/1.py", limit=100)) == 30
