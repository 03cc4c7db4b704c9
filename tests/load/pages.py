"""How long pages take, in process and on one core, on a database that was imported from a file.

    python -m tests.load.pages --db big.db              # figures at the size of the file
    python -m tests.load.pages --db big.db --times-ten  # and with ten times the growing tables
    python -m tests.load.pages --data DIR               # on the data of an earlier run

A request passes all middleware and the view; there is no network and no server in between. Wall
time is what a visitor waits; CPU time is what the page costs, whoever else uses the machine.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# rows that are made ten times as many, with the columns that hold them apart
GROWING = ("trails", "metrics", "confidence_updates", "heuristics")
BUDGETS = {"Overview, warm": 40, "hot spots, cold": 50, "hot spots, kept": 30}
LIST_BUDGET, DETAIL_BUDGET = 25, 40
WARM_UP, ROUNDS = 3, 40


@dataclass(frozen=True)
class Figure:
    """Milliseconds of one kind of request, and how many queries the last one made."""

    name: str
    wall: list[float]
    cpu: list[float]
    queries: int
    budget: float = 0

    def p(self, share: float, times: list[float]) -> float:
        return sorted(times)[min(len(times) - 1, int(share * len(times)))]

    def line(self) -> str:
        p95 = self.p(0.95, self.wall)
        over = "" if not self.budget else "ok" if p95 <= self.budget else f"over {self.budget:g}"
        cells = [self.p(0.5, self.wall), p95, self.p(0.5, self.cpu), self.p(0.95, self.cpu)]
        return f"{self.name:<52}" + "".join(f"{c:8.1f}" for c in cells) + f"{self.queries:6} {over}"


HEAD = f"{'':<52}{'p50':>8}{'p95':>8}{'cpu50':>8}{'cpu95':>8}{'q':>6}"


def prepare(data: str) -> None:
    """Django as it runs in production, on the data directory."""
    os.environ.update(DJANGO_SETTINGS_MODULE="elfsite.settings", ELF_DATA_DIR=data)
    os.environ.pop("ELF_DEBUG", None)
    import django
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def fill(path: str) -> None:
    """Import the file, as the command does."""
    from elfsite.sources.services import import_elf

    start = time.perf_counter()
    report = import_elf(path=path, actor="load", name="Load")
    print(f"imported in {time.perf_counter() - start:.1f} s: {report.said()}")
    derive()


def derive() -> None:
    """What the worker would have done by now."""
    from django.db import connection

    from elfsite.pages.days import recount
    from elfsite.pages.readings import ROLLED
    from workflows.trails.places import rebuild_places

    start = time.perf_counter()
    places = rebuild_places()
    built = time.perf_counter() - start
    rows = sum(recount(counted) for counted in ROLLED)
    print(f"{places} places in {built:.1f} s, {rows} counts of days", end=" ")
    print(f"in {time.perf_counter() - start - built:.1f} s")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def grow() -> None:
    """Ten times the rows of the growing tables: nine copies with keys of their own."""
    from django.db import connection

    start = time.perf_counter()
    with connection.cursor() as cursor:
        for table in GROWING:
            columns = [
                c.name for c in connection.introspection.get_table_description(cursor, table)
            ]
            names = [connection.ops.quote_name(c) for c in columns if c != "id"]
            values = [f"{c} || '-' || copy" if c == '"origin_key"' else c for c in names]
            copies = " UNION ALL ".join(f"SELECT {n} AS copy" for n in range(1, 10))
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)}"
                f" FROM (SELECT * FROM {table}) AS old CROSS JOIN ({copies}) AS copies"
            )
            print(f"{table}: {cursor.rowcount} rows more")
    print(f"grown in {time.perf_counter() - start:.1f} s")
    derive()


def client() -> Any:
    """A signed-in person who may see everything."""
    from django.test import Client

    from game.players.models import User

    person = User.objects.filter(login="load").first()
    person = person or User.objects.create_user("load", None, role="admin")
    visitor = Client()
    visitor.force_login(person)
    return visitor


def settle() -> None:
    """A web process has imported nothing: what filling left behind is not collected during a
    visit (a full collection of it costs 80 ms)."""
    gc.collect()
    gc.freeze()


def measure(
    name: str, visit: Callable[[], Any], rounds: int, budget: float = 0, *, before: Any = None
) -> Figure:
    """*visit* again and again; *before* runs outside of the measured time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    wall, cpu = [], []
    for i in range(WARM_UP + rounds):
        if before:
            before()
        began, used = time.perf_counter(), time.thread_time()
        visit()
        if i >= WARM_UP:
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.thread_time() - used) * 1000)
    if before:
        before()
    with CaptureQueriesContext(connection) as queries:
        visit()
    return Figure(name, wall, cpu, len(queries), budget)


def overview(visitor: Any, rounds: int) -> list[Figure]:
    from elfsite.pages import panels
    from workflows.trails.queries import survey

    def get(path: str) -> Callable[[], Any]:
        return lambda: opened(visitor, path)

    few = max(5, rounds // 4)
    return [
        measure("Overview, warm", get("/"), rounds, BUDGETS["Overview, warm"]),
        measure("Overview, cold", get("/"), few, before=panels.forget),
        measure("Overview of yesterday, cold", get(yesterday("/")), few, before=panels.forget),
        measure(
            "hot spots, cold",
            get("/trails/hotspots/"),
            rounds,
            BUDGETS["hot spots, cold"],
            before=panels.forget,
        ),
        measure("hot spots, kept", get("/trails/hotspots/"), rounds, BUDGETS["hot spots, kept"]),
        measure(
            "hot spots of yesterday, cold",
            get(yesterday("/trails/hotspots/")),
            few,
            before=panels.forget,
        ),
        measure("hot spots, the query alone", survey, rounds),
    ]


def yesterday(path: str) -> str:
    from django.utils import timezone

    return f"{path}?asof={timezone.now() - timezone.timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"


def opened(visitor: Any, path: str) -> None:
    answer = visitor.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answers {answer.status_code}.")


def lists(visitor: Any, rounds: int) -> list[Figure]:
    """Each list as it is, with one filter, and one of its rows."""
    from elfsite.listings import registry
    from elfsite.listings.links import list_path, row_path

    found = []
    for listing in registry.all_listings():
        path = list_path(listing)
        found.append(visit(visitor, path, path, rounds, LIST_BUDGET))
        row = middle(listing.model)
        if row is None:
            continue
        if narrowed := one_filter(listing, row):
            found.append(
                visit(visitor, f"{path}?{narrowed}", f"{path}?{narrowed}", rounds, LIST_BUDGET)
            )
        one = row_path(listing, row.pk)
        found.append(visit(visitor, f"{path} one row", one, rounds, DETAIL_BUDGET))
    return found


def visit(visitor: Any, name: str, path: str, rounds: int, budget: float) -> Figure:
    return measure(name, lambda: opened(visitor, path), rounds, budget)


def middle(model: Any) -> Any:
    """A row from the middle of the table, as likely as any to be looked at."""
    keys = model.objects.order_by("pk").values_list("pk", flat=True)
    if not isinstance(model._meta.pk.get_internal_type(), str):
        return model.objects.first()
    first, last = keys.first(), keys.last()
    if not isinstance(first, int) or not isinstance(last, int):
        return model.objects.first()
    return model.objects.filter(pk__gte=(first + last) // 2).order_by("pk").first()


def one_filter(listing: Any, row: Any) -> str:
    """The first filter of the list, with the value that this row has."""
    from urllib.parse import urlencode

    from elfsite.listings.params import known_controls

    for name, control in known_controls(listing).items():
        value = getattr(row, control.field, None) if control.field else None
        if value is None or value == "" or control.lookup:
            continue
        return urlencode({name: int(value) if isinstance(value, bool) else value})
    return ""


def run(visitor: Any, rounds: int) -> list[Figure]:
    found = overview(visitor, rounds) + lists(visitor, rounds)
    print(HEAD)
    for figure in found:
        print(figure.line())
    return found


def compare(before: list[Figure], after: list[Figure]) -> None:
    """How much dearer each request is, by the CPU time of its median; 1.5 is the limit."""
    print(f"{'with ten times the rows':<52}{'before':>8}{'after':>8}{'ratio':>8}")
    earlier = {figure.name: figure for figure in before}
    for figure in after:
        if old := earlier.get(figure.name):
            was, now = old.p(0.5, old.cpu), figure.p(0.5, figure.cpu)
            flag = " over 1.5" if now > 1.5 * was and now - was > 1 else ""
            print(f"{figure.name:<52}{was:8.1f}{now:8.1f}{now / was:8.2f}{flag}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--db", help="a file of ELF to import")
    asked.add_argument("--data", help="a data directory to use; a new one otherwise")
    asked.add_argument("--rounds", type=int, default=ROUNDS)
    asked.add_argument("--times-ten", action="store_true", help="grow the tables, measure again")
    options = asked.parse_args()
    if not options.db and not options.data:
        asked.error("name a file with --db or a data directory with --data")
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    prepare(options.data or tempfile.mkdtemp(prefix="elf-pages-"))
    if options.db:
        fill(options.db)
    visitor = client()
    settle()
    before = run(visitor, options.rounds)
    if options.times_ten:
        grow()
        settle()
        compare(before, run(visitor, options.rounds))


if __name__ == "__main__":
    main()
