"""Every change of a job, a schedule or a worker's row.

A job's way is queued → running → done or failed, and back to queued when it is tried again. Each
step is one statement that names the state it leaves, so two workers cannot both take it. The
steps themselves write no timeline event (the acts of jobs do); that a job failed for good is one.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from elfsite.errors import Refused
from elfsite.jobs import registry
from elfsite.jobs.models import DONE, FAILED, QUEUED, RUNNING, Job, Worker
from elfsite.timeline.log import write

LEASE = timedelta(seconds=60)  # a job comes back this long after its worker's last heartbeat
SILENT_AFTER = 60.0  # seconds without heartbeat after which pages call the worker silent
KEEP_FINISHED = timedelta(days=30)
PAYLOAD_LIMIT = RESULT_LIMIT = 64 * 1024  # bytes of JSON: a job names its data, it carries none
ERROR_LIMIT = 2000  # characters
FIRST_RETRY, RETRY_FACTOR = timedelta(seconds=10), 6  # 10 s, 1 min, 6 min …
BATCH = 500


def enqueue(
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    key: str | None = None,
    run_after: datetime | None = None,
    user: Any = None,
) -> Job:
    """Queue work; inside an open ``write()`` it is queued only if that commits.

    With a *key* at most one such job is queued: the one that waits is returned instead of a
    second. *user* is who asked for it. Raises LookupError for an unknown kind, ValueError for a
    payload that is no JSON object or larger than PAYLOAD_LIMIT.
    """
    declared = registry.kind_named(kind)
    new = Job(
        kind=kind,
        payload=_bounded(payload or {}, PAYLOAD_LIMIT),
        key=key,
        max_attempts=declared.max_attempts,
        run_after=run_after or timezone.now(),
        requested_by=user,
    )
    if key is None:
        new.save(force_insert=True)
        return new
    # "ON CONFLICT DO NOTHING": an IntegrityError would spoil the caller's transaction
    Job.objects.bulk_create([new], ignore_conflicts=True)
    same = Job.objects.filter(key=key).order_by("-id")
    return same.filter(state=QUEUED).first() or same[0]


def claim_job(*, worker: str) -> Job | None:
    """The due job that waits longest, now running under *worker*; None if nothing is due.

    Two jobs with one key never run at the same time.
    """
    now = timezone.now()
    if not Job.objects.filter(state=QUEUED, run_after__lte=now).exists():
        return None  # even an UPDATE of nothing takes SQLite's write lock
    row = _update_returning(
        f"""
        UPDATE jobs SET state = 'running', attempts = attempts + 1, locked_by = %s,
               lease_until = %s, started_at = %s, progress_done = 0, progress_total = NULL,
               progress_note = '', error = ''
        WHERE id = (
            SELECT id FROM jobs AS waiting WHERE state = 'queued' AND run_after <= %s
            AND NOT EXISTS (SELECT 1 FROM jobs WHERE state = 'running' AND key = waiting.key)
            ORDER BY run_after, id LIMIT 1 {_skip_locked()})
        RETURNING id
        """,
        [worker, _moment(now + LEASE), _moment(now), _moment(now)],
    )
    return Job.objects.get(pk=row[0]) if row else None


def renew_lease(*, job: Job) -> bool:
    """The heartbeat of a running job; False if this run no longer holds it."""
    return bool(_held(job).update(lease_until=timezone.now() + LEASE))


def note_progress(*, job: Job, done: int, total: int | None, note: str) -> bool:
    """Store how far the job is; False if this run no longer holds it."""
    return bool(
        _held(job).update(progress_done=done, progress_total=total, progress_note=note[:300])
    )


def finish_job(*, job: Job, result: Any = None) -> bool:
    """Running → done. False if this run no longer holds the job; raises ValueError for a result
    that is no JSON or larger than RESULT_LIMIT."""
    return bool(
        _held(job).update(
            state=DONE,
            result=_bounded(result, RESULT_LIMIT),
            # the last steps may have come too fast to be written
            progress_done=Coalesce("progress_total", "progress_done"),
            finished_at=timezone.now(),
            lease_until=None,
        )
    )


def release_job(*, job: Job) -> bool:
    """Running → queued without counting the attempt: the worker has to end, the job is well."""
    return _requeue(job, attempts=job.attempts - 1, run_after=timezone.now(), error="")


def retry_or_fail_job(*, job: Job, error: str, pause: bool = True) -> None:
    """After a failed run: queued again, failed when the attempts are used up.

    The pause before the next attempt grows; without *pause* it is due at once.
    """
    if job.attempts >= job.max_attempts:
        fail_job(job=job, error=error)
        return
    wait = FIRST_RETRY * RETRY_FACTOR ** (job.attempts - 1) if pause else timedelta()
    _requeue(job, attempts=job.attempts, run_after=timezone.now() + wait, error=error)


def fail_job(*, job: Job, error: str) -> bool:
    """Running → failed for good; tells the timeline. False if this run no longer holds the job."""
    with write("worker") as act:
        changed = _held(job).update(
            state=FAILED, error=error[:ERROR_LIMIT], finished_at=timezone.now(), lease_until=None
        )
        if changed:
            act.event("jobs", "failed", job, f"{job.kind} failed: {error}", attempts=job.attempts)
    return bool(changed)


def return_lost_jobs(*, dead: set[str] = frozenset()) -> int:  # type: ignore[assignment]
    """Take jobs back whose lease ran out, or whose worker is in *dead*; how many they were."""
    lost = Q(lease_until__lt=timezone.now()) | Q(locked_by__in=dead)
    jobs = list(Job.objects.filter(lost, state=RUNNING).order_by("id")[:BATCH])
    for job in jobs:
        retry_or_fail_job(job=job, error="The worker ended while this ran.", pause=False)
    return len(jobs)


def run_job_again(*, job: Job, user: Any) -> Job:
    """A new job with the same work; the old row stays as it is. Refuses one that is not over."""
    if job.state not in {DONE, FAILED}:
        raise Refused("not_over", "This job is not over yet.", status=409)
    with write(user) as act:
        again = enqueue(job.kind, job.payload, key=job.key, user=user)
        act.event("jobs", "run_again", again, f"{job.kind} runs again", earlier=job.pk)
    return again


def prune_jobs(*, before: datetime) -> int:
    """Delete jobs that ended before that time, in short transactions; how many they were."""
    deleted = 0
    old = Job.objects.filter(state__in=(DONE, FAILED), finished_at__lt=before)
    while ids := list(old.order_by("finished_at").values_list("pk", flat=True)[:BATCH]):
        deleted += Job.objects.filter(pk__in=ids).delete()[0]
    return deleted


def beat_worker(*, name: str) -> None:
    """The heartbeat of a worker process: its row is made or renewed."""
    Worker.objects.update_or_create(name=name, defaults={"seen_at": timezone.now()})


def forget_worker(*, name: str) -> None:
    Worker.objects.filter(name=name).delete()


def forget_silent_workers(*, before: datetime) -> int:
    """Rows of workers that ended without a word; how many they were."""
    return Worker.objects.filter(seen_at__lt=before).delete()[0]


def seconds_since_worker() -> float | None:
    """Age of the youngest heartbeat in seconds; None if no worker ever ran."""
    seen = Worker.objects.aggregate(seen=Max("seen_at"))["seen"]
    return None if seen is None else max(0.0, (timezone.now() - seen).total_seconds())


def _held(job: Job) -> QuerySet[Job]:
    """The job, as long as this very run holds it."""
    return Job.objects.filter(
        pk=job.pk, state=RUNNING, locked_by=job.locked_by, attempts=job.attempts
    )


def _requeue(job: Job, *, attempts: int, run_after: datetime, error: str) -> bool:
    try:
        with transaction.atomic():
            changed = _held(job).update(
                state=QUEUED,
                attempts=attempts,
                run_after=run_after,
                error=error[:ERROR_LIMIT],
                lease_until=None,
                locked_by="",
            )
    except IntegrityError:
        # meanwhile the same work was queued again, and one waiting job per key is enough
        return fail_job(job=job, error=f"{error} A newer job does the same work.".strip())
    return bool(changed)


def _bounded(value: Any, limit: int) -> Any:
    try:
        size = len(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(f"This is no JSON: {error}.") from None
    if size > limit:
        raise ValueError(f"{size} bytes of JSON are too many; the limit is {limit}.")
    return value


def _update_returning(sql: str, parameters: list[Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def _skip_locked() -> str:
    return "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""


def _moment(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
