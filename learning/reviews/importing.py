"""How requests for a decision are read from a file of ELF."""

from __future__ import annotations

from elfsite.origins.speaking import Voice, short
from elfsite.origins.tables import TableImport
from learning.reviews.models import CeoReview

TABLES = [TableImport(CeoReview, governed=("status", "reviewed_at"))]


VOICES = {
    "ceo_reviews": Voice(
        "reviews", lambda row: f"{row['status']}: {short(row['title'])}", ("status",)
    )
}
