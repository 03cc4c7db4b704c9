"""What every request of the API passes, in order: who asks, how often, what was sent, once.

A key may do what its scopes say. A person who is signed in may read without one; they write on the
pages, so no request of the API rests on a cookie and none needs a CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from elfsite.api.caller import Caller
from elfsite.doors import services
from elfsite.doors.http import problems, reading, remembering, throttle
from elfsite.doors.models import AgentKey
from elfsite.errors import Refused
from game.players.models import User

READS = frozenset({"GET", "HEAD"})
View = Callable[..., HttpResponse]
_gzip = GZipMiddleware(lambda request: HttpResponse())


def through(view: View) -> View:
    """*view* behind the gate; Django asks it neither for a session nor for a CSRF token."""

    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = _passed(request, lambda: view(request, *args, **kwargs))
        except Refused as refused:
            response = problems.of(request, refused)
        return _finished(request, response)

    gate.csrf_exempt = True  # type: ignore[attr-defined]
    gate.login_required = False  # type: ignore[attr-defined]
    return gate


def _passed(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    caller = identify(request)
    request.caller = caller  # type: ignore[attr-defined]
    request.user = caller.person  # what hides parts of the product from a person asks for it
    method = request.method
    if caller.key_id is not None:
        throttle.spend(caller.key_id, "all")
        if method not in READS and method != "OPTIONS":
            throttle.spend(caller.key_id, "write")
    if method in READS:
        request.method = "GET"  # an answer to HEAD is that to GET, and _finished empties it
        try:
            return _allowed(act())
        finally:
            request.method = method
    if method == "OPTIONS":
        return _options(act())
    raw = reading.raw_body(request)
    # the library asks whether there is a body before it has it parsed; no body is an empty object
    request._body = raw or b"{}"
    request.sent = reading.parsed(request, raw)  # type: ignore[attr-defined]
    if caller.key_id is None or remembering.HEADER not in request.headers:
        return _allowed(act())
    return remembering.once(request, caller.key_id, raw, lambda: _allowed(act()))


def identify(request: HttpRequest) -> Caller:
    """The caller by their key, or by their session where they only read. Raises Refused 401."""
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, plain = header.partition(" ")
        if scheme.lower() != "bearer" or not plain.strip():
            raise Refused("bad_authorization", "Send Authorization: Bearer elf_…", status=401)
        return _of_key(services.authenticate_key(plain.strip()))
    user = request.user
    if isinstance(user, User) and request.method in READS | {"OPTIONS"}:
        return Caller(person=user, scopes=frozenset({"read"}))
    sentence = "Send a key: Authorization: Bearer elf_…"
    if isinstance(user, User):
        sentence += " A session may only read here."
    raise Refused("no_key", sentence, status=401)


def _of_key(key: AgentKey) -> Caller:
    return Caller(
        person=key.owner,
        scopes=frozenset(key.scopes),
        trust_class=key.trust_class,
        project=key.project,
        key_id=key.pk,
        key_name=key.name,
    )


def _allowed(response: HttpResponse) -> HttpResponse:
    if isinstance(response, HttpResponseNotAllowed):
        methods = ", ".join(_methods(response))
        raise NotHere(f"This address takes {methods}.", methods)
    return response


class NotHere(Refused):
    """Refused 405, with the methods that the address takes."""

    def __init__(self, sentence: str, allow: str) -> None:
        super().__init__("bad_method", sentence, status=405)
        self.allow = allow


def _methods(response: HttpResponse) -> list[str]:
    return sorted(part.strip() for part in response.get("Allow", "").split(",") if part.strip())


def _options(response: HttpResponse) -> HttpResponse:
    """What an address takes. No other origin is let in: agents are no browsers."""
    methods = _methods(response)
    more = ["HEAD", "OPTIONS"] if "GET" in methods else ["OPTIONS"]
    return HttpResponse(status=204, headers={"Allow": ", ".join([*methods, *more])})


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    response.setdefault("Cache-Control", "no-store")
    if response.status_code == 204:
        del response["Content-Type"]
    elif response["Content-Type"].startswith("application/json"):
        response["Content-Type"] = "application/json"  # it is UTF-8 by definition
    patch_vary_headers(response, ["Authorization", "Cookie"])
    _gzip.process_response(request, response)  # packs it in place, where it is asked for
    if request.method == "HEAD":
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
