"""What each row of a table looked like when last seen: rowid -> hash, 16 bytes a row.

The hash is of this process alone (Python's, with its own key), 64 bits wide: a change that it does
not show happens once in 2**64.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Difference:
    """Rowids that are new or look different, and rowids that are not there any more."""

    changed: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


class Marks:
    """Kept in the order of rowids."""

    def __init__(self) -> None:
        self._rowids = array("q")
        self._hashes = array("q")

    def __len__(self) -> int:
        return len(self._rowids)

    @property
    def last(self) -> int | None:
        """The largest rowid."""
        return self._rowids[-1] if self._rowids else None

    def see(self, low: int, high: int, rows: Sequence[tuple[int, bytes | str]]) -> Difference:
        """Compare the rows of the range (low, high] in order of rowid, and remember them."""
        start, end = bisect_right(self._rowids, low), bisect_right(self._rowids, high)
        rowids = array("q", [row[0] for row in rows])
        hashes = array("q", [hash(row[1]) for row in rows])
        old_ids, old_hashes = self._rowids[start:end], self._hashes[start:end]
        if rowids == old_ids and hashes == old_hashes:
            return Difference()
        self._rowids[start:end] = rowids
        self._hashes[start:end] = hashes
        before = dict(zip(old_ids, old_hashes, strict=True))
        changed = [
            rowid
            for rowid, digest in zip(rowids, hashes, strict=True)
            if before.pop(rowid, None) != digest
        ]
        return Difference(changed, list(before))
