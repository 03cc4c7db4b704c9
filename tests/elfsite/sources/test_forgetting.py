"""Forgetting a source: all of it, nothing else, and not what is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from elfsite.errors import Refused
from elfsite.origins.models import Rejection, Repair, Source
from elfsite.sources import forgetting, registry
from elfsite.sources.lease import Lease
from elfsite.sources.services import forget_source
from elfsite.timeline.models import TimelineEvent
from learning.fraud.models import AnomalySignal, FraudReport
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Cycle
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile
from workflows.conductor.models import WorkflowRun
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def source(elf: ElfFile) -> Source:
    rule = elf.rule()
    elf.rule("No number", confidence="much")
    elf.learning(severity="urgent")
    run = elf.add("workflow_runs")
    elf.add("node_executions", run_id=run, node_id="n")
    elf.add("trails", location="a.py", scent="hot", run_id=run)
    elf.add("confidence_updates", heuristic_id=rule, old_confidence=0.5, new_confidence=0.6,
            delta=0.1, update_type="success")  # fmt: skip
    read(elf)
    return Source.objects.get()


def forget(source: Source, **options: bool) -> int:
    return forget_source(actor="test", source=source, **options)


def rows() -> int:
    return sum(d.model._base_manager.filter(origin__isnull=False).count()
               for d in registry.tables())  # fmt: skip


def test_everything_of_the_source_goes(source: Source) -> None:
    there = rows()
    assert forget(source) == there == 6
    assert rows() == 0
    assert not (Source.objects.exists() or Rejection.objects.exists() or Repair.objects.exists())
    assert TimelineEvent.objects.get(verb="forgot").summary == "elf forgotten: 6 rows"


def test_rows_of_others_stay(source: Source, tmp_path: Path) -> None:
    other = ElfFile(tmp_path / "other.db")
    other.rule("Of the other")
    read(other)
    Heuristic.objects.create(domain="git", rule="Ours")
    forget(source)
    assert set(Heuristic.objects.values_list("rule", flat=True)) == {"Of the other", "Ours"}


def test_batches_are_short(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 1)
    assert forget(source) == 6


def test_a_loose_reference_of_ours_becomes_empty(source: Source) -> None:
    trail = Trail.objects.create(location="b.py", scent="hot", run=WorkflowRun.objects.get())
    cycle = Cycle.objects.create(heuristic=Heuristic.objects.get())
    forget(source)
    trail.refresh_from_db()
    cycle.refresh_from_db()
    assert (trail.run_id, cycle.heuristic_id) == (None, None)


def test_a_row_of_ours_that_needs_one_refuses(source: Source) -> None:
    rule = Heuristic.objects.get()
    ours = {"old_confidence": 0.5, "new_confidence": 0.6, "delta": 0.1, "update_type": "success"}
    ConfidenceUpdate.objects.create(heuristic=rule, **ours)
    report = FraudReport.objects.create(heuristic=rule, fraud_score=0.9, classification="clean")
    AnomalySignal.objects.create(
        fraud_report=report,
        heuristic=rule,
        detector_name="d",
        score=0.5,
        severity="low",
        reason="r",
    )
    with pytest.raises(Refused, match="cannot stand without") as refused:
        forget(source)
    assert "1 fraud report" in refused.value.sentence
    assert rows() == 6
    forget(source, with_ours=True)
    assert not ConfidenceUpdate.objects.exists()
    assert not AnomalySignal.objects.exists()


def test_what_hangs_on_a_dependent_goes_along(source: Source) -> None:
    report = FraudReport.objects.create(
        heuristic=Heuristic.objects.get(), fraud_score=0.9, classification="clean"
    )
    ours = Heuristic.objects.create(domain="git", rule="Ours")
    AnomalySignal.objects.create(
        fraud_report=report,
        heuristic=ours,
        detector_name="d",
        score=0.5,
        severity="low",
        reason="r",
    )
    forget(source, with_ours=True)
    assert not AnomalySignal.objects.exists()
    assert Heuristic.objects.get() == ours


def test_a_source_that_is_read_is_not_forgotten(source: Source) -> None:
    Lease(source, "reading").claim()
    with pytest.raises(Refused, match="being read"):
        forget(source)


def test_a_forgetting_that_stopped_is_ended_by_the_next(
    source: Source, elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int, note: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forget_source(actor="test", source=source, progress=stop)
    source.refresh_from_db()
    assert (source.state, source.lease_until) == ("forgetting", None)
    with pytest.raises(Refused, match="being forgotten"):
        read(elf)
    forget(source)
    assert rows() == 0
