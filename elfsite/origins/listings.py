"""Pages of what imports could not take, and of what they changed to take it."""

from __future__ import annotations

from elfsite.listings.declare import listing, panel
from elfsite.origins.models import Rejection, Repair, Source

listing(
    Source, "name kind state path last_activity_at last_run_at", order="name",
    related="import_rejections import_repairs",
    about="Databases of other systems whose rows stand here.",
    empty="An ELF database is connected on the sources page or by this command.",
)  # fmt: skip

listing(
    Rejection, "key table reason origin created_at", filters="table", order="-id",
    noun="rejection", named_by="key",
    panels=(panel("Rejection", "origin table key reason"), panel("The row as it was", "raw")),
    about="Rows of a source that could not be taken, with the reason.",
    empty="An import that has to leave out a row keeps it here.",
)  # fmt: skip

listing(
    Repair, "key table column rule raw origin created_at", filters="table", order="-id",
    noun="repair", named_by="key",
    panels=(panel("Repair", "origin table key column rule"), panel("The value as it was", "raw")),
    about="Values of a source that a named rule changed so that their row could be taken.",
    empty="An import that has to change a value keeps the old one here.",
)  # fmt: skip
