"""A rule and the inbox in real browsers: acts, a verdict that two people see, keys, axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

MAKE = """
from learning.heuristics.models import ConfidenceUpdate, Heuristic
from learning.heuristics.services import propose_golden
rule = Heuristic.objects.create(
    domain="git", rule="Push a revert, never a rewritten branch", explanation="Others *pull* it.",
    confidence=0.93, confidence_ema=0.93, times_validated=60, times_violated=2)
for number in range(24):
    ConfidenceUpdate.objects.create(
        heuristic=rule, old_confidence=0.9, new_confidence=0.9 + number / 1000, delta=0.001,
        update_type="failure" if number == 9 else "success", raw_target_confidence=0.93,
        alpha_used=0.1, grader=f"ci-{number % 3}", grader_class=("ci", "human")[number % 2])
print("made", rule.pk, propose_golden(actor="upkeep", heuristic=rule).pk)
"""


@pytest.fixture
def candidate(site: Site) -> tuple[int, int]:
    """A rule that waits for gold, and the request about it."""
    said = site.manage("shell", "--verbosity", "0", "-c", MAKE)
    rule, review = next(line for line in said.splitlines() if line.startswith("made")).split()[1:]
    return int(rule), int(review)


def test_one_steward_decides_and_another_sees_it(
    open_as: Opener, candidate: tuple[int, int]
) -> None:
    rule, review = candidate
    watching = open_as("ada", f"/heuristics/{rule}/")
    tray = open_as("ada", "/inbox/")
    deciding = open_as("stan", "/inbox/")
    expect(watching.locator(".claim")).to_contain_text("golden candidate")
    entry = deciding.locator(f"#review-{review}")
    entry.get_by_role("link", name="Decide").click()
    entry.get_by_label("Reason").fill("It held all year.")
    entry.get_by_role("button", name="Approve").click()
    expect(entry).to_contain_text("Approved:", timeout=20_000)
    expect(watching.locator(".claim")).to_contain_text("Signed by stan", timeout=20_000)
    expect(tray.locator(f"#review-{review}")).to_have_count(0, timeout=20_000)
    # it stays where it was decided
    expect(entry).to_contain_text("Take back", timeout=20_000)
    entry.get_by_role("button", name="Take back").click()
    expect(watching.locator(".claim")).not_to_contain_text("Signed by", timeout=20_000)
    expect(entry.get_by_role("button", name="Reject")).to_be_visible(timeout=20_000)


def test_what_is_typed_outlives_what_happens_meanwhile(
    open_as: Opener, candidate: tuple[int, int], site: Site
) -> None:
    rule, review = candidate
    page = open_as("stan", f"/inbox/?open={review}")
    field = page.locator(f"#review-{review} textarea")
    field.fill("half a sentence")
    page.locator("h1").click()
    other = open_as("mira", f"/heuristics/{rule}/")
    other.locator("#because").fill("it broke the release")
    other.get_by_role("button", name="Violate").click()
    expect(other.locator("#said")).to_contain_text("0.930 → ", timeout=20_000)
    expect(page.locator("[data-live-state]")).to_contain_text("last event", timeout=20_000)
    page.wait_for_timeout(1000)
    expect(field).to_have_value("half a sentence")
    page.locator(f"#review-{review}").get_by_role("button", name="Approve").click()
    expect(page.locator(f"#review-{review}")).to_contain_text("This has changed since you looked")
    expect(page.locator(f"#review-{review} textarea")).to_have_value("half a sentence")


def test_an_act_answers_in_place_and_then_says_why_not(
    open_as: Opener, candidate: tuple[int, int]
) -> None:
    rule, _ = candidate
    page = open_as("mira", f"/heuristics/{rule}/")
    page.locator("#act-success").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("0.930 → 0.931")
    expect(page.locator("#why-success")).to_contain_text("Cooldown active")
    expect(page.locator("#why-archive")).to_contain_text("Only stewards")
    page.locator(".evidence a").last.focus()
    page.keyboard.press("Enter")
    assert "#u-" in page.url


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    open_as: Opener, candidate: tuple[int, int], width: int, dark: bool
) -> None:
    rule, review = candidate
    for path in (f"/heuristics/{rule}/", f"/inbox/?open={review}", "/heuristics/trust/"):
        page = open_as("stan", path, width=width, dark=dark)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_the_inbox_is_worked_by_keys(open_as: Opener, candidate: tuple[int, int]) -> None:
    _, review = candidate
    page = open_as("stan", "/inbox/?only=reviews")
    entry = page.locator(f"#review-{review}")
    entry.locator("a").first.focus()
    page.keyboard.press("k")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(entry.locator("textarea")).to_be_focused(timeout=20_000)
    page.keyboard.type("Keep it, really: jkard are letters here.")
    entry.locator("h2 a").focus()
    page.keyboard.press("r")
    expect(entry).to_contain_text("Rejected:", timeout=20_000)
