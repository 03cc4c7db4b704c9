"""Addresses of the game. Names stand in the plain name space."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
