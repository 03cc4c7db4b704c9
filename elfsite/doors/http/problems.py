"""Refusals as the API answers them: problem+json, with what the client needs to do better."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja.errors import ValidationError

from elfsite import answers
from elfsite.errors import Refused

BEARER = 'Bearer realm="elf"'
LISTED = 20  # faults of a body that are told at once
# what nobody may send: the server works it out, or a person decides it
EARNED = frozenset(
    {
        *("confidence", "confidence_ema", "score", "score_delta", "status", "verdict", "is_golden"),
        *("is_quarantined", "fraud_score", "likelihood_ratio", "classification", "grader_class"),
        *("times_validated", "times_violated", "times_contradicted", "evidence_held"),
        *("evidence_against", "golden_at", "golden_by", "trust_class", "grader", "author"),
    }
)
# pydantic's words for faults, where ours are shorter
SAID = {
    "missing": "is missing",
    "string_type": "must be a text",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def of(request: HttpRequest, refused: Refused) -> HttpResponse:
    """The answer to *refused*: 401 asks for a key, 429 says when to come again."""
    response = answers.problem(request, refused)
    if refused.status == 401:
        response["WWW-Authenticate"] = BEARER
    flaws = getattr(refused, "flaws", None)
    if flaws:  # of a definition: each with its place
        told = json.loads(response.content) | {"flaws": [str(flaw) for flaw in flaws]}
        response.content = json.dumps(told).encode()
    if refused.status == 405:
        response["Allow"] = getattr(refused, "allow", "")
    if refused.status == 429:
        response["Retry-After"] = str(refused.retry_after or 60)
    return response


def of_refused(request: HttpRequest, refused: Any) -> HttpResponse:
    return of(request, refused)


def of_missing(request: HttpRequest, error: Any) -> HttpResponse:
    first = error.args[0] if isinstance(error, Http404) and error.args else ""
    words = first if isinstance(first, str) and first else "Nothing is here."
    return of(request, Refused("not_found", words, status=404))


def of_fault(request: HttpRequest, error: Any) -> HttpResponse:
    """What is wrong with the fields of a request, each by its name."""
    return of(request, fault(error))


def fault(error: ValidationError) -> Refused:
    """The faults of a request as one refusal; what is earned and was sent comes first."""
    for each in error.errors:
        name = str(each["loc"][-1])
        if each["type"] == "extra_forbidden" and name in EARNED:
            return Refused("earned", f"{name} is earned or decided here and cannot be sent.")
    unknown = [each for each in error.errors if each["type"] == "extra_forbidden"]
    if unknown:
        return Refused("unknown_field", f"There is no field {_where(unknown[0])!r} here.")
    sentences = [f"{_where(each)} {_said(each)}" for each in error.errors[:LISTED]]
    return Refused("bad_field", "; ".join(sentences) + ".")


def _where(each: dict[str, Any]) -> str:
    """``nodes.2.id``: the place of a fault, without the name of our argument."""
    place = [str(part) for part in each["loc"][1:]]
    if each["loc"][0] == "body":
        place = place[1:] or ["the body"]
    return ".".join(place)[:200]


def _said(each: dict[str, Any]) -> str:
    kind, ctx = each["type"], each.get("ctx", {})
    if kind in SAID:
        return SAID[kind]
    if kind == "string_too_long":
        return f"has at most {ctx['max_length']:,} characters"
    if kind == "string_too_short":
        return "is empty"
    if kind in {"too_long", "too_short"}:
        bound = ctx.get("max_length", ctx.get("min_length"))
        return f"has at {'most' if kind == 'too_long' else 'least'} {bound:,} entries"
    message = str(each["msg"])
    return f"must be {message.removeprefix('Input should be ')}"
