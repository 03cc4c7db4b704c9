"""The page of one domain and its acts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from elfsite.errors import Refused
from elfsite.listings.links import url_of
from game.players.access import person_of
from learning.domains import services
from learning.domains.models import DomainMetadata
from learning.domains.page import context_of, row_of
from learning.domains.services.measuring import Refreshed
from learning.reviews.access import only_stewards

WHOLE = frozenset(DomainMetadata.EDITABLE) - {"expansion_min_confidence", "expansion_min_novelty"}


@require_safe
def show_domain(request: HttpRequest, domain: str) -> HttpResponse:
    """Room, clock, health, what would go; members read, stewards act."""
    person_of(request)
    return render(request, "learning/domains/domain.html", context_of(row_of(domain)))


def _named(request: HttpRequest) -> DomainMetadata:
    """The domain that a form names; raises Http404 for one that is none."""
    return row_of(request.POST.get("domain", ""))


@require_POST
def contract(request: HttpRequest) -> HttpResponse:
    """Do what the preview said."""
    person, row = person_of(request), _named(request)
    reason = request.POST.get("reason", "")
    done = services.contract_domain(actor=person, domain=row.domain, reason=reason)
    messages.success(request, f"{done.merged} pairs merged, {done.evicted} rules rest.")
    return redirect(url_of(row))


@require_POST
def set_limits(request: HttpRequest) -> HttpResponse:
    """Keep the limits that the form holds."""
    person, row = person_of(request), _named(request)
    services.set_limits(
        actor=person,
        domain=row.domain,
        limits=numbers(request.POST),
        reason=request.POST.get("reason", ""),
        seen=request.POST.get("seen") or None,
    )
    messages.success(request, f"The limits of {row.domain} are kept.")
    return redirect(url_of(row))


def numbers(sent: QueryDict) -> dict[str, int | float | None]:
    """The limits that a form sent. Raises Refused 400 by name for what is no number."""
    found: dict[str, int | float | None] = {}
    for name in DomainMetadata.EDITABLE:
        text = sent.get(name)
        if text is None:
            continue
        try:
            found[name] = _number(name, text.strip()[:20])
        except ValueError:
            words = name.replace("_", " ")
            raise Refused("bad_limit", f"The {words} is a number, not {text[:20]!r}.") from None
    return found


def _number(name: str, text: str) -> int | float | None:
    if not text and name == "ceo_override_limit":
        return None
    return int(text) if name in WHOLE else float(text)


@require_POST
def measure(request: HttpRequest) -> HttpResponse:
    """Count, measure the health and compute the baseline now."""
    person, row = person_of(request), _named(request)
    only_stewards(person, "measure a domain")
    services.count_domain(actor=person, domain=row.domain)
    services.refresh_health(actor=person, domains=[row.domain])
    found = services.refresh_baselines(actor=person, domain=row.domain)[0]
    messages.success(request, _measured(found))
    return redirect(url_of(row))


def _measured(found: Refreshed) -> str:
    if found.found is None:
        return f"Counted. No baseline: {found.reason}."
    said = f"Its rules hold {found.found.avg_success_rate:.3f} of the time"
    return f"{said}, {found.moved.percent:+.0f} %." if found.moved else f"{said}."
