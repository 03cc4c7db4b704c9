"""The line above every page while sample rows stand among the real ones."""

from __future__ import annotations

import time

from django.http import HttpRequest
from django.urls import reverse

from elfsite.origins.models import Source
from elfsite.pages.context import Banner, add_banner

KEPT = 5.0  # seconds for which a process remembers whether there is a sample

_seen: tuple[float, tuple[int, str] | None] = (-KEPT, None)


def _sample() -> tuple[int, str] | None:
    """Number and state of the sample, asked at most once in KEPT seconds."""
    global _seen
    if time.monotonic() - _seen[0] > KEPT:
        row = Source.objects.filter(is_sample=True).values_list("pk", "state").first()
        _seen = (time.monotonic(), row)
    return _seen[1]


@add_banner
def sample_banner(request: HttpRequest) -> Banner | None:
    """That rows of the sample are shown, and where to forget them."""
    sample = _sample()
    if sample is None or not request.user.is_authenticated:
        return None
    if sample[1] == "forgetting":
        return Banner("cold", "The sample is being forgotten.")
    href = reverse("source", args=[sample[0]])
    return Banner("cold", "Rows of the sample stand among yours.", href, "Forget the sample")


def forget_seen() -> None:
    """Look again at the next page; after the sample came or went in this process."""
    global _seen
    _seen = (-KEPT, None)
