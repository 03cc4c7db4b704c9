"""The page of two runs against each other, and the same for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from elfsite.errors import Refused
from elfsite.listings import detail, links, registry
from elfsite.listings.controls import INTEGER_MOST
from elfsite.listings.declare import Listing
from workflows.conductor import comparing
from workflows.conductor.differences import Comparison, NodePair, Total
from workflows.conductor.models import WorkflowRun
from workflows.conductor.timeline import length

ID_MOST = 200  # characters of a node's id in an address
LISTED = 20  # findings that came or went, of one node


@require_safe
def choose(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflow-runs/<pk>/compare/?with=<run>``: goes to the page of the two."""
    left = _run(_listing(request), pk)
    other = request.GET.get("with", "").strip()
    if not (other.isascii() and other.isdecimal() and int(other[:20]) <= INTEGER_MOST):
        raise Refused("bad_run", "Name the other run by its number.")
    right = _run(_listing(request), int(other))
    return redirect("run_compare", pk=left.pk, other=right.pk)


@require_safe
def compare(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """``/workflow-runs/<pk>/compare/<other>/?node=&show=``."""
    listing = _listing(request)
    left, right = _two(listing, pk, other)
    found = comparing.compare(left, right)
    shown = _shown(request, found)
    pair = _chosen(found, shown, request.GET.get("node", "")[:ID_MOST])
    context = {
        "left": left,
        "right": right,
        "found": found,
        "totals": [_total(each) for each in found.totals],
        "all": request.GET.get("show") == "all",
        "pairs": [(each, _took(each), _more(each)) for each in shown],
        "pair": pair,
        "answers": comparing.answers(_last(pair.left), _last(pair.right)) if pair else None,
        "added": pair.findings_added[:LISTED] if pair else [],
        "removed": pair.findings_removed[:LISTED] if pair else [],
        "others": [row for row in comparing.others_of(left) if row.pk != right.pk],
        "same": left.workflow_id == right.workflow_id and left.workflow_name == right.workflow_name,
        "changed": [("Input", found.input), ("Context", found.context)],
        "listed": LISTED,
        "list_url": links.list_path(listing),
    }
    return render(request, "workflows/conductor/compare.html", context)


@require_safe
def compare_json(request: HttpRequest, pk: int, other: int) -> JsonResponse:
    """``/workflow-runs/<pk>/compare/<other>.json``: everything but the texts of the results."""
    return JsonResponse(comparing.compare(*_two(_listing(request), pk, other)).as_dict())


def _listing(request: HttpRequest) -> Listing:
    listing = registry.of_model(WorkflowRun)
    if listing is None:
        raise LookupError("Runs have no pages.")
    listing.admit(request.user)
    return listing


def _two(listing: Listing, pk: int, other: int) -> tuple[WorkflowRun, WorkflowRun]:
    """Raises Http404 for a stranger, Refused (400) for one and the same run."""
    if pk == other:
        raise Refused("same_run", f"Run {pk} differs from itself in nothing: name another one.")
    return _run(listing, pk), _run(listing, other)


def _run(listing: Listing, pk: int) -> WorkflowRun:
    row = detail.load(listing, str(pk))
    if not isinstance(row, WorkflowRun):
        raise Http404
    return row


def _shown(request: HttpRequest, found: Comparison) -> list[NodePair]:
    """The nodes that differ, unless all are asked for or none does."""
    differing = found.differing
    return list(found.nodes) if request.GET.get("show") == "all" or not differing else differing


def _chosen(found: Comparison, shown: list[NodePair], asked: str) -> NodePair | None:
    """The node that was asked for; else the first whose results differ, else the first shown."""
    if asked:
        return next((pair for pair in found.nodes if pair.id == asked), None)
    return next((pair for pair in shown if pair.result == "differs"), shown[0] if shown else None)


def _last(side: Any) -> int | None:
    return side.last if side else None


def _total(each: Total) -> tuple[str, str, str, str]:
    """Word, left, right and what the right one has more or less, as text."""
    write = _seconds if each.kind == "seconds" else _count
    return each.word, write(each.left), write(each.right), signed(each.gap, each.kind)


def _took(pair: NodePair) -> str:
    return signed(pair.seconds, "seconds")


def _more(pair: NodePair) -> str:
    return signed(pair.tokens, "count")


def _seconds(value: float | None) -> str:
    return "–" if value is None else length(value)


def _count(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def signed(gap: float | None, kind: str) -> str:
    """A difference with its sign: "+1:20", "−3", "same"; "–" where one side is not known."""
    if gap is None:
        return "–"
    size = _seconds(abs(gap)) if kind == "seconds" else _count(abs(gap))
    if not gap or size in {"0", "0 ms"}:
        return "same"
    return f"{'+' if gap > 0 else '−'}{size}"
