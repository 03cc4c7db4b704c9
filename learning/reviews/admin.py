"""Admin pages of reviews."""

from __future__ import annotations

from django.contrib import admin

from elfsite.origins.admin import LedgerAdmin, RecordAdmin
from learning.reviews.models import CeoReview, ReviewSignature


@admin.register(CeoReview)
class CeoReviewAdmin(RecordAdmin):
    list_display = (
        "title",
        "kind",
        "status",
        "decided_by",
        "created_at",
        "reviewed_at",
        "origin",
    )
    list_filter = (
        "status",
        "origin",
    )
    search_fields = (
        "title",
        "context",
        "recommendation",
    )
    date_hierarchy = "created_at"
    list_select_related = ("origin",)


@admin.register(ReviewSignature)
class ReviewSignatureAdmin(LedgerAdmin):
    list_display = (
        "review",
        "person",
        "signed_at",
    )
    search_fields = (
        "person",
        "reason",
    )
    date_hierarchy = "signed_at"
    list_select_related = ("review",)
