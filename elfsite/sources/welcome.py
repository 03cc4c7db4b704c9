"""The three ways out of an empty product: connect a database, load the sample, start empty."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.origins.models import Source
from elfsite.sources import registry
from elfsite.sources.connecting import connect_source
from elfsite.sources.importer import Progress, read_source
from elfsite.sources.report import Report
from elfsite.sources.sample import write_sample
from elfsite.timeline.log import write
from elfsite.timeline.models import TimelineEvent

SAMPLE_FILE = "sample.db"
SAMPLE_NAMES = ("Sample", "Sample (ours)")  # the second where somebody took the first


def needs_welcome() -> bool:
    """Whether the product is empty and nobody has said that this is right.

    One query as soon as there is a source, at most one per table of a product that is empty.
    """
    if Source.objects.exists():
        return False
    # settings of domains and people are there before anything happens
    recorded = (d.model for d in registry.tables() if d.activity)
    if any(model._base_manager.exists() for model in recorded):
        return False
    return not TimelineEvent.objects.filter(topic="sources", verb="started_empty").exists()


def start_empty(*, actor: Any) -> None:
    """Leave the welcome page without a source. Raises Refused ``not_empty``."""
    if not needs_welcome():
        raise Refused("not_empty", "There is something here already.", status=409)
    with write(actor) as w:
        w.event("sources", "started_empty", None, "Started without a source")


def sample_source() -> Source | None:
    """The sample, if it is loaded or on its way."""
    return Source.objects.filter(is_sample=True).first()


def load_sample(*, actor: Any, progress: Progress | None = None) -> Report | None:
    """Write the sample's file and read it; None where the sample is loaded already.

    A load that was interrupted is taken up. Raises Refused as ``read_source``.
    """
    source = sample_source()
    if source and source.state == "ready":
        return None
    return read_source(source=prepare_sample(actor=actor), actor=actor, progress=progress)


def prepare_sample(*, actor: Any) -> Source:
    """The sample as a source with its file written (1 s), no row of it read as yet."""
    source, path = sample_source(), settings.DATA_DIR / SAMPLE_FILE
    if source is None or not path.exists():
        write_sample(path, now=timezone.now())
    return source or _connect(actor)


def _connect(actor: Any) -> Source:
    taken = Source.objects.filter(name=SAMPLE_NAMES[0]).exists()
    return connect_source(
        actor=actor,
        path=settings.DATA_DIR / SAMPLE_FILE,
        name=SAMPLE_NAMES[taken],
        time_zone="UTC",
        is_sample=True,
    )
