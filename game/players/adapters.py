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
from django.http import HttpRequest
from django.urls import reverse

from game.players import github, services
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
