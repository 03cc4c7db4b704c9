"""Addresses of the pages of runs and workflows; their lists are the listing kernel's."""

from __future__ import annotations

from django.urls import path

from workflows.conductor import compare_views, editor, version_views, views

urlpatterns = [
    path("workflow-runs/<int:pk>/", views.run, name="run"),
    path("workflow-runs/<int:pk>/compare/", compare_views.choose, name="run_compare_choose"),
    path("workflow-runs/<int:pk>/compare/<int:other>/", compare_views.compare, name="run_compare"),
    path(
        "workflow-runs/<int:pk>/compare/<int:other>.json",
        compare_views.compare_json,
        name="run_compare_json",
    ),
    path("workflows/new/", editor.new, name="workflow_new"),
    path("workflows/check/", editor.check, name="workflow_check"),
    path("workflows/<int:pk>/edit/", editor.edit, name="workflow_edit"),
    path(
        "workflows/<int:pk>/versions/<int:number>/",
        version_views.version,
        name="workflow_version",
    ),
    path(
        "workflows/<int:pk>/definition.json",
        version_views.definition_file,
        name="workflow_definition",
    ),
    path("workflows/<int:pk>/", views.workflow, name="workflow"),
]
