"""A burst of changes ends at the last state; what is near a path fits a narrow screen."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

CHANGES = 40
PHASE = "UPDATE workflow_runs SET phase = ? WHERE id = ?"
EVENT = (
    "INSERT INTO timeline_events (at, topic, verb, subject_type, subject_id, actor, summary, data)"
    " VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), 'runs', 'phase', 'workflow_runs', ?,"
    " 'somebody', ?, '{}')"
)
COUNT = """
window.paints = {run: [], feed: []};
document.addEventListener("htmx:afterSwap", () => paints.run.push(performance.now()));
// lines come, go or are written anew; what a clock writes does not count
const feed = "[data-live-feed]";
const written = ({target}) => {
  const place = target.nodeType === Node.TEXT_NODE ? target.parentElement : target;
  return place?.closest(feed) && !place.closest("time");
};
const grew = new MutationObserver((found) => {
  if (found.some(written)) paints.feed.push(performance.now());
});
grew.observe(document.body, {childList: true, characterData: true, subtree: true});
"""
MOST = """
(id) => {
  const at = paints[id];
  return Math.max(0, ...at.map((from) => at.filter((t) => t >= from && t < from + 1000).length));
}
"""


@pytest.fixture
def run(site: Site) -> int:
    made = site.sql(
        "INSERT INTO workflow_runs (workflow_name, status, phase, started_at)"
        " VALUES ('burst', 'running', 'quiet', strftime('%Y-%m-%d %H:%M:%f', 'now')) RETURNING id"
    )
    return int(made[0][0])


def burst(site: Site, run: int) -> None:
    """So many commits one right after the other, as ten agents at once make them."""
    with closing(sqlite3.connect(site.folder / "elf.db", timeout=20)) as link:
        for number in range(1, CHANGES + 1):
            with link:
                link.execute(PHASE, (f"step {number}", run))
                link.execute(EVENT, (run, f"burst {run} is at step {number}"))


def ready(page: Page) -> None:
    expect(page.locator("[data-live-state]")).to_have_attribute(
        "data-state", "live", timeout=30_000
    )
    page.evaluate(COUNT)


def test_a_run_repaints_four_times_a_second_at_most_and_ends_at_the_last_state(
    open_as: Opener, site: Site, run: int
) -> None:
    page = open_as("mira", f"/workflow-runs/{run}/")
    ready(page)
    burst(site, run)
    expect(page.locator("#run .runsub")).to_contain_text(f"step {CHANGES}", timeout=30_000)
    # what asks every 15 seconds, whatever comes, may be one more
    assert 1 <= page.evaluate(MOST, "run") <= 5


def test_a_feed_takes_a_burst_together_and_its_last_line_is_the_last(
    open_as: Opener, site: Site, run: int
) -> None:
    page = open_as("mira", "/")
    ready(page)
    burst(site, run)
    first = page.locator("[data-live-feed] > li").first
    expect(first).to_contain_text(f"burst {run} is at step {CHANGES}", timeout=30_000)
    assert 1 <= page.evaluate(MOST, "feed") <= 4


def test_near_a_path_is_accessible_and_fits_a_narrow_screen(open_as: Opener) -> None:
    page = open_as("mira", "/trails/near/?path=src/app.py", width=320)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
