"""Addresses of acts on what is known; lists and pages of rows come from the listing."""

from __future__ import annotations

from django.urls import path

from learning.knowledge import views

urlpatterns = [
    path("violations/<int:pk>/acknowledge/", views.acknowledge, name="violation_acknowledge"),
]
