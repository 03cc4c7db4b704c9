"""GitHub as far as sign-in needs it, on loopback: OAuth with state and PKCE, user, memberships."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID, CLIENT_SECRET = "stub-client", "stub-secret"


@dataclass
class GitHub:
    """One GitHub with one person in front of it; a test changes ``user`` and ``memberships``."""

    user: dict[str, Any] = field(
        default_factory=lambda: {
            "id": 583231,
            "login": "Octo-Cat",
            "avatar_url": "https://avatars.githubusercontent.com/u/583231",
            "html_url": "https://github.com/Octo-Cat",
            "email": "octo@example.org",
            "plan": {"name": "free"},
        }
    )
    memberships: dict[str, str] = field(default_factory=dict)  # organisation: active or pending
    starred: set[str] = field(default_factory=set)  # repositories as owner/name
    stars_down: bool = False
    refusals: list[str] = field(default_factory=list)  # what it found wrong with our requests
    asked: list[str] = field(default_factory=list)  # paths of the API
    scopes: list[str] = field(default_factory=list)
    down: bool = False
    url: str = ""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _tokens: set[str] = field(default_factory=set)

    def authorize(self, query: dict[str, str]) -> str | None:
        """The address to come back to, or None when the request was not sound."""
        if query.get("client_id") != CLIENT_ID or query.get("response_type") != "code":
            self.refusals.append("client")
        if not query.get("state"):
            self.refusals.append("state")
        if query.get("code_challenge_method") != "S256" or not query.get("code_challenge"):
            self.refusals.append("pkce")
        if self.refusals:
            return None
        code = secrets.token_hex(10)
        self._codes[code] = query
        self.scopes = query.get("scope", "").split()
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str]) -> dict[str, str]:
        """GitHub answers 200 with an error for a code that does not fit."""
        asked = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "").encode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier).digest()).rstrip(b"=")
        fits = (
            asked is not None
            and form.get("client_secret") == CLIENT_SECRET
            and form.get("redirect_uri") == asked["redirect_uri"]
            and challenge.decode() == asked["code_challenge"]
        )
        if not fits:
            self.refusals.append("token")
            return {"error": "bad_verification_code"}
        token = f"gho_{secrets.token_hex(8)}"
        self._tokens.add(token)
        return {"access_token": token, "scope": "read:user", "token_type": "bearer"}

    def api(self, path: str, authorization: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.down:
            return 503, {"message": "down"}
        if authorization.removeprefix("token ") not in self._tokens:
            return 401, {"message": "Bad credentials"}
        if path == "/api/v3/user":
            return 200, self.user
        if path.startswith("/api/v3/user/starred/"):
            return self._star(path.removeprefix("/api/v3/user/starred/"))
        organisation = path.removeprefix("/api/v3/user/memberships/orgs/")
        state = self.memberships.get(organisation)
        return (200, {"state": state}) if state else (404, {"message": "Not Found"})

    def _star(self, repository: str) -> tuple[int, Any]:
        if self.stars_down:
            return 503, {"message": "down"}
        return (204, None) if repository in self.starred else (404, {"message": "Not Found"})


class _Handler(BaseHTTPRequestHandler):
    github: GitHub

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path != "/login/oauth/authorize":
            self._answer(*self.github.api(parts.path, self.headers.get("Authorization", "")))
            return
        back = self.github.authorize({k: v[0] for k, v in parse_qs(parts.query).items()})
        self.send_response(302 if back else 400)
        self.send_header("Location", back or "")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = self.github.token({k: v[0] for k, v in parse_qs(body).items()})
        # without an Accept header GitHub answers as a form
        self._send(200, urlencode(answer).encode(), "application/x-www-form-urlencoded")

    def _answer(self, status: int, body: Any) -> None:
        text = b"" if status == 204 else json.dumps(body).encode()
        self._send(status, text, "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silent."""


class Server:
    """``with Server() as github:`` serves until the block ends."""

    def __enter__(self) -> GitHub:
        github = GitHub()
        handler = type("Handler", (_Handler,), {"github": github})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        github.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self._thread.start()
        return github

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
