"""Every dialect by looking: what comes in, what is listed as unknown, what is not recorded."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

import pytest

from elfsite.origins.models import Source
from elfsite.origins.seedcolumns import COLUMNS
from elfsite.sources import registry
from elfsite.sources.zones import offset_of_file, words_of_offset
from learning.heuristics.models import Heuristic
from learning.knowledge.models import Cycle, Decision, Learning
from learning.observer.models import Metric
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import (
    DASHBOARD,
    DIALECTS,
    INSTALLER,
    PROJECT,
    TYPED,
    WILD,
    ElfFile,
)
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.trails.models import Trail

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def test_every_table_of_the_seed_is_declared_once() -> None:
    declared = [declaration.table for declaration in registry.tables()]
    assert sorted([*declared, *registry.facts()]) == sorted(COLUMNS)


def test_a_table_comes_after_those_it_refers_to() -> None:
    order = [declaration.model for declaration in registry.tables()]
    for place, model in enumerate(order):
        for parent in registry.references(model).values():
            assert parent is model or order.index(parent) < place


def test_every_bounded_or_closed_column_has_its_rule() -> None:
    """A CHECK without a rule would reject rows that a rule can repair."""
    for declaration in registry.tables():
        for constraint in declaration.model._meta.constraints:
            name = constraint.name.removeprefix(f"{declaration.table}_")
            column, _, kind = name.rpartition("_")
            if kind == "range":
                assert column in declaration.bounds, constraint.name
            if kind == "word":
                assert column in declaration.words, constraint.name


@pytest.mark.parametrize("dialect", DIALECTS, ids=str)
def test_an_empty_file_of_each_dialect_is_read(dialect: str, tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", DIALECTS[dialect])
    assert read(file).total.read == 0
    assert Source.objects.get().state == "ready"


def test_the_installer_s_dialect(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", INSTALLER)
    file.rule(confidence=0.8, is_golden=1, created_at="2026-03-01 12:00:00")
    file.learning("a.md")
    file.learning("a.md")
    report = read(file)
    rule = Heuristic.objects.get()
    assert (rule.status, rule.confidence_ema, rule.is_golden) == ("active", None, True)
    assert (rule.created_at, rule.updated_at) == (NOON, None)
    assert [row.filepath for row in Learning.objects.order_by("pk")] == ["a.md", "a.md (2)"]
    assert report.tables["learnings"].repaired == 1
    facts = Source.objects.get().facts
    assert facts["dialect"].startswith("ELF's installer")
    assert "status" in facts["missing_columns"]["heuristics"]
    assert "trails" in facts["missing_tables"]
    assert facts["kept"]["schema_version"][0]["version"] == 2
    assert facts["kept"]["db_operations"] == [{"id": 1, "operation_count": 41}]


def test_a_time_that_the_file_does_not_record_is_not_invented(tmp_path: Path) -> None:
    columns = "id INTEGER PRIMARY KEY, rule TEXT, domain TEXT"
    file = ElfFile(tmp_path / "elf.db", f"CREATE TABLE heuristics ({columns})")
    file.run("CREATE TABLE learnings (id INTEGER PRIMARY KEY)")
    file.rule()
    read(file)
    assert Heuristic.objects.get().created_at is None


def test_typed_models_name_references_without_id(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", TYPED)
    when = "2026-03-01 12:00:00.000000"
    file.add("workflow_runs", id=7, status="completed", created_at=when)
    file.add("node_executions", id=1, run=7, node_id="plan", created_at=when)
    file.add("trails", id=1, run=7, location="a.py", scent="hot", strength=1.0, created_at=when)
    file.rule(id=3, confidence=0.5, is_golden=0, status="active", created_at=when)
    file.add("cycles", id=1, heuristic=3, created_at=when)
    read(file)
    run = WorkflowRun.objects.get()
    assert NodeExecution.objects.get().run == Trail.objects.get().run == run
    assert Cycle.objects.get().heuristic == Heuristic.objects.get()
    assert run.created_at == NOON
    assert Source.objects.get().facts["dialect"].startswith("ELF's typed models")


def test_the_dashboard_s_dialect_has_empty_metrics(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", DASHBOARD)
    file.add("metrics", metric_type="a", metric_name="b", metric_value=1)
    file.add("metrics", metric_type="a", metric_name="b", metric_value=None)
    counts = read(file).tables["metrics"]
    assert (counts.added, counts.rejected) == (1, 1)
    assert Metric.objects.get().metric_value == 1.0


def test_a_project_s_database_says_which_project(tmp_path: Path) -> None:
    folder = tmp_path / "shop" / ".elf"
    folder.mkdir(parents=True)
    file = ElfFile(folder / "learnings.db", PROJECT)
    file.add("heuristics", rule="Name the constraint", validation_count=4, source="failure")
    file.add("learnings", type="success", summary="It held\nall day", details="For a week.")
    file.add("decisions", title="Cents", decision="Whole cents", alternatives="Floats")
    read(file)
    source = Source.objects.get()
    assert (source.name, source.project_path) == ("shop", str(tmp_path / "shop"))
    rule = Heuristic.objects.get()
    assert (rule.domain, rule.times_validated, rule.source_type) == ("general", 4, "failure")
    assert rule.project_path == str(tmp_path / "shop")
    learning = Learning.objects.get()
    assert (learning.title, learning.filepath) == ("It held", "learnings/1")
    assert learning.summary == "It held\nall day\n\nFor a week."
    decision = Decision.objects.get()
    assert (decision.options_considered, decision.rationale) == ("Floats", "")
    assert source.facts["unknown_columns"]["heuristics"] == ["tags", "promoted_to_global"]


def test_a_file_of_the_wild_lists_what_nobody_knows(tmp_path: Path) -> None:
    file = ElfFile(tmp_path / "elf.db", WILD)
    file.learning(severity="3")
    file.learning("b.md", severity="critical")
    file.run("CREATE VIEW recent AS SELECT * FROM learnings;"
             "CREATE VIRTUAL TABLE found USING fts5(body)")  # fmt: skip
    read(file)
    assert list(Learning.objects.order_by("pk").values_list("severity", flat=True)) == [3, 5]
    assert Source.objects.get().facts["unknown_tables"] == {"learnings_v1": 2}


def test_activity_is_that_of_the_rows(elf: ElfFile) -> None:
    elf.learning(created_at="2026-01-05T10:00:00")
    elf.rule(created_at="2026-03-01 12:00:00")
    elf.rule("From a wrong clock", created_at="2199-01-01 00:00:00")
    read(elf)
    source = Source.objects.get()
    assert source.first_activity_at == dt.datetime(2026, 1, 5, 10, tzinfo=dt.UTC)
    assert source.last_activity_at == NOON


def test_the_file_s_own_offset_is_seen_and_said(elf: ElfFile) -> None:
    for minute in range(10, 14):
        started, created = f"2026-07-01T12:{minute}:00.4", f"2026-07-01 10:{minute}:00"
        elf.add("workflow_runs", started_at=started, created_at=created)
    assert "UTC+2" in read(elf).hint
    with sqlite3.connect(elf.path) as connection:
        found = offset_of_file(connection)
    assert found is not None
    assert found[0] == 7200
    # in July it is two hours ahead, in winter one: the time of the runs counts
    assert read(elf, time_zone="Europe/Berlin").hint == ""


def test_offsets_in_words() -> None:
    assert [words_of_offset(s) for s in (0, 7200, -12600)] == ["UTC", "UTC+2", "UTC−3:30"]


def test_local_times_are_read_in_the_source_s_zone(elf: ElfFile) -> None:
    elf.learning(created_at="2026-07-01T10:00:00")
    elf.learning("b.md", created_at="2026-07-01 10:00:00")
    read(elf, time_zone="Europe/Berlin")
    times = Learning.objects.order_by("pk").values_list("created_at", flat=True)
    assert [time.hour for time in times] == [8, 10]
    # the zone is kept, and another zone reads the rows anew
    assert read(elf, time_zone=None).total.changed == 0
    assert read(elf, time_zone="UTC").total.changed == 2


def test_columns_that_a_file_may_fill_are_those_of_the_seed() -> None:
    path = Path(__file__).parents[2] / "contracts" / "elf_schema.json"
    seed = json.loads(path.read_text(encoding="utf-8"))
    assert {table: [column["name"] for column in columns] for table, columns in seed.items()} == {
        table: list(columns) for table, columns in COLUMNS.items()
    }
