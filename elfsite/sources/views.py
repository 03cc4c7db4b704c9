"""Pages of sources. Everybody signed in may look; administrators connect and forget, stewards
read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elfsite.errors import Refused
from elfsite.listings.links import list_url
from elfsite.origins.models import Rejection, Repair, Source
from elfsite.sources import jobs, queries, services
from elfsite.sources.context import forget_seen
from elfsite.sources.follow.queries import following_of
from elfsite.sources.forms import ConnectForm
from elfsite.sources.report import WORDS
from game.players.access import admin_of, person_of

NO_CONTENT = 204
SHOWN = 200  # sources on the list


@require_safe
def welcome_ways(request: HttpRequest) -> HttpResponse:
    """``/welcome/``: the three ways out of an empty product."""
    person = person_of(request)
    if not services.needs_welcome():
        return redirect("/")
    context = {"found": services.found_databases(), "acts": person.role == "admin"}
    return render(request, "sources/welcome.html", context | {"form": ConnectForm()})


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """``/sources/``: every source, and how to connect another."""
    person_of(request)
    return _sources(request, ConnectForm())


def _sources(request: HttpRequest, form: ConnectForm, status: int = 200) -> HttpResponse:
    acts = person_of(request).role == "admin"
    known = list(Source.objects.order_by("name")[:SHOWN])
    latest = jobs.latest_jobs(known)
    rows = [(source, queries.doing(source, latest.get(source.pk))) for source in known]
    context = {
        "rows": rows,
        "acts": acts,
        "form": form,
        "found": [found for found in services.found_databases() if not found.source],
        "sample": services.sample_source(),
        "moving": any(doing for _, doing in rows),
    }
    return render(request, "sources/list.html", context, status=status)


@require_POST
def source_connect(request: HttpRequest) -> HttpResponse:
    """Connect the file and read it in the background; a refusal stands beside the form."""
    admin = admin_of(request)
    form = ConnectForm(request.POST)
    if not form.is_valid():
        return _sources(request, form, status=400)
    asked = form.cleaned_data
    try:
        source = services.connect_source(
            actor=admin,
            path=services.allowed_path(asked["path"]),
            name=asked["name"] or None,
            time_zone=asked["time_zone"],
        )
    except Refused as refused:
        field = refused.code if refused.code in {"name", "time_zone"} else "path"
        form.add_error(field, refused.sentence)
        return _sources(request, form, status=refused.status)
    if asked["follow"]:
        services.follow_source(actor=admin, source=source)  # its process reads the file first
    else:
        jobs.queue_read(user=admin, source=source)
    return redirect("source", pk=source.pk)


@require_POST
def source_sample(request: HttpRequest) -> HttpResponse:
    """Load the sample in the background."""
    admin = admin_of(request)
    source = services.prepare_sample(actor=admin)
    jobs.queue_sample(user=admin)
    forget_seen()
    return redirect("source", pk=source.pk)


@require_POST
def source_start_empty(request: HttpRequest) -> HttpResponse:
    """Leave the welcome page without a source."""
    services.start_empty(actor=admin_of(request))
    return redirect("/")


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """``/sources/<id>/``: what came from it, what did not, and why."""
    person = person_of(request)
    found = get_object_or_404(Source, pk=pk)
    lines = queries.table_lines(found, request.user)
    job = jobs.latest_jobs([found]).get(pk)
    context: dict[str, Any] = {
        "source": found,
        "trail": [("Sources", reverse("sources")), (found.name, "")],
        "doing": queries.doing(found, job),
        "trouble": queries.trouble(found, job),
        "tables": lines,
        "totals": queries.totals(lines),
        "kept": [(name, rows) for name, rows in found.facts.get("kept", {}).items() if rows],
        "command": f"manage.py import elf {found.path}",
        "words": WORDS,
        "facts": queries.facts_of(found),
        "rejected": queries.rejected_groups(found),
        "rejected_url": list_url(Rejection, source=found.pk),
        "repaired": queries.repaired_groups(found),
        "repaired_url": list_url(Repair, source=found.pk),
        "quiet": queries.is_quiet(found),
        "following": following_of(found),
        "may_read": person.is_steward,
        "may_forget": person.role == "admin",
        "file_there": Path(found.path).exists(),
    }
    return render(request, "sources/source.html", context)


@require_POST
def source_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the source again in the background."""
    person = person_of(request)
    if not person.is_steward:
        raise Refused(
            "stewards_only", "Stewards and administrators read a source again.", status=403
        )
    found = get_object_or_404(Source, pk=pk)
    services.allowed_path(found.path)
    jobs.queue_read(user=person, source=found)
    return redirect("source", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def source_forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask what goes with the source, then forget it in the background."""
    admin = admin_of(request)
    found = get_object_or_404(Source, pk=pk)
    if request.method == "POST":
        with_ours = request.POST.get("with_ours") == "on"
        jobs.queue_forget(user=admin, source=found, with_ours=with_ours)
        messages.success(request, f"{found.name} is being forgotten.")
        forget_seen()
        return redirect("source", pk=pk)
    context = {
        "source": found,
        "trail": [
            ("Sources", reverse("sources")),
            (found.name, reverse("source", args=[pk])),
            ("Forget", ""),
        ],
        "rows": sum(found.facts.get("rows", {}).values()),
        "needing": services.dependents_of(found).counts,
    }
    return render(request, "sources/forget.html", context)


@never_cache
@require_safe
def source_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that says how far the work is; the page comes anew when it has ended."""
    person_of(request)
    found = Source.objects.filter(pk=pk).first()
    if found is None:
        return _go(request, reverse("sources"))
    doing = queries.doing(found, jobs.latest_jobs([found]).get(pk))
    if doing is None:
        forget_seen()
        return _go(request, reverse("source", args=[pk]))
    return render(request, "sources/progress.html", {"source": found, "doing": doing})


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, from a fragment as well."""
    if request.headers.get("HX-Request") != "true":
        return redirect(url)
    return HttpResponse(status=NO_CONTENT, headers={"HX-Redirect": url})
