"""The pages that belong to no area: Overview and the table of hot spots."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.pages import hottest, panels
from elfsite.pages.asof import moment, written
from elfsite.pages.overview import LIVE, READINGS, SPANS, USUAL_SPAN, Asked, panels_of
from elfsite.sources.welcome import needs_welcome
from elfsite.timeline import reading
from elfsite.timeline.frames import line_of
from workflows.trails.queries import OURS

HAPPENED = 12  # lines of the feed


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """``/``: everything at a glance, now or at ``?asof=``; ``?days=`` is the span of velocity."""
    asked = Asked(moment(request), _choice(request, "days", SPANS, USUAL_SPAN))
    if needs_welcome():
        return redirect("welcome")
    shown = panels.show(panels_of(asked), _request_id(request))
    context: dict[str, Any] = {
        "shown": shown,
        "readings": [shown[key] for key in READINGS],
        "asof": asked.asof,
        "now_url": asked.url(asof=None),
        "live": {} if asked.asof else LIVE,
        "live_readings": "" if asked.asof else _topics(READINGS),
        "happening": _happening(asked.asof),
    }
    return render(request, "pages/overview.html", context)


def _topics(keys: tuple[str, ...]) -> str:
    return " ".join(sorted({topic for key in keys for topic in LIVE[key].split()}))


def _happening(asof: dt.datetime | None) -> list[str]:
    """The last events as lines of the feed; not kept, because the stream goes on from them."""
    events = reading.newest(HAPPENED, upto=asof)
    return [line_of(event, new=False) for event in events]


@require_safe
def hotspots(request: HttpRequest) -> HttpResponse:
    """``/trails/hotspots/``: the survey map as a table; by source, and at a time of the past."""
    sources = dict(Source.objects.order_by("name").values_list("pk", "name"))
    asked = hottest.Asked(
        moment(request),
        _choice(request, "limit", hottest.SIZES, hottest.ROWS),
        _source(request, sources),
    )
    table = panels.panel("hottest", ("trails",), partial(hottest.table, asked, sources), asked)
    context: dict[str, Any] = {
        "table": panels.show([table], _request_id(request))["hottest"],
        "asof": asked.asof,
        "asof_text": written(asked.asof) if asked.asof else "",
        "sources": [(OURS, "here"), *sources.items()],
        "source": asked.source,
        "now_url": asked.url(asof=None),
    }
    return render(request, "pages/hotspots.html", context)


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))


def _choice(request: HttpRequest, name: str, offered: tuple[int, ...], usual: int) -> int:
    """A parameter that takes one of a few numbers. Raises Refused (400) for anything else."""
    text = request.GET.get(name, "").strip()
    if text in {"", *(str(n) for n in offered)}:
        return int(text or usual)
    words = ", ".join(str(n) for n in offered)
    raise Refused("bad_parameter", f"{name} must be one of {words}, not {text[:60]!r}.")


def _source(request: HttpRequest, known: dict[int, str]) -> int | str | None:
    text = request.GET.get("source", "").strip()
    if text in {"", OURS}:
        return text or None
    if text.isascii() and text.isdecimal() and int(text) in known:
        return int(text)
    raise Refused("bad_parameter", f"There is no source {text[:60]!r}; {OURS!r} means no source.")
