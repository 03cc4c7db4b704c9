"""Every example of the seed's models API has its twin on our models."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from learning.heuristics.models import Heuristic
from learning.knowledge.models import (
    Assumption,
    Cycle,
    Decision,
    Experiment,
    Invariant,
    Learning,
    SpikeReport,
    Violation,
)
from learning.observer.models import Metric
from learning.reviews.models import CeoReview
from workflows.conductor.models import NodeExecution, Workflow, WorkflowEdge, WorkflowRun
from workflows.sessions.models import BuildingQuery, SessionSummary
from workflows.trails.models import Trail
from workflows.upkeep.models import DbOperations, SchemaVersion, SystemHealth
from workflows.upkeep.services import get_or_create_db_operations, increment_operation_count

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def test_create_query_update_delete() -> None:
    rule = Heuristic.objects.create(
        domain="debugging",
        rule="Read the log first",
        explanation="It names the error",
        confidence=0.8,
        is_golden=True,
    )
    assert [row.rule for row in Heuristic.objects.filter(is_golden=True)] == ["Read the log first"]
    rule.confidence = 0.9
    rule.save()
    assert Heuristic.objects.get().confidence == 0.9
    rule.delete()
    assert not Heuristic.objects.exists()


def test_learning() -> None:
    assert Learning.VALID_TYPES == ("failure", "success", "heuristic", "experiment", "observation")
    Learning.objects.create(
        type="failure",
        filepath="failure-analysis/token.md",
        title="Token refresh races",
        summary="Two requests refresh at once",
        tags="oauth,race",
        domain="security",
        severity=4,
    )
    recent = Learning.objects.filter(type="failure").order_by("-created_at")[:10]
    assert [row.severity for row in recent] == [4]


@pytest.mark.parametrize("bad", [{"type": "rumour"}, {"severity": 6}, {"severity": 0}])
def test_learning_refuses_what_the_seed_refuses(bad: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Learning.objects.create(**{"type": "failure", "filepath": "f", "title": "t", **bad})


def test_heuristic_global_and_of_a_project() -> None:
    everywhere = Heuristic.objects.create(
        domain="git",
        rule="Keep main's history",
        confidence=0.95,
        times_validated=50,
        is_golden=True,
        project_path=None,
    )
    Heuristic.objects.create(
        domain="react", rule="One hook for sign-in", confidence=0.8, project_path="/srv/shop"
    )
    assert list(Heuristic.objects.filter(project_path__isnull=True)) == [everywhere]


@pytest.mark.parametrize("confidence", [-0.01, 1.01])
def test_confidence_stays_a_share(confidence: float) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Heuristic.objects.create(domain="d", rule="r", confidence=confidence)


def test_experiment_counts_its_cycles() -> None:
    experiment = Experiment.objects.create(
        name="tests-first", hypothesis="Tests first halve debugging", folder_path="experiments/tf"
    )
    experiment.cycles_run += 1
    experiment.save()
    Cycle.objects.create(
        experiment=experiment,
        cycle_number=1,
        try_summary="Wrote tests first",
        break_summary="Production broke all the same",
        analysis="No integration test",
        learning_extracted="Unit tests are not enough at the border",
    )
    assert Experiment.objects.get(name="tests-first").cycles_run == 1
    assert experiment.cycles.get().cycle_number == 1


def test_review_decision_invariant_violation() -> None:
    assert CeoReview.objects.create(title="Two golden rules disagree").status == "pending"
    new = Decision.objects.create(
        title="Signed tokens",
        context="No shared state",
        decision="Use them",
        rationale="Scale",
        files_touched="src/auth/jwt.py, src/auth/mid.py",
        domain="security",
    )
    assert new.status == "accepted"
    old = Decision.objects.create(
        title="Cookies",
        context="c",
        decision="d",
        rationale="r",
        status="superseded",
        superseded_by=new,
    )
    assert list(new.supersedes.all()) == [old]
    assert old.to_dict()["superseded_by"] == new.pk
    invariant = Invariant.objects.create(
        statement="Every endpoint asks who calls", rationale="Breaches", validation_type="automated"
    )
    assert (invariant.scope, invariant.severity, invariant.status) == (
        "codebase",
        "error",
        "active",
    )
    violation = Violation.objects.create(
        rule_id=5, rule_name="Never commit to main", violation_date=timezone.now()
    )
    assert violation.acknowledged is False


def test_spike_and_assumption() -> None:
    SpikeReport.objects.create(
        title="Many small queries",
        topic="api",
        question="How many?",
        findings="Batch them",
        time_invested_minutes=120,
        tags="api,database",
        usefulness_score=4.5,
    )
    assert Assumption.VALID_STATUSES == ("active", "verified", "challenged", "invalidated")
    assumption = Assumption.objects.create(
        assumption="Hooks run in order",
        source="documentation",
        confidence=0.9,
        status="verified",
        verified_count=25,
    )
    assumption.status, assumption.confidence = "challenged", 0.6
    assumption.challenged_count += 1
    assumption.save()
    assert Assumption.objects.get().challenged_count == 1


def test_metric_and_health() -> None:
    Metric.objects.create(
        metric_type="query",
        metric_name="avg_confidence",
        metric_value=0.78,
        tags="domain:debugging",
        context='{"heuristic_count": 25}',
    )
    SystemHealth.objects.create(status="critical", db_integrity="ok")
    SchemaVersion.objects.create(version=15, description="fifteen")
    assert SchemaVersion.objects.order_by("-version").first() is not None


def test_operation_counter_is_one_row() -> None:
    assert get_or_create_db_operations().pk == get_or_create_db_operations().pk == 1
    assert [increment_operation_count() for _ in range(3)] == [1, 2, 3]
    with pytest.raises(IntegrityError), transaction.atomic():
        DbOperations.objects.create(pk=2)


def test_workflow_models() -> None:
    workflow = Workflow.objects.create(name="release")
    assert (workflow.nodes_json, workflow.config_json) == ("[]", "{}")
    WorkflowEdge.objects.create(workflow=workflow, from_node="__start__", to_node="build")
    run = WorkflowRun.objects.create(workflow=workflow, workflow_name="release")
    assert (run.status, run.phase) == ("pending", "init")
    NodeExecution.objects.create(run=run, node_id="build")
    trail = Trail.objects.create(run=run, location="src/a.py", scent="discovery")
    assert trail.strength == 1.0
    run.trails.all().delete()
    run.executions.all().delete()
    workflow.delete()  # its edges go with it, its runs stay
    run.refresh_from_db()
    assert run.workflow_id is None and not WorkflowEdge.objects.exists()


def test_queries_and_sessions() -> None:
    query = BuildingQuery.objects.create(query_type="build_context")
    assert (query.status, query.golden_rules_returned) == ("success", 0)
    summary = SessionSummary.objects.create(session_id="s-1", project="shop")
    assert (summary.summarizer_model, summary.is_stale) == ("haiku", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        SessionSummary.objects.create(session_id="s-1", project="shop")


def test_to_dict_has_every_field_value() -> None:
    metric = Metric.objects.create(metric_type="t", metric_name="n", metric_value=1.5)
    found = Metric.objects.get().to_dict()
    assert found["metric_value"] == 1.5 and found["id"] == metric.pk
    assert isinstance(found["timestamp"], dt.datetime)
