"""Acts on runs: start, begin, cancel, steer; retry, replay, clone. The services decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from elfsite.errors import Refused
from elfsite.listings import detail, links, registry
from elfsite.listings.declare import Listing
from game.players.access import person_of
from game.players.models import User
from learning.reviews.access import only_stewards
from workflows.conductor import queries
from workflows.conductor.access import may_steer, only_steerers
from workflows.conductor.definition import Definition
from workflows.conductor.forms import CloneForm, PhaseForm, ReasonForm, StartForm, shown
from workflows.conductor.models import NodeExecution, Workflow, WorkflowRun
from workflows.conductor.prompts import names_of
from workflows.conductor.services import after, nodes, planning, runs
from workflows.conductor.services.definitions import current_number
from workflows.conductor.steering import steerable

FORMS = ["GET", "HEAD", "POST"]
WANTED = 40  # names of the context that a start form speaks of
ID_MOST = 200  # characters of a node's id in an address


def _row(request: HttpRequest, model: type[Any], pk: int) -> tuple[Listing, Any]:
    """Raises Refused 401, 403 and Http404."""
    person_of(request)
    listing = registry.of_model(model)
    if listing is None:
        raise LookupError(f"{model.__name__} has no pages.")
    listing.admit(request.user)
    return listing, detail.load(listing, str(pk))


def _page(
    request: HttpRequest, name: str, row: Any, listing: Listing, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"row": row, "list_url": links.list_path(listing), **more}
    return render(request, f"workflows/conductor/{name}.html", context, status=status)


def _tried(form: forms.Form, act: Callable[[], Any]) -> Any:
    """What *act* gave; None where it was refused: the form says why and keeps what was typed."""
    try:
        return act()
    except Refused as refused:
        if refused.status == 403:
            raise
        form.add_error(None, refused.sentence)
        return None


@never_cache
@require_http_methods(FORMS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflows/<pk>/start/``: the input of a new run; members start runs."""
    listing, row = _row(request, Workflow, pk)
    form = StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        run = _tried(
            form,
            lambda: runs.start_run(
                actor=person_of(request),
                workflow=row,
                input=asked["input"],
                phase=asked["phase"] or "init",
            ),
        )
        if run is not None:
            messages.success(request, f"Run {run.pk} began.")
            return redirect("run", pk=run.pk)
    status = 400 if form.is_bound else 200
    wanted = names_in(queries.definition_of(row))
    return _page(request, "start", row, listing, status, form=form, wanted=wanted)


def names_in(definition: Definition) -> list[str]:
    """The names that the prompts of a definition ask of the context; the first WANTED ones."""
    named = [name for node in definition.nodes for name in names_of(node.prompt)]
    return list(dict.fromkeys(named))[:WANTED]


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    person = person_of(request)
    _, run = _row(request, WorkflowRun, pk)
    only_steerers(person, run)
    runs.begin_run(actor=person, run=run)
    messages.success(request, f"Run {run.pk} began.")
    return redirect("run", pk=pk)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """The failed nodes again, in a new run."""
    _, run = _row(request, WorkflowRun, pk)
    done = after.retry_failed(actor=person_of(request), run=run)
    if done.run is None:
        raise Refused("nothing_failed", f"{done.message}.", status=409)
    messages.success(request, f"{done.message}, in run {done.run.pk}.")
    return redirect("run", pk=done.run.pk)


@never_cache
@require_http_methods(FORMS)
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflow-runs/<pk>/replay/?from=<node>``: the plan, then the run."""
    listing, run = _row(request, WorkflowRun, pk)
    if request.method == "POST":
        node = request.POST.get("from", "")[:ID_MOST]
        made = after.replay_run(actor=person_of(request), run=run, from_node=node)
        messages.success(request, f"Run {made.pk} replays run {run.pk}.")
        return redirect("run", pk=made.pk)
    node = request.GET.get("from", "")[:ID_MOST]
    plan, refused = _planned(run, node)
    return _page(
        request,
        "replay",
        run,
        listing,
        plan=_named(plan) if plan else None,
        refused=refused,
        node=node,
        nodes=_tried_nodes(run),
        context=shown(plan.again.context) if plan else "",
    )


def _named(plan: planning.Repeat) -> dict[str, list[str]]:
    """The nodes of a plan by what becomes of them, as people call them."""
    again = plan.again
    groups = ("begins", "later", "kept", "left_out", "unreached")
    return {group: again.named(getattr(again, group)) for group in groups}


def _planned(run: WorkflowRun, node: str) -> tuple[planning.Repeat | None, str]:
    """The plan, or why there is none."""
    try:
        return planning.plan_replay(run, node), ""
    except Refused as refused:
        return None, refused.sentence


def _tried_nodes(run: WorkflowRun) -> list[tuple[str, str]]:
    """Nodes that a replay may begin with: id and name, as the run began them."""
    rows = run.executions.filter(whole__isnull=True, gone_at__isnull=True).order_by("pk")
    named = rows.values_list("node_id", "node_name")[: planning.EXECUTIONS_MOST]
    return [(id, name or id) for id, name in dict(named).items()]


@never_cache
@require_http_methods(FORMS)
def clone(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflow-runs/<pk>/clone/``: a new run with changes."""
    listing, run = _row(request, WorkflowRun, pk)
    workflow = planning.workflow_of(run)
    known = [(n.id, n.name) for n in queries.definition_ran(run).nodes if n.known]
    initial = {"input": shown(planning.start_of(run))}
    form = CloneForm(known, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        changes = dict(form.cleaned_data)
        made = _tried(
            form,
            lambda: after.clone_run(actor=person_of(request), run=run, changes=changes),
        )
        if made is not None:
            messages.success(request, f"Run {made.pk} is a clone of run {run.pk}.")
            return redirect("run", pk=made.pk)
    ran = run.version.number if run.version else 0
    return _page(
        request,
        "clone",
        run,
        listing,
        400 if form.is_bound else 200,
        form=form,
        workflow=workflow,
        ran=ran,
        today=current_number(workflow) if ran else 0,
    )


@never_cache
@require_http_methods(["GET", "HEAD"])
def steer(request: HttpRequest, pk: int) -> HttpResponse:
    """``/workflow-runs/<pk>/steer/``: cancel it, say its phase, reset or skip its nodes."""
    return _steer(request, pk)


def _steer(
    request: HttpRequest, pk: int, cancel: forms.Form | None = None, skip: forms.Form | None = None
) -> HttpResponse:
    person = person_of(request)
    listing, run = _row(request, WorkflowRun, pk)
    status = 400 if cancel or skip else 200
    return _page(
        request,
        "steer",
        run,
        listing,
        status,
        may=may_steer(person, run),
        nodes=steerable(run),
        cancel=cancel or ReasonForm(prefix="cancel"),
        skip=skip or ReasonForm(prefix="skip"),
        chosen=request.POST.get("node", ""),
        phase=PhaseForm(initial={"phase": run.phase}),
        driven=run.marking_json is not None and run.origin_id is None,
    )


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """End a run, with a reason: its asker's act, or a steward's."""
    person, run = _steered(request, pk)
    form = ReasonForm(request.POST, prefix="cancel")
    if form.is_valid():
        why = form.cleaned_data["reason"]
        if _tried(form, lambda: runs.cancel_run(actor=person, run=run, reason=why)):
            messages.success(request, f"Run {pk} is cancelled.")
            return redirect("run", pk=pk)
    return _steer(request, pk, cancel=form)


@require_POST
def phase(request: HttpRequest, pk: int) -> HttpResponse:
    person, run = _steered(request, pk)
    runs.set_phase(actor=person, run=run, phase=request.POST.get("phase", ""))
    messages.success(request, "The phase is changed.")
    return redirect("run_steer", pk=pk)


@require_POST
def reset(request: HttpRequest, pk: int) -> HttpResponse:
    """A node waits for an agent once more."""
    person, run = _steered(request, pk)
    row = after.reset_node(actor=person, run=run, node=request.POST.get("node", "")[:ID_MOST])
    messages.success(request, f"{row.node_name or row.node_id} waits again.")
    return redirect("run_steer", pk=pk)


@require_POST
def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass over a node, with a reason: a steward's act."""
    person, run = _steered(request, pk)
    only_stewards(person, "skip nodes")
    form = ReasonForm(request.POST, prefix="skip")
    row = _open(run, request.POST.get("node", "")[:ID_MOST])
    if form.is_valid():
        why = form.cleaned_data["reason"]
        if _tried(form, lambda: nodes.skip_node(actor=person, execution=row, reason=why)):
            messages.success(request, f"{row.node_name or row.node_id} is skipped.")
            return redirect("run_steer", pk=pk)
    return _steer(request, pk, skip=form)


def _steered(request: HttpRequest, pk: int) -> tuple[User, WorkflowRun]:
    """The person and the run that they may steer. Raises Refused 403."""
    person = person_of(request)
    _, run = _row(request, WorkflowRun, pk)
    only_steerers(person, run)
    return person, run


def _open(run: WorkflowRun, node: str) -> NodeExecution:
    """The last execution of a node. Raises Http404 where the run has none."""
    rows = run.executions.filter(node_id=node, whole__isnull=True)
    row = rows.order_by("-pk").first()
    if row is None:
        raise Http404(f"Run {run.pk} has begun no node {node}.")
    return row
