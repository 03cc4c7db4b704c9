"""Pages of the event log."""

from __future__ import annotations

from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.listings import cells, links, registry
from elfsite.listings.declare import drawn, listing, panel
from elfsite.timeline.hiding import hidden_words
from elfsite.timeline.models import TimelineEvent


def subject_cell(row: Any) -> SafeString:
    """A link to the row that an event is about; words where its table has no pages."""
    if not row.subject_type:
        return cells.NOTHING
    target = registry.by_table(row.subject_type)
    words = f"{target.one if target else row.subject_type} {row.subject_id}"
    if target is None:
        return SafeString(escape(words))
    path = links.row_path(target, row.subject_id)
    return SafeString(f'<a class="soft" href="{path}">{escape(cells.shortened(words, 40))}</a>')


EVENTS = listing(
    TimelineEvent,
    ("summary topic verb",
     drawn("subject", subject_cell, needs="subject_type subject_id"), "actor at"),
    filters="topic verb actor", order="-id", when="at", title="Timeline", growing=True,
    unoffered=hidden_words,
    panels=(panel("Event", "summary topic verb actor at subject_type subject_id"),
            panel("With what", "data")),
    about="What happened, in the order in which it was committed.",
    empty="Everything that the product writes leaves an event here, imports too.",
)  # fmt: skip
