"""Addresses of the pages of runs and workflows; their lists are the listing kernel's."""

from __future__ import annotations

from django.urls import path

from workflows.conductor import views

urlpatterns = [
    path("workflow-runs/<int:pk>/", views.run, name="run"),
    path("workflows/<int:pk>/", views.workflow, name="workflow"),
]
