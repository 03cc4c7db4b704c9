"""A person makes a key, an agent comes in with it, and the page of the API tells what it takes."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

PATIENCE = 20_000  # ms


def ask(site: Site, key: str, path: str, body: Any = None) -> Any:
    request = urllib.request.Request(
        f"{site.url}/api/v1/{path}",
        None if body is None else json.dumps(body).encode(),
        {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def test_a_new_key_says_when_it_came_in(open_as: Opener, site: Site) -> None:
    page = open_as("mira", "/agent-keys/")
    page.get_by_label("Name").fill("claude on build-3")
    page.get_by_role("button", name="Make the key").click()
    expect(page.locator("#use")).to_contain_text("not come in yet", timeout=PATIENCE)
    assert axe(page) == []
    key = page.locator(".prompt pre").first.inner_text().strip()
    assert f"ELF_KEY={key}" in page.locator(".prompt pre").nth(1).inner_text()
    assert ask(site, key, "")["caller"]["name"] == "mira/claude on build-3"
    expect(page.locator("#use")).to_contain_text("came in", timeout=PATIENCE)
    noted = ask(site, key, "learnings", {"type": "observation", "title": "Connected by hand"})
    page.goto(f"/learnings/{noted['id']}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Connected by hand")


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_of_the_api(open_as: Opener, dark: bool) -> None:
    page = open_as("mira", "/api/v1/docs", width=390 if dark else 1280, dark=dark)
    page.locator("#post_claims > summary").press("Enter")
    expect(page.locator("#post_claims")).to_contain_text("lease_seconds")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
