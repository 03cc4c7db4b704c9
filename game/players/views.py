"""People and their settings. Who may do what is proved first; services do it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elfsite.errors import Refused
from game.players import github, queries, services
from game.players.access import admin_of, person_of
from game.players.forms import InvitationForm
from game.players.models import Invitation, User

SEARCH_LIMIT = 100  # characters


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who may sign in; administrators also see open links and whom a source brought."""
    return _people(request, person_of(request), InvitationForm())


@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person; administrators act here."""
    viewer = person_of(request)
    found = get_object_or_404(User.objects.select_related("origin"), pk=pk)
    context = {
        "person": found,
        "acts": viewer.role == "admin" and not found.is_unclaimed,
        "roles": User.ROLES,
        "github_url": settings.GITHUB_URL,
    }
    return render(request, "players/person.html", context)


@require_POST
def person_role(request: HttpRequest, pk: int) -> HttpResponse:
    actor = admin_of(request)
    user = get_object_or_404(User, pk=pk)
    services.set_role(actor=actor, user=user, role=request.POST.get("role", ""))
    messages.success(request, f"{user.username} is {user.role} now.")
    return redirect("person", pk=pk)


@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    actor = admin_of(request)
    user = get_object_or_404(User, pk=pk)
    active = _switch(request, "active")
    if active is None:
        raise Refused("bad_setting", "active is on or off.")
    services.set_active(actor=actor, user=user, active=active)
    words = "may sign in again" if user.is_active else "is out; sessions and keys have stopped"
    messages.success(request, f"{user.username} {words}.")
    return redirect("person", pk=pk)


@never_cache
@require_POST
def person_password_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers with the link: it is shown once and stands in no session."""
    actor = admin_of(request)
    user = get_object_or_404(User, pk=pk)
    link, address = services.make_password_link(actor=actor, user=user)
    return render(request, "players/link.html", {"link": link, "address": address})


@never_cache
@require_POST
def invite(request: HttpRequest) -> HttpResponse:
    """Answers with the link: it is shown once and stands in no session."""
    actor = admin_of(request)
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _people(request, actor, form, status=400)
    link, address = services.invite(actor=actor, **form.cleaned_data)
    return render(request, "players/link.html", {"link": link, "address": address})


@require_POST
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    actor = admin_of(request)
    services.withdraw_invitation(actor=actor, invitation=get_object_or_404(Invitation, pk=pk))
    messages.success(request, "The link no longer works.")
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
def person_settings(request: HttpRequest) -> HttpResponse:
    """One's own settings. The person menu posts single ones from any page and goes back there."""
    user = person_of(request)
    if request.method == "POST":
        services.change_settings(
            user=user,
            theme=request.POST.get("theme"),
            density=request.POST.get("density"),
            shortcuts=_switch(request, "shortcuts"),
            plays=_switch(request, "plays"),
        )
        if "next" not in request.POST:
            messages.success(request, "Your settings are kept.")
        return HttpResponseRedirect(_page_before(request))
    context = {
        "person": user,
        "themes": User.THEMES,
        "densities": User.DENSITIES,
        "github": github.is_configured(),
        "github_url": settings.GITHUB_URL,
    }
    return render(request, "players/settings.html", context)


@require_POST
@reauthentication_required(app="allauth.socialaccount")  # type: ignore[untyped-decorator]
def unlink_github(request: HttpRequest) -> HttpResponse:
    services.unlink_github(user=person_of(request))
    messages.success(request, "GitHub is unlinked. You sign in with your password.")
    return redirect("person_settings")


def _people(
    request: HttpRequest, viewer: User, form: InvitationForm, *, status: int = 200
) -> HttpResponse:
    text = request.GET.get("q", "").strip()
    if len(text) > SEARCH_LIMIT:
        raise Refused("long_search", f"A search has at most {SEARCH_LIMIT} characters.")
    governs = viewer.role == "admin"
    context = {
        "people": queries.people(text),
        "imported": queries.imported_people(text),
        "links": queries.open_invitations() if governs else [],
        "governs": governs,
        "form": form,
        "text": text,
        "limit": queries.PEOPLE_LIMIT,
        "github_url": settings.GITHUB_URL,
    }
    return render(request, "players/people.html", context, status=status)


def _switch(request: HttpRequest, name: str) -> bool | None:
    word = request.POST.get(name)
    if word not in {None, "on", "off"}:
        raise Refused("bad_setting", f"{name} is on or off.")
    return None if word is None else word == "on"


def _page_before(request: HttpRequest) -> str:
    """Where the form was posted from, if that is a page of ours."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours and target.startswith("/") else reverse("person_settings")
