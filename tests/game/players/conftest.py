from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from game.players.models import User
from tests.game.players.people import make_person
from tests.game.players.stub_github import CLIENT_ID, CLIENT_SECRET, GitHub, Server

SignIn = Callable[..., HttpResponse]


@pytest.fixture
def admin(db: None) -> User:
    return make_person("ada", "admin")


@pytest.fixture
def member(db: None) -> User:
    return make_person("mel")


@pytest.fixture
def github(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """A stub GitHub that this site is configured for; closed to strangers until a test opens it.

    The library reads its addresses when it is imported, so the class is pointed elsewhere.
    """
    with Server() as stub:
        api = f"{stub.url}/api/v3"
        places = {
            "web_url": stub.url,
            "api_url": api,
            "authorize_url": f"{stub.url}/login/oauth/authorize",
            "access_token_url": f"{stub.url}/login/oauth/access_token",
            "profile_url": f"{api}/user",
        }
        for name, place in places.items():
            monkeypatch.setattr(GitHubOAuth2Adapter, name, place)
        provider = settings.SOCIALACCOUNT_PROVIDERS["github"]
        app = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET, "key": ""}
        settings.SOCIALACCOUNT_PROVIDERS = {"github": provider | {"APPS": [app]}}
        settings.GITHUB_ORGANISATIONS = []
        settings.GITHUB_OPEN = False
        yield stub


@pytest.fixture
def sign_in(client: Client, github: GitHub) -> SignIn:
    """Goes to GitHub and back as a browser would; the answer of the callback."""

    def go(start: str = "/accounts/github/login/", **form: str) -> HttpResponse:
        away = client.post(start, form)
        assert away.status_code == 302, away.content
        back = requests.get(away["Location"], allow_redirects=False, timeout=5)
        assert back.status_code == 302, github.refusals
        parts = urlsplit(back.headers["Location"])
        return client.get(f"{parts.path}?{parts.query}")

    return go
