from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from elfsite.listings import facets
from game.players.models import User


@pytest.fixture(autouse=True)
def _no_kept_values() -> Iterator[None]:
    facets.forget()
    yield
    facets.forget()


def client_of(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(f"a-{role}", role=role))
    return client


@pytest.fixture
def member(db: None) -> Client:
    return client_of("member")


@pytest.fixture
def steward(db: None) -> Client:
    return client_of("steward")


@pytest.fixture
def admin(db: None) -> Client:
    return client_of("admin")
