"""The tally: what the outcomes of a rule said."""

from __future__ import annotations

import math

from django.utils.safestring import SafeString

from elfsite.charts.numbers import short

TALLY_FULL = 300  # outcomes at which a tally has its whole length


def tally(
    held: int | None,
    failed: int | None,
    contradicted: int | None = 0,
    *,
    width: int = 92,
    height: int = 8,
) -> SafeString:
    """Outcomes of a rule: length is their number (log, full at 300), split by what they said.

    It stands beside the same numbers in words, hence it is hidden from screen readers. Negative
    counts, which raw rows may hold, count as none.
    """
    parts = [max(0, n or 0) for n in (held, failed, contradicted)]
    total, at, bars = sum(parts), 0.0, []
    length = min(1.0, math.log10(1 + total) / math.log10(1 + TALLY_FULL)) * width
    for name, part in zip(("val", "vio", "con"), parts, strict=True):
        if part:
            wide = length * part / total
            bars.append(
                f'<rect class="{name}" x="{short(at, 1)}" width="{short(wide, 1)}"'
                f' height="{height - 2}"/>'
            )
            at += wide
    return SafeString(
        f'<svg class="tally" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' aria-hidden="true"><path class="base" d="M0 {height - 0.5}H{width}"/>'
        f"{''.join(bars)}</svg>"
    )


def tally_words(held: int | None, failed: int | None, contradicted: int | None = 0) -> SafeString:
    """The same in words: "74 held, 9 failed, 2 contradicted", or "never applied"."""
    parts = [(held, "held"), (failed, "failed"), (contradicted, "contradicted")]
    counts = [(max(0, n or 0), word) for n, word in parts]
    if not any(n for n, _ in counts):
        return SafeString("never applied")
    kept = [(n, word) for n, word in counts if n or word != "contradicted"]
    return SafeString(", ".join(f'<span class="num">{n:,}</span> {word}' for n, word in kept))
