"""One-time links: the token travels in the address, only its hash stays with us."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from elfsite.errors import Refused
from game.players.models import Invitation

TOKEN_BYTES = 32  # 256 random bits: nobody guesses one, so the hash needs no salt and no stretching


def new_token() -> str:
    """What stands in the address of a link, 43 characters."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_of(token: str) -> str:
    """SHA-256 in hexadecimal: what the database knows of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def address(route: str, token: str) -> str:
    """The absolute address of a link, on the base URL that people are told."""
    return f"{settings.BASE_URL}{reverse(route, args=[token])}"


def open_links(now: datetime | None = None) -> QuerySet[Invitation]:
    """Links that still work."""
    return Invitation.objects.filter(
        used_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now()
    )


def look_up(token_hash: str, kind: str) -> Invitation:
    """The open link of *kind* with this hash. Raises Refused (404 unknown, 410 no longer open)."""
    link = Invitation.objects.filter(token_hash=token_hash, kind=kind).first()
    if link is None:
        raise Refused(
            "unknown_link",
            "This link is not known. Check that you copied all of it.",
            status=404,
        )
    if reason := _why_closed(link):
        raise Refused("closed_link", f"{reason} Ask an administrator for a new one.", status=410)
    return link


def use_up(token_hash: str, kind: str) -> Invitation:
    """Spend the link inside the caller's transaction: of two that come at once, one is refused."""
    now = timezone.now()
    spent = open_links(now).filter(token_hash=token_hash, kind=kind).update(used_at=now)
    if spent != 1:
        look_up(token_hash, kind)
        raise Refused("used_link", "This link has been used in this moment.", status=409)
    return Invitation.objects.get(token_hash=token_hash)


def _why_closed(link: Invitation) -> str:
    if link.used_at:
        return "This link has been used; it works once."
    if link.withdrawn_at:
        return "This link has been withdrawn."
    if link.expires_at <= timezone.now():
        return f"This link expired on {link.expires_at:%d %B %Y at %H:%M} UTC."
    return ""
