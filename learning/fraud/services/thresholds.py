"""Borders that stewards apply; the detectors read them at every look."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from elfsite.errors import Refused
from elfsite.timeline.log import Write, name_of, write
from learning.fraud.detectors import DETECTORS
from learning.fraud.detectors.context import THRESHOLD
from learning.fraud.fusion import BORDERS
from learning.fraud.known import borders_now
from learning.fraud.models import (
    AnomalySignal,
    FraudReport,
    FraudThreshold,
    ThresholdChange,
    ThresholdRecommendation,
)
from learning.fraud.tuning import (
    CannotTell,
    Recommendation,
    Reviewed,
    tune_classes,
    tune_detector,
)
from learning.reviews.access import a_steward, only_stewards

TOPIC = "fraud"
CLASSES = "classes"  # the name under which the three borders of classes answer together
MOST_REVIEWED = 20_000  # rows, the latest; older reviews judged older detectors
OUTCOMES = {"true_positive": True, "false_positive": False}


def recommend_thresholds(*, actor: Any) -> dict[str, str]:
    """Work out a border for every detector and class from the reviewed reports.

    Gives, by name, ``recommended``, ``unchanged`` or the code why none can be told. A pending
    recommendation of the same name gives way. Raises Refused 403.
    """
    only_stewards(actor, "ask for thresholds")
    detectors, borders = borders_now()
    said: dict[str, str] = {}
    found: list[tuple[str, Recommendation]] = []
    for name, reviewed in _signals().items():
        try:
            found.append(
                ("detector", tune_detector(name, reviewed, detectors.get(name, THRESHOLD)))
            )
        except CannotTell as unknown:
            said[name] = unknown.code
    try:
        found += [("classification", each) for each in tune_classes(_reports(), borders)]
    except CannotTell as unknown:
        said[CLASSES] = unknown.code
    with write(actor) as w:
        for kind, each in found:
            said[each.name] = _keep(w, kind, each)
        w.event(TOPIC, "tuned", None, f"thresholds looked at: {len(found)} can be told")
    return said


def _keep(w: Write, kind: str, each: Recommendation) -> str:
    pending = ThresholdRecommendation.objects.filter(kind=kind, name=each.name, decision="pending")
    pending.delete()
    if abs(each.recommended - each.current) < 0.0005:
        return "unchanged"
    row = ThresholdRecommendation.objects.create(kind=kind, **each._asdict())
    w.event(TOPIC, "recommended", row, f"{each.name}: {each.current:.3f} → {each.recommended:.3f}")
    return "recommended"


def _signals() -> dict[str, Reviewed]:
    """Scores of reviewed signals by detector; dismissed and pending ones teach nothing, and
    neither do scores that another system reckoned."""
    rows = AnomalySignal.objects.filter(
        fraud_report__review_outcome__in=tuple(OUTCOMES), gone_at=None, origin=None
    ).order_by("-created_at")
    found: dict[str, list[tuple[float, bool]]] = {name: [] for name in DETECTORS}
    columns = ("detector_name", "score", "fraud_report__review_outcome")
    for name, score, outcome in rows.values_list(*columns)[:MOST_REVIEWED].iterator(2000):
        if name in found:
            found[name].append((score, OUTCOMES[str(outcome)]))
    return dict(found)


def _reports() -> Reviewed:
    rows = FraudReport.objects.filter(review_outcome__in=tuple(OUTCOMES), gone_at=None, origin=None)
    columns = rows.order_by("-created_at").values_list("fraud_score", "review_outcome")
    return [(score, OUTCOMES[str(outcome)]) for score, outcome in columns[:MOST_REVIEWED]]


def apply_recommendation(*, actor: Any, recommendation: int) -> ThresholdChange:
    """Let a recommended border hold from now on; the history keeps the old one. Stewards only.

    Raises Refused: 403; 404; 409 when it was applied or rejected, or when the border has moved
    since it was recommended.
    """
    person = a_steward(actor, "move a threshold")
    with write(person) as w:
        row = _decide(recommendation, "applied", name_of(person))
        present = FraudThreshold.objects.filter(kind=row.kind, name=row.name).first()
        current = present.value if present else _documented(row.kind, row.name)
        if abs(current - row.current) > 0.0005:
            raise Refused("stale", f"{row.name} has moved to {current:.3f} since.", status=409)
        _set(row.kind, row.name, row.recommended, name_of(person))
        change = ThresholdChange.objects.create(
            recommendation=row,
            old=present.value if present else None,
            new=row.recommended,
            changed_by=name_of(person),
        )
        w.event(TOPIC, "threshold", row, f"{row.name}: {current:.3f} → {row.recommended:.3f}")
    return change


def reject_recommendation(*, actor: Any, recommendation: int) -> ThresholdRecommendation:
    """Leave a border where it is. Stewards only. Raises Refused: 403; 404; 409 when decided."""
    person = a_steward(actor, "reject a threshold")
    with write(person) as w:
        row = _decide(recommendation, "rejected", name_of(person))
        w.event(TOPIC, "rejected", row, f"{row.name} stays at {row.current:.3f}")
    return row


def roll_back_threshold(*, actor: Any, change: int) -> ThresholdChange:
    """Put a border back to where it was before *change*; once for each change. Stewards only.

    Raises Refused: 403; 404; 409 when it was put back already or moved again since.
    """
    person = a_steward(actor, "move a threshold")
    with write(person) as w:
        row = ThresholdChange.objects.select_for_update().filter(pk=change).first()
        if row is None:
            raise Refused("not_found", f"No change has the id {change}.", status=404)
        if row.reverted_at is not None:
            raise Refused("reverted", "This was put back already.", status=409)
        kind, name = row.recommendation.kind, row.recommendation.name
        held = FraudThreshold.objects.filter(kind=kind, name=name).first()
        if held is None or abs(held.value - row.new) > 0.0005:
            raise Refused("stale", f"{name} has moved since.", status=409)
        if row.old is None:
            held.delete()
        else:
            _set(kind, name, row.old, name_of(person))
        row.reverted_at, row.reverted_by = timezone.now(), name_of(person)
        row.save(update_fields=["reverted_at", "reverted_by"])
        back = _documented(kind, name) if row.old is None else row.old
        w.event(TOPIC, "threshold", row, f"{name}: {row.new:.3f} → {back:.3f}, put back")
    return row


def _decide(pk: int, decision: str, person: str) -> ThresholdRecommendation:
    """Compare and set: a recommendation is decided once."""
    row = ThresholdRecommendation.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        raise Refused("not_found", f"No recommendation has the id {pk}.", status=404)
    if row.decision != "pending":
        raise Refused(row.decision, f"Recommendation was {row.decision}", status=409)
    row.decision, row.decided_by, row.decided_at = decision, person, timezone.now()
    row.save(update_fields=["decision", "decided_by", "decided_at"])
    return row


def _set(kind: str, name: str, value: float, person: str) -> None:
    FraudThreshold.objects.update_or_create(
        kind=kind,
        name=name,
        defaults={"value": value, "applied_at": timezone.now(), "applied_by": person},
    )


def _documented(kind: str, name: str) -> float:
    return THRESHOLD if kind == "detector" else BORDERS[name]
