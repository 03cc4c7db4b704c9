"""Pages for those who are not signed in yet: one-time links, and the way to GitHub."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ReauthenticationRequired
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.github.views import oauth2_callback
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from elfsite.errors import Refused
from game.players import github, links, services
from game.players.forms import NewPasswordForm, NewPersonForm
from game.players.models import User

# which field a refusal of a service belongs to; any other refusal is a page of its own
FIELD_OF = {
    "bad_login": "login",
    "login_taken": "login",
    "taken_meanwhile": "login",
    "weak_password": "password",
}
View = Callable[..., HttpResponse]


def _link_page(view: View) -> View:
    """What the pages of one-time links have in common."""
    view = sensitive_post_parameters("password", "again")(view)
    view = rate_limit(action="signup")(view)
    view = require_http_methods(["GET", "HEAD", "POST"])(view)
    return login_not_required(never_cache(view))


@_link_page
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The first administrator chooses a name and a password, and is in."""
    link = links.look_up(links.hash_of(token), "first")
    form = NewPersonForm(request.POST or None)
    return _come_in(request, form, services.accept_first_admin, "players/welcome.html", token, link)


@_link_page
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person comes in with a password, or with GitHub where that is configured."""
    link = links.look_up(links.hash_of(token), "invitation")
    form = NewPersonForm(request.POST or None)
    return _come_in(
        request, form, services.accept_invitation, "players/invitation.html", token, link
    )


@_link_page
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who forgot their password chooses a new one, and is in."""
    link = links.look_up(links.hash_of(token), "password")
    form = NewPasswordForm(request.POST or None)
    return _come_in(
        request, form, services.renew_password, "players/new_password.html", token, link
    )


def _come_in(
    request: HttpRequest,
    form: NewPasswordForm,
    accept: Callable[..., User],
    template: str,
    token: str,
    link: Any,
) -> HttpResponse:
    if request.user.is_authenticated:
        raise Refused(
            "signed_in",
            f"You are signed in as {request.user}. Sign out first, then open the link again.",
            status=409,
        )
    status = 200
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "again"}
        try:
            user = accept(token=token, **given)
        except Refused as refused:
            status = _show_refusal(form, refused)
        else:
            get_adapter(request).login(request, user)
            messages.success(request, f"You are signed in as {user.login}.")
            return redirect("/")
    elif form.is_bound:
        status = 400
    context = {"form": form, "link": link, "token": token, "github": github.is_configured()}
    return render(request, template, context, status=status)


def _show_refusal(form: NewPasswordForm, refused: Refused) -> int:
    field = FIELD_OF.get(refused.code)
    if field not in form.fields:
        raise refused
    form.add_error(field, refused.sentence)
    return refused.status


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="login")  # type: ignore[untyped-decorator]
def github_login(request: HttpRequest) -> HttpResponse:
    """Start the way to GitHub, with an invitation if one was on the page."""
    token = request.POST.get("invitation", "")
    return to_github(
        request, AuthProcess.LOGIN, {"link_hash": links.hash_of(token)} if token else None
    )


@login_not_required
@never_cache
@require_safe
def github_callback(request: HttpRequest) -> HttpResponse:
    """Where GitHub sends people back to; the library checks the state and the code."""
    _require_github()
    response: HttpResponse = oauth2_callback(request)
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def github_link(request: HttpRequest) -> HttpResponse:
    """Start the way to GitHub for somebody who wants to sign in with it from now on.

    Asks for the password again: a session left open must not gain a second way in.
    """
    if request.method == "POST" and is_reauthentication_required(
        request, app="allauth.socialaccount"
    ):
        raise ReauthenticationRequired
    return to_github(request, AuthProcess.CONNECT, None)


def to_github(request: HttpRequest, process: str, data: dict[str, str] | None) -> HttpResponse:
    """The way to GitHub; GET asks first. Nothing but the return address is taken from the request:
    the library's own view would also take scopes and parameters from anybody's link."""
    _require_github()
    if request.method != "POST":
        connect = process == AuthProcess.CONNECT
        return render(request, "socialaccount/login.html", {"connect": connect})
    provider = get_social_adapter(request).get_provider(request, github.PROVIDER)
    response: HttpResponse = provider.redirect(
        request, process=process, next_url=get_next_redirect_url(request), data=data
    )
    return response


def _require_github() -> None:
    if not github.is_configured():
        raise Http404("GitHub sign-in is not configured here.")
