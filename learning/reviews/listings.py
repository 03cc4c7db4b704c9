"""Pages of what waits, or waited, for a person's decision."""

from __future__ import annotations

from elfsite.listings.declare import listing, panel
from learning.reviews.models import CeoReview

listing(
    CeoReview, "title status recommendation created_at reviewed_at", filters="status",
    search="title context recommendation", order="-created_at", title="Reviews",
    panels=(panel("Asked", "context recommendation"),
            panel("Decided", "status created_at reviewed_at")),
    about="Questions of agents that a person has to decide.",
    empty="Agents escalate what they may not decide; an import brings what waits elsewhere.",
)  # fmt: skip
