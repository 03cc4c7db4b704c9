"""Addresses of rules; their lists come from the listing."""

from __future__ import annotations

from django.urls import path

from learning.heuristics import graph_views, views

urlpatterns = [
    path("heuristics/graph/", graph_views.graph, name="heuristic_graph"),
    path("heuristics/waking/", views.waking, name="heuristics_waking"),
    path("heuristics/trust/", views.trust, name="trust"),
    path("heuristics/golden-rules.md", views.golden_rules_file, name="golden_rules_file"),
    path("heuristics/golden-rules/", views.take_golden_rules, name="take_golden_rules"),
    path("heuristics/<int:pk>/", views.show_rule, name="heuristic"),
    path("heuristics/<int:pk>/act/", views.act_on_rule, name="heuristic_act"),
    path("heuristics/<int:pk>/merge/", views.preview_merge, name="heuristic_merge"),
    path("heuristics/<int:pk>/merged/", views.merge, name="heuristic_merged"),
    path("heuristics/<int:pk>/apart/", views.take_apart, name="heuristic_apart"),
]
