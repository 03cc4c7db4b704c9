"""Past days counted once, so that Overview costs the same for any number of rows."""

from __future__ import annotations

from django.db import models


class DayCount(models.Model):
    """Rows of one table on one past UTC day, by kind, and the sum of a value where one is kept.

    Derived by ``elfsite.pages.days``. Rows without a readable time stand on the first day of all.
    """

    subject = models.TextField()  # the table
    day = models.DateField()
    kind = models.TextField(default="", db_default="")
    rows = models.IntegerField(default=0, db_default=0)
    total = models.FloatField(null=True)

    class Meta:
        db_table = "day_counts"
        constraints = [
            models.UniqueConstraint(fields=["subject", "day", "kind"], name="day_counts_day")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.day} {self.kind}: {self.rows}"


class CountState(models.Model):
    """Up to which day a table is counted, when that was, and the latest event of the sources then:
    a later one means that rows of past days came or went, and that the count is not used."""

    subject = models.TextField(primary_key=True)
    counted_to = models.DateField()
    counted_at = models.DateTimeField()
    sources_head = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        db_table = "day_count_states"

    def __str__(self) -> str:
        return f"{self.subject} up to {self.counted_to}"
