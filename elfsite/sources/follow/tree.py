"""Which rows lie on which page: the inner pages of a table's b-tree, read and remembered.

Layout as SQLite's file format documents it: an inner page of a table has the type 5 and, for each
child but the last, the child's page and the largest rowid under it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

LOW, HIGH = -(2**63), 2**63 - 1  # rowids; a range is (low, high]: without its lower end
INNER, LEAF = 5, 13
INDEX_TYPES = (2, 10)
DEEPEST = 20  # levels of any b-tree that SQLite makes

Range = tuple[int, int]
PageOf = Callable[[int], bytes]


class Broken(Exception):
    """A page is not what it should be: somebody writes over it right now."""


@dataclass
class Tree:
    """The pages of one table: leaf -> its rows, and the inner pages."""

    leaves: dict[int, Range] = field(default_factory=dict)
    inner: set[int] = field(default_factory=set)

    def touched(self, pages: set[int]) -> bool:
        return not pages.isdisjoint(self.inner)


class Forest:
    """The trees of all tables that are followed."""

    def __init__(self, page: PageOf) -> None:
        self._page = page
        self._parsed: dict[int, tuple[list[int], list[int]]] = {}
        self.trees: dict[int, Tree] = {}  # root -> tree

    def plant(self, roots: set[int]) -> None:
        """Read the trees of these roots anew. Raises Broken, LookupError."""
        self._parsed.clear()
        self.trees = {root: self._walk(root) for root in roots}

    def dirty(self, root: int, pages: set[int]) -> list[Range]:
        """The ranges of rows of one table that lie, or lay, on the changed *pages*."""
        old = self.trees[root]
        found = [old.leaves[page] for page in pages & old.leaves.keys()]
        if old.touched(pages) or root in pages:
            for page in pages:
                self._parsed.pop(page, None)
            new = self.trees[root] = self._walk(root)
            found += [old.leaves[page] for page in old.leaves.keys() - new.leaves.keys()]
            found += [new.leaves[page] for page in pages & new.leaves.keys()]
        return merged(found)

    def is_known(self, page: int) -> bool:
        """Whether the page belongs to a table that is followed."""
        return any(page in tree.leaves or page in tree.inner for tree in self.trees.values())

    def _walk(self, root: int) -> Tree:
        level: list[tuple[int, int, int]] = [(root, LOW, HIGH)]
        tree = Tree()
        for _ in range(self._depth(root)):
            below: list[tuple[int, int, int]] = []
            for page, low, high in level:
                tree.inner.add(page)
                children, keys = self._children(page)
                ends = [low, *keys, high]
                below += zip(children, ends[:-1], ends[1:], strict=True)
            level = below
        tree.leaves = {page: (low, high) for page, low, high in level}
        return tree

    def _depth(self, root: int) -> int:
        page = root
        for depth in range(DEEPEST):
            kind = page_type(self._page(page), page)
            if kind == LEAF:
                return depth
            if kind != INNER:
                break
            page = self._children(page)[0][0]
        raise Broken(f"page {page} is no page of a table")

    def _children(self, page: int) -> tuple[list[int], list[int]]:
        if page not in self._parsed:
            self._parsed[page] = parsed(self._page(page), page)
        return self._parsed[page]


def page_type(raw: bytes, number: int) -> int:
    """The kind of a page; the first one begins behind the file's own head."""
    return raw[100 if number == 1 else 0]


def parsed(raw: bytes, number: int) -> tuple[list[int], list[int]]:
    """Children of an inner page, and the largest rowid under each but the last."""
    start = 100 if number == 1 else 0
    if raw[start] != INNER:
        raise Broken(f"page {number} is no inner page")
    cells, last = struct.unpack_from(">H", raw, start + 3)[0], start + 8
    places = struct.unpack_from(f">{cells}H", raw, start + 12)
    try:
        children = [struct.unpack_from(">I", raw, at)[0] for at in places]
        keys = [varint(raw, at + 4) for at in places]
    except (struct.error, IndexError):
        raise Broken(f"page {number} is cut off") from None
    return [*children, struct.unpack_from(">I", raw, last)[0]], keys


def varint(raw: bytes, at: int) -> int:
    """A number of 1 to 9 bytes, as rowids are stored; signed."""
    value = 0
    for place in range(at, at + 8):
        byte = raw[place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value
    value = value << 8 | raw[at + 8]
    return value - 2**64 if value >= 2**63 else value


def merged(ranges: list[Range]) -> list[Range]:
    """The same rows in as few ranges as possible, in order."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found
