"""Every address of the site. Lists and details come from the registry of listings, last of all."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

AREAS = (
    "elfsite.health",
    "game.players.urls",
    "elfsite.doors.urls",
    "elfsite.sources.urls",
    "elfsite.search.urls",
    "elfsite.timeline.urls",
    "learning.reviews.urls",
    "learning.heuristics.urls",
    "learning.fraud.urls",
    "learning.domains.urls",
    "learning.knowledge.urls",
    "learning.observer.urls",
    "workflows.conductor.urls",
    "workflows.trails.urls",
    "game.arena.urls",
    "elfsite.pages.urls",
    "elfsite.listings.urls",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("game.players.account_urls")),
    path("admin/", admin.site.urls),
    *(path("", include(area)) for area in AREAS),
]

handler400 = "elfsite.pages.errors.bad_request"
handler403 = "elfsite.pages.errors.forbidden"
handler404 = "elfsite.pages.errors.not_found"
handler500 = "elfsite.pages.errors.broken"
