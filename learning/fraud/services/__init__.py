"""The only doors through which reports, responses, reviews and thresholds change."""

from __future__ import annotations

from learning.fraud.services.checks import check_heuristic, file_checks
from learning.fraud.services.pruning import prune_clean_reports
from learning.fraud.services.responses import respond, roll_back
from learning.fraud.services.reviews import review
from learning.fraud.services.scans import Scan, scan
from learning.fraud.services.thresholds import (
    apply_recommendation,
    recommend_thresholds,
    reject_recommendation,
    roll_back_threshold,
)

__all__ = [
    "Scan",
    "apply_recommendation",
    "check_heuristic",
    "file_checks",
    "prune_clean_reports",
    "recommend_thresholds",
    "reject_recommendation",
    "respond",
    "review",
    "roll_back",
    "roll_back_threshold",
    "scan",
]
