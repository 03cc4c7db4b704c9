"""Gaming in real browsers: a report that two stewards see, its undo, the pages under axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

MAKE = """
from datetime import timedelta
from django.utils import timezone
from learning.fraud.services import check_heuristic
from learning.heuristics.models import ConfidenceUpdate, Heuristic
for held in (5, 6, 6, 7, 8):
    Heuristic.objects.create(domain="browser-fraud", rule=f"Peer that holds {held}",
        times_validated=held, times_violated=10 - held)
rule = Heuristic.objects.create(domain="browser-fraud", rule="Approve a bump when CI is green",
    confidence=0.883, confidence_ema=0.883, times_validated=15)
now = timezone.now()
for number in range(8):
    ConfidenceUpdate.objects.create(heuristic=rule, update_type="success", old_confidence=0.8,
        new_confidence=0.81, delta=0.01, agent_id="a1",
        created_at=now - timedelta(minutes=61 * (8 - number)))
print("made", check_heuristic(actor="upkeep", heuristic=rule).pk)
"""


@pytest.fixture
def report(site: Site) -> int:
    """A report of two signals, on a rule of its own."""
    said = site.manage("shell", "--verbosity", "0", "-c", MAKE)
    return int(next(line for line in said.splitlines() if line.startswith("made")).split()[1])


def test_one_steward_confirms_and_another_sees_it(open_as: Opener, report: int) -> None:
    watching = open_as("ada", f"/fraud/{report}/")
    deciding = open_as("stan", f"/fraud/{report}/")
    expect(deciding.locator(".verdict")).to_contain_text("probability of gaming")
    deciding.get_by_label("Reason, kept with the report").fill("One grader, by the clock.")
    deciding.get_by_role("button", name="Confirm fraud").click()
    expect(deciding.locator("#report")).to_contain_text("stan judged it. One grader, by the clock.")
    expect(watching.locator("#report")).to_contain_text("stan judged it.", timeout=10_000)
    deciding.get_by_role("button", name="Roll back status quarantine").click()
    expect(watching.locator("#report")).to_contain_text("undone", timeout=10_000)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_are_accessible(open_as: Opener, report: int, dark: bool, width: int) -> None:
    for path in ("/fraud/", f"/fraud/{report}/", "/fraud/detectors/"):
        page = open_as("stan", path, width=width, dark=dark)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
