"""Requests that wait for a person: an agent asks and reads the verdict, a person decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from pydantic import Field

from elfsite.api.area import Area, Body, Line, Prose, adds
from elfsite.api.caller import caller_of
from elfsite.api.rows import answer, created, load
from elfsite.errors import Refused
from learning.reviews import services
from learning.reviews.kinds import current_version
from learning.reviews.models import CeoReview

area = Area("Learning · reviews")


def version_of(review: CeoReview) -> str:
    """The state of what is asked about; the one it was asked with where that is gone."""
    try:
        return current_version(review)
    except Refused:
        return review.subject_version


adds("ceo_reviews", "version", version_of, alone=True,
     about="The state of what is asked about: send it as seen.")  # fmt: skip


class Question(Body):
    """What a person should decide."""

    title: Line
    context: Prose = ""
    recommendation: Prose = ""


class Decided(Body):
    """A verdict, and why; whoever asked reads it. ``days`` is how long a request is put off."""

    verdict: Literal["approve", "reject", "defer"]
    reason: str
    seen: Line | None = None
    days: Annotated[int, Field(ge=1, le=90)] = 1


@area.post("/ceo-reviews", scope="record", status=201, answer="ceo_reviews")
def ask(request: HttpRequest, body: Question) -> HttpResponse:
    """Ask a person; read the verdict later at the same address."""
    caller = caller_of(request)
    row = services.open_review(
        actor=caller.name,
        title=body.title,
        context=body.context,
        recommendation=body.recommendation,
    )
    return created("ceo_reviews", row.pk, caller)


@area.post("/ceo-reviews/{int:pk}/decide", scope="grade", answer="ceo_reviews")
def decide(request: HttpRequest, pk: int, body: Decided) -> dict[str, Any]:
    """Decide a request.

    For stewards, through a key of the trust class human. ``seen`` is the version that was looked
    at; a request that changed since is refused (409).
    """
    caller = caller_of(request)
    caller.require_person("decide")
    row: CeoReview = load("ceo_reviews", pk, caller)
    until = timezone.now() + timedelta(days=body.days) if body.verdict == "defer" else None
    services.decide(
        actor=caller.person,
        review=row.pk,
        verdict=body.verdict,
        reason=body.reason,
        seen_version=body.seen,
        until=until,
    )
    return answer("ceo_reviews", pk, caller)
