"""Addresses of the pages that belong to no area."""

from __future__ import annotations

from django.urls import path

from elfsite.pages import style, views

urlpatterns = [
    path("", views.overview, name="overview"),
    path("trails/hotspots/", views.hotspots, name="hotspots"),
    path("style/", style.style, name="style"),
]
