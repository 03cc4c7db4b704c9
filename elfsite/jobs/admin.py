"""Background work in the admin: ledgers, with "run again"."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from elfsite.errors import Refused
from elfsite.jobs import services
from elfsite.jobs.models import Job, Schedule, Worker
from elfsite.origins.admin import LedgerAdmin


@admin.register(Job)
class JobAdmin(LedgerAdmin):
    list_display = ("id", "kind", "state", "attempts", "progress", "created_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("kind", "key", "error")
    date_hierarchy = "created_at"
    list_select_related = ("requested_by",)
    actions = ("run_again",)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whoever comes this far and is an administrator."""
        return bool(request.user.is_staff)

    @admin.display(description="progress")
    def progress(self, job: Job) -> str:
        if job.progress_total is None:
            return job.progress_note
        return f"{job.progress_done} of {job.progress_total} {job.progress_note}".strip()

    @admin.action(description="Run again", permissions=["run"])
    def run_again(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        """Each of the chosen jobs once more, as a new job; the rows of the old ones stay."""
        for job in queryset[:50]:
            try:
                again = services.run_job_again(job=job, user=request.user)
            except Refused as refused:
                messages.error(request, f"{job}: {refused.sentence}")
            else:
                messages.success(request, f"{job} runs again as {again}.")


@admin.register(Schedule)
class ScheduleAdmin(LedgerAdmin):
    list_display = ("name", "kind", "every", "enabled", "next_run", "last_run")
    list_filter = ("enabled",)
    search_fields = ("name", "kind")


@admin.register(Worker)
class WorkerAdmin(LedgerAdmin):
    list_display = ("name", "started_at", "seen_at")
    search_fields = ("name",)
