"""The sample: whole, believable, the same from the same seed, gone without a trace."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from elfsite.origins.models import Rejection, Repair, Source
from elfsite.sources.sample import write_sample
from elfsite.sources.sample.rules import RULES
from elfsite.sources.services import forget_source, load_sample, needs_welcome
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from workflows.conductor.models import WorkflowRun

NOW = dt.datetime(2026, 3, 4, 15, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    write_sample(path, now=NOW)
    return path


def ask(path: Path, sql: str) -> list[Any]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def test_the_same_seed_writes_the_same_rows(written: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again.db", now=NOW)
    tables = [name for (name,) in ask(written, "SELECT name FROM sqlite_master WHERE type='table'"
                                      " AND name NOT LIKE 'sqlite%'")]  # fmt: skip
    for table in tables:
        rows = f"SELECT * FROM {table}"
        assert ask(written, rows) == ask(tmp_path / "again.db", rows), table


def test_every_rule_is_there_with_its_story(written: Path) -> None:
    assert len(RULES) == len({rule.rule for rule in RULES}) == 60
    assert len({rule.domain for rule in RULES}) == 10
    states = dict(ask(written, "SELECT status, count(*) FROM heuristics GROUP BY 1"))
    assert set(states) == {"active", "dormant", "deprecated", "archived", "quarantined"}
    # golden rules carry what the engine asks of them, or nearly so
    assert ask(written, "SELECT min(confidence) FROM heuristics WHERE is_golden")[0][0] > 0.85
    shares = ask(written, "SELECT 1.0 * times_contradicted / (times_validated + times_violated +"
                 " times_contradicted) FROM heuristics WHERE status = 'deprecated'")  # fmt: skip
    assert all(share > 0.3 for (share,) in shares)


def test_the_ledger_leads_to_what_each_rule_carries(written: Path) -> None:
    last = ask(written, "SELECT h.confidence, u.new_confidence FROM heuristics h JOIN"
               " confidence_updates u ON u.id = (SELECT max(id) FROM confidence_updates"
               " WHERE heuristic_id = h.id)")  # fmt: skip
    assert len(last) == 60
    assert all(carried == new for carried, new in last)


def test_nothing_lies_ahead_and_the_last_activity_is_now(written: Path) -> None:
    for table, column in (("confidence_updates", "created_at"), ("trails", "created_at"),
                          ("building_queries", "created_at"), ("node_executions", "completed_at"),
                          ("metrics", "timestamp"), ("system_health", "timestamp")):  # fmt: skip
        latest = ask(written, f"SELECT max({column}) FROM {table}")[0][0]
        assert latest <= "2026-03-04 15:30:00", table
    assert (
        ask(written, "SELECT max(created_at) FROM building_queries")[0][0] == "2026-03-04 15:29:00"
    )


def test_one_run_is_on_and_one_failed_today(written: Path) -> None:
    runs = ask(written, "SELECT status, total_nodes, completed_nodes, failed_nodes, completed_at"
               " FROM workflow_runs ORDER BY id DESC LIMIT 2")  # fmt: skip
    assert runs[0] == ("running", 2, 1, 0, None)
    assert runs[1][0] == "failed"


@pytest.mark.django_db
def test_it_is_loaded_once_whole_and_without_a_repair() -> None:
    assert needs_welcome()
    report = load_sample(actor="test")
    assert report is not None
    assert report.total.added == report.total.read > 5_000
    assert not (Rejection.objects.exists() or Repair.objects.exists())
    source = Source.objects.get()
    assert (source.name, source.is_sample, source.state) == ("Sample", True, "ready")
    assert source.last_activity_at is not None
    assert timezone.now() - source.last_activity_at < dt.timedelta(minutes=5)
    assert Heuristic.objects.filter(is_golden=True).count() == 7
    assert ConfidenceUpdate.objects.filter(grader_class="agent").exists()
    assert WorkflowRun.objects.filter(status="running").count() == 1
    assert load_sample(actor="test") is None
    assert not needs_welcome()
    forget_source(actor="test", source=source)
    assert not Path(source.path).exists()
    assert needs_welcome()


@pytest.mark.django_db
def test_an_interrupted_load_is_taken_up(capsys: pytest.CaptureFixture[str]) -> None:
    def stop(done: int, total: int, note: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_sample(actor="test", progress=stop)
    call_command("load_sample")
    call_command("load_sample")
    said = capsys.readouterr().out.splitlines()
    assert "unchanged" not in said[0]
    assert said[1] == "The sample is loaded already."
    assert Heuristic.objects.count() == 60
