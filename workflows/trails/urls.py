"""The pages of trails that are made by hand; the list is the kernel's."""

from __future__ import annotations

from django.urls import path

from workflows.trails import views

urlpatterns = [
    path("trails/map/", views.show_map, name="trail_map"),
    path("trails/near/", views.show_near, name="trails_near"),
    path("trails/place/", views.show_place, name="trail_place"),
]
