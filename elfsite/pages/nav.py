"""The stations of the site: the left navigation as data.

A station whose address answers nothing is left out, so that nothing dead is ever shown: a page
appears in the navigation by being there.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, get_urlconf, resolve, reverse

ADMIN = "admin"


class Station(NamedTuple):
    """One place of the navigation.

    *where* is a path that begins with a slash, or the name of a URL. *key* is the letter that
    follows ``g`` on the keyboard, or "". *roles* are the roles that see it; none means everybody.
    """

    word: str
    where: str
    key: str = ""
    roles: frozenset[str] = frozenset()


class Group(NamedTuple):
    """Stations under one word; the first group has none."""

    word: str
    stations: tuple[Station, ...]


class Stop(NamedTuple):
    """A station as one page shows it."""

    word: str
    path: str
    key: str
    group: str
    here: bool


GROUPS: tuple[Group, ...] = (
    Group("", (Station("Overview", "/", "o"),)),
    Group(
        "Learn",
        (
            Station("Heuristics", "/heuristics/", "h"),
            Station("Learnings", "/learnings/", "l"),
            Station("Decisions", "/decisions/", "d"),
            Station("Invariants", "/invariants/", "i"),
            Station("Assumptions", "/assumptions/", "u"),
            Station("Spikes", "/spike-reports/", "k"),
            Station("Experiments", "/experiments/", "x"),
            Station("Domains", "/domain-metadata/", "m"),
        ),
    ),
    Group(
        "Guard",
        (
            Station("Inbox", "/inbox/", "n"),
            Station("Fraud", "/fraud/", "f"),
            Station("Violations", "/violations/", "v"),
            Station("Alerts", "/meta-alerts/", "a"),
        ),
    ),
    Group(
        "Run",
        (
            Station("Workflows", "/workflows/", "w"),
            Station("Runs", "/workflow-runs/", "r"),
            Station("Trails", "/trails/", "t"),
            Station("Plans", "/plans/", "p"),
            Station("Sessions", "/session-summaries/", "s"),
        ),
    ),
    Group(
        "Watch",
        (
            Station("Metrics", "/metrics/"),
            Station("Health", "/system-health/"),
            Station("Queries", "/building-queries/", "q"),
            Station("Timeline", "/timeline-events/", "e"),
            Station("Sources", "/sources/"),
            Station("All tables", "/tables/"),
        ),
    ),
    Group(
        "Play",
        (
            Station("Arena", "/arena/"),
            Station("Leaderboard", "/leaderboard/"),
            Station("Armory", "/armory/"),
        ),
    ),
)

# below the person's own settings, in the person menu
MENU: tuple[Station, ...] = (
    Station("Agent keys", "agent_keys"),
    Station("API", "api_docs"),
    Station("People", "people", roles=frozenset({ADMIN})),
    Station("Style guide", "style"),
    Station("Administration", "admin:index", roles=frozenset({ADMIN})),
)


def address(where: str) -> str | None:
    """The path of a station, or None where no page answers."""
    if where.startswith("/"):
        try:
            resolve(where)
        except Resolver404:
            return None
        return where
    try:
        return reverse(where)
    except NoReverseMatch:
        return None


@lru_cache(maxsize=8)
def _addresses(urlconf: object) -> dict[str, str]:
    """Every address that answers; asked once per set of URLs, for it never changes."""
    stations = (*MENU, *(station for group in GROUPS for station in group.stations))
    wheres = [station.where for station in stations]
    found = ((where, address(where)) for where in wheres)
    return {where: path for where, path in found if path is not None}


def known(where: str) -> str | None:
    """The path of one of our stations, or None where no page answers."""
    return _addresses(get_urlconf() or settings.ROOT_URLCONF).get(where)


def station_of(path: str) -> str:
    """The address of the longest station that *path* lies under, or ""; Overview only for "/"."""
    wheres = [station.where for group in GROUPS for station in group.stations]
    stations = [address for address in map(known, wheres) if address is not None]
    under = [a for a in stations if path == a or (a != "/" and path.startswith(a))]
    return max(under, key=len, default="")


def _open_to(station: Station, role: str) -> bool:
    return not station.roles or role in station.roles


def menu(role: str) -> list[Stop]:
    """The entries of the person menu that answer and that *role* may open."""
    addresses = _addresses(get_urlconf() or settings.ROOT_URLCONF)
    return [
        Stop(s.word, addresses[s.where], s.key, "You", False)
        for s in MENU
        if s.where in addresses and _open_to(s, role)
    ]


def stops(role: str, *, plays: bool = True, here: str = "") -> list[tuple[str, list[Stop]]]:
    """The navigation for a person of *role*: (group word, stops) in order.

    Groups without a stop are left out; *plays* False leaves out the game; *here* is the address
    of the station that the page belongs to.
    """
    addresses = _addresses(get_urlconf() or settings.ROOT_URLCONF)
    out = []
    for group in GROUPS:
        if group.word == "Play" and not plays:
            continue
        shown = [
            Stop(s.word, addresses[s.where], s.key, group.word, addresses[s.where] == here)
            for s in group.stations
            if s.where in addresses and _open_to(s, role)
        ]
        if shown:
            out.append((group.word, shown))
    return out
