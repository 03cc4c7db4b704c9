"""The API as one: what the areas declare and a resource for each table, behind the gate."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import URLPattern, path, re_path
from django.utils.module_loading import autodiscover_modules
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.parser import Parser

from elfsite.api.area import Act, declared
from elfsite.api.caller import Caller, caller_of
from elfsite.doors.http import document, home, problems, tables
from elfsite.doors.http.gate import through
from elfsite.errors import Refused

PREFIX = "api/v1"
VERSION = "1"


class SentParser(Parser):
    """The gate has read the body: bounded, unpacked and parsed."""

    def parse_body(self, request: HttpRequest) -> Any:
        return request.sent  # type: ignore[attr-defined]


class Scoped:
    """Runs before an act: its scope, and its parameters, refused by name where unknown."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.known: frozenset[str] | None = None  # None where the act reads the query itself
        self.takes_body = True

    def __call__(self, request: HttpRequest) -> Caller:
        caller = caller_of(request)
        caller.require(self.scope)
        if self.known is not None:
            self._require_known(request)
        sent = getattr(request, "sent", None)
        if sent and not self.takes_body:
            name = next(iter(sent)) if isinstance(sent, dict) else "0"
            raise Refused("unknown_field", f"There is no field {name[:60]!r} here: it takes none.")
        return caller

    def _require_known(self, request: HttpRequest) -> None:
        known = self.known or frozenset()
        for name in request.GET:
            if name not in known:
                words = f"Known are {', '.join(sorted(known))}." if known else "It takes none."
                raise Refused("bad_parameter", f"There is no parameter {name[:60]!r} here. {words}")
            if len(request.GET.getlist(name)) > 1:
                raise Refused("bad_parameter", f"The parameter {name} is given more than once.")


@lru_cache(maxsize=1)
def api() -> NinjaAPI:
    """Built once, when the addresses are first asked for."""
    made = NinjaAPI(
        title="elf",
        version=VERSION,
        description=document.ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        parser=SentParser(),
    )
    made.add_exception_handler(Refused, problems.of_refused)
    made.add_exception_handler(ValidationError, problems.of_fault)
    made.add_exception_handler(Http404, problems.of_missing)
    for act in all_acts():
        _add(made, act)
    return made


@lru_cache(maxsize=1)
def all_acts() -> list[Act]:
    """What is declared, then the tables; what an area declares itself wins."""
    autodiscover_modules("api")
    own = {(act.method, act.path) for act in declared.acts}
    rest = [act for act in tables.acts() if (act.method, act.path) not in own]
    return [*declared.acts, *rest]


def _add(made: NinjaAPI, act: Act) -> None:
    scoped = Scoped(act.scope)
    made.default_router.add_api_operation(
        act.path,
        [act.method],
        act.view,
        auth=scoped,
        response={act.status: None} if act.status == 204 else {act.status: Any},
        summary=act.summary,
        tags=[act.tag],
        operation_id=document.operation_id(act),
    )
    if act.view.__module__ != tables.__name__:
        operation = made.default_router.path_operations[act.path].operations[-1]
        by_source = {model.__ninja_param_source__: model for model in operation.models}
        query = by_source.get("query")
        scoped.known = frozenset(query.__ninja_flatten_map__ if query else ())
        scoped.takes_body = "body" in by_source


def urlpatterns() -> list[URLPattern]:
    """Every address of the API, each behind the gate."""
    root = api().urls[0]
    found = [each for each in root if isinstance(each, URLPattern) and each.name != "api-root"]
    return [
        path(f"{PREFIX}/", through(home.index), name="api"),
        path(PREFIX, through(home.index)),
        path(f"{PREFIX}/openapi.json", through(home.openapi), name="api_document"),
        path(f"{PREFIX}/docs", home.docs, name="api_docs"),
        *(path(f"{PREFIX}/{each.pattern}", through(each.callback)) for each in found),
        re_path(r"^api/", home.nowhere),
    ]
