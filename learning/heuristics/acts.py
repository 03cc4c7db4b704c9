"""What a person may do to a rule now, with what it would do; and the doing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from elfsite.errors import Refused
from elfsite.timeline.log import name_of
from game.players.models import User
from learning.heuristics import services
from learning.heuristics.confidence import CONTRADICTION, FAILURE, REVIVED_AT, SUCCESS
from learning.heuristics.evidence import tally_of
from learning.heuristics.golden import Gate, version_of
from learning.heuristics.keywords import MOST, keywords
from learning.heuristics.lifecycle import CONTRADICTED_SHARE, DEMOTED_BELOW, Tally
from learning.heuristics.models import Heuristic
from learning.heuristics.services.rules import open_to_outcomes, pace_of
from learning.reviews.services import decide

GOVERN = "Only stewards do this."
NO_REASON = "No reason was given."


@dataclass(frozen=True)
class Offer:
    """An act as the page offers it: ``then`` is what it would do, ``refused`` why it cannot."""

    name: str
    word: str
    then: str = ""
    refused: str = ""
    kind: str = ""  # of the button: main, harm or plain


@dataclass(frozen=True)
class Look:
    """What the offers are made from."""

    rule: Heuristic
    person: User
    gates: list[Gate]
    asked: bool  # a request about its gold is pending
    now: datetime


def offers(look: Look) -> list[Offer]:
    """The acts that make sense in the state that the rule is in, in the order of the page."""
    state = "quarantined" if look.rule.is_quarantined else look.rule.status
    found = [_outcome(look, kind) for kind in WORDS]
    if state == "dormant":
        found.append(_revive(look))
    if state == "active":
        found.append(_rest(look))
    found.append(_demote(look) if look.rule.is_golden else _gold(look))
    if state in {"active", "dormant"} and not look.rule.is_golden:
        found.append(_govern(look, "archive", "Archive", "Laid aside; it stays to be read."))
        found.append(_govern(look, "deprecate", "Deprecate", "Given up as wrong.", kind="harm"))
    if state in {"archived", "deprecated"}:
        then = f"Active again with {look.rule.confidence:.3f}; its idle clock starts anew."
        found.append(_govern(look, "restore", "Take back", then))
    return found


WORDS = {SUCCESS: "Validate", FAILURE: "Violate", CONTRADICTION: "Contradict"}


def _outcome(look: Look, kind: str) -> Offer:
    rule = look.rule
    try:
        open_to_outcomes(rule)
    except Refused as refused:
        return Offer(kind, WORDS[kind], refused=f"{refused.sentence}.")
    pace = pace_of(rule)
    held_back = pace.refusal(look.now)
    if held_back:
        return Offer(kind, WORDS[kind], refused=f"{held_back}.")
    step = services.preview(rule, kind)
    said = [f"{step.old:.3f} → {step.new:.3f} (raw {step.raw:.3f}, α {step.alpha:.2f})."]
    if step.in_warmup:
        said.append(f"Warm-up, {step.warmup} left.")
    said.append(_after(look, kind, step.new))
    if kind == SUCCESS:
        said.append(f"{pace.today(look.now)} of {pace.daily} updates used today.")
        if (rule.author or "").casefold() == name_of(look.person).casefold():
            said.append("You wrote it: your word adds nothing to its evidence.")
    return Offer(kind, WORDS[kind], " ".join(part for part in said if part))


def _after(look: Look, kind: str, new: float) -> str:
    """What an outcome against a rule brings nearer."""
    if kind == SUCCESS:
        return ""
    if look.rule.is_golden:
        below = new < DEMOTED_BELOW
        return "Demotion is proposed." if below else f"Stays golden until {DEMOTED_BELOW:.3f}."
    if kind == CONTRADICTION:
        tally = tally_of(look.rule)
        after = Tally(tally.held, tally.failed, tally.contradicted + 1)
        return (
            f"{after.contradicted} of {after.total} contradicted; "
            f"deprecated above {CONTRADICTED_SHARE:.0%} of {look.rule.min_applications}."
        )
    return ""


def _rest(look: Look) -> Offer:
    if look.rule.is_golden:
        return Offer("dormant", "Let it rest", refused="A golden rule is demoted first.")
    words = ", ".join(keywords(look.rule.rule)[:MOST]) or "nothing by itself"
    return _govern(look, "dormant", "Let it rest", f"Dormant; wakes on {words}. Can be undone.")


def _revive(look: Look) -> Offer:
    old = look.rule.confidence
    then = f"{old:.3f} → {max(old, REVIVED_AT):.3f}, active again."
    return _govern(look, "revive", "Revive", then)


def _gold(look: Look) -> Offer:
    missing = sum(not gate.met for gate in look.gates)
    if look.asked:
        return Offer("golden", "Propose golden", refused="It is asked already, in the inbox.")
    if missing:
        met = f"{len(look.gates) - missing} of {len(look.gates)} conditions are met."
        return Offer("golden", "Propose golden", refused=met)
    return Offer("golden", "Propose golden", then=f"Asks the stewards; {_signatures()}.")


def _demote(look: Look) -> Offer:
    if look.asked:
        return Offer("demote", "Demote", refused="It is asked already, in the inbox.")
    if look.person.is_steward and settings.GOLDEN_SIGNATURES == 1:
        return Offer(
            "demote", "Demote", "Golden ends; it stays active. Can be undone.", kind="harm"
        )
    return Offer("demote", "Demote", f"Goes to the inbox; {_signatures()}.", kind="harm")


def _signatures() -> str:
    needed = settings.GOLDEN_SIGNATURES
    return "one of them signs" if needed == 1 else f"{needed} of them sign"


def _govern(look: Look, name: str, word: str, then: str, kind: str = "") -> Offer:
    """An act of stewards; a member gets a sentence."""
    if not look.person.is_steward:
        return Offer(name, word, refused=GOVERN)
    return Offer(name, word, then, kind=kind)


def perform(*, actor: User, rule: Heuristic, name: str, reason: str) -> str:
    """Do an act by its name; a sentence that says what it did. Raises Refused."""
    do = DOING.get(name)
    if do is None:
        raise Refused("bad_act", f"An act is one of {', '.join(DOING)}.")
    return do(actor, rule, reason)


def _record(kind: str) -> Callable[[User, Heuristic, str], str]:
    def record(actor: User, rule: Heuristic, reason: str) -> str:
        outcome = services.record_outcome(
            actor=actor,
            heuristic=rule,
            kind=kind,
            grader=name_of(actor),
            grader_class="human",
            reason=reason,
        )
        return f"h-{rule.pk}: {outcome.step.old:.3f} → {outcome.step.new:.3f}."

    return record


def _do_rest(actor: User, rule: Heuristic, reason: str) -> str:
    services.make_dormant(actor=actor, heuristic=rule, reason=reason)
    return f"h-{rule.pk} rests now."


def _do_revive(actor: User, rule: Heuristic, reason: str) -> str:
    step = services.revive(actor=actor, heuristic=rule, reason=reason)
    return f"h-{rule.pk} is active again, with {step.new:.3f}."


def _do_golden(actor: User, rule: Heuristic, reason: str) -> str:
    services.propose_golden(actor=actor, heuristic=rule, reason=reason)
    return f"The stewards are asked about h-{rule.pk}."


def _do_demote(actor: User, rule: Heuristic, reason: str) -> str:
    review = services.propose_demotion(actor=actor, heuristic=rule, reason=reason)
    if not actor.is_steward:
        return f"The stewards are asked about h-{rule.pk}."
    decision = decide(
        actor=actor,
        review=review,
        verdict="approve",
        reason=reason,
        seen_version=version_of(rule),
    )
    if decision.settled:
        return f"h-{rule.pk} is no longer golden."
    return f"You signed; {decision.needed - decision.signed} of {decision.needed} are missing."


def _do_archive(actor: User, rule: Heuristic, reason: str) -> str:
    services.archive(actor=actor, heuristic=rule, reason=reason)
    return f"h-{rule.pk} is archived."


def _do_deprecate(actor: User, rule: Heuristic, reason: str) -> str:
    services.deprecate(actor=actor, heuristic=rule, reason=reason)
    return f"h-{rule.pk} is deprecated."


def _do_restore(actor: User, rule: Heuristic, reason: str) -> str:
    again = services.restore(actor=actor, heuristic=rule, reason=reason or NO_REASON)
    return f"h-{rule.pk} is active again, with {again.confidence:.3f} as before."


DOING: dict[str, Callable[[User, Heuristic, str], str]] = {
    SUCCESS: _record(SUCCESS),
    FAILURE: _record(FAILURE),
    CONTRADICTION: _record(CONTRADICTION),
    "dormant": _do_rest,
    "revive": _do_revive,
    "golden": _do_golden,
    "demote": _do_demote,
    "archive": _do_archive,
    "deprecate": _do_deprecate,
    "restore": _do_restore,
}
