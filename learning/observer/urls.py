"""Addresses of acts on alerts; their list and pages come from the listing."""

from __future__ import annotations

from django.urls import path

from learning.observer import views

urlpatterns = [
    path("meta-alerts/<int:pk>/acknowledge/", views.acknowledge, name="alert_acknowledge"),
    path("meta-alerts/<int:pk>/resolve/", views.resolve, name="alert_resolve"),
]
