"""Escalations that wait for a person (seed: elf-schema §3.10)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, from_origin


class CeoReview(Recorded):
    """A request of an agent, or of the product itself, that a person has to decide.

    ``kind`` says what a verdict does (``learning.reviews.kinds``), "" that it is only an answer.
    ``subject_version`` is the state of the subject when the request was made: a verdict about
    another state is stale. A deferred request stays pending and is hidden until then.
    """

    EDITABLE = ("title", "context", "recommendation")

    VALID_STATUSES = ("pending", "approved", "rejected")

    title = models.TextField()
    context = models.TextField(null=True, blank=True)
    recommendation = models.TextField(null=True, blank=True)
    status = models.TextField(
        choices=words(*VALID_STATUSES), default="pending", db_default="pending"
    )
    created_at = recorded_at()
    reviewed_at = SeedDateTimeField(null=True, blank=True)
    # ours
    kind = models.TextField(default="", db_default="", blank=True)
    subject_type = models.TextField(default="", db_default="", blank=True)  # a table's name
    subject_id = models.TextField(default="", db_default="", blank=True)
    subject_version = models.TextField(default="", db_default="", blank=True)
    asked_by = models.TextField(default="", db_default="", blank=True)
    decided_by = models.TextField(default="", db_default="", blank=True)
    reason = models.TextField(default="", db_default="", blank=True)
    deferred_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ceo_reviews"
        verbose_name = "review"
        constraints = [
            from_origin("ceo_reviews"),
            # two that ask the same thing at the same moment make one request
            models.UniqueConstraint(
                fields=["kind", "subject_type", "subject_id"],
                condition=Q(status="pending") & ~Q(kind=""),
                name="ceo_reviews_one_pending",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "created_at"], name="idx_ceo_reviews_status"),
            models.Index(fields=["created_at"], name="idx_ceo_reviews_created_at"),
            models.Index(
                fields=["subject_type", "subject_id", "kind"], name="idx_ceo_reviews_subject"
            ),
            models.Index(fields=["status", "reviewed_at"], name="idx_ceo_reviews_reviewed"),
        ]

    def __str__(self) -> str:
        return self.title


class ReviewSignature(models.Model):
    """One person's approval where a kind of request asks for more than one.

    It counts as long as the subject is in the state ``version`` that the person saw.
    """

    review = models.ForeignKey(CeoReview, on_delete=models.CASCADE, related_name="signatures")
    person = models.TextField()
    reason = models.TextField(default="", blank=True)
    version = models.TextField(default="", blank=True)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "review_signatures"
        verbose_name = "signature"
        constraints = [
            models.UniqueConstraint(fields=["review", "person"], name="review_signatures_person")
        ]

    def __str__(self) -> str:
        return self.person
