"""Addresses of gaming."""

from __future__ import annotations

from django.urls import path

from learning.fraud import views

urlpatterns = [
    path("fraud/", views.show_queue, name="fraud"),
    path("fraud/detectors/", views.show_detectors, name="fraud_detectors"),
    path("fraud/detectors/recommend/", views.recommend, name="fraud_recommend"),
    path("fraud/detectors/<int:pk>/decide/", views.decide, name="fraud_threshold"),
    path("fraud/detectors/changes/<int:pk>/back/", views.put_back, name="fraud_threshold_back"),
    path("fraud/<int:pk>/", views.show_report, name="fraud_report"),
    path("fraud/<int:pk>/review/", views.review, name="fraud_review"),
    path("fraud/<int:pk>/respond/", views.respond, name="fraud_respond"),
    path("fraud/<int:pk>/check/", views.check, name="fraud_check"),
    path("fraud/responses/<int:pk>/back/", views.roll_back, name="fraud_roll_back"),
]
