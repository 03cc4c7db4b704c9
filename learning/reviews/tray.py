"""Requests as the inbox shows them: by kind, each with its subject as it is now."""

from __future__ import annotations

from collections import defaultdict

from elfsite.origins.fields import Unreadable
from elfsite.timeline.log import shorten
from learning.reviews.inbox import Item, Waiting, waiting
from learning.reviews.kinds import Kind, Shown, kind_of
from learning.reviews.models import CeoReview
from learning.reviews.queries import ANSWER_WITHIN, pending_reviews

SUB_LIMIT = 220  # characters of the line under a title


def items_of(reviews: list[CeoReview]) -> list[Item]:
    """The entries of *reviews*; each kind draws its own at once."""
    shown = shown_of(reviews)
    return [_item(review, kind_of(review), shown.get(review.pk, Shown())) for review in reviews]


def shown_of(reviews: list[CeoReview]) -> dict[int, Shown]:
    """What the kinds say about *reviews*, by id."""
    by_kind: dict[str, list[CeoReview]] = defaultdict(list)
    for review in reviews:
        by_kind[review.kind].append(review)
    found: dict[int, Shown] = {}
    for group in by_kind.values():
        show = kind_of(group[0]).show
        if show is not None:
            found |= show(group)
    return found


def _item(review: CeoReview, kind: Kind, shown: Shown) -> Item:
    since = review.created_at
    asked = None if since is None or isinstance(since, Unreadable) else since
    return Item(
        key=f"review-{review.pk}",
        source="reviews",
        word=kind.word,
        title=shown.title or review.title,
        meta=shown.sub or _asked(review),
        since=asked,
        due=asked + ANSWER_WITHIN if asked else None,
        href=shown.href,
        glyph=kind.glyph,
        hue=kind.hue,
        is_rule=bool(shown.title),
        picture=shown.picture,
        review_id=review.pk,
    )


def _asked(review: CeoReview) -> str:
    who = f"Asked by {review.asked_by}. " if review.asked_by else ""
    what = review.recommendation or review.context or ""
    return shorten(who + what, SUB_LIMIT)


waiting(Waiting("reviews", "requests", pending_reviews, items_of, "/ceo-reviews/?status=pending"))
