"""Pages of reports of gaming, their signals and the responses."""

from __future__ import annotations

from elfsite.listings import cells
from elfsite.listings.declare import col, equals, listing, panel
from elfsite.listings.references import members
from learning.fraud.models import AnomalySignal, FraudReport, FraudResponse

listing(
    FraudReport,
    ("classification heuristic", col("fraud_score", cells.share, label="Score"),
     "likelihood_ratio", col("signal_count", label="Signals"), "review_outcome created_at"),
    filters=("classification", equals("review_outcome", label="verdict", none="not reviewed"),
             "heuristic"),
    order="-created_at", orders="-fraud_score", related="anomaly_signals fraud_responses",
    panels=(panel("Report", "heuristic classification fraud_score likelihood_ratio signal_count"),
            panel("Review", "review_outcome reviewed_by reviewed_at")),
    growing=True, noun="fraud report", named_by="classification",
    about="What the detectors found in a rule's history. Gaming is a property of a history.",
    empty="Each check of a rule's history writes a report, from its eleventh outcome on.",
)  # fmt: skip

listing(
    AnomalySignal,
    ("detector_name severity", col("score", cells.share), "heuristic fraud_report created_at"),
    filters="severity detector_name heuristic fraud_report", order="-created_at", orders="-score",
    panels=(panel("Signal", "detector_name severity score reason heuristic fraud_report"),
            panel("What it saw", "evidence")),
    growing=True,
    about="What one detector saw, with its evidence.",
    empty="A detector that fires while a rule is checked writes one row.",
)  # fmt: skip

listing(
    FraudResponse, "response_type fraud_report executed_by executed_at rollback_at",
    filters="response_type fraud_report", order="-executed_at",
    panels=(panel("Response", "response_type fraud_report executed_by executed_at rollback_at"),
            panel("With what", "parameters")),
    refers=(members("parameters"),),
    about="What was done about a report, and when it was undone.",
    empty="A report that is likely or confirmed brings responses; each writes one row.",
)  # fmt: skip
