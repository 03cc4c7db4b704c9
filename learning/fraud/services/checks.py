"""Looking at rules and keeping what was found: one report for each look, clean ones too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.origins.seedjson import dump
from elfsite.timeline.log import Write, write
from learning.fraud import ledger
from learning.fraud.chances import chances
from learning.fraud.checking import Check, Known, check
from learning.fraud.fusion import SUSPECT, standing
from learning.fraud.history import Signal
from learning.fraud.known import known_for
from learning.fraud.models import AnomalySignal, FraudReport
from learning.fraud.services.responses import respond_automatically
from learning.heuristics.models import Heuristic

TOPIC = "fraud"
BATCH = 500


def check_heuristic(
    *, actor: Any, heuristic: Heuristic | int, reason: str = "", at: datetime | None = None
) -> FraudReport:
    """Look at one rule with all detectors and keep the report, with what it brings about.

    Raises Refused 404 for an id that is none.
    """
    pk = heuristic.pk if isinstance(heuristic, Heuristic) else heuristic
    history = ledger.history_of(pk)
    if history is None:
        raise Refused("not_found", f"No heuristic has the id {pk}.", status=404)
    history.chances = chances(only=pk).get(pk, [])
    return file_checks(
        actor=actor, checks=[check(history, known_for(history))], reason=reason, at=at
    )[0]


def file_checks(
    *, actor: Any, checks: Sequence[Check], reason: str = "", at: datetime | None = None
) -> list[FraudReport]:
    """Keep the reports of *checks* in one write: signals, flags, responses, events.

    Gives the reports in which a detector fired, and of a single check its report in any case.
    Flags rise only with a new suspicion; a report that is suspicious again takes the place of the
    earlier one in the queue. Reports of another system about the same rule give way to ours.
    """
    now = at or timezone.now()
    told = [each for each in checks if each.fired or len(checks) == 1]
    clean = [each for each in checks if not each.fired and len(checks) > 1]
    with write(actor) as w:
        before = FraudReport.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        _file_clean(clean, now)
        reports = FraudReport.objects.bulk_create(
            [_report(each, now) for each in told], batch_size=BATCH
        )
        pairs = list(zip(reports, told, strict=True))
        AnomalySignal.objects.bulk_create(
            [_signal(r, s, now) for r, each in pairs for s in each.fired], batch_size=BATCH
        )
        _mark(checks, before, now)
        for report, each in pairs:
            if standing(report.classification) >= SUSPECT:
                _tell(w, report, each, reason)
                respond_automatically(w, report, now)
        _tell_rest(w, checks, reports, reason)
    return reports


CLEAN = (
    "heuristic_id", "fraud_score", "classification", "likelihood_ratio", "signal_count",
    "created_at", "updates_seen",
)  # fmt: skip


def _file_clean(checks: Sequence[Check], now: datetime) -> None:
    """Clean reports as plain rows: ten thousand model instances would be a third of a scan."""
    marks = ", ".join(["%s"] * len(CLEAN))
    moment = connection.ops.adapt_datetimefield_value(now)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO fraud_reports ({', '.join(CLEAN)}) VALUES ({marks})",
            [
                (each.history.heuristic, 0.0, "clean", 1.0, 0, moment, len(each.history.updates))
                for each in checks
            ],
        )


def _report(each: Check, now: datetime) -> FraudReport:
    fired = each.fired
    quiet = [] if not fired else [_plain(s) for s in each.signals if not s.fired]
    return FraudReport(
        heuristic_id=each.history.heuristic,
        fraud_score=each.verdict.score,
        classification=each.classification,
        likelihood_ratio=each.verdict.ratio,
        signal_count=len(fired),
        quiet=quiet,
        updates_seen=len(each.history.updates),
        created_at=now,
    )


def _plain(signal: Signal) -> dict[str, Any]:
    return {
        "detector": signal.detector,
        "score": round(signal.score, 6),
        "reason": signal.reason,
        "evidence": signal.evidence,
    }


def _signal(report: FraudReport, signal: Signal, now: datetime) -> AnomalySignal:
    return AnomalySignal(
        fraud_report_id=report.pk,
        heuristic_id=report.heuristic_id,
        detector_name=signal.detector,
        score=signal.score,
        severity=signal.severity,
        reason=signal.reason,
        evidence=dump(signal.evidence),
        created_at=now,
    )


def _mark(checks: Sequence[Check], last: int, now: datetime) -> None:
    """Bookkeeping on the rules and on the reports up to *last* that these stand for now."""
    looked = [each.history.heuristic for each in checks]
    suspect = [c.history.heuristic for c in checks if standing(c.classification) >= SUSPECT]
    before = open_reports().filter(pk__lte=last)
    already = set(before.filter(heuristic_id__in=suspect).values_list("heuristic_id", flat=True))
    for part in _parts([pk for pk in suspect if pk not in already]):
        Heuristic.objects.filter(pk__in=part).update(fraud_flags=F("fraud_flags") + 1)
    for part in _parts(suspect):
        before.filter(heuristic_id__in=part).update(superseded_at=now)
    for part in _parts(looked):
        Heuristic.objects.filter(pk__in=part).update(last_fraud_check=now)
        before.filter(heuristic_id__in=part, origin__isnull=False).update(superseded_at=now)


def keep_newest(*, source: Source) -> None:
    """Of the unreviewed suspicions that *source* brought, the last one about each rule stands for
    the earlier ones. Bookkeeping of the import, hence without event."""
    now = timezone.now()
    brought = open_reports().filter(origin=source).order_by("heuristic_id", "created_at", "pk")
    rows = list(brought.values_list("pk", "heuristic_id"))
    last = {rule: pk for pk, rule in rows}
    for part in _parts([pk for pk, rule in rows if last[rule] != pk]):
        with write("import"):
            FraudReport.objects.filter(pk__in=part).update(superseded_at=now)


def open_reports() -> Any:
    """Suspicious or worse, not reviewed, and no later report stands for them."""
    return FraudReport.objects.filter(
        Q(review_outcome__isnull=True) | Q(review_outcome="pending"),
        superseded_at__isnull=True,
        gone_at__isnull=True,
        classification__in=("suspicious", "fraud_likely", "fraud_confirmed"),
    )


def _parts(values: list[int]) -> Iterable[list[int]]:
    return (values[start : start + BATCH] for start in range(0, len(values), BATCH))


def _tell(w: Write, report: FraudReport, each: Check, reason: str) -> None:
    fired = ", ".join(signal.detector.replace("_", " ") for signal in each.fired)
    words = f"h-{report.heuristic_id}: {report.classification.replace('_', ' ')}, "
    words += f"{report.fraud_score:.3f} by {fired}. {reason}".strip()
    w.event(TOPIC, "reported", report, words, score=round(report.fraud_score, 6))


def _tell_rest(
    w: Write, checks: Sequence[Check], reports: Sequence[FraudReport], reason: str
) -> None:
    """One line for everything that nobody has to look at."""
    rest = [each for each in checks if standing(each.classification) < SUSPECT]
    if len(checks) == 1 and rest:
        word = rest[0].classification.replace("_", " ")
        words = f"h-{rest[0].history.heuristic} checked: {word}. {reason}"
        w.event(TOPIC, "checked", reports[0], words.strip())
    elif rest:
        counted = Counter(each.classification for each in rest)
        words = ", ".join(f"{n} {word.replace('_', ' ')}" for word, n in counted.items())
        told = f"{len(rest)} rules checked: {words}"
        w.event(TOPIC, "checked", None, told, classes=dict(counted))


__all__ = ["Known", "check_heuristic", "file_checks", "open_reports"]
