"""Rows on their way in: repaired, rejected, referring to each other."""

from __future__ import annotations

import json
from typing import Any

import pytest

from elfsite.origins.models import Rejection, Repair, Source
from learning.domains.models import DomainMetadata
from learning.fraud.models import FraudReport
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.knowledge.models import Decision, Learning
from tests.elfsite.sources.conftest import read
from tests.elfsite.sources.elf_files import ElfFile
from workflows.conductor.models import NodeExecution, WorkflowRun
from workflows.trails.models import Trail

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def repairs(table: str) -> list[tuple[str, str, str]]:
    rows = Repair.objects.filter(table=table).order_by("column")
    return [(row.column, row.rule, row.raw) for row in rows]


@pytest.mark.parametrize(
    ("cells", "column", "value", "repair"),
    [
        ({"confidence": 85}, "confidence", 1.0, ("clamped", "85.0")),
        ({"times_validated": -2}, "times_validated", 0, ("clamped", "-2")),
        ({"times_validated": None}, "times_validated", 0, ("empty", "NULL")),
        ({"is_golden": 3}, "is_golden", True, ("number read as yes or no", "3")),
        ({"domain": None}, "domain", "general", ("empty", "NULL")),
        ({"created_at": "soon"}, "created_at", None, ("not a time", "soon")),
        ({"explanation": "a\0b"}, "explanation", "ab", ("NUL taken out", "a\\0b")),
        ({"source_id": "x"}, "source_id", None, ("not a number", "x")),
    ],
)
def test_a_value_is_repaired_by_a_named_rule_and_kept_as_it_was(
    elf: ElfFile, cells: dict[str, Any], column: str, value: Any, repair: tuple[str, str]
) -> None:
    elf.rule(**cells)
    counts = read(elf).tables["heuristics"]
    assert (counts.added, counts.repaired, counts.rejected) == (1, 1, 0)
    assert getattr(Heuristic.objects.get(), column) == value
    assert repairs("heuristics") == [(column, *repair)]


def test_a_row_without_what_it_needs_is_rejected_and_kept_as_it_was(elf: ElfFile) -> None:
    elf.rule(confidence="much")
    elf.rule(None)  # type: ignore[arg-type]
    elf.rule("Kept")
    counts = read(elf).tables["heuristics"]
    assert (counts.read, counts.added, counts.rejected) == (3, 1, 2)
    reasons = dict(Rejection.objects.values_list("key", "reason"))
    assert reasons == {
        "1": "confidence is not a number, and a row needs it.",
        "2": "rule is empty, and a row needs it.",
    }
    raw = json.loads(Rejection.objects.get(key="1").raw)
    assert (raw["rule"], raw["confidence"]) == ("Read before you write", "much")


def test_a_row_that_is_fit_later_loses_its_rejection(elf: ElfFile) -> None:
    elf.rule(confidence="much")
    elf.rule("Gone soon", confidence="little")
    read(elf)
    elf.run("UPDATE heuristics SET confidence = 0.7 WHERE id = 1;"
            "DELETE FROM heuristics WHERE id = 2")  # fmt: skip
    assert read(elf).tables["heuristics"].added == 1
    assert not Rejection.objects.exists()


def test_a_row_that_becomes_unfit_stays_as_it_was(elf: ElfFile) -> None:
    elf.rule(confidence=0.7)
    read(elf)
    elf.run("UPDATE heuristics SET confidence = 'much'")
    assert read(elf).tables["heuristics"].rejected == 1
    assert Heuristic.objects.get().confidence == 0.7
    assert Heuristic.objects.get().gone_at is None


def test_words_outside_of_a_check_become_legal_ones(elf: ElfFile) -> None:
    elf.rule()
    elf.learning("a.md", type="bug")
    elf.learning("b.md", type="haiku")
    elf.add("fraud_reports", heuristic_id=1, fraud_score=0.9, classification="confirmed")
    read(elf)
    types = Learning.objects.order_by("pk").values_list("type", flat=True)
    assert list(types) == ["failure", "observation"]
    assert FraudReport.objects.get().classification == "fraud_confirmed"
    assert repairs("learnings")[0] == ("type", "read as failure", "bug")


def test_open_words_stay_as_they_are(elf: ElfFile) -> None:
    run = elf.add("workflow_runs")
    elf.add("node_executions", run_id=run, node_id="n", error_type="task_failure")
    elf.add("trails", location="a.py", scent="lukewarm")
    assert read(elf).total.repaired == 0
    assert NodeExecution.objects.get().error_type == "task_failure"
    assert Trail.objects.get().scent == "lukewarm"


def test_references_follow_the_rows_to_their_new_numbers(elf: ElfFile) -> None:
    Heuristic.objects.create(domain="git", rule="Ours, which has the first number")
    WorkflowRun.objects.create()
    elf.rule(id=40)
    elf.add("confidence_updates", heuristic_id=40, old_confidence=0.5, new_confidence=0.6,
            delta=0.1, update_type="validation", agent_id="scout")  # fmt: skip
    run = elf.add("workflow_runs", id=9)
    elf.add("trails", location="a.py", scent="hot", run_id=run)
    read(elf)
    rule = Heuristic.objects.get(origin_key="40")
    update = ConfidenceUpdate.objects.get()
    assert update.heuristic == rule
    assert (update.update_type, update.grader, update.grader_class) == ("success", "scout", "agent")
    assert Trail.objects.get().run == WorkflowRun.objects.get(origin_key="9")


def test_a_dangling_reference_is_emptied_or_refuses_the_row(elf: ElfFile) -> None:
    elf.add("trails", location="a.py", scent="hot", run_id=99)
    elf.add("node_executions", run_id=99, node_id="n")
    read(elf)
    assert Trail.objects.get().run is None
    assert repairs("trails") == [("run_id", "refers to a row that is not there", "99")]
    assert not NodeExecution.objects.exists()
    assert "workflow_runs" in Rejection.objects.get().reason


def test_a_row_that_waited_for_its_reference_gets_it(elf: ElfFile) -> None:
    elf.add("trails", location="a.py", scent="hot", run_id=99)
    elf.add("node_executions", run_id=99, node_id="n")
    read(elf)
    elf.add("workflow_runs", id=99)
    report = read(elf)
    assert Trail.objects.get().run == WorkflowRun.objects.get()
    assert (report.tables["trails"].changed, report.tables["node_executions"].added) == (1, 1)
    assert not Rejection.objects.exists()
    assert not Repair.objects.exists()


def test_decisions_may_refer_forward_and_in_a_circle(elf: ElfFile) -> None:
    common = {"context": "c", "decision": "d", "rationale": "r"}
    elf.add("decisions", title="first", superseded_by=2, **common)
    elf.add("decisions", title="second", superseded_by=1, **common)
    elf.add("decisions", title="third", superseded_by=9, **common)
    counts = read(elf).tables["decisions"]
    assert (counts.added, counts.changed, counts.repaired) == (3, 0, 1)
    pairs = Decision.objects.order_by("pk").values_list("title", "superseded_by__title")
    assert list(pairs) == [("first", "second"), ("second", "first"), ("third", None)]
    assert read(elf).total.wrote == 0


def test_limits_of_a_domain_are_raised_to_each_other(elf: ElfFile) -> None:
    elf.add("domain_metadata", domain="git", soft_limit=8, hard_limit=3, ceo_override_limit=1)
    read(elf)
    domain = DomainMetadata.objects.get()
    assert (domain.soft_limit, domain.hard_limit, domain.ceo_override_limit) == (8, 8, 8)


def test_settings_of_a_domain_are_taken_only_where_there_are_none(elf: ElfFile) -> None:
    DomainMetadata.objects.create(domain="git", soft_limit=7)
    elf.add("domain_metadata", domain="git", soft_limit=2)
    elf.add("domain_metadata", domain="testing", soft_limit=2)
    counts = read(elf).tables["domain_metadata"]
    assert (counts.added, counts.rejected) == (1, 1)
    assert DomainMetadata.objects.get(domain="git").soft_limit == 7
    assert "already" in Rejection.objects.get().reason


def test_text_that_is_no_utf8_comes_in_with_what_could_be_read(elf: ElfFile) -> None:
    elf.rule("Fine", explanation="before")
    elf.run("INSERT INTO heuristics (domain, rule) VALUES ('git', CAST(x'636166E9' AS TEXT))")
    read(elf)
    assert [row.rule for row in Heuristic.objects.order_by("pk")] == ["Fine", "caf\\xe9"]
    assert repairs("heuristics") == [("rule", "not UTF-8", "caf\\xe9")]


def test_no_file_can_set_what_is_earned_or_granted_here(elf: ElfFile) -> None:
    elf.run("ALTER TABLE heuristics ADD COLUMN evidence_held REAL;"
            "ALTER TABLE heuristics ADD COLUMN golden_by TEXT")  # fmt: skip
    elf.rule(evidence_held=500.0, golden_by="mara")
    read(elf)
    rule = Heuristic.objects.get()
    assert (rule.evidence_held, rule.golden_by) == (0.0, "")
    unknown = Source.objects.get().facts["unknown_columns"]["heuristics"]
    assert unknown == ["times_consulted", "evidence_held", "golden_by"]


def test_what_the_database_refuses_is_rejected_with_its_words(
    elf: ElfFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rule that is missing must not stop the import."""
    monkeypatch.setattr("elfsite.sources.values.Word.__call__", lambda self, value, notes: value)
    elf.learning("a.md", type="haiku")
    elf.learning("b.md")
    counts = read(elf).tables["learnings"]
    assert (counts.read, counts.added, counts.rejected) == (2, 1, 1)
    assert Rejection.objects.get().reason.startswith("The database refuses it: ")
