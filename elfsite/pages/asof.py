"""Looking at the past: the ``asof`` of a page, and the offer to look where the last rows are."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.listings.controls import read_moment

QUIET_AFTER = dt.timedelta(days=2)  # rows older than this are history: the page offers to go there
EARLIEST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def moment(request: HttpRequest) -> dt.datetime | None:
    """The time that the page shows (``?asof=``), None for now.

    A date means its end. Raises Refused (400) for anything that is no such time, that lies before
    2000 or in the future.
    """
    text = request.GET.get("asof", "").strip()
    if not text:
        return None
    try:
        found = read_moment(text, end=True)
    except ValueError as error:
        raise Refused("bad_parameter", f"asof must be {error}, not {text[:60]!r}.") from None
    now = timezone.now()
    if found.date() == now.date() and len(text) == len("2026-11-20"):
        return None  # the end of today is not there yet
    # ``written`` rounds up: the link to a row of this very second must not be refused
    if not EARLIEST <= found <= now + dt.timedelta(seconds=1):
        raise Refused("bad_parameter", "asof must lie between the year 2000 and now.")
    return found


def written(moment: dt.datetime) -> str:
    """A moment as the address bar shows it, rounded up to the second."""
    if moment.microsecond:
        moment = moment.replace(microsecond=0) + dt.timedelta(seconds=1)
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
