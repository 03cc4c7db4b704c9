"""Reports of gaming, their signals and the responses (seed: elf-schema §6.1–6.3)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, between, from_origin, gone_index, one_of
from learning.heuristics.models import Heuristic

FRAUD_CLASSIFICATIONS = (
    "clean",
    "low_confidence",
    "suspicious",
    "fraud_likely",
    "fraud_confirmed",
)


class FraudReport(Recorded):
    """What the detectors found in one rule's history at one time."""

    CLASSIFICATIONS = FRAUD_CLASSIFICATIONS
    OUTCOMES = ("pending", "true_positive", "false_positive", "dismissed")

    heuristic = models.ForeignKey(
        Heuristic, on_delete=models.PROTECT, db_constraint=False, related_name="fraud_reports"
    )
    fraud_score = models.FloatField()
    classification = models.TextField(choices=words(*CLASSIFICATIONS))
    likelihood_ratio = models.FloatField(null=True, blank=True)
    signal_count = models.IntegerField(default=0, db_default=0)
    created_at = recorded_at()
    reviewed_at = SeedDateTimeField(null=True, blank=True)
    reviewed_by = models.TextField(null=True, blank=True)
    review_outcome = models.TextField(choices=words(*OUTCOMES), null=True, blank=True)
    # ours: what the reviewer wrote, what the detectors said that did not fire, and since when a
    # later report about the same rule stands for this one
    review_notes = models.TextField(default="", db_default="", blank=True)
    quiet = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)
    # ours: rows of the ledger that were looked at; a scan passes by a rule without new ones
    updates_seen = models.IntegerField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "fraud_reports"
        constraints = [
            from_origin("fraud_reports"),
            between("fraud_score", 0, 1, "fraud_reports"),
            one_of("classification", FRAUD_CLASSIFICATIONS, "fraud_reports"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="idx_fraud_reports_created"),
            models.Index(fields=["fraud_score"], name="idx_fraud_reports_score"),
            models.Index(fields=["classification", "created_at"], name="idx_fraud_reports_class"),
            models.Index(fields=["review_outcome", "created_at"], name="idx_fraud_reports_outcome"),
            models.Index(fields=["origin", "created_at"], name="fraud_reports_by_origin"),
            models.Index(
                fields=["review_outcome", "superseded_at", "classification", "fraud_score"],
                name="fraud_reports_open",
            ),
            models.Index(fields=["heuristic", "created_at"], name="fraud_reports_by_rule"),
            gone_index("fraud_reports"),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}: {self.classification}"


SIGNAL_SEVERITIES = ("low", "medium", "high", "critical")


class AnomalySignal(Recorded):
    """What one detector saw; ``evidence`` is JSON text."""

    SEVERITIES = SIGNAL_SEVERITIES

    fraud_report = models.ForeignKey(
        FraudReport, on_delete=models.PROTECT, db_constraint=False, related_name="signals"
    )
    heuristic = models.ForeignKey(
        Heuristic, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    detector_name = models.TextField()
    score = models.FloatField()
    severity = models.TextField(choices=words(*SEVERITIES))
    reason = models.TextField()
    evidence = models.TextField(null=True, blank=True)
    created_at = recorded_at()

    class Meta:
        db_table = "anomaly_signals"
        constraints = [
            from_origin("anomaly_signals"),
            between("score", 0, 1, "anomaly_signals"),
            one_of("severity", SIGNAL_SEVERITIES, "anomaly_signals"),
        ]
        indexes = [
            models.Index(fields=["created_at"], name="idx_anomaly_signals_created"),
            models.Index(fields=["score"], name="idx_anomaly_signals_score"),
            models.Index(fields=["severity", "created_at"], name="idx_anomaly_signals_severity"),
            models.Index(fields=["detector_name", "created_at"], name="idx_anomaly_signals_det"),
            models.Index(fields=["origin", "created_at"], name="anomaly_signals_by_origin"),
            gone_index("anomaly_signals"),
        ]

    def __str__(self) -> str:
        return f"{self.detector_name} {self.score:.2f}"


RESPONSE_TYPES = (
    "alert",
    "confidence_freeze",
    "confidence_reset",
    "status_quarantine",
    "rate_limit_tighten",
    "ceo_escalation",
    "auto_deprecate",
)


class FraudResponse(Recorded):
    """What was done about a report, and when it was undone."""

    VALID_TYPES = RESPONSE_TYPES

    fraud_report = models.ForeignKey(
        FraudReport, on_delete=models.PROTECT, db_constraint=False, related_name="responses"
    )
    response_type = models.TextField(choices=words(*VALID_TYPES))
    parameters = models.TextField(null=True, blank=True)
    executed_at = recorded_at()
    executed_by = models.TextField(default="system", db_default="system")
    rollback_at = SeedDateTimeField(null=True, blank=True)

    class Meta:
        db_table = "fraud_responses"
        constraints = [
            from_origin("fraud_responses"),
            one_of("response_type", RESPONSE_TYPES, "fraud_responses"),
        ]
        indexes = [
            models.Index(fields=["executed_at"], name="idx_fraud_responses_executed"),
            models.Index(fields=["response_type", "executed_at"], name="idx_fraud_responses_type"),
        ]

    def __str__(self) -> str:
        return self.response_type


class FraudReview(models.Model):
    """One verdict on a report: reviews are changed by later ones, never overwritten."""

    fraud_report = models.ForeignKey(
        FraudReport, on_delete=models.PROTECT, db_constraint=False, related_name="reviews"
    )
    old_outcome = models.TextField(null=True, blank=True)
    new_outcome = models.TextField(choices=words(*FraudReport.OUTCOMES))
    notes = models.TextField(default="", db_default="", blank=True)
    changed_by = models.TextField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "fraud_outcome_history"
        indexes = [models.Index(fields=["changed_at"], name="fraud_outcomes_changed")]

    def __str__(self) -> str:
        return f"{self.old_outcome or 'open'} → {self.new_outcome}"


THRESHOLD_KINDS = ("detector", "classification")
DECISIONS = ("pending", "applied", "rejected")
CONFIDENCES = ("low", "medium", "high")


class FraudThreshold(models.Model):
    """A border that a steward applied; without a row the documented one holds."""

    KINDS = THRESHOLD_KINDS

    kind = models.TextField(choices=words(*THRESHOLD_KINDS))
    name = models.TextField()
    value = models.FloatField()
    applied_at = models.DateTimeField(default=timezone.now)
    applied_by = models.TextField()

    class Meta:
        db_table = "fraud_thresholds"
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="fraud_thresholds_name"),
            between("value", 0, 1, "fraud_thresholds"),
        ]

    def __str__(self) -> str:
        return f"{self.name} from {self.value:.3f}"


class ThresholdRecommendation(models.Model):
    """What the reviewed reports say a border should be. Nothing changes until it is applied.

    The rates are those of the border before its change was held to a tenth.
    """

    DECISIONS = DECISIONS

    kind = models.TextField(choices=words(*THRESHOLD_KINDS))
    name = models.TextField()
    current = models.FloatField()
    recommended = models.FloatField()
    false_positive_rate = models.FloatField(null=True, blank=True)
    true_positive_rate = models.FloatField(null=True, blank=True)
    samples = models.IntegerField(default=0, db_default=0)
    confidence = models.TextField(choices=words(*CONFIDENCES), default="low", db_default="low")
    reason = models.TextField(default="", db_default="", blank=True)
    decision = models.TextField(choices=words(*DECISIONS), default="pending", db_default="pending")
    decided_by = models.TextField(default="", db_default="", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "threshold_recommendations"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=models.Q(decision="pending"),
                name="threshold_recommendations_pending",
            ),
            one_of("decision", DECISIONS, "threshold_recommendations"),
        ]
        indexes = [models.Index(fields=["-created_at"], name="threshold_rec_created")]

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    def __str__(self) -> str:
        return f"{self.name}: {self.current:.3f} → {self.recommended:.3f}"


class ThresholdChange(models.Model):
    """A border that was moved, and when it was moved back; NULL was the documented one."""

    recommendation = models.ForeignKey(
        ThresholdRecommendation, on_delete=models.PROTECT, related_name="changes"
    )
    old = models.FloatField(null=True, blank=True)
    new = models.FloatField()
    changed_by = models.TextField()
    changed_at = models.DateTimeField(default=timezone.now)
    reverted_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.TextField(default="", db_default="", blank=True)

    class Meta:
        db_table = "threshold_history"
        indexes = [models.Index(fields=["-changed_at"], name="threshold_history_changed")]

    @property
    def words(self) -> str:
        return self.recommendation.words

    def __str__(self) -> str:
        return f"change {self.pk}"


class FraudProfile(models.Model):
    """What honest rules look like here, as the last scan measured it; ``data`` is its JSON."""

    rules = models.IntegerField()
    data = models.JSONField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "fraud_profiles"
        indexes = [models.Index(fields=["-made_at"], name="fraud_profiles_made")]

    def __str__(self) -> str:
        return f"profile of {self.rules} rules"
