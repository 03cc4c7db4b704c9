"""What the people pages read."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from game.players import links
from game.players.models import Invitation, User

PEOPLE_LIMIT = 100  # rows of one panel (20 ms); the search field reaches the others


def people(text: str = "") -> list[User]:
    """Those who have signed in or may, by name; at most PEOPLE_LIMIT + 1."""
    found = User.objects.exclude(login=None)
    return list(_named(text, found)[: PEOPLE_LIMIT + 1])


def imported_people(text: str = "") -> list[User]:
    """Those who came with a database and are not claimed; at most PEOPLE_LIMIT + 1."""
    found = User.objects.filter(login=None, is_active=False, gone_at=None)
    return list(_named(text, found)[: PEOPLE_LIMIT + 1])


def open_invitations() -> list[Invitation]:
    """Links that still work, the newest first; their number is bounded where they are made."""
    found = links.open_links().exclude(kind="first").select_related("created_by", "person")
    return list(found.order_by("-pk"))


def _named(text: str, found: QuerySet[User]) -> QuerySet[User]:
    if text:
        found = found.filter(Q(username__icontains=text) | Q(login__icontains=text))
    return found.select_related("origin").order_by("-is_active", Lower("username"), "pk")
