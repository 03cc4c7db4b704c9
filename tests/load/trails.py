"""Figures of hot spots: ``python -m tests.load.trails [--trails 2000000] [--data DIR]``.

Lays so many trails over 90 days, the most of them at few places, sums them up by the command and
prints p50 and p95 of the hottest places: now, and of 24 hours, 7 and 30 days, of all scents and of
one; then the map's whole page, what is near a path, one trail laid, and one fold of 500 new ones.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

from tests.load import pages

DAYS, PLACES, AGENTS = 90, 20_000, 40
SCENTS = ("read", "write", "discovery", "warning", "blocker", "hot", "cold")
WEIGHTS = (50, 30, 8, 5, 2, 3, 2)
BATCH = 10_000
P95_MS = 60
COLUMNS = "location, scent, strength, agent_id, created_at, expires_at"


def rows(count: int, now: dt.datetime) -> Iterator[tuple[Any, ...]]:
    """Trails in the order of time; a place's share falls with its rank."""
    chance = random.Random(7)
    names = [f"src/m{n % 97}/p{n % 11}/file{n}.py" for n in range(PLACES)]
    for number in range(count):
        at = now - dt.timedelta(days=DAYS * (1 - number / count))
        place = names[min(PLACES - 1, int(chance.paretovariate(0.45)) - 1)]
        scent = chance.choices(SCENTS, WEIGHTS)[0]
        over = at + dt.timedelta(hours=24) if number % 3 else None
        agent = f"agent-{chance.randrange(AGENTS)}"
        yield place, scent, chance.choice((0.5, 0.9, 1.0)), agent, at, over


def fill(count: int) -> None:
    """Lay so many trails by plain INSERTs."""
    from django.db import connection, transaction
    from django.utils import timezone

    start, batch = time.perf_counter(), []
    query = f"INSERT INTO trails ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s)"
    source = rows(count, timezone.now())
    with connection.cursor() as cursor:
        while batch := [row for _, row in zip(range(BATCH), source, strict=False)]:
            with transaction.atomic():
                cursor.executemany(query, [_adapted(row) for row in batch])
    print(f"{count:,} trails laid in {time.perf_counter() - start:.0f} s")


def _adapted(row: tuple[Any, ...]) -> tuple[Any, ...]:
    from django.db import connection

    *plain, at, over = row
    adapt = connection.ops.adapt_datetimefield_value
    return (*plain, adapt(at), adapt(over))


def sum_up() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("rebuild_trail_rollup", "--fresh")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measured(name: str, visit: Callable[[], Any], rounds: int, budget: float = 0) -> None:
    print(pages.measure(name, visit, rounds, budget).line())


def run(rounds: int) -> None:
    from workflows.trails.places import fold_trails
    from workflows.trails.queries import survey
    from workflows.trails.windows import NOW, WINDOWS, Asked, look

    fold_trails()
    fold_trails()
    print(pages.HEAD)
    for window in (NOW, *WINDOWS):
        for scent in ("", "blocker", "read"):
            asked = Asked(window=window, scent=scent)
            name = f"hot spots {window} {scent}".strip()
            few = {"scent": scent, "span": WINDOWS.get(window)}
            measured(name, lambda few=few: survey(**few), rounds, P95_MS)  # type: ignore[misc]
            name += ", all 2,000 of the map"
            measured(name, lambda asked=asked: look(asked), rounds, P95_MS)  # type: ignore[misc]
    inside = Asked(window="7d", folder="src/m5/")
    measured("hot spots 7d in a folder", lambda: look(inside), rounds, P95_MS)
    visitor = pages.client()
    for window in (NOW, *WINDOWS):
        path = f"/trails/map/?window={window}"
        measured(f"the map, {window}", lambda path=path: pages.opened(visitor, path), rounds // 2)  # type: ignore[misc]
    others(rounds, look(Asked()).hotspots[0].location)


def others(rounds: int, hottest: str) -> None:
    """What else is done with so many trails."""
    from django.utils import timezone

    from workflows.trails.models import Trail
    from workflows.trails.near import trails_near
    from workflows.trails.places import fold_trails
    from workflows.trails.services import lay_trail

    measured("near the hottest path", lambda: trails_near(hottest), rounds)
    lay = {"actor": "load", "location": hottest, "scent": "write", "agent_id": "agent-x"}
    measured("one trail laid", lambda: lay_trail(**lay), rounds)  # type: ignore[arg-type]
    fold_trails()
    now = timezone.now()
    fresh = [
        Trail(location=place, scent=scent, strength=strength, agent_id=agent, created_at=now)
        for place, scent, strength, agent, *_ in rows(500, now)
    ]
    Trail.objects.bulk_create(fresh)
    fold_trails()
    start = time.perf_counter()
    folded = fold_trails()
    print(f"{folded} new trails folded in {(time.perf_counter() - start) * 1000:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trails", type=int, default=2_000_000)
    parser.add_argument("--data", help="a data directory of an earlier run")
    parser.add_argument("--rounds", type=int, default=pages.ROUNDS)
    asked = parser.parse_args()
    if asked.data:
        os.environ["ELF_DATA_DIR"] = asked.data
    pages.prepare(asked.data or tempfile.mkdtemp(prefix="elf-trails-"))
    from django.conf import settings

    print(f"database: {settings.DATABASES['default']['NAME']}")
    if not asked.data:
        fill(asked.trails)
        sum_up()
    pages.settle()
    run(asked.rounds)
    print(f"load of the machine {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
