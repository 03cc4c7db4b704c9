"""The style guide: every component in every state, drawn by the components themselves."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from elfsite.charts.ladder import ladder
from elfsite.charts.leafplate import leaf_plate
from elfsite.charts.plumes import plumes
from elfsite.charts.tally import tally, tally_words
from elfsite.charts.treemap import survey_map
from elfsite.errors import Refused
from elfsite.pages import samples

SAID = {
    "success": "Undone. h-198 is active again, with 0.694 as before.",
    "info": "Nothing to do: the source has not changed since 09:38.",
    "warning": "Old news. The stream has been silent for 4 min.",
    "error": "Not saved. Confidence must lie between 0 and 1.",
}


def _figures() -> dict[str, Any]:
    return {
        "leaf_plate": leaf_plate(0.934, 74, 4.6, prior=(6.4, 3.6), hue="gold"),
        "leaf_off": leaf_plate(0.883, 13, 6.2, prior=(6.4, 3.6)),
        "survey_map": survey_map(
            [p._replace(href="#survey") for p in samples.PLACES], width=670, height=400
        ),
        "plumes": plumes(samples.LANES),
        "ladder": ladder(0.05, samples.STEPS),
        "tallies": [(tally(*counts), tally_words(*counts)) for counts in samples.TALLIES],
    }


def _rows() -> dict[str, Any]:
    now = timezone.now()
    return {
        "scents": samples.SCENTS,
        "leaves": samples.LEAVES,
        "families": samples.families(),
        "hues": samples.HUES,
        "days": samples.DAYS,
        "beats": samples.BEATS,
        "fewer_beats": [b._replace(age=b.age + 64) for b in samples.BEATS if b.age < 54],
        "chain": samples.CHAIN,
        "gates": samples.GATES,
        "events": samples.events(now),
        "times": samples.times(now),
        "prose": samples.PROSE,
        "prompt": samples.PROMPT,
        "json": samples.JSON,
        "form": samples.SampleForm.wrong(),
        "tabs": [("Attempt 2", "#rows", "running", True), ("Attempt 1", "#rows", "failed", False)],
        "spans": [(n, "#rows", n == 30) for n in (7, 14, 30, 60, 90)],
        "sizes": [(n, "#rows", n == 50) for n in (15, 50, 200)],
        "trail": [("Runs", "#rows"), ("release-train", "#rows"), ("1841", "")],
    }


def _say(request: HttpRequest) -> HttpResponse:
    """What a real page does with a post: refuses by name, or writes, says so and comes back."""
    level = request.POST.get("say", "")
    if level not in SAID:
        raise Refused(
            "cooldown", "Cooldown active, 41 minutes remaining. Nothing was written.", status=429
        )
    messages.add_message(request, messages.DEFAULT_LEVELS[level.upper()], SAID[level])
    return redirect("style")


@require_http_methods(["GET", "HEAD", "POST"])
def style(request: HttpRequest) -> HttpResponse:
    """``/style/``; a post only says something, it writes nothing."""
    if request.method == "POST":
        return _say(request)
    return render(request, "pages/style.html", {**_figures(), **_rows()})
