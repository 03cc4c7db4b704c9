"""What the pages of sources show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from elfsite.jobs.models import FAILED, QUEUED, RUNNING, Job
from elfsite.jobs.services import SILENT_AFTER, seconds_since_worker
from elfsite.listings.declare import may_see
from elfsite.listings.links import list_url
from elfsite.listings.registry import of_model
from elfsite.origins.models import Rejection, Repair, Source
from elfsite.sources import registry
from elfsite.sources.report import WORDS

GROUPED = 1_000  # rejections and repairs looked at; the lists have them all
SHOWN_GROUPS = 30
QUIET = dt.timedelta(days=2)  # after this the page offers to look at the last activity
BUSY = ("reading", "forgetting")


@dataclass(frozen=True)
class Doing:
    """What happens to a source right now."""

    words: str
    done: int = 0
    total: int = 0
    waits: bool = False  # nothing moves as yet


def doing(source: Source, job: Job | None) -> Doing | None:
    """The work on the source that is on or waits; *job* is the latest that was asked of it."""
    if source.state in BUSY and source.lease_until and source.lease_until > timezone.now():
        verb = "Reading" if source.state == "reading" else "Forgetting"
        note = str(source.progress.get("note", "")).replace("_", " ")
        done, total = source.progress.get("done", 0), source.progress.get("total", 0)
        return Doing(f"{verb} {note}".strip(), int(done), int(total))
    return waiting(job)


def waiting(job: Job | None) -> Doing | None:
    """The words for a job that is queued or has just begun."""
    if job is None or job.state not in {QUEUED, RUNNING}:
        return None
    if job.state == RUNNING:
        return Doing(job.progress_note or "Begins", job.progress_done, job.progress_total or 0)
    return Doing(_waits_for(), waits=True)


def _waits_for() -> str:
    silence = seconds_since_worker()
    if silence is None or silence > SILENT_AFTER:
        return "Waits for a worker, and none runs. Start one with manage.py worker."
    return "Waits for the worker."


def trouble(source: Source, job: Job | None) -> str:
    """Why the last work on the source did not end well; empty if it did."""
    if source.error:
        return source.error
    if source.state in BUSY:
        return "The last run was interrupted. Start it again; it goes on where it ended."
    return job.error if job and job.state == FAILED and source.state != "ready" else ""


@dataclass(frozen=True)
class TableLine:
    """A table of a source: its rows here, the numbers of the last run, a link to its list."""

    name: str
    rows: int
    url: str
    cells: tuple[tuple[str, int, str], ...]  # (word, number, address of what it counts or "")


def table_lines(source: Source, user: Any) -> list[TableLine]:
    """Tables with rows here or in the last run that *user* may see, in the order of rooms."""
    rows = source.facts.get("rows", {})
    runs = source.report.get("tables", {})
    lines = []
    for declaration in registry.tables():
        table, counts = declaration.table, runs.get(declaration.table, {})
        present = int(rows.get(table, 0))
        listing = of_model(declaration.model)
        if listing is not None and not may_see(user, listing.audience):
            continue
        if not present and not any(counts.values()):
            continue
        addresses = {
            "repaired": list_url(Repair, source=source.pk, table=table),
            "rejected": list_url(Rejection, source=source.pk, table=table),
            "gone": list_url(declaration.model, source=source.pk, gone=True),
        }
        cells = tuple((w, int(counts.get(w, 0)), addresses.get(w, "")) for w in WORDS)
        url = list_url(declaration.model, source=source.pk)
        lines.append(TableLine(table, present, url, cells))
    return lines


def totals(lines: list[TableLine]) -> list[int]:
    """The last line of the table: rows here, then one number for each word."""
    columns = zip(*([number for _, number, _ in line.cells] for line in lines), strict=True)
    return [sum(line.rows for line in lines), *(sum(column) for column in columns)]


@dataclass(frozen=True)
class Group:
    """Rejections or repairs of one kind, with one of them as an example."""

    table: str
    words: str
    count: int
    example: str


def rejected_groups(source: Source) -> list[Group]:
    """Why rows could not be taken, the commonest reason first; of the newest GROUPED."""
    rows = Rejection.objects.filter(origin=source).order_by("-id")[:GROUPED]
    return _grouped([(row.table, row.reason, f"{row.key}: {row.raw}") for row in rows])


def repaired_groups(source: Source) -> list[Group]:
    """Which rules changed values, the commonest first; of the newest GROUPED."""
    rows = Repair.objects.filter(origin=source).order_by("-id")[:GROUPED]
    return _grouped(
        [(row.table, f"{row.column}: {row.rule}", f"{row.key}: {row.raw}") for row in rows]
    )


def _grouped(rows: list[tuple[str, str, str]]) -> list[Group]:
    counts = Counter((table, words) for table, words, _ in rows)
    examples = {(table, words): example for table, words, example in rows}
    return [
        Group(table, words, count, examples[table, words][:200])
        for (table, words), count in counts.most_common(SHOWN_GROUPS)
    ]


def facts_of(source: Source) -> list[tuple[str, Any]]:
    """Terms and values about the file."""
    size = source.facts.get("size")
    found = [
        ("file", source.path),
        ("size", f"{size / 1e6:,.1f} MB" if size else None),
        ("dialect", source.facts.get("dialect")),
        ("local times", source.time_zone),
        ("project", source.project_path),
        ("connected by", source.created_by),
    ]
    return [(term, value) for term, value in found if value]


def is_quiet(source: Source) -> bool:
    """Whether the last activity lies so far back that today's pages look dead."""
    last = source.last_activity_at
    return last is not None and timezone.now() - last > QUIET
