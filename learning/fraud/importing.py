"""How fraud reports, their signals and the responses are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.models import Source
from elfsite.origins.speaking import Row, Voice
from elfsite.origins.tables import TableImport, Words
from learning.fraud.models import (
    FRAUD_CLASSIFICATIONS,
    RESPONSE_TYPES,
    SIGNAL_SEVERITIES,
    AnomalySignal,
    FraudReport,
    FraudResponse,
)
from learning.fraud.services.checks import keep_newest


def after_import(source: Source) -> None:
    """Its detectors wrote a report after each update; one a rule is enough to look at."""
    keep_newest(source=source)


TABLES = [
    TableImport(
        FraudReport,
        words={
            "classification": Words(
                FRAUD_CLASSIFICATIONS,
                "suspicious",
                {"low": "low_confidence", "likely": "fraud_likely", "confirmed": "fraud_confirmed"},
            )
        },
        bounds={"fraud_score": (0, 1)},
        governed=("reviewed_at", "reviewed_by", "review_outcome"),
    ),
    TableImport(
        AnomalySignal,
        words={
            "severity": Words(SIGNAL_SEVERITIES, "medium", {"info": "low", "warning": "medium"})
        },
        bounds={"score": (0, 1)},
    ),
    TableImport(
        FraudResponse,
        words={
            "response_type": Words(
                RESPONSE_TYPES,
                "alert",
                {"quarantine": "status_quarantine", "freeze": "confidence_freeze"},
            )
        },
        governed=("rollback_at",),
        activity="executed_at",
    ),
]


def say_report(row: Row) -> str:
    """``fraud check of rule 12: suspicious, 0.43``."""
    words = f"fraud check of rule {row['heuristic_id']}: {row['classification']}"
    words += f", {row['fraud_score']:.2f}"
    return f"{words}, reviewed as {row['review_outcome']}" if row.get("review_outcome") else words


VOICES = {
    "fraud_reports": Voice("fraud", say_report, ("classification",)),
    "anomaly_signals": Voice("fraud"),
    "fraud_responses": Voice("fraud", lambda row: f"response to fraud: {row['response_type']}"),
}
