"""What a person may do with a run now, with what it would do. No queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from game.players.models import User
from workflows.conductor.access import STEER, may_steer
from workflows.conductor.models import WorkflowRun
from workflows.conductor.progress import OVER, NodeView
from workflows.conductor.queries import Story

NAMED = 3  # nodes named in a sentence


@dataclass(frozen=True)
class Offer:
    """An act of the page: ``then`` is what it would do, ``refused`` why it cannot be done.

    With ``post`` the button does it at once, else ``href`` leads to the page that asks the rest.
    """

    name: str
    word: str
    href: str
    then: str = ""
    refused: str = ""
    kind: str = ""  # of the button: main, harm or plain
    post: bool = False


def offers(story: Story, person: User) -> list[Offer]:
    """The acts that make sense in the state that the run is in, in the order of the page."""
    run, over = story.run, story.run.status in OVER
    found = _steering(story, person) if is_driven(run) and not over else []
    if story.workflow is None:
        return found
    if over or not is_driven(run):
        found += [_retry(story), _replay(story)]
    clone = "A new run with the same input, or another one; nodes can be left out."
    return [*found, Offer("clone", "Clone", _url("run_clone", run), clone)]


def is_driven(run: WorkflowRun) -> bool:
    """Whether our conductor moves the run; others are recorded by their program."""
    return run.marking_json is not None and run.origin_id is None


def _steering(story: Story, person: User) -> list[Offer]:
    """Acts on a run that is not over."""
    run = story.run
    begin = run.status == "pending"
    refused = "" if may_steer(person, run) else STEER
    steer = _url("run_steer", run)
    cancel = Offer("cancel", "Cancel", f"{steer}#cancel", _cancelled(story), refused, "harm")
    if begin:
        then = "Its first nodes wait for agents from then on."
        act = Offer("begin", "Begin", _url("run_begin", run), then, refused, "main", post=True)
        return [act, cancel]
    then = "Reset or skip a node, or say in which phase it is."
    return [Offer("steer", "Steer", steer, then, refused), cancel]


def _cancelled(story: Story) -> str:
    states = [view.state for view in story.nodes]
    held, waits = states.count("running"), states.count("pending")
    said = []
    if held:
        said.append(f"{_many(held, 'node')} in work {'is' if held == 1 else 'are'} dropped")
    if waits:
        said.append(f"{_many(waits, 'node')} will not begin")
    words = ", ".join(said) or "no node is left out"
    return f"It ends now: {words}. It can be replayed later."


def _retry(story: Story) -> Offer:
    failed = [view for view in story.nodes if view.state == "failed"]
    url = _url("run_retry", story.run)
    if not failed:
        return Offer("retry", "Retry failed", url, refused="No node of it failed.")
    done = sum(view.state == "completed" for view in story.nodes)
    kept = f" {_many(done, 'result')} before them {'is' if done == 1 else 'are'} kept."
    then = f"A new run: {_named(failed)} again, and what follows.{kept if done else ''}"
    return Offer("retry", "Retry failed", url, then, kind="main", post=True)


def _replay(story: Story) -> Offer:
    then = "A new run from a node on. You see the plan first."
    return Offer("replay", "Replay", _url("run_replay", story.run), then)


def _named(views: Sequence[NodeView]) -> str:
    names = [view.node.name for view in views[:NAMED]]
    more = f" and {len(views) - NAMED} more" if len(views) > NAMED else ""
    return f"{', '.join(names)}{more}"


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _url(name: str, run: WorkflowRun) -> str:
    return reverse(name, args=[run.pk])
