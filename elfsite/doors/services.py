"""Agent keys: made, rotated, revoked, and recognised when an agent knocks."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from elfsite.doors import policy
from elfsite.doors.models import AgentKey
from elfsite.errors import Refused
from elfsite.timeline.log import write
from game.players.models import User

TOPIC = "doors"
MARK = "elf_"  # what a key begins with, so that scanners and people recognise a leaked one
SHOWN = len(MARK) + 6  # characters that pages show of a key
SECRET_LETTERS = 40  # of 62: 238 random bits, so a plain hash is as good as a slow one
LETTERS = string.ascii_letters + string.digits
NAME_LIMIT = 100  # characters
PROJECT_LIMIT = 500  # characters
MOST_DAYS = 3650
KEYS_LIMIT = 50  # live keys of one person
USE_GRAIN = timedelta(minutes=1)  # last_used_at is written at most this often


def create_key(
    *,
    actor: User,
    name: str,
    scopes: Sequence[str],
    trust_class: str = "agent",
    project: str = "",
    days: int | None = 90,
) -> tuple[AgentKey, str]:
    """A key of *actor*, and its plain text, which exists only in this answer.

    *days* None never expires. Raises Refused: 400 for bad words, 403 for more than the role may
    give, 409 for too many live keys.
    """
    name, project = name.strip(), project.strip()
    _require_words(name, scopes, trust_class, project, days)
    policy.require(actor.role, scopes, trust_class)
    now = timezone.now()
    plain = _new_plain()
    with write(actor) as w:
        if _live(now).filter(owner=actor).count() >= KEYS_LIMIT:
            raise Refused("many_keys", f"You have {KEYS_LIMIT} live keys. Revoke some.", status=409)
        key = AgentKey.objects.create(
            name=name,
            owner=actor,
            prefix=plain[:SHOWN],
            key_hash=_hash_of(plain),
            scopes=[word for word in AgentKey.SCOPES if word in scopes],
            trust_class=trust_class,
            project=project,
            expires_at=now + timedelta(days=days) if days else None,
        )
        w.event(TOPIC, "made_key", key, f"Key {name} ({key.prefix}…) was made", scopes=key.scopes)
    return key, plain


def rotate_key(*, actor: User, key: AgentKey) -> tuple[AgentKey, str]:
    """Give the key a new text; the old one stops at once. For its owner alone, because whoever
    sees the new text can act as the owner. Raises Refused 403, 409."""
    if key.owner_id != actor.pk:
        raise Refused("not_yours", "Only its owner rotates a key. You can revoke it.", status=403)
    policy.require(actor.role, key.scopes, key.trust_class)
    plain = _new_plain()
    with write(actor) as w:
        changed = (
            _live(timezone.now())
            .filter(pk=key.pk, key_hash=key.key_hash)
            .update(prefix=plain[:SHOWN], key_hash=_hash_of(plain), last_used_at=None)
        )
        if changed != 1:
            raise Refused("closed_key", "This key has ended. Make a new one.", status=409)
        w.event(TOPIC, "rotated_key", key, f"Key {key.name} has a new text ({plain[:SHOWN]}…)")
    key.refresh_from_db()
    return key, plain


def revoke_key(*, actor: User, key: AgentKey) -> None:
    """End a key at once and for ever. For its owner and administrators. Raises Refused 403, 409."""
    if key.owner_id != actor.pk and actor.role != "admin":
        raise Refused("not_yours", "Only its owner or an administrator revokes a key.", status=403)
    with write(actor) as w:
        now = timezone.now()
        if AgentKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now) != 1:
            raise Refused("closed_key", "This key was revoked before.", status=409)
        w.event(TOPIC, "revoked_key", key, f"Key {key.name} ({key.prefix}…) was revoked")
    key.revoked_at = now


def authenticate_key(plain: str) -> AgentKey:
    """The key (with its owner) that *plain* is the text of; notes its use.

    Found by its hash, so the time it takes tells nothing about the text. Raises Refused 401, with
    one code and sentence per reason.
    """
    key = AgentKey.objects.select_related("owner").filter(key_hash=_hash_of(plain)).first()
    if key is None:
        raise Refused("unknown_key", "This key is not known here.", status=401)
    now = timezone.now()
    _require_open(key, now)
    if key.last_used_at is None or now - key.last_used_at >= USE_GRAIN:
        AgentKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now
    return key


def _require_open(key: AgentKey, now: datetime) -> None:
    owner: User = key.owner
    if key.revoked_at:
        raise Refused("revoked_key", f"The key {key.name} is revoked.", status=401)
    if key.expires_at and key.expires_at <= now:
        raise Refused("expired_key", f"The key {key.name} has expired.", status=401)
    if not owner.is_active:
        raise Refused("closed_owner", f"The owner of the key {key.name} is out.", status=401)
    try:
        policy.require(owner.role, key.scopes, key.trust_class)
    except Refused as above:
        raise Refused(
            above.code, f"{above.sentence} Its owner no longer is one.", status=401
        ) from None


def _live(now: datetime) -> QuerySet[AgentKey]:
    return AgentKey.objects.filter(revoked_at=None).filter(
        Q(expires_at=None) | Q(expires_at__gt=now)
    )


def _require_words(
    name: str, scopes: Sequence[str], trust_class: str, project: str, days: int | None
) -> None:
    if not 1 <= len(name) <= NAME_LIMIT:
        raise Refused("bad_name", f"A key has a name of 1 to {NAME_LIMIT} characters.")
    if len(project) > PROJECT_LIMIT:
        raise Refused("long_project", f"A project has at most {PROJECT_LIMIT} characters.")
    if not scopes or not set(scopes) <= set(AgentKey.SCOPES):
        raise Refused("bad_scopes", f"Scopes are one or more of {', '.join(AgentKey.SCOPES)}.")
    if trust_class not in AgentKey.TRUST_CLASSES:
        words = ", ".join(AgentKey.TRUST_CLASSES)
        raise Refused("bad_trust_class", f"A trust class is one of {words}.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused("bad_days", f"A key holds for 1 to {MOST_DAYS:,} days, or without end.")


def _new_plain() -> str:
    """A text whose shown part no other key has."""
    while True:
        plain = MARK + "".join(secrets.choice(LETTERS) for _ in range(SECRET_LETTERS))
        if not AgentKey.objects.filter(prefix=plain[:SHOWN]).exists():
            return plain


def _hash_of(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
