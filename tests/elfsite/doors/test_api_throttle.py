"""How often a key may ask: over processes and restarts, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connections

from elfsite.doors.http import throttle
from elfsite.doors.models import AgentKey, KeyBucket
from tests.elfsite.doors.calling import Agent, problem

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOTE = {"type": "failure", "title": "The build broke"}


@pytest.fixture
def agent(settings: Any) -> Agent:
    settings.API_RATE, settings.API_WRITE_RATE = 12, 3
    return Agent()


def statuses(count: int, send: Callable[[], Any]) -> list[int]:
    return [send().status_code for _ in range(count)]


def test_reads_and_writes_have_their_own_measure(agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False):
        assert statuses(4, lambda: agent.post("/learnings", NOTE)) == [201, 201, 201, 429]
        assert statuses(9, lambda: agent.get("/")) == [200] * 8 + [429]


def test_says_when_to_come_again_and_means_it(agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        statuses(3, lambda: agent.post("/learnings", NOTE))
        refused = agent.post("/learnings", NOTE)
        assert problem(refused) == (429, "too_often")
        wait = int(refused["Retry-After"])
        assert wait == 20  # three a minute
        clock.shift(wait - 1)
        assert agent.post("/learnings", NOTE).status_code == 429
        clock.shift(1)
        assert statuses(2, lambda: agent.post("/learnings", NOTE)) == [201, 429]


def test_a_restart_forgets_nothing(agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False):
        for expected in [201, 201, 201, 429]:
            throttle.forget()  # as a new process begins
            assert agent.post("/learnings", NOTE).status_code == expected


def test_a_long_pause_gives_no_more_than_a_minute(agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        statuses(3, lambda: agent.post("/learnings", NOTE))
        clock.shift(3600)
        assert statuses(4, lambda: agent.post("/learnings", NOTE)) == [201, 201, 201, 429]


def test_keys_do_not_share(agent: Agent) -> None:
    with time_machine.travel(NOON, tick=False):
        statuses(13, lambda: agent.get("/"))
        assert Agent("bob").get("/").status_code == 200


def test_a_process_takes_a_handful_at_once(agent: Agent, settings: Any) -> None:
    settings.API_RATE = 600
    with time_machine.travel(NOON, tick=False):
        statuses(20, lambda: agent.get("/"))
        assert KeyBucket.objects.get(key=agent.key, kind="all").tokens == 600 - 20
        agent.get("/")
        assert KeyBucket.objects.get(key=agent.key, kind="all").tokens == 600 - 40


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_get_no_more_than_there_is(agent: Agent, settings: Any) -> None:
    settings.API_RATE = 30
    key: AgentKey = agent.key

    def spend(_: int) -> bool:
        try:
            throttle.spend(key.pk, "all")
        except throttle.TooOften:
            return False
        finally:
            connections.close_all()
        return True

    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(spend, range(60))) == 30
