"""What the frame of every page needs. Everything is asked lazily: a fragment asks nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import get_urlconf
from django.utils import timezone
from django.utils.safestring import SafeString

from elfsite.pages import nav
from game.arena import pointer
from learning.reviews.queries import pending_count

FACES = "https://avatars.githubusercontent.com/"  # the one host of img-src in the settings


class Banner(NamedTuple):
    """A line above every page: hue of ``charts.figure.HUES``, text, and a link with its word."""

    hue: str
    text: str
    href: str = ""
    link: str = ""
    glyph: str = ""


BannerSource = Callable[[HttpRequest], Banner | None]
_banner_sources: list[BannerSource] = []


def add_banner(source: BannerSource) -> BannerSource:
    """Register a function that says a banner for a request, or None. Usable as a decorator.

    It is called once per page; what it asks of the database it has to keep for itself.
    """
    if source not in _banner_sources:
        _banner_sources.append(source)
    return source


# What follows is the same for everybody of a role. It is drawn once and kept: two thirds of the
# frame's cost (3.8 ms of a page) were these lines.
def _urls() -> str:
    return str(get_urlconf() or settings.ROOT_URLCONF)


@lru_cache(maxsize=1)
def _links() -> SafeString:
    return render_to_string("components/head.html")


@lru_cache(maxsize=512)
def _nav(urls: str, here: str, exact: bool, role: str, plays: bool) -> SafeString:
    groups = nav.stops(role, plays=plays, here=here)
    return render_to_string("components/nav.html", {"groups": groups, "exact": exact})


@lru_cache(maxsize=32)
def _keys(urls: str, role: str, plays: bool) -> SafeString:
    stops = [stop for _, stops in nav.stops(role, plays=plays) for stop in stops if stop.key]
    return render_to_string("components/keys.html", {"stops": stops})


class Frame:
    """The frame of one page (``templates/base.html``); each property is computed on first use."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        # the stream of the page catches up from here (and a margin, see timeline.reading)
        self.made_at = timezone.now().isoformat()

    @cached_property
    def user(self) -> Any:
        """The person, or None for somebody who is not signed in."""
        user = getattr(self._request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def name(self) -> str:
        """What this installation calls itself (``ELF_NAME``), or ""."""
        return str(settings.ELF_NAME)

    @cached_property
    def theme(self) -> str:
        return self.user.theme if self.user else "system"

    @cached_property
    def density(self) -> str:
        return self.user.density if self.user else "dense"

    @cached_property
    def shortcuts(self) -> bool:
        return self.user.shortcuts if self.user else True

    @cached_property
    def cursor(self) -> str:
        """The cursor that a player carries on every page, or ""."""
        return pointer.carried(self._request, self.user)

    @cached_property
    def role(self) -> str:
        return self.user.role if self.user else ""

    @cached_property
    def initials(self) -> str:
        """Two letters for the face: of two words their first ones, else the first two."""
        words = str(self.user or "").split()
        letters = words[0][:1] + words[1][:1] if len(words) > 1 else "".join(words)[:2]
        return letters.upper() or "?"

    @cached_property
    def face(self) -> str:
        """The address of the person's picture, where our policy lets a page load it."""
        address = str(getattr(self.user, "avatar_url", None) or "")
        return address if address.startswith(FACES) else ""

    @cached_property
    def links(self) -> SafeString:
        """What every page links in its head."""
        return _links()

    @cached_property
    def stations(self) -> SafeString:
        """The navigation, drawn."""
        path = self._request.path
        here = nav.station_of(path)
        return _nav(_urls(), here, path == here, self.role, self._plays)

    @cached_property
    def keys(self) -> SafeString:
        """The lines of the help sheet that lead to stations, drawn."""
        return _keys(_urls(), self.role, self._plays)

    @property
    def _plays(self) -> bool:
        return bool(settings.GAME and self.user and self.user.plays)

    @property
    def game(self) -> bool:
        """Whether there is a game here at all, to be turned on or off."""
        return bool(settings.GAME)

    @cached_property
    def inbox(self) -> int | None:
        """How much waits for a person; None shows no inbox. The one query of the frame."""
        return pending_count() if self.user else None

    @cached_property
    def menu(self) -> list[nav.Stop]:
        """What the person menu leads to: their keys, and what their role governs."""
        return nav.menu(self.role)

    @cached_property
    def inbox_path(self) -> str | None:
        return nav.known("/inbox/")

    @cached_property
    def banners(self) -> list[Banner]:
        found = (source(self._request) for source in _banner_sources)
        return [banner for banner in found if banner is not None]


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``{{ frame }}``."""
    return {"frame": Frame(request)}
