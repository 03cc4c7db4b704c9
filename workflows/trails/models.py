"""Trails: what agents leave where they worked (seed: elf-schema §4.5), and places summed up."""

from __future__ import annotations

from django.db import models

from elfsite.origins.fields import SeedDateTimeField, recorded_at, words
from elfsite.origins.models import Recorded, Source, from_origin, gone_index
from workflows.conductor.models import WorkflowRun


def _spans(table: str, *first: str) -> list[models.Index]:
    """The strongest places of each window; those without a trail in it are not in the index."""
    return [
        models.Index(
            fields=[*first, f"-{span}"],
            condition=models.Q(**{f"{span}_trails__gt": 0}),
            name=f"{table}_{span}",
        )
        for span in ("day", "week", "month")
    ]


class Trail(Recorded):
    """One scent at one location. ``strength`` is as laid; what is left is computed when read."""

    LOCATION_TYPES = ("file", "function", "class", "concept", "tag", "url")
    # worst first; the seed's column is open text, others are shown as they are
    SCENTS = ("blocker", "warning", "hot", "discovery", "write", "read", "cold")

    run = models.ForeignKey(
        WorkflowRun,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="trails",
    )
    location = models.TextField()
    location_type = models.TextField(
        choices=words(*LOCATION_TYPES), default="file", db_default="file"
    )
    scent = models.TextField()
    strength = models.FloatField(default=1.0, db_default=1.0)
    agent_id = models.TextField(null=True, blank=True)
    node_id = models.TextField(null=True, blank=True)
    message = models.TextField(null=True, blank=True)
    tags = models.TextField(null=True, blank=True)
    created_at = recorded_at()
    expires_at = SeedDateTimeField(null=True, blank=True)

    class Meta:
        db_table = "trails"
        constraints = [from_origin("trails")]
        indexes = [
            models.Index(fields=["location", "created_at"], name="idx_trails_location"),
            models.Index(fields=["scent", "created_at"], name="idx_trails_scent"),
            models.Index(fields=["agent_id", "created_at"], name="idx_trails_agent"),
            models.Index(fields=["strength"], name="idx_trails_strength"),
            models.Index(fields=["run", "created_at"], name="idx_trails_run"),
            models.Index(fields=["created_at"], name="idx_trails_created_at"),
            models.Index(fields=["location_type", "created_at"], name="idx_trails_type"),
            models.Index(fields=["expires_at"], name="idx_trails_expires_at"),
            models.Index(fields=["origin", "created_at"], name="idx_trails_origin"),
            gone_index("trails"),
            # ours: a day is counted from the index alone
            models.Index(
                fields=["created_at"], condition=models.Q(gone_at__isnull=True), name="trails_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scent} at {self.location}"


class Kept(models.Model):
    """What trails at one location add up to, kept so that hot spots cost the same whatever the
    number of trails.

    Every scent fades at the same rate, so the order of places never changes without a new trail:
    ``heat`` is the natural logarithm of the sum of ``strength × 0.9^(−hours since 2020)`` and an
    index on it gives the hottest places. What is left now is ``exp(heat − hours·ln(1/0.9))``.
    ``day``, ``week`` and ``month`` are the strength laid in the last 24 hours, 7 and 30 days, as
    of the last fold. Derived: ``workflows.trails.places`` keeps it and can make it anew.
    """

    origin = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    location = models.TextField()
    heat = models.FloatField()
    trails = models.IntegerField(default=0)  # neither expired nor gone
    # {scent: [heat, trails, last hour]} and {agent: [trails, last hour, last hour that touched]}
    scents = models.JSONField(default=dict)
    agents = models.JSONField(default=dict)
    last_at = models.DateTimeField(null=True)
    day = models.FloatField(default=0, db_default=0)
    day_trails = models.IntegerField(default=0, db_default=0)
    week = models.FloatField(default=0, db_default=0)
    week_trails = models.IntegerField(default=0, db_default=0)
    month = models.FloatField(default=0, db_default=0)
    month_trails = models.IntegerField(default=0, db_default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.location


class Place(Kept):
    """A location with all of its scents together."""

    # when two agents were here within minutes of each other, and how many seconds apart
    crossed_at = models.DateTimeField(null=True)
    crossed_gap = models.FloatField(null=True)

    class Meta:
        db_table = "trail_places"
        constraints = [
            models.UniqueConstraint(fields=["origin", "location"], name="trail_places_location"),
            models.UniqueConstraint(
                fields=["location"],
                condition=models.Q(origin__isnull=True),
                name="trail_places_own_location",
            ),
        ]
        indexes = [
            models.Index(fields=["-heat"], name="trail_places_heat"),
            models.Index(fields=["origin", "-heat"], name="trail_places_origin_heat"),
            # places of sources too are looked up by their location alone
            models.Index(fields=["location"], name="trail_places_at"),
            *_spans("trail_places"),
        ]


class PlaceScent(Kept):
    """One scent at a location: the map by scent reads it."""

    scent = models.TextField()

    class Meta:
        db_table = "trail_place_scents"
        constraints = [
            models.UniqueConstraint(
                fields=["location", "scent", "origin"], name="trail_place_scents_place"
            ),
            models.UniqueConstraint(
                fields=["location", "scent"],
                condition=models.Q(origin__isnull=True),
                name="trail_place_scents_own",
            ),
        ]
        indexes = [
            models.Index(fields=["scent", "-heat"], name="trail_place_scents_heat"),
            *_spans("trail_place_scents", "scent"),
        ]


class TrailDay(models.Model):
    """The roll-up: what was laid of one scent at one location on one UTC day, expired or not."""

    origin = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    location = models.TextField()
    scent = models.TextField()
    day = models.DateField()
    trails = models.IntegerField()
    strength = models.FloatField()

    class Meta:
        db_table = "trail_days"
        constraints = [
            models.UniqueConstraint(
                fields=["location", "day", "scent", "origin"], name="trail_days_place"
            ),
            models.UniqueConstraint(
                fields=["location", "day", "scent"],
                condition=models.Q(origin__isnull=True),
                name="trail_days_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scent} at {self.location} on {self.day}"


class Collision(models.Model):
    """Two agents that touched one location within the window (see ``meeting``): one row a pair.

    ``one`` and ``two`` are the pair by name, ``later`` the one that came second the last time,
    ``gap`` the seconds between them. ``times`` counts the meetings that were told: one event a
    pair, place and window.
    """

    origin = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    location = models.TextField()
    one = models.TextField()
    two = models.TextField()
    later = models.TextField()
    scents = models.TextField()  # "write after read"
    met_at = models.DateTimeField()
    gap = models.FloatField()
    told_at = models.DateTimeField()
    times = models.IntegerField(default=1, db_default=1)

    class Meta:
        db_table = "trail_collisions"
        constraints = [
            models.UniqueConstraint(
                fields=["location", "one", "two", "origin"], name="trail_collisions_pair"
            ),
            models.UniqueConstraint(
                fields=["location", "one", "two"],
                condition=models.Q(origin__isnull=True),
                name="trail_collisions_own_pair",
            ),
        ]
        indexes = [
            models.Index(fields=["met_at"], name="trail_collisions_met_at"),
            models.Index(fields=["later", "met_at"], name="trail_collisions_later"),
        ]

    def __str__(self) -> str:
        return f"{self.one} and {self.two} at {self.location}"


class PlacesState(models.Model):
    """How far the places are: one row. Trails above ``last_id`` are added when places are read.

    ``seen_id`` was the highest id at the last fold; only what was there then is folded now, so
    that a transaction which commits late (PostgreSQL) is not passed by. ``folded_at`` is the time
    up to which expired trails, and those that left a window, are taken away. ``stale`` means that
    a rebuild is owed; ``rebuilt_to`` is the last location of one that is under way.
    """

    id = models.IntegerField(primary_key=True, default=1, db_default=1)
    last_id = models.BigIntegerField(default=0, db_default=0)
    seen_id = models.BigIntegerField(default=0, db_default=0)
    folded_at = models.DateTimeField()
    rebuilt_at = models.DateTimeField(null=True)
    period_hours = models.IntegerField(default=1, db_default=1)
    stale = models.BooleanField(default=False, db_default=False)
    rebuilt_to = models.TextField(null=True)

    class Meta:
        db_table = "trail_places_state"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="trail_places_state_singleton")
        ]

    def __str__(self) -> str:
        return f"places up to trail {self.last_id}"
