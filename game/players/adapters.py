"""What the sign-in library asks us: who may come in, and who is behind a GitHub account.

The library does the protocol (state, PKCE, sessions, limits). Nobody signs up through its forms:
people come with a link or with GitHub, and both go through our services.
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from requests import RequestException

from elfsite.errors import Refused
from game.players import github, hooks, services
from game.players.access import person_of
from game.players.models import User

logger = logging.getLogger("elf.sign_in")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Local sign-in: no sign-up form, our words, our services."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The name or the password is wrong.",
        "too_many_login_attempts": "Too many failed sign-ins. Wait five minutes.",
        "enter_current_password": "This is not your current password.",
        "incorrect_password": "The password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Every way in ends here: the password form, GitHub, and our one-time links."""
        super().login(request, user)
        services.note_sign_in(user=user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The name is not logged: people type passwords into the wrong field."""
        logger.warning("a sign-in from %s failed", self.get_client_ip(request))

    def set_password(self, user: User, password: str) -> None:
        services.set_password(user=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("person_settings")


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """GitHub sign-in: the account's id decides who somebody is; no e-mail is asked for or read."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False  # pre_social_login has made or refused the person before this is asked

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Called before anything is stored: of the profile only what we show is kept."""
        profile = sociallogin.account.extra_data
        sociallogin.account.extra_data = {key: profile.get(key) for key in github.KEPT}
        sociallogin.email_addresses = []
        user: User = sociallogin.user
        return user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find, claim, make or refuse the person. Refused goes to the page that says why."""
        account = github.read_account(sociallogin.account.extra_data)
        if sociallogin.state.get("process") == AuthProcess.REDIRECT:
            _look_for_star(person_of(request), account, sociallogin.token.token)
            return
        github.require_organisation(sociallogin.token.token)
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            user = person_of(request)
            services.link_github(user=user, account=account)
        else:
            user = _who_is(account, sociallogin)
        sociallogin.account = SocialAccount.objects.get(
            provider=github.PROVIDER, uid=str(account.id)
        )
        sociallogin.user = user
        _glance_at_star(user, sociallogin.token.token)

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: SocialAccount) -> str:
        return reverse("person_settings")


def _who_is(account: github.Account, sociallogin: SocialLogin) -> User:
    user = User.objects.filter(github_id=account.id).first()
    if user is None or user.is_unclaimed:
        chosen = sociallogin.state.get("data") or {}
        return services.sign_up_from_github(
            account=account, link_hash=str(chosen.get("link_hash") or "")
        )
    services.refresh_from_github(user=user, account=account)
    return user


def _look_for_star(user: User, account: github.Account, token: str) -> None:
    """Somebody signed in went to GitHub to show that they star the repository. The token is used
    once and kept nowhere. Raises Refused 409 for another account, 502 where GitHub fails."""
    if user.github_id != account.id:
        raise Refused(
            "other_account",
            f"You came back as {account.login}, which is not the GitHub account linked to you.",
            status=409,
        )
    try:
        _tell_star(user, token)
    except RequestException:
        raise Refused("github_down", "GitHub did not answer. Try again.", status=502) from None


def _glance_at_star(user: User, token: str) -> None:
    """At each sign-in, on the way; what GitHub fails to answer here keeps nobody out."""
    try:
        _tell_star(user, token)
    except RequestException:
        logger.info("GitHub did not say whether %s stars the repository", user.login)


def _tell_star(user: User, token: str) -> None:
    if not (settings.GAME and settings.GAME_STAR_REPO and user.plays):
        return
    starred = github.has_starred(token, settings.GAME_STAR_REPO)
    services.note_sign_in(user=user)  # at the first sign-in the game state is made here already
    for tell in hooks.after_star:
        tell(user, settings.GAME_STAR_REPO, starred)
