"""Pages of plans and of what became of them."""

from __future__ import annotations

from elfsite.listings.declare import listing, panel
from elfsite.listings.references import ids
from workflows.planning.models import Plan, Postmortem

listing(
    Plan, "title status domain task_id created_at completed_at", filters="status domain",
    search="title description approach", order="-created_at", related="postmortems",
    panels=(panel("Plan", "description approach expected_outcome risks"),
            panel("Standing", "status domain task_id created_at completed_at")),
    about="What agents and people set out to do.",
    empty="Agents record a plan before a task; an import brings them.",
)  # fmt: skip

listing(
    Postmortem, "title plan domain created_at", filters="plan domain",
    search="title actual_outcome lessons", order="-created_at",
    panels=(panel("Outcome", "actual_outcome divergences"),
            panel("What was learned", "went_well went_wrong lessons heuristics_extracted")),
    refers=(ids("heuristics_extracted", "heuristics"),),
    about="How it went, against the plan.",
    empty="A finished task is looked back on in one row.",
)  # fmt: skip
