"""What one run did, table by table: the numbers of the final table."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field
from typing import Any

WORDS = ("read", "added", "changed", "unchanged", "repaired", "rejected", "gone")


@dataclass
class Counts:
    """Rows of one table. ``read`` = added + changed + unchanged + rejected; ``repaired`` are among
    the added and changed, ``gone`` are rows of ours that the file no longer has."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    repaired: int = 0
    rejected: int = 0
    gone: int = 0

    def __iadd__(self, other: Counts) -> Counts:
        for word in WORDS:
            setattr(self, word, getattr(self, word) + getattr(other, word))
        return self

    @property
    def wrote(self) -> int:
        """Rows of ours that are different now."""
        return self.added + self.changed + self.gone

    def said(self) -> str:
        """``161 added, 3 rejected``; ``nothing new`` where nothing happened."""
        happened = [f"{getattr(self, word):,} {word}" for word in WORDS[1:]
                    if word != "unchanged" and getattr(self, word)]  # fmt: skip
        return ", ".join(happened) or "nothing new"


@dataclass
class Report:
    """One run over one source."""

    source: str
    started_at: dt.datetime
    tables: dict[str, Counts] = field(default_factory=dict)
    seconds: float = 0.0
    hint: str = ""  # a sentence about what looks wrong, or nothing

    @property
    def total(self) -> Counts:
        total = Counts()
        for counts in self.tables.values():
            total += counts
        return total

    def said(self) -> str:
        """The run in one sentence."""
        total = self.total
        if not total.wrote and not total.rejected:
            return f"{self.source}: nothing new in {total.read:,} rows"
        return f"{self.source}: {total.said()} of {total.read:,} rows"

    def as_json(self) -> dict[str, Any]:
        """What the source keeps of it."""
        return {
            "started_at": self.started_at.isoformat(),
            "seconds": round(self.seconds, 1),
            "tables": {table: asdict(counts) for table, counts in self.tables.items()},
            "hint": self.hint,
        }

    def lines(self) -> list[str]:
        """The final table as lines of a terminal; tables without a row are left out."""
        rows = [(t, *_numbers(c)) for t, c in self.tables.items() if c.read or c.gone]
        rows.append(("total", *_numbers(self.total)))
        wide = max(len(row[0]) for row in rows)
        head = f"{'':{wide}}  " + " ".join(f"{word:>9}" for word in WORDS)
        return [head] + [f"{r[0]:{wide}}  " + " ".join(f"{n:>9}" for n in r[1:]) for r in rows]


def _numbers(counts: Counts) -> list[str]:
    return [f"{getattr(counts, word):,}" for word in WORDS]
