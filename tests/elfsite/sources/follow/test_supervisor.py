"""One process for each followed source: started, started again, ended."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from elfsite import serve
from elfsite.jobs import registry
from elfsite.origins.models import Source
from elfsite.sources.follow import supervisor
from elfsite.sources.follow.supervisor import Followers, run_followers

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def followers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Followers]:
    idle = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(supervisor, "command_for", lambda source: idle)
    monkeypatch.setattr(serve, "FIRST_PAUSE", 0.0)
    made = Followers()
    yield made
    made.end()


def process_of(followers: Followers, source: Source) -> int | None:
    child = followers._children[source.pk].process
    return child.pid if child else None


def test_only_marked_sources_have_a_process(followers: Followers) -> None:
    marked = Source.objects.create(name="a", path="/a", followed=True)
    Source.objects.create(name="b", path="/b")
    followers.look()
    assert list(followers._children) == [marked.pk]
    assert process_of(followers, marked)


def test_one_that_is_not_followed_any_more_ends(followers: Followers) -> None:
    source = Source.objects.create(name="a", path="/a", followed=True)
    followers.look()
    child = followers._children[source.pk].process
    assert child
    Source.objects.update(followed=False)
    followers.look()
    assert child.returncode is not None
    assert not followers._children


def test_one_that_dies_starts_again(followers: Followers) -> None:
    source = Source.objects.create(name="a", path="/a", followed=True)
    followers.look()
    child = followers._children[source.pk]
    first = child.process
    assert first
    first.kill()
    first.wait()
    child.pause = 0.0
    followers.look()  # notices
    followers.look()  # starts
    assert process_of(followers, source) not in {None, first.pid}


def test_a_worker_runs_it_until_it_ends(followers: Followers) -> None:
    assert registry.companions()["followers"] is run_followers
    ends = threading.Event()
    thread = threading.Thread(target=run_followers, args=(ends,))
    thread.start()
    ends.set()
    thread.join(10)
    assert not thread.is_alive()
