"""``Idempotency-Key``: an act is done once, and its answer given again for 24 hours.

The answer is inserted in the transaction of the act. Whoever comes with the same key meanwhile
waits for that transaction at the unique row (SQLite: at the write lock) and then gets the answer;
a server that dies in between has done nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from elfsite.doors.models import RememberedAnswer
from elfsite.errors import Refused

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
NAME_MOST = 200  # characters
KEPT = timedelta(hours=24)
# PostgreSQL ended the transaction for another one's sake (deadlock, serialisation): nothing was
# done. An act of several writes, which stand in one transaction here, can come to that.
AGAIN = frozenset({"40P01", "40001"})
BATCH = 500  # rows of one transaction of the purge


def once(
    request: HttpRequest, key_id: int, raw: bytes, act: Callable[[], HttpResponse]
) -> HttpResponse:
    """The answer of *act*, or the one that was given to the same request before.

    Only what succeeded is remembered: a refusal has written nothing, so it may be tried again.
    Raises Refused: 400 for a bad key, 422 for one that was used for another request.
    """
    name = request.headers.get(HEADER, "")
    if not (1 <= len(name) <= NAME_MOST and name.isascii() and name.isprintable()):
        raise Refused(
            "bad_idempotency_key", f"{HEADER} has 1 to {NAME_MOST} printable ASCII characters."
        )
    mark = fingerprint(request, raw)
    try:
        return _once(key_id, name, mark, act)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") not in AGAIN:
            raise
        return _once(key_id, name, mark, act)


def _once(key_id: int, name: str, mark: str, act: Callable[[], HttpResponse]) -> HttpResponse:
    now = timezone.now()
    with transaction.atomic():
        RememberedAnswer.objects.filter(key_id=key_id, name=name, made_at__lt=now - KEPT).delete()
        row = _claimed(key_id, name, mark, now)
        if row is None:
            return _again(key_id, name, mark)
        response = act()
        _keep(row, response)
    return response


def fingerprint(request: HttpRequest, raw: bytes) -> str:
    """What makes two requests the same one."""
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + raw).hexdigest()


def _claimed(key_id: int, name: str, mark: str, now: datetime) -> RememberedAnswer | None:
    try:
        with transaction.atomic():
            return RememberedAnswer.objects.create(
                key_id=key_id, name=name, fingerprint=mark, made_at=now
            )
    except IntegrityError:
        return None


def _keep(row: RememberedAnswer, response: HttpResponse) -> None:
    if not 200 <= response.status_code < 300:
        row.delete()
        return
    row.status = response.status_code
    row.body = response.content
    row.location = response.get("Location", "")
    row.save(update_fields=["status", "body", "location"])


def _again(key_id: int, name: str, mark: str) -> HttpResponse:
    row = RememberedAnswer.objects.get(key_id=key_id, name=name)
    if row.fingerprint != mark:
        raise Refused(
            "idempotency_mismatch",
            f"This {HEADER} was used for another request. Nothing was done.",
            status=422,
        )
    answer = HttpResponse(bytes(row.body), status=row.status, content_type="application/json")
    answer[REPLAYED] = "true"
    if row.location:
        answer["Location"] = row.location
    return answer


def purge_answers(*, before: datetime, check: Callable[[], None] = lambda: None) -> int:
    """Delete what was remembered before that time, in small steps; how many went."""
    gone = 0
    while True:
        check()
        old = RememberedAnswer.objects.filter(made_at__lt=before).order_by("made_at")
        ids = list(old.values_list("pk", flat=True)[:BATCH])
        if not ids:
            return gone
        gone += RememberedAnswer.objects.filter(pk__in=ids).delete()[0]
