"""What we ask GitHub: whose account it is, and whether it belongs to an allowed organisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from django.conf import settings

from elfsite.errors import Refused

PROVIDER = "github"
KEPT = ("id", "login", "avatar_url", "html_url")  # of the profile; its other 40 fields are not ours


@dataclass(frozen=True)
class Account:
    """A GitHub account. ``id`` never changes; ``login`` may be renamed and reused by another."""

    id: int
    login: str
    avatar_url: str


def is_configured() -> bool:
    """Whether people can sign in with GitHub here."""
    return bool(settings.SOCIALACCOUNT_PROVIDERS[PROVIDER]["APPS"])


def read_account(profile: dict[str, Any]) -> Account:
    """The account in a ``GET /user`` answer."""
    return Account(
        id=int(profile["id"]),
        login=str(profile["login"]),
        avatar_url=str(profile.get("avatar_url") or ""),
    )


def require_organisation(token: str) -> None:
    """Raises Refused unless the person behind *token* is an active member of an allowed one.

    Asked at every sign-in, so that who leaves the organisation is out at the next one. A request
    that fails raises requests.RequestException: the sign-in fails, it is not waved through.
    """
    allowed = settings.GITHUB_ORGANISATIONS
    if not allowed or any(_is_member(token, name) for name in allowed):
        return
    raise Refused(
        "not_in_organisation",
        f"This site admits members of {_either(allowed)} on GitHub, and your account is not one. "
        "If it is, the organisation may still have to approve this site's GitHub app.",
        status=403,
    )


def _is_member(token: str, organisation: str) -> bool:
    """GitHub answers 404 to outsiders and 403 where the organisation has not approved the app."""
    url = f"{GitHubOAuth2Adapter.api_url}/user/memberships/orgs/{quote(organisation, safe='')}"
    with get_adapter().get_requests_session() as session:
        answer = session.get(url, headers={"Authorization": f"token {token}"})
    if answer.status_code in {403, 404}:
        return False
    answer.raise_for_status()
    return bool(answer.json().get("state") == "active")


def has_starred(token: str, repository: str) -> bool:
    """Whether the person behind *token* stars *repository* (owner/name).

    GitHub answers 204 or 404. Anything else raises requests.RequestException.
    """
    url = f"{GitHubOAuth2Adapter.api_url}/user/starred/{quote(repository)}"
    with get_adapter().get_requests_session() as session:
        answer = session.get(url, headers={"Authorization": f"token {token}"})
    if answer.status_code == 404:
        return False
    answer.raise_for_status()
    return True


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"
