"""Addresses of the inbox."""

from __future__ import annotations

from django.urls import path

from learning.reviews import views

urlpatterns = [
    path("inbox/", views.show_inbox, name="inbox"),
    path("inbox/<int:pk>/", views.review, name="inbox_review"),
    path("inbox/<int:pk>/take-back/", views.take_back, name="inbox_take_back"),
]
