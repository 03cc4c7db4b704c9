"""Hot spots as the survey map draws them."""

from __future__ import annotations

import datetime as dt

from elfsite.charts.clock import span
from elfsite.charts.treemap import Place
from elfsite.listings.links import list_url
from workflows.trails.models import Trail
from workflows.trails.queries import MOST_PLACES, OURS, Hotspot, Survey, window

FRESH = (dt.timedelta(hours=1), dt.timedelta(hours=6))  # younger than these; a map pales with age


def tiles(found: Survey, asof: dt.datetime | None = None) -> list[Place]:
    """The hot spots as places of the map, each leading to its trails."""
    return [tile(spot, found.moment, asof) for spot in found.hotspots]


def tile(spot: Hotspot, moment: dt.datetime, asof: dt.datetime | None) -> Place:
    """A hot spot as a place of the map at *moment*."""
    age = moment - spot.last_at if spot.last_at else dt.timedelta.max
    return Place(
        path=spot.location,
        strength=spot.strength,
        scent=spot.worst_scent,
        trails=spot.trails,
        agents=spot.agents,
        age=span(age.total_seconds()),
        fresh=sum(age >= border for border in FRESH),
        contested=crossing(spot),
        href=trails_of(spot, asof),
    )


def crossing(spot: Hotspot) -> str:
    """``two agents, 4 min apart``; empty where nobody met."""
    return "" if spot.crossed_gap is None else f"two agents, {gap_in_words(spot.crossed_gap)}"


def gap_in_words(seconds: int) -> str:
    return f"{span(seconds)} apart" if seconds else "within one second"


def trails_of(spot: Hotspot, asof: dt.datetime | None = None) -> str:
    """The list of the trails that a hot spot counts: not expired, of its source."""
    source = OURS if spot.origin is None else spot.origin
    if asof is None:
        return list_url(Trail, location=spot.location, source=source, expired=False)
    since, until = window(asof)
    return list_url(Trail, location=spot.location, source=source, from_=since, asof=until)


def places_in_words(found: Survey) -> str:
    """``35 places``, ``the 60 hottest of 412 places``, and whether any trail was left out."""
    shown, all_ = len(found.hotspots), found.places
    if all_ > MOST_PLACES:
        words = f"the {shown} hottest of more than {MOST_PLACES:,} places"
    elif all_ > shown:
        words = f"the {shown} hottest of {all_:,} places"
    else:
        words = f"{shown:,} place{'' if shown == 1 else 's'}"
    return words + (", by the newest trails only" if found.cut else "")
