"""The page of agent keys: one's own; administrators see everybody's."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elfsite.doors import connect, services
from elfsite.doors.forms import KeyForm
from elfsite.doors.models import AgentKey
from game.players.access import person_of
from game.players.models import User

ROWS_LIMIT = 200  # keys on the page, the newest first


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def agent_keys(request: HttpRequest) -> HttpResponse:
    """The keys and the form of a new one; the answer to the form shows the new key, once."""
    person = person_of(request)
    form = KeyForm(person.role, request.POST or None)
    if form.is_valid():
        key, plain = services.create_key(actor=person, **form.cleaned_data)
        return _shown(request, key, plain)
    found = _visible(person).select_related("owner").order_by("-pk")[: ROWS_LIMIT + 1]
    context = {
        "keys": list(found),
        "form": form,
        "limit": ROWS_LIMIT,
        "everybody": person.role == "admin",
        "now": timezone.now(),
    }
    return render(request, "doors/keys.html", context, status=400 if form.is_bound else 200)


@never_cache
@require_POST
def agent_key_rotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers with the new text: it is shown once and stands in no session."""
    person = person_of(request)
    old = get_object_or_404(_visible(person), pk=pk)
    key, plain = services.rotate_key(actor=person, key=old)
    return _shown(request, key, plain, rotated=True)


def _shown(
    request: HttpRequest, key: AgentKey, plain: str, *, rotated: bool = False
) -> HttpResponse:
    commands = connect.commands_of(key, plain, request.build_absolute_uri("/").rstrip("/"))
    context = {"key": key, "plain": plain, "rotated": rotated, "commands": commands}
    return render(request, "doors/key.html", context)


@never_cache
@require_safe
def agent_key_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the key has come in: the line under the commands asks until it has."""
    key = get_object_or_404(_visible(person_of(request)), pk=pk)
    return render(request, "doors/use.html", {"key": key})


@require_POST
def agent_key_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    key = get_object_or_404(_visible(person), pk=pk)
    services.revoke_key(actor=person, key=key)
    messages.success(request, f"The key {key.name} ({key.prefix}…) has ended.")
    return redirect("agent_keys")


def _visible(person: User) -> QuerySet[AgentKey]:
    keys = AgentKey.objects.all()
    return keys if person.role == "admin" else keys.filter(owner=person)
