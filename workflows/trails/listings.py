"""Pages of trails, and of the places that they add up to."""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString

from elfsite.listings import cells
from elfsite.listings.declare import col, condition, drawn, equals, listing, panel
from workflows.trails import decay
from workflows.trails.models import Collision, Place, Trail


def left_cell(row: Any) -> SafeString:
    """The strength that is left at a place now; heat is its logarithm, made free of time."""
    if not isinstance(row.heat, float):
        return cells.NOTHING
    periods = decay.periods_at(timezone.now(), settings.TRAIL_PERIOD_HOURS)
    return cells.share(math.exp(min(700.0, row.heat - decay.FADE * periods)))


def expired() -> Q:
    """Its time to live is over; a trail without one fades, and is never over."""
    return Q(expires_at__lte=timezone.now())


listing(
    Trail,
    ("location scent", col("strength", label="Laid"), "agent_id run message created_at"),
    filters=("scent location_type agent_id run", equals("location", typed=True)),
    conditions=(condition("expired", expired, label="expired", offered=False),),
    search="location message", search_note="Looks through places and messages of all trails.",
    order="-created_at", orders="-strength", growing=True,
    panels=(panel("Trail", "location location_type scent strength message tags"),
            panel("Who", "agent_id run node_id"), panel("When", "created_at expires_at")),
    about="What agents left where they worked, and how strong it was when it was laid.",
    empty="Hooks lay a trail at each file that an agent reads or writes; an import brings them.",
)  # fmt: skip

listing(
    Place,
    ("location", drawn("left", left_cell, needs="heat", order="heat", css="n"),
     "trails", col("last_at", label="Last trail"), "crossed_at"),
    order="-heat", noun="place", named_by="location",
    panels=(panel("Place", "location trails last_at crossed_at crossed_gap"),
            panel("What is left", "scents agents heat")),
    about="Locations with what their trails add up to, the hottest first.",
    empty="Places are summed up from trails.",
)  # fmt: skip

listing(
    Collision,
    ("location one two", col("scents", label="What"), "times", col("met_at", label="Last met")),
    filters=("later", equals("location", typed=True)),
    order="-met_at", noun="collision", named_by="location", when="met_at",
    panels=(panel("Place", "location"), panel("Who", "one two later scents"),
            panel("When", "met_at gap told_at times")),
    about="Two agents that touched one location within minutes, one of them doing more than look.",
    empty="A trail that meets another agent's at its location, within the window, writes one row.",
)  # fmt: skip
