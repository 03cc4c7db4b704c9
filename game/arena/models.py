"""Patrol: what is flown, what the referee said, and the ledger of points.

``game_state`` (seed: elf-schema §11.2) keeps a player's score and what they own; everything here
says why. A player's rows go with the player.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from elfsite.listings import registry
from elfsite.listings.links import row_path
from elfsite.origins.fields import words
from elfsite.origins.models import one_of


class OfPlayers(models.Manager[Any]):
    """Rows of people who play. It is the default manager of what pages show: who turns the game
    off is gone from every list, file and answer, and back again with all of it."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(player__plays=True, player__is_active=True)


class Manifest(models.Model):
    """What everybody meets on one UTC day: made once of the team's data, then never changed.

    ``key`` is the day, or the day and "training". ``text`` is canonical JSON, ``digest`` its
    SHA-256, ``seed`` a number from 1 to 2³²−1 that all sorties of the day share.
    """

    key = models.TextField(unique=True)
    day = models.DateField()
    training = models.BooleanField(default=False, db_default=False)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    seed = models.BigIntegerField()
    frozen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "arena_manifests"

    def __str__(self) -> str:
        return self.key


class Sortie(models.Model):
    """A ticket for one flight: who, with what, over which manifest, until when. Used once."""

    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="+")
    seed = models.BigIntegerField()
    weapon = models.TextField()
    issued_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    shown = OfPlayers()
    objects: models.Manager[Sortie] = models.Manager()

    class Meta:
        db_table = "arena_sorties"
        verbose_name = "sortie"
        indexes = [
            models.Index(fields=["player", "-issued_at"], name="arena_sorties_player"),
            models.Index(fields=["-issued_at"], name="arena_sorties_issued"),
        ]

    def __str__(self) -> str:
        return f"sortie {self.pk}"

    @property
    def status(self) -> str:
        """``used``, ``lapsed`` or ``open``."""
        if self.used_at is not None:
            return "used"
        return "lapsed" if self.expires_at <= timezone.now() else "open"


REPLAY_STATUSES = ("waiting", "accepted", "refused")


class Replay(models.Model):
    """The inputs that a player sent for a sortie, and what the referee found when it flew them.

    ``score``, ``final_hash``, ``ticks``, ``met`` and ``downed`` (places in the manifest) are the
    referee's; what the browser claimed stands beside them and counts for nothing. ``log`` is
    emptied some days after a refusal.
    """

    STATUSES = REPLAY_STATUSES

    sortie = models.OneToOneField(Sortie, on_delete=models.CASCADE, related_name="replay")
    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    training = models.BooleanField(default=False, db_default=False)
    weapon = models.TextField()
    log = models.TextField(default="", db_default="", blank=True)
    claimed_score = models.BigIntegerField()
    claimed_hash = models.BigIntegerField()
    status = models.TextField(
        choices=words(*REPLAY_STATUSES), default="waiting", db_default="waiting"
    )
    reason = models.TextField(default="", db_default="", blank=True)
    score = models.BigIntegerField(null=True, blank=True)
    final_hash = models.BigIntegerField(null=True, blank=True)
    ticks = models.IntegerField(null=True, blank=True)
    met = models.JSONField(default=list, blank=True)
    downed = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    sent_at = models.DateTimeField(default=timezone.now)
    judged_at = models.DateTimeField(null=True, blank=True)

    shown = OfPlayers()
    objects: models.Manager[Replay] = models.Manager()

    class Meta:
        db_table = "arena_replays"
        verbose_name = "replay"
        constraints = [one_of("status", REPLAY_STATUSES, "arena_replays")]
        indexes = [
            models.Index(fields=["player", "-sent_at"], name="arena_replays_player"),
            models.Index(fields=["-sent_at"], name="arena_replays_sent"),
            models.Index(fields=["status", "-sent_at"], name="arena_replays_status"),
            models.Index(fields=["training", "-sent_at"], name="arena_replays_training"),
            models.Index(
                fields=["day", "-score"],
                condition=Q(status="accepted", training=False),
                name="arena_replays_day",
            ),
            models.Index(
                fields=["player", "day"],
                condition=Q(status="accepted", training=False),
                name="arena_replays_best",
            ),
        ]

    def __str__(self) -> str:
        return f"replay {self.pk}"


SCORE_KINDS = ("sortie", "stewardship")


class ScoreEvent(models.Model):
    """One line of the ledger: points and why. Nothing is changed here; what does not hold any
    more is taken back by a second line that names the first in ``reverses``.

    ``key`` says what the points are for, so that nothing counts twice. ``day`` is the UTC day on
    which the points were earned: that of the sortie, or that of the award.
    """

    KINDS = SCORE_KINDS

    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.TextField(choices=words(*SCORE_KINDS))
    reason = models.TextField()
    summary = models.TextField()
    points = models.BigIntegerField()
    subject_type = models.TextField(default="", db_default="", blank=True)
    subject_id = models.TextField(default="", db_default="", blank=True)
    key = models.TextField(unique=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="reversed_by"
    )
    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    shown = OfPlayers()
    objects: models.Manager[ScoreEvent] = models.Manager()

    class Meta:
        db_table = "arena_score_events"
        verbose_name = "score event"
        constraints = [one_of("kind", SCORE_KINDS, "arena_score_events")]
        indexes = [
            models.Index(fields=["player", "-at"], name="arena_score_events_player"),
            models.Index(fields=["-at"], name="arena_score_events_at"),
            models.Index(fields=["kind", "-at"], name="arena_score_events_kind"),
            models.Index(fields=["reason", "-at"], name="arena_score_events_reason"),
            models.Index(fields=["day", "player", "points"], name="arena_score_events_day"),
            models.Index(fields=["subject_type", "subject_id"], name="arena_score_events_about"),
        ]

    @property
    def about(self) -> str:
        """The address of what the points are for; "" where it has no page."""
        target = registry.by_table(self.subject_type)
        return row_path(target, self.subject_id) if target and self.subject_id else ""

    def __str__(self) -> str:
        return f"{self.points:+d} {self.reason}"


class Achievement(models.Model):
    """Something that a player did once. What the codes mean is in ``achievements.py``."""

    player = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    code = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    shown = OfPlayers()
    objects: models.Manager[Achievement] = models.Manager()

    class Meta:
        db_table = "arena_achievements"
        verbose_name = "achievement"
        constraints = [
            models.UniqueConstraint(fields=["player", "code"], name="arena_achievements_once")
        ]
        indexes = [
            models.Index(fields=["-at"], name="arena_achievements_at"),
            models.Index(fields=["code", "-at"], name="arena_achievements_code"),
        ]

    def __str__(self) -> str:
        return self.code


class Pilot(models.Model):
    """What the seed's ``game_state`` has no column for: the cursor in use, what a player had
    elsewhere, and whether they were found to star the configured repository."""

    player = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="pilot"
    )
    cursor = models.TextField(default="default", db_default="default")
    # of the score, what care gave: the board of all time must not add up the whole ledger
    care = models.BigIntegerField(default=0, db_default=0)
    imported_score = models.BigIntegerField(null=True, blank=True)
    imported_from = models.TextField(default="", db_default="", blank=True)
    star_repo = models.TextField(default="", db_default="", blank=True)
    star_given = models.BooleanField(default=False, db_default=False)
    star_checked_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "arena_pilots"

    def __str__(self) -> str:
        return f"pilot {self.player_id}"
