"""Addresses of the pages of runs and workflows; their lists are the listing kernel's."""

from __future__ import annotations

from django.urls import path

from workflows.conductor import compare_views, views

urlpatterns = [
    path("workflow-runs/<int:pk>/", views.run, name="run"),
    path("workflow-runs/<int:pk>/compare/", compare_views.choose, name="run_compare_choose"),
    path("workflow-runs/<int:pk>/compare/<int:other>/", compare_views.compare, name="run_compare"),
    path(
        "workflow-runs/<int:pk>/compare/<int:other>.json",
        compare_views.compare_json,
        name="run_compare_json",
    ),
    path("workflows/<int:pk>/", views.workflow, name="workflow"),
]
