"""Which rules a context calls for: areas above register who can tell."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# f(text) -> ids of the rules that the text calls for
Matcher = Callable[[str], Iterable[int]]
matchers: list[Matcher] = []


def matcher(found: Matcher) -> Matcher:
    """Register *found* once."""
    if found not in matchers:
        matchers.append(found)
    return found


def called_for(text: str) -> list[int]:
    """Ids of the rules that *text* calls for, each once, in order."""
    return sorted({pk for found in matchers for pk in found(text)})
