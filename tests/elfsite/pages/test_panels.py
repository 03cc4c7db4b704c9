"""What is kept, for how long, and what happens to a page whose panel fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from elfsite.pages import panels
from elfsite.timeline.log import write

pytestmark = pytest.mark.django_db


Wait = Callable[[float], None]


@pytest.fixture
def wait(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Moves the clock that panels are kept by."""
    seconds = [0.0]

    def shift(more: float) -> None:
        seconds[0] += more

    monkeypatch.setattr(panels, "clock", lambda: seconds[0])
    return shift


class Builder:
    def __init__(self) -> None:
        self.builds = 0

    def __call__(self) -> int:
        self.builds += 1
        return self.builds


def happen(topic: str) -> None:
    with write("test") as act:
        act.event(topic, "happened", None, "Something happened.")


@pytest.mark.parametrize(
    ("after", "event", "built_again"),
    [
        (0.1, None, False),
        (0.1, "runs", False),  # a burst costs one build
        (1, None, False),
        (1, "runs", True),
        (3, None, False),
        (3, "trails", False),  # not its topic
        (3, "runs", True),
        (3, "sources", True),  # an import changes everything
        (16, None, True),  # raw SQL writes no event
    ],
)
def test_how_long_a_panel_is_shown(
    wait: Wait, after: float, event: str | None, built_again: bool
) -> None:
    panel = panels.panel("runs", ["runs"], Builder())
    panels.show([panel])
    if event:
        happen(event)
    wait(after)
    assert panels.show([panel]) == {"runs": 2 if built_again else 1}


def test_what_is_dear_to_build_is_kept_longer(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    used = iter([0.0, 0.06, 0.06, 0.12])  # seconds of a core before and after each build
    monkeypatch.setattr(panels, "spent", lambda: next(used))
    panel = panels.panel("runs", ["runs"], Builder())
    panels.show([panel])
    happen("runs")
    wait(1.1)
    assert panels.show([panel]) == {"runs": 1}
    wait(0.2)
    assert panels.show([panel]) == {"runs": 2}


def test_the_heads_of_all_topics_are_one_query(django_assert_num_queries: Any) -> None:
    for topic in ("runs", "runs", "trails"):
        happen(topic)
    with django_assert_num_queries(1):
        heads = panels.heads_of(["runs", "trails", "fraud"])
    assert heads["runs"] < heads["trails"]
    assert heads["fraud"] == 0


def test_a_warm_page_asks_for_heads_only(wait: Wait, django_assert_num_queries: Any) -> None:
    wanted = [panels.panel(key, [key], Builder()) for key in ("runs", "trails", "fraud")]
    panels.show(wanted)
    with django_assert_num_queries(0):
        panels.show(wanted)
    wait(3)
    with django_assert_num_queries(1):
        panels.show(wanted)


def test_variants_of_a_panel_are_kept_apart() -> None:
    build = Builder()
    shown = [panels.show([panels.panel("v", [], build, days)])["v"] for days in (7, 30, 7)]
    assert shown == [1, 2, 1]


def test_a_panel_that_fails_does_not_break_the_others(caplog: pytest.LogCaptureFixture) -> None:
    def fails() -> None:
        raise ZeroDivisionError

    wanted = [panels.panel("bad", [], fails), panels.panel("good", [], Builder())]
    assert panels.show(wanted, "req-1") == {"bad": panels.Failed("bad"), "good": 1}
    assert "req-1" in caplog.text


def test_what_failed_is_tried_again() -> None:
    answers = iter([ZeroDivisionError(), 7])

    def build() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    panel = panels.panel("p", [], build)
    assert panels.show([panel])["p"] == panels.Failed("p")
    assert panels.show([panel])["p"] == 7


def test_the_number_of_kept_panels_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "KEPT", 3)
    for variant in range(10):
        panels.show([panels.panel("p", [], Builder(), variant)])
    assert len(panels._kept) == 3
