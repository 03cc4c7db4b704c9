"""Reading and forgetting in the background; all three may run twice without harm."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from elfsite.errors import Refused
from elfsite.jobs.context import JobContext
from elfsite.jobs.models import Job
from elfsite.jobs.registry import beside, job
from elfsite.jobs.services import enqueue
from elfsite.origins.models import Source
from elfsite.sources import services
from elfsite.sources.follow.supervisor import run_followers

READ, FORGET, SAMPLE = "read_source", "forget_source", "load_sample"
HOUR = 3600


@job(READ, max_seconds=2 * HOUR)
def read(context: JobContext, source: int) -> dict[str, Any]:
    """Read the source with that number."""
    report = services.read_source(
        source=_source(source), actor=_asked(context), progress=context.progress
    )
    return {"said": report.said()}


@job(FORGET, max_seconds=2 * HOUR)
def forget(context: JobContext, source: int, with_ours: bool = False) -> dict[str, Any]:
    """Forget the source with that number; none is left: an earlier attempt ended it."""
    found = Source.objects.filter(pk=source).first()
    if found is None:
        return {"rows": 0}
    rows = services.forget_source(
        actor=_asked(context), source=found, with_ours=with_ours, progress=context.progress
    )
    return {"rows": rows}


@job(SAMPLE, max_seconds=HOUR // 2)
def load_sample(context: JobContext) -> dict[str, Any]:
    """Write and read the sample."""
    report = services.load_sample(actor=_asked(context), progress=context.progress)
    return {"said": report.said() if report else "The sample is loaded already."}


def _source(number: int) -> Source:
    found = Source.objects.filter(pk=number).first()
    if found is None:
        raise Refused("unknown_source", "This source is forgotten.", status=404)
    return found


def _asked(context: JobContext) -> Any:
    """Who asked for the job; the product itself where nobody did."""
    asked = Job.objects.filter(pk=context.id).select_related("requested_by").first()
    return asked.requested_by if asked else None


def queue_read(*, user: Any, source: Source) -> Job:
    """Read the source soon; one that waits already is not queued twice."""
    return enqueue(READ, {"source": source.pk}, key=f"{READ}:{source.pk}", user=user)


def queue_forget(*, user: Any, source: Source, with_ours: bool) -> Job:
    """Forget the source soon. Raises Refused ``needed`` as ``forget_source`` does."""
    if not with_ours:
        services.refuse_needed(source)
    payload = {"source": source.pk, "with_ours": with_ours}
    return enqueue(FORGET, payload, key=f"{FORGET}:{source.pk}", user=user)


def queue_sample(*, user: Any) -> Job:
    """Load the sample soon."""
    return enqueue(SAMPLE, {}, key=SAMPLE, user=user)


def keys_of(source: Source) -> list[str]:
    """Under which keys work on the source is queued."""
    keys = [f"{READ}:{source.pk}", f"{FORGET}:{source.pk}"]
    return [*keys, SAMPLE] if source.is_sample else keys


def latest_jobs(sources: list[Source]) -> dict[int, Job]:
    """What was last asked of each source, and what became of it; one query for all."""
    numbers = {key: source.pk for source in sources for key in keys_of(source)}
    latest = Job.objects.filter(key__in=numbers).values("key").annotate(last=Max("id"))
    jobs = Job.objects.filter(pk__in=latest.values("last")).order_by("id")
    return {numbers[job.key]: job for job in jobs if job.key}


beside("followers")(run_followers)
