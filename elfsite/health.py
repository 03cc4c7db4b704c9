"""Two addresses for machines, without a login: does the process answer, can it serve.

``/livez`` is 200 while the process answers. ``/readyz`` is 503 while the database does not answer
or migrations wait. A silent worker is told but not an error: taking the web process out of a load
balancer would not bring the worker back.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path

from elfsite.jobs import services as jobs

# Reading the migrations from disk takes 100 ms: once all are applied, that is remembered.
_applied = False


@login_not_required
async def livez(request: HttpRequest) -> JsonResponse:
    """``{"alive": true}``."""
    return JsonResponse({"alive": True})


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """``{"ready": bool, "database": {…}, "migrations": {…}, "worker": {…}}``, 200 or 503."""
    database = database_state()
    if not database["ok"]:
        return JsonResponse({"ready": False, "database": database}, status=503)
    migrations = {"ok": all_applied()}
    worker = worker_state() if migrations["ok"] else {"ok": False, "seconds_since_seen": None}
    body = {"ready": migrations["ok"], "database": database, "migrations": migrations}
    return JsonResponse({**body, "worker": worker}, status=200 if migrations["ok"] else 503)


def database_state() -> dict[str, Any]:
    """``{"ok": bool, "kind": "sqlite" | "postgresql", "milliseconds": float}``."""
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return {"ok": False, "kind": connection.vendor}
    milliseconds = round((time.perf_counter() - began) * 1000, 2)
    return {"ok": True, "kind": connection.vendor, "milliseconds": milliseconds}


def all_applied() -> bool:
    """Whether every migration of this version is in the database."""
    global _applied
    if not _applied:
        executor = MigrationExecutor(connection)
        _applied = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _applied


def worker_state() -> dict[str, Any]:
    """``{"ok": bool, "seconds_since_seen": float | None}`` of the worker seen last."""
    age = jobs.seconds_since_worker()
    ok = age is not None and age <= jobs.SILENT_AFTER
    return {"ok": ok, "seconds_since_seen": None if age is None else round(age, 1)}


urlpatterns = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
