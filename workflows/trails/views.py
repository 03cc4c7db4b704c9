"""The map of trails by folder, and the page of one place."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from elfsite.charts.figure import split_path
from elfsite.charts.treemap import Place as Tile
from elfsite.errors import Refused
from elfsite.listings.links import list_url, url_of
from elfsite.origins.models import Source
from learning.heuristics.models import Heuristic
from workflows.trails import figures, ground, place, windows
from workflows.trails.models import Collision, Place, Trail
from workflows.trails.near import trails_near
from workflows.trails.panels import crossing, tile
from workflows.trails.places import counted
from workflows.trails.queries import MOST_PLACES, OURS, Hotspot, Survey, among
from workflows.trails.services import SCENT_MOST
from workflows.trails.windows import NOW, WINDOWS, Asked

LONGEST = 1000  # characters of a location
ROWS = 24  # of the table below the map
LANES, LANE_TRAILS = 8, 20  # plumes: places, and the newest trails of each
PLUMES_READ = 1000  # trails that are looked through for them
STREAM = 12  # newest trails beside the map
NEAR_ROWS = 50  # trails near a path
WORDS = {NOW: "now", "24h": "24 h", "7d": "7 days", "30d": "30 days"}


@require_safe
def show_map(request: HttpRequest) -> HttpResponse:
    """``/trails/map/?window=&folder=&source=&scent=``: places by folder, now or as laid."""
    sources = dict(Source.objects.order_by("name").values_list("pk", "name"))
    asked = _asked(request, sources)
    found = windows.look(asked)
    groups = ground.groups_of(found.hotspots, asked.folder)
    context: dict[str, Any] = {
        "asked": asked,
        "is_now": asked.window == NOW,
        "words": _places_words(found),
        "map": _maps(groups, found, asked),
        "folders": [(group, _folder_url(asked, group)) for group in groups if group.name],
        "rows": [_row(spot, sources) for spot in found.hotspots[:ROWS]],
        "crossings": [(s, place_url(s), crossing(s)) for s in found.hotspots if s.contested][:3],
        "plumes": _plumes(found, asked.scent) if asked.window in {NOW, "24h"} else "",
        "stream": _stream(asked),
        "last": None if found.hotspots else _last(asked),
        "windows": [
            (word, map_url(asked, window=key), key == asked.window) for key, word in WORDS.items()
        ],
        "crumbs": _crumbs(asked),
        "trails_url": list_url(Trail),
        "collisions_url": list_url(Collision),
        "scents": _scents(asked.scent),
        "places_url": list_url(Place),
        **_sources(asked, sources),
    }
    return render(request, "workflows/trails/map.html", context)


@require_safe
def show_near(request: HttpRequest) -> HttpResponse:
    """``/trails/near/?path=&source=``: what was left at a path, beside it and above it."""
    path = request.GET.get("path", "").strip()
    sources = dict(Source.objects.order_by("name").values_list("pk", "name"))
    source = _source(request, sources)
    found = trails_near(path, limit=NEAR_ROWS, source=source) if path else []
    context: dict[str, Any] = {
        "path": path,
        "rows": [(near, _place_url(near.trail)) for near in found],
        "most": NEAR_ROWS,
        "map_url": map_url(Asked(source=source)),
        "crumbs": [("Trails", list_url(Trail)), ("Near a path", "")],
        **_sources(Asked(source=source), sources),
    }
    return render(request, "workflows/trails/near.html", context)


def _place_url(trail: Trail) -> str:
    source = OURS if trail.origin_id is None else trail.origin_id
    return f"{reverse('trail_place')}?{urlencode({'at': trail.location, 'source': source})}"


@require_safe
def show_place(request: HttpRequest) -> HttpResponse:
    """``/trails/place/?at=<location>&source=``: one place over time."""
    location = request.GET.get("at", "")
    if not location or len(location) > LONGEST or "\x00" in location:
        raise Refused("bad_parameter", f"at must be a location of at most {LONGEST} characters.")
    sources = dict(Source.objects.order_by("name").values_list("pk", "name"))
    asked = Asked(source=_source(request, sources))
    visited = place.visit(location, asked.source)
    if not visited.trails and not place.known(location):
        raise Http404(f"No trail was ever laid at {location}.")
    folder, name = split_path(location)
    context: dict[str, Any] = {
        "place": visited,
        "folder": folder,
        "name": name,
        "curve": figures.curve(visited) if visited.strength >= 0.01 else "",
        "below": visited.below(figures.BELOW),
        "rows": [(trail, visited.left_of(trail)) for trail in visited.trails[: place.SHOWN]],
        "days": [(day, _day_url(location, asked.source, day.day)) for day in visited.days],
        "minutes": settings.COLLISION_MINUTES,
        "collisions_url": list_url(Collision, location=location),
        "rules": _rules(location),
        "spoken": place.words_of(location),
        "all_url": list_url(Trail, location=location, **_filter(asked.source)),
        "map_url": map_url(Asked(folder=folder, source=asked.source)),
        "crumbs": _crumbs(Asked(folder=folder, source=asked.source), leaf=name),
        "at": location,
        **_sources(asked, sources),
    }
    return render(request, "workflows/trails/place.html", context)


def _row(spot: Hotspot, sources: dict[int, str]) -> tuple[Hotspot, str, str, str]:
    """A row of the table; where there are sources it names the one that the place is of."""
    source = (sources.get(spot.origin, "") if spot.origin else "here") if sources else ""
    return spot, place_url(spot), crossing(spot), source


def _day_url(location: str, source: int | str | None, day: dt.date) -> str:
    return list_url(Trail, location=location, from_=day, to=day, **_filter(source))


def place_url(spot: Hotspot) -> str:
    """The page of the place of a hot spot, narrowed to its source."""
    source = OURS if spot.origin is None else spot.origin
    return f"{reverse('trail_place')}?{urlencode({'at': spot.location, 'source': source})}"


def map_url(asked: Asked, **changes: Any) -> str:
    """The map as asked, with *changes*; what is usual is not written."""
    other = replace(asked, **changes)
    query = {"window": other.window} if other.window != NOW else {}
    if other.folder:
        query["folder"] = other.folder
    if other.source is not None:
        query["source"] = str(other.source)
    if other.scent:
        query["scent"] = other.scent
    return reverse("trail_map") + (f"?{urlencode(query, safe='/')}" if query else "")


def _asked(request: HttpRequest, sources: dict[int, str]) -> Asked:
    window = request.GET.get("window", "") or NOW
    if window not in {NOW, *WINDOWS}:
        known = ", ".join([NOW, *WINDOWS])
        raise Refused("bad_parameter", f"window must be one of {known}, not {window[:60]!r}.")
    folder = request.GET.get("folder", "")
    if len(folder) > LONGEST or "\x00" in folder or (folder and not folder.endswith("/")):
        raise Refused("bad_parameter", f"folder must end in a slash, within {LONGEST} characters.")
    scent = request.GET.get("scent", "")
    if len(scent) > SCENT_MOST or "\x00" in scent:
        raise Refused("bad_parameter", f"scent must be a word of at most {SCENT_MOST} characters.")
    return Asked(window, folder, _source(request, sources), scent)


def _scents(asked: str) -> list[str]:
    """What the form offers: the known scents, and the one that is asked for."""
    return list(dict.fromkeys([*Trail.SCENTS, *([asked] if asked else [])]))


def _source(request: HttpRequest, known: dict[int, str]) -> int | str | None:
    text = request.GET.get("source", "").strip()
    if text in {"", OURS}:
        return text or None
    if text.isascii() and text.isdecimal() and len(text) < 19 and int(text) in known:
        return int(text)
    raise Refused("bad_parameter", f"There is no source {text[:60]!r}; {OURS!r} means no source.")


def _sources(asked: Asked, sources: dict[int, str]) -> dict[str, Any]:
    offered = [(OURS, "here"), *sources.items()]
    return {"sources": offered if sources else [], "source": asked.source}


def _filter(source: int | str | None) -> dict[str, Any]:
    return {} if source is None else {"source": source}


def _folder_url(asked: Asked, group: ground.Group) -> str:
    return map_url(asked, folder=group.folder)


def _maps(groups: list[ground.Group], found: Survey, asked: Asked) -> Any:
    """Both layouts; the stylesheet shows one."""

    def as_tile(spot: Hotspot) -> Tile:
        return tile(spot, found.moment, None)._replace(href=place_url(spot))

    if not groups:
        return ""
    return figures.folder_map(groups, as_tile, lambda g: _folder_url(asked, g)) + (
        figures.folder_map(groups, as_tile, lambda g: _folder_url(asked, g), layout="narrow")
    )


def _plumes(found: Survey, scent: str) -> Any:
    """The hottest places of the last day, each with its trails."""
    spots = [spot for spot in found.hotspots if spot.last_at][:LANES]
    if not spots:
        return ""
    now, hours = timezone.now(), 48
    rows = counted().filter(
        location__in=[spot.location for spot in spots],
        created_at__gte=now - dt.timedelta(hours=hours),
    )
    if scent:
        rows = rows.filter(scent=scent)
    drawn: Counter[tuple[int | None, str]] = Counter()
    trails = []
    for trail in rows.order_by("-created_at")[:PLUMES_READ]:
        key = (trail.origin_id, trail.location)
        drawn[key] += 1
        if drawn[key] <= LANE_TRAILS:
            trails.append(trail)
    return figures.lanes(spots, trails, now, place_url, crossing)


def _stream(asked: Asked) -> list[Trail]:
    rows = counted().filter(among(asked.source, asked.folder))
    if asked.scent:
        rows = rows.filter(scent=asked.scent)
    return list(rows.order_by("-created_at")[:STREAM])


def _last(asked: Asked) -> Trail | None:
    """The newest trail there is, where the window is empty."""
    return counted().filter(among(asked.source, asked.folder)).order_by("-created_at").first()


def _places_words(found: Survey) -> str:
    if found.places > MOST_PLACES:
        return f"more than {MOST_PLACES:,} places"
    return f"{found.places:,} place{'' if found.places == 1 else 's'}"


def _crumbs(asked: Asked, leaf: str = "") -> list[tuple[str, str]]:
    steps = [("Trails", list_url(Trail)), ("Map", map_url(asked, folder=""))]
    steps += [(word, map_url(asked, folder=at)) for word, at in ground.crumbs(asked.folder)]
    if leaf:
        return [*steps, (leaf, "")]
    return [*steps[:-1], (steps[-1][0], "")]


def _rules(location: str) -> list[tuple[Heuristic, str]] | None:
    rules = place.mentions(location)
    return None if rules is None else [(rule, url_of(rule)) for rule in rules]
