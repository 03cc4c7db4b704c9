"""Addresses of the pages of runs and workflows; their lists are the listing kernel's."""

from __future__ import annotations

from django.urls import path

from workflows.conductor import act_views, compare_views, editor, version_views, views

urlpatterns = [
    path("workflow-runs/<int:pk>/", views.run, name="run"),
    path("workflow-runs/<int:pk>/begin/", act_views.begin, name="run_begin"),
    path("workflow-runs/<int:pk>/retry/", act_views.retry, name="run_retry"),
    path("workflow-runs/<int:pk>/replay/", act_views.replay, name="run_replay"),
    path("workflow-runs/<int:pk>/clone/", act_views.clone, name="run_clone"),
    path("workflow-runs/<int:pk>/steer/", act_views.steer, name="run_steer"),
    path("workflow-runs/<int:pk>/cancel/", act_views.cancel, name="run_cancel"),
    path("workflow-runs/<int:pk>/phase/", act_views.phase, name="run_phase"),
    path("workflow-runs/<int:pk>/reset/", act_views.reset, name="run_reset"),
    path("workflow-runs/<int:pk>/skip/", act_views.skip, name="run_skip"),
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
    path("workflows/<int:pk>/start/", act_views.start, name="workflow_start"),
    path("workflows/<int:pk>/", views.workflow, name="workflow"),
]
