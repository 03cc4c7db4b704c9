"""Calling the API in tests: a client with a key."""

from __future__ import annotations

from typing import Any

from django.test import Client

from elfsite.doors import services
from elfsite.doors.http import throttle
from elfsite.doors.models import AgentKey
from game.players.models import User
from tests.game.players.people import make_person

SCOPES = ("read", "record", "grade", "run")
ROOT = "/api/v1"


class Agent:
    """A client that shows a key. ``key`` and ``person`` are who it is."""

    def __init__(
        self,
        login: str = "ada",
        role: str = "steward",
        *,
        person: User | None = None,
        scopes: tuple[str, ...] = SCOPES,
        **more: Any,
    ) -> None:
        throttle.forget()  # keys of other tests had the same numbers
        self.person = person or make_person(login, role)
        more = {"name": "build-3", "trust_class": "agent"} | more
        self.key: AgentKey
        self.key, self.plain = services.create_key(actor=self.person, scopes=scopes, **more)
        self.client = Client(headers={"Authorization": f"Bearer {self.plain}"})

    def get(self, path: str, /, **query: Any) -> Any:
        return self.client.get(ROOT + path, query or None)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.post, path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send(self.client.put, path, body, headers)

    def _send(self, send: Any, path: str, body: Any, headers: dict[str, str]) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = {} if body is None else body
        return send(ROOT + path, data, content_type="application/json", headers=named)


def problem(response: Any) -> tuple[int, str]:
    """(status, code) of a refusal."""
    assert response["Content-Type"] == "application/problem+json", response.content[:300]
    found = response.json()
    assert found["status"] == response.status_code
    assert found["request_id"] == response["X-Request-Id"]
    assert found["detail"]
    return response.status_code, found["code"]
