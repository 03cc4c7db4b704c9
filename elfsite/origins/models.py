"""Where rows come from: the databases that we read, and the base class of every seed table."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from elfsite.origins.fields import words


class Source(models.Model):
    """A database of another system whose rows stand on our pages.

    ``kind`` is the system (``elf``), ``path`` the file or DSN, ``time_zone`` the zone in which that
    system wrote its local times. ``facts`` keeps what describes the file itself and is not
    imported as rows (schema_version, db_operations, unknown tables and columns), ``report`` the
    last run's table. Who reads or forgets it holds a lease (``lease_holder`` until
    ``lease_until``); ``progress`` is how far that is: ``{"done", "total", "note"}`` in rows.
    """

    KINDS = ("elf",)
    STATES = ("new", "reading", "ready", "failed", "forgetting")

    name = models.TextField(unique=True)
    kind = models.TextField(choices=words(*KINDS), default="elf", db_default="elf")
    path = models.TextField()
    time_zone = models.TextField(default="UTC", db_default="UTC")
    project_path = models.TextField(null=True, blank=True)
    is_sample = models.BooleanField(default=False, db_default=False)
    state = models.TextField(choices=words(*STATES), default="new", db_default="new")
    facts = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    report = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    error = models.TextField(default="", db_default="", blank=True)
    first_activity_at = models.DateTimeField(null=True, blank=True)
    last_activity_at = models.DateTimeField(null=True, blank=True)
    last_run_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.TextField(default="", db_default="", blank=True)  # an actor's name
    lease_holder = models.TextField(default="", db_default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    # following: wanted or not, by which process, and how that goes
    followed = models.BooleanField(default=False, db_default=False)
    write_back = models.BooleanField(default=False, db_default=False)
    follow_holder = models.TextField(default="", db_default="", blank=True)
    follow_until = models.DateTimeField(null=True, blank=True)
    follow_state = models.TextField(default="", db_default="", blank=True)
    follow_error = models.TextField(default="", db_default="", blank=True)
    follow_at = models.DateTimeField(null=True, blank=True)  # the last pass that wrote rows
    follow_lag = models.FloatField(null=True, blank=True)  # seconds of that pass, noticed to shown
    written_back_at = models.DateTimeField(null=True, blank=True)  # what was governed until then

    class Meta:
        db_table = "sources"
        constraints = [models.UniqueConstraint(fields=["kind", "path"], name="sources_kind_path")]

    def __str__(self) -> str:
        return self.name


class Rejection(models.Model):
    """A row of a source that could not be taken, with the reason and the row as it was."""

    origin = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="rejections")
    table = models.TextField()
    key = models.TextField()
    reason = models.TextField()
    raw = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "import_rejections"
        constraints = [
            models.UniqueConstraint(fields=["origin", "table", "key"], name="import_rejections_row")
        ]
        indexes = [models.Index(fields=["table"], name="import_rejections_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.reason}"


class Repair(models.Model):
    """A value of a source that a named rule changed so that its row could be taken.

    ``raw`` is the value as it was: nothing that a rule changed is lost. ``rule`` is a short
    phrase (``clamped``, ``not a time``), the same for every row that it repaired.
    """

    origin = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="repairs")
    table = models.TextField()
    key = models.TextField()
    column = models.TextField()
    rule = models.TextField()
    raw = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "import_repairs"
        constraints = [
            models.UniqueConstraint(
                fields=["origin", "table", "key", "column"], name="import_repairs_value"
            )
        ]
        indexes = [models.Index(fields=["table"], name="import_repairs_table")]

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.column} {self.rule}"


class SeedModel(models.Model):
    """A table of a seed: plain column names, and ``to_dict()`` as the models API documents it.

    ``EDITABLE`` names the descriptive columns that ``edit_record`` may change; a table without
    any is a ledger, and everything else changes by the services of its area.
    """

    EDITABLE: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def to_dict(self) -> dict[str, Any]:
        """Every column by its name in the table, with the value that this object carries."""
        return {
            str(field.column): getattr(self, field.attname) for field in self._meta.concrete_fields
        }


class Recorded(SeedModel):
    """A seed row that may have been recorded by another database.

    ``origin``/``origin_key`` say which row of which source it is (NULL: our own), ``origin_hash``
    what it looked like there when last read, ``gone_at`` that the source no longer has it,
    ``governed_at`` that a service of ours has acted on it: from then on its governed columns are
    ours (the source wins on what was recorded, we win on what was governed).
    """

    origin = models.ForeignKey(
        Source,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # the unique (origin, origin_key) serves it
        related_name="+",
    )
    origin_key = models.TextField(null=True, blank=True, editable=False)
    origin_hash = models.TextField(null=True, blank=True, editable=False)
    gone_at = models.DateTimeField(null=True, blank=True, editable=False)
    governed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def from_origin(table: str) -> models.UniqueConstraint:
    """One row of ours for one row of a source: what makes an import repeatable."""
    return models.UniqueConstraint(fields=["origin", "origin_key"], name=f"{table}_origin")


def gone_index(table: str) -> models.Index:
    """Finds the rows that their source no longer has; costs nothing while there are none."""
    return models.Index(
        fields=["gone_at"], condition=Q(gone_at__isnull=False), name=f"{table}_gone"
    )


def unique_per_origin(column: str, table: str, *, name: str = "") -> list[models.BaseConstraint]:
    """A seed's UNIQUE, held among our own rows and within each source.

    ``name`` is the name of the seed's index. The expression form makes a real index of that name
    on SQLite, where the field form would make an anonymous one.
    """
    return [
        models.UniqueConstraint(
            F(column), condition=Q(origin__isnull=True), name=name or f"{table}_{column}"
        ),
        models.UniqueConstraint(fields=["origin", column], name=f"{table}_{column}_origin"),
    ]


def between(column: str, low: float, high: float | None, table: str) -> models.CheckConstraint:
    """A seed's CHECK on a range; ``high`` None leaves it open."""
    condition = Q(**{f"{column}__gte": low})
    if high is not None:
        condition &= Q(**{f"{column}__lte": high})
    return models.CheckConstraint(condition=condition, name=f"{table}_{column}_range")


def one_of(column: str, values: tuple[str, ...], table: str) -> models.CheckConstraint:
    """A seed's CHECK on an enumeration, widened to every documented value."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": values}), name=f"{table}_{column}_word"
    )


def is_flag(column: str, table: str) -> models.CheckConstraint:
    """0 or 1: SQLite would store a 2 and Django read it as False."""
    return models.CheckConstraint(
        # a range and not IN (1, 0): Django's introspection of SQLite stumbles over the latter
        condition=Q(**{f"{column}__range": (False, True)}),
        name=f"{table}_{column}_flag",
    )
