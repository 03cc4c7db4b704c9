from __future__ import annotations

from django.urls import path

from elfsite.search import views

urlpatterns = [path("search/", views.search, name="search")]
