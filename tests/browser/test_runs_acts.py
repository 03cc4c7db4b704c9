"""A person starts a run, watches agents work, and steers it: live, by keyboard and by mouse."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.ants import Ants
from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

SLOW = 30_000  # ms; a machine under load


@pytest.fixture(scope="module")
def ants(site: Site) -> Ants:
    return Ants(site)


def live(page: Page) -> None:
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live", timeout=SLOW)


def number(page: Page) -> int:
    """The run whose page is open."""
    page.wait_for_url("**/workflow-runs/*/", timeout=SLOW)
    return int(page.url.rstrip("/").rsplit("/", 1)[1])


def test_a_run_from_its_start_to_its_retry_and_its_end(open_as: Opener, ants: Ants) -> None:
    page = open_as("mira", f"/workflows/{ants.workflow}/")
    page.fill("#start textarea", '{"who": "ada"')
    page.click("#start button")
    expect(page.locator(".err")).to_contain_text("This is no JSON", timeout=SLOW)
    page.complaints.clear()  # type: ignore[attr-defined]  # the console names the 400
    expect(page.locator("textarea")).to_have_value('{"who": "ada"')
    page.fill("textarea", '{"who": "ada"}')
    page.click("text=Start a run >> visible=true")
    run = number(page)
    live(page)
    page.evaluate("window.kept = true")
    working = page.locator("#working")
    expect(working).to_contain_text("1 waits for an agent")
    address, token = ants.claim(run, "plan")
    expect(working).to_contain_text("ant-1", timeout=SLOW)
    ants.call(f"{address}/complete", {"token": token, "result": {"steps": 2}})
    expect(working).to_contain_text("2 wait for an agent", timeout=SLOW)
    ants.complete(run, "code")
    address, token = ants.claim(run, "docs")
    ants.call(f"{address}/fail", {"token": token, "message": "no words"})
    ants.complete(run, "review")
    ants.complete(run, "ship")
    expect(page.locator("#run .runhead .mark")).to_contain_text("failed", timeout=SLOW)
    assert page.evaluate("window.kept"), "it was not loaded again"
    retry = page.locator("#act-retry")
    expect(retry).to_contain_text("docs again, and what follows", timeout=SLOW)
    assert axe(page) == []
    retry.locator("button").click()
    page.wait_for_url(lambda url: not url.endswith(f"/{run}/"), timeout=SLOW)
    again = number(page)
    expect(page.locator("#working")).to_contain_text(f"A retry of run {run}")
    live(page)
    ants.complete(again, "docs")
    expect(page.locator("#working")).to_contain_text("review", timeout=SLOW)
    page.locator("#act-cancel a").click()
    page.fill("#cancel textarea", "seen enough")
    assert axe(page) == []
    page.click("text=Cancel the run")
    page.wait_for_url(f"**/workflow-runs/{again}/", timeout=SLOW)
    expect(page.locator("#run")).to_contain_text("cancelled by mira: seen enough")


def test_axe_finds_nothing_on_the_pages_of_acts(open_as: Opener, ants: Ants) -> None:
    run, other = ants.run(), ants.run()
    for each in (run, other):
        for node in ("plan", "code", "docs", "review", "ship"):
            ants.complete(each, node, text=f"{node} of {each}\nsame")
    running = ants.run()
    ants.claim(running, "plan")
    paths = (
        f"/workflow-runs/{run}/compare/{other}/?show=all",
        f"/workflow-runs/{run}/replay/?from=code",
        f"/workflow-runs/{run}/clone/",
        f"/workflow-runs/{running}/steer/",
        f"/workflow-runs/{running}/",
    )
    for width, dark in ((1280, False), (360, True)):
        page = open_as("stan", paths[0], width=width, dark=dark)
        for path in paths:
            page.goto(path)
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
