"""Checks after outcomes, and the scan of every rule."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.jobs.context import JobContext
from elfsite.jobs.registry import every, job
from elfsite.jobs.services import enqueue
from learning.fraud.services import check_heuristic, prune_clean_reports, scan
from learning.heuristics import hooks
from learning.heuristics.models import ConfidenceUpdate, Heuristic

DAY = 24 * 3600
FROM = 11  # applications: before, a rule's history says nothing
SETTLE = timedelta(seconds=30)  # a burst of outcomes is looked at once


@job("check_fraud", max_seconds=120)
def check_fraud(job: JobContext, heuristic: int) -> dict[str, object]:
    """One rule is looked at; a rule that is gone meanwhile is no failure."""
    try:
        report = check_heuristic(actor="fraud check", heuristic=heuristic)
    except Refused as refused:
        return {"refused": refused.code}
    return {"report": report.pk, "classification": report.classification}


@job("scan_fraud", max_seconds=3600)
def scan_fraud(job: JobContext, everything: bool = False) -> dict[str, int]:
    """Every rule whose ledger has grown is looked at."""
    found = scan(
        actor="fraud scan",
        everything=everything,
        tick=lambda done: job.progress(done, note="rules"),
    )
    return {"checked": found.checked, "unchanged": found.unchanged, **found.classes}


@job("prune_clean_reports", max_seconds=600)
def prune(job: JobContext) -> dict[str, int]:
    """Clean reports that nobody needs any more go."""
    return {"deleted": prune_clean_reports(actor="upkeep")}


def ask_for_check(rule: Heuristic, row: ConfidenceUpdate) -> None:
    """After an outcome, inside its write: at most one check of a rule waits."""
    if rule.times_validated + rule.times_violated + rule.times_contradicted >= FROM:
        after = timezone.now() + SETTLE
        enqueue("check_fraud", {"heuristic": rule.pk}, key=f"fraud:{rule.pk}", run_after=after)


hooks.add(hooks.after_outcome, ask_for_check)
every("scan fraud", seconds=DAY, kind="scan_fraud")
every("prune clean reports", seconds=DAY, kind="prune_clean_reports")
