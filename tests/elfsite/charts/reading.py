"""How the tests read a drawing: it must be well-formed XML, and its numbers must be numbers."""

from __future__ import annotations

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"


def tree(markup: str) -> ElementTree.Element:
    """The drawing as a tree; raises where it is not well formed."""
    assert not re.search(r"\b(nan|inf)\b", markup), markup
    return ElementTree.fromstring(f"<drawing>{markup}</drawing>")


def by_class(markup: str, name: str) -> list[ElementTree.Element]:
    """Every element that has the class *name*."""
    return [node for node in tree(markup).iter() if name in node.get("class", "").split()]


def words(markup: str) -> list[str]:
    """The text of every ``<text>``."""
    return ["".join(node.itertext()).strip() for node in tree(markup).iter("text")]


def numbers(path: str) -> list[float]:
    """Every number of a path."""
    return [float(number) for number in re.findall(r"-?\d+\.?\d*", path)]
