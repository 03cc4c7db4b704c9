"""Addresses of domains; their list comes from the listing. A domain's name may hold any letter,
so acts name it in the form."""

from __future__ import annotations

from django.urls import path

from learning.domains import views

urlpatterns = [
    path("domains/contract/", views.contract, name="domain_contract"),
    path("domains/limits/", views.set_limits, name="domain_limits"),
    path("domains/measure/", views.measure, name="domain_measure"),
    path("domain-metadata/<path:domain>/", views.show_domain, name="domain"),
]
