"""The inbox: what waits for a person, decided in place."""

from __future__ import annotations

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elfsite.answers import is_htmx
from elfsite.charts.clock import span
from elfsite.errors import Refused
from game.players.access import person_of
from learning.reviews import inbox, queries, services
from learning.reviews.kinds import Shown, current_version, kind_of
from learning.reviews.models import CeoReview
from learning.reviews.tray import items_of, shown_of

DEFER_DAYS = ((1, "a day"), (3, "three days"), (7, "a week"), (30, "a month"))
TOPICS = "reviews heuristics fraud observer knowledge domains"  # whose events change the inbox
OPEN_MOST = 20  # requests that are open at once
MEASURED = 50  # decisions that the middle answer is taken from


@never_cache
@require_safe
def show_inbox(request: HttpRequest) -> HttpResponse:
    """Everything that waits. ``only`` narrows it to one source, ``open`` opens requests in place,
    ``kept`` leaves rows standing that were decided on the page."""
    person_of(request)
    only = request.GET.get("only", "")
    names = [source.name for source in inbox.sources()]
    if only and only not in names:
        raise Refused("bad_only", f"only is one of {', '.join(names)}.")
    page = _page(only, _opened(request))
    return render(request, "learning/reviews/inbox.html", {**page, "kept": _kept(request)})


def _kept(request: HttpRequest) -> list[tuple[CeoReview, str]]:
    """Requests that were decided on this page and stand there with what was decided."""
    found = CeoReview.objects.filter(pk__in=_ids(request, "kept"))
    return [(row, outcome(row)) for row in found if row.status != "pending" or row.deferred_until]


def _ids(request: HttpRequest, name: str) -> list[int]:
    """The ids that a parameter names, at most OPEN_MOST; what is none is passed over."""
    return _numbers(request.GET.getlist(name))


def _numbers(words: list[str]) -> list[int]:
    few = words[-OPEN_MOST:]
    return sorted({int(word) for word in few if word.isdigit() and len(word) < 19})


def _address(request: HttpRequest, pk: int, now: str = "") -> str:
    """The inbox's address with request *pk* open, kept or (with "") neither: the state of the
    page stands in its URL, so that a part that is fetched again looks as it did."""
    asked = QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query, mutable=True)
    for name in ("open", "kept"):
        others = [str(each) for each in _numbers(asked.getlist(name)) if each != pk]
        asked.setlist(name, [*others, str(pk)] if name == now else others)
    query = asked.urlencode()
    return f"/inbox/?{query}" if query else "/inbox/"


def _opened(request: HttpRequest) -> dict[int, dict[str, Any]]:
    """The forms of the requests that are open, by their id."""
    found = CeoReview.objects.filter(pk__in=_ids(request, "open"), status="pending")
    return {review.pk: opened(review) for review in found}


def _page(only: str, open_ones: dict[int, dict[str, Any]]) -> dict[str, Any]:
    trays = queries.trays()
    found = queries.items(only)
    now = timezone.now()
    return {
        "trays": trays,
        "topics": TOPICS,
        "only": only,
        "total": sum(tray.count for tray in trays),
        "more": any(tray.is_more for tray in trays),
        "shown": queries.SHOWN,
        "cut": [t for t in trays if t.count > queries.SHOWN and only in ("", t.name)],
        "items": [(item, open_ones.get(item.review_id or 0)) for item in found],
        "late": sum(item.due is not None and item.due < now for item in found),
        "now": now,
        "deferred": list(queries.deferred_reviews()[: queries.DECIDED_SHOWN]),
        "decided": list(queries.decided_reviews()[: queries.DECIDED_SHOWN]),
        "answer": middle_answer(),
    }


def middle_answer() -> str:
    """How long the middle one of the last decisions made here took; "" where there is none."""
    rows = queries.decided_reviews().exclude(decided_by="").values_list("created_at", "reviewed_at")
    took = [
        (decided - asked).total_seconds()
        for asked, decided in rows[:MEASURED]
        if isinstance(asked, datetime) and isinstance(decided, datetime)
    ]
    return span(median(took)) if took else ""


def opened(review: CeoReview, *, reason: str = "", note: str = "") -> dict[str, Any]:
    """What the form of one request shows: its subject as it is now, and what verdicts would do."""
    kind = kind_of(review)
    return {
        "review": review,
        "shown": shown_of([review]).get(review.pk, Shown()),
        "version": _version(review),
        "needed": kind.signatures(),
        "signed": list(review.signatures.order_by("signed_at")),
        "reason": reason,
        "note": note,
        "defer": DEFER_DAYS,
    }


def _version(review: CeoReview) -> str:
    try:
        return current_version(review)
    except Refused:  # its subject is gone: it can only be rejected, as it was asked
        return review.subject_version


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """GET opens a request in place (a link without script leads to the page), POST decides it."""
    person = person_of(request)
    row = CeoReview.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404(f"There is no request {pk}.")
    if request.method == "POST":
        return _decide(request, person, row)
    if not is_htmx(request) or row.status != "pending":
        return redirect(f"/inbox/?open={pk}#review-{pk}")
    return _entry(request, row, opened(row))


def _decide(request: HttpRequest, person: Any, row: CeoReview) -> HttpResponse:
    reason = request.POST.get("reason", "")
    try:
        decision = services.decide(
            actor=person,
            review=row,
            verdict=request.POST.get("verdict", ""),
            reason=reason,
            seen_version=request.POST.get("seen"),
            until=_until(request.POST.get("days", "1")),
        )
    except Refused as refused:
        if refused.code not in {"stale", "no_reason"}:
            raise
        return _asked_again(request, row, reason, refused)
    if not is_htmx(request):
        messages.success(request, said(decision))
        return redirect("inbox")
    context = {"review": decision.review, "said": said(decision)}
    answer = render(request, "learning/reviews/_decided.html", context)
    answer["HX-Replace-Url"] = _address(request, row.pk, "kept")
    return answer


def _until(days: str) -> Any:
    if days not in {str(number) for number, _ in DEFER_DAYS}:
        raise Refused("bad_days", "Put off for 1, 3, 7 or 30 days.")
    return timezone.now() + timedelta(days=int(days))


def _asked_again(
    request: HttpRequest, row: CeoReview, reason: str, refused: Refused
) -> HttpResponse:
    """The form once more, with the subject as it is now and the reason that was typed."""
    form = opened(row, reason=reason, note=refused.sentence)
    if is_htmx(request):
        return _entry(request, row, form)  # 200: HTMX puts an error elsewhere than in its place
    return render(
        request, "learning/reviews/inbox.html", _page("", {row.pk: form}), status=refused.status
    )


def _entry(request: HttpRequest, row: CeoReview, form: dict[str, Any]) -> HttpResponse:
    context = {"item": items_of([row])[0], "form": form, "now": timezone.now()}
    answer = render(request, "learning/reviews/_item.html", context)
    answer["HX-Replace-Url"] = _address(request, row.pk, "open")
    return answer


def said(decision: services.Decision) -> str:
    """A verdict in one sentence."""
    if decision.settled or not decision.signed:
        return outcome(decision.review)
    missing = decision.needed - decision.signed
    return f"Signed: “{decision.review.title}”. {missing} of {decision.needed} signatures missing."


def outcome(review: CeoReview) -> str:
    """What became of a request."""
    if review.status != "pending":
        return f"{review.status.capitalize()}: “{review.title}”."
    return f"Put off until {review.deferred_until:%d %B %H:%M} UTC: “{review.title}”."


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a decided request again."""
    person = person_of(request)
    row = services.take_back(actor=person, review=pk, reason=request.POST.get("reason", ""))
    if is_htmx(request):
        return _entry(request, row, opened(row))
    messages.success(request, f"Taken back: “{row.title}” waits again.")
    return redirect(f"/inbox/?open={pk}#review-{pk}")
