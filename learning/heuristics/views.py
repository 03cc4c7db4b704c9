"""The page of one rule, its acts, merges, and the golden rules as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from elfsite.answers import is_htmx
from elfsite.errors import Refused
from game.players.access import person_of
from learning.heuristics import acts, confidence, evidence, lifecycle, services
from learning.heuristics.models import Heuristic
from learning.heuristics.page import context_of, weights
from learning.heuristics.queries import TEXT_LIMIT, revival_candidates
from learning.reviews.access import only_stewards

WAKEABLE_SHOWN = 50
FILE_LIMIT = 1024 * 1024  # bytes of an uploaded golden-rules.md


def _rule(pk: int) -> Heuristic:
    rule = Heuristic.objects.select_related("origin").filter(pk=pk).first() if pk < 2**63 else None
    if rule is None:
        raise Http404(f"There is no rule {pk}.")
    return rule


@require_safe
def show_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim, evidence, ledger, and what can be done now."""
    context = context_of(_rule(pk), person_of(request), request.GET.get("days", ""))
    return render(request, "learning/heuristics/rule.html", context)


@require_POST
def act_on_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a button of the page said; HTMX gets the page as it is then."""
    person, rule = person_of(request), _rule(pk)
    said = acts.perform(
        actor=person,
        rule=rule,
        name=request.POST.get("act", ""),
        reason=request.POST.get("reason", ""),
    )
    if not is_htmx(request):
        messages.success(request, said)
        return redirect("heuristic", pk=pk)
    context = context_of(_rule(pk), person, "")
    return render(request, "learning/heuristics/rule.html", {**context, "said": said})


def _chosen(request: HttpRequest, rule: Heuristic, sent: Any) -> list[Heuristic]:
    """The rules of a merge: this one and those that ``with`` names."""
    pks = [word for word in sent.getlist("with") if word.isdigit() and int(word) < 2**63]
    if len(pks) != len(sent.getlist("with")) or not 1 <= len(pks) <= 20:
        raise Refused("bad_with", "with names 1 to 20 rules by their number.")
    return [rule, *(_rule(int(word)) for word in dict.fromkeys(pks) if int(word) != rule.pk)]


@require_safe
def preview_merge(request: HttpRequest, pk: int) -> HttpResponse:
    """What merging would make, before it is done."""
    person_of(request)
    rules = _chosen(request, _rule(pk), request.GET)
    plan = services.plan_merge(rules)
    return render(
        request, "learning/heuristics/merge.html", {"rule": rules[0], "rules": rules, "plan": plan}
    )


@require_safe
def waking(request: HttpRequest) -> HttpResponse:
    """Dormant rules that a text speaks of (``?text=``), then those that have rested for long."""
    person_of(request)
    text = request.GET.get("text", "").strip()
    if len(text) > TEXT_LIMIT or "\x00" in text:
        raise Refused("too_long", f"A text has at most {TEXT_LIMIT:,} characters.")
    domain = request.GET.get("domain", "").strip()[:100]
    found = revival_candidates(text, domain=domain, limit=WAKEABLE_SHOWN + 1)
    context = {
        "text": text,
        "domain": domain,
        "found": found[:WAKEABLE_SHOWN],
        "more": len(found) > WAKEABLE_SHOWN,
        "trail": [("Heuristics", "/heuristics/"), ("Waking rules", "")],
        "offered_after": lifecycle.OFFERED_AFTER_DAYS,
    }
    return render(request, "learning/heuristics/waking.html", context)


@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge, and go to the rule that came of it."""
    person = person_of(request)
    merged = services.merge_heuristics(
        actor=person,
        heuristics=_chosen(request, _rule(pk), request.POST),
        reason=request.POST.get("reason", "").strip() or "manual",
    )
    messages.success(request, f"{merged.space_saved + 1} rules are one now, and archived.")
    return redirect("heuristic", pk=merged.target.pk)


@require_POST
def take_apart(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the merge back that made a rule."""
    person, rule = person_of(request), _rule(pk)
    made = rule.merged_from.filter(undone_at=None).first()
    if made is None:
        raise Refused("not_merged", "This rule was not made by a merge.", status=409)
    sources = services.unmerge(actor=person, merge=made, reason=request.POST.get("reason", ""))
    messages.success(request, f"{len(sources)} rules are active again as before.")
    return redirect("heuristic", pk=sources[0].pk)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """How trust is earned: every number of the engine, from the engine."""
    context = {"weights": weights(), "engine": confidence, "life": lifecycle, "evidence": evidence}
    return render(request, "learning/heuristics/trust.html", context)


@require_safe
def golden_rules_file(request: HttpRequest) -> HttpResponse:
    """``golden-rules.md`` as agents read it."""
    person_of(request)
    answer = HttpResponse(
        services.export_golden_rules(), content_type="text/markdown; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="golden-rules.md"'
    return answer


@require_POST
def take_golden_rules(request: HttpRequest) -> HttpResponse:
    """Propose the rules of a file that somebody uploads, and ask about each."""
    person = person_of(request)
    only_stewards(person, "import golden rules")
    file = request.FILES.get("file")
    if file is None:
        raise Refused("no_file", "Choose a golden-rules.md first.")
    if file.size is None or file.size > FILE_LIMIT:
        raise Refused("too_long", "A file has at most 1 MB.")
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("not_text", "This file is no text in UTF-8.") from None
    found = services.import_golden_rules(actor=person, text=text, name=str(file.name)[:100])
    said = f"{found.added} added and laid into the inbox, {found.known} known."
    messages.success(request, said)
    for line in found.refused[:5]:
        messages.warning(request, f"Not taken: {line}")
    return redirect("inbox")
