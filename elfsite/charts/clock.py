"""Times as people read them: how long ago, with the absolute time behind it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from elfsite.origins.fields import Unreadable, read_time

MINUTE, HOUR, DAY = 60, 3600, 86400
MONTH, YEAR = 30.44 * DAY, 365.25 * DAY
# upper border in seconds, seconds of the unit, unit; static/js/times.mjs has the same steps
STEPS: tuple[tuple[float, float, str], ...] = (
    (MINUTE, 1, "s"),
    (HOUR, MINUTE, "min"),
    (2 * DAY, HOUR, "h"),
    (61 * DAY, DAY, "d"),
    (2 * YEAR, MONTH, "months"),
    (float("inf"), YEAR, "years"),
)


def span(seconds: float) -> str:
    """A length of time in one unit: "12 s", "3 min", "26 h", "9 d", "4 months", "2 years"."""
    seconds = abs(seconds)
    for border, unit, word in STEPS:
        if seconds < border:
            return f"{int(seconds / unit)} {word}"
    raise AssertionError("the last border is infinite")


def relative(moment: dt.datetime, now: dt.datetime) -> str:
    """*moment* seen from *now*: "3 min ago", "in 2 h", "now" within a second."""
    seconds = (now - moment).total_seconds()
    if abs(seconds) < 1:
        return "now"
    return f"{span(seconds)} ago" if seconds > 0 else f"in {span(seconds)}"


def absolute(moment: dt.datetime) -> str:
    """``2026-11-20 09:41:58 UTC``, for the tooltip and for whoever copies it."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _flagged(written: str) -> SafeString:
    return SafeString(
        f'<span class="flag" title="Recorded as written here; it is no readable time">'
        f"{escape(written)}</span>"
    )


def ago(value: object, never: str = "–", *, now: dt.datetime | None = None) -> SafeString:
    """A ``<time>`` that says how long ago; *never* for None and "", nonsense as written, flagged.

    Takes a datetime, a date, or the text of a date column. A time without an offset is UTC.
    """
    if value is None or value == "":
        return SafeString(f'<span class="quiet">{escape(never)}</span>')
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return SafeString(f'<time datetime="{value:%Y-%m-%d}">{value:%Y-%m-%d}</time>')
    moment = read_time(value)
    if moment is None or isinstance(moment, Unreadable):
        return _flagged(str(value))
    words = relative(moment, now or timezone.now())
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return SafeString(
        f'<time datetime="{iso}" title="{absolute(moment)}" data-rel="">{words}</time>'
    )


def age(value: object, *, now: dt.datetime | None = None) -> SafeString:
    """As ``ago``, without the word "ago": for the narrow column of a feed."""
    moment = read_time(value) if value else None
    if moment is None or isinstance(moment, Unreadable):
        return ago(value)
    words = span(((now or timezone.now()) - moment).total_seconds())
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return SafeString(
        f'<time datetime="{iso}" title="{absolute(moment)}" data-rel="short">{words}</time>'
    )


def at(value: object, never: str = "–") -> SafeString:
    """A ``<time>`` that says the absolute time, to the second, in UTC; nonsense as in ``ago``."""
    if value is None or value == "":
        return SafeString(f'<span class="quiet">{escape(never)}</span>')
    moment = read_time(value)
    if moment is None or isinstance(moment, Unreadable):
        return _flagged(str(value))
    iso = moment.astimezone(dt.UTC).isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{iso}">{absolute(moment)}</time>')
