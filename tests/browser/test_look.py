"""The style guide in a real browser: both themes, wide and narrow, axe, keys, no forbidden code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    open_as: Opener, width: int, dark: bool
) -> None:
    guide = open_as("ada", "/style/", width=width, dark=dark)
    assert axe(guide) == []
    assert guide.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_keys_work_outside_fields_only(open_as: Opener) -> None:
    guide = open_as("ada", "/style/")
    guide.keyboard.press("/")
    assert guide.evaluate("document.activeElement.id") == "seek"
    guide.keyboard.type("g?/")
    assert guide.input_value("#seek") == "g?/"
    guide.evaluate("document.activeElement.blur()")
    guide.keyboard.press("?")
    assert guide.locator("#help").is_visible()
    guide.keyboard.press("Escape")
    assert not guide.locator("#help").is_visible()


def test_keys_can_be_turned_off(open_as: Opener) -> None:
    guide = open_as("ada", "/style/")
    guide.evaluate("document.documentElement.dataset.shortcuts = 'off'")
    guide.keyboard.press("?")
    assert not guide.locator("#help").is_visible()


def test_the_palette_finds_a_place_and_offers_a_search(open_as: Opener) -> None:
    guide = open_as("ada", "/style/")
    guide.keyboard.press("Control+k")
    guide.keyboard.type("peo")
    options = guide.locator("#palette-list [role=option]")
    assert options.all_inner_texts() == ["You\nPeople", "Search\nSearch for “peo”"]
    guide.keyboard.press("ArrowDown")
    chosen = guide.locator("#palette-list [aria-selected=true]")
    assert "Search for" in chosen.inner_text()
    assert str(chosen.get_attribute("href")).endswith("/search/?q=peo")
    guide.keyboard.press("ArrowUp")
    guide.keyboard.press("Enter")
    guide.wait_for_url("**/people/")


def test_a_theme_is_there_at_once_and_is_kept(open_as: Opener, site: Site) -> None:
    guide = open_as("mira", "/style/")
    guide.click("[popovertarget=person]")
    with guide.expect_response(lambda answer: answer.request.method == "POST"):
        guide.click("button[name=theme][value=dark]")
    assert guide.get_attribute("html", "data-theme") == "dark"
    assert site.sql("SELECT theme FROM users WHERE login = 'mira'") == [("dark",)]
    guide.reload()
    assert guide.get_attribute("html", "data-theme") == "dark"
    guide.click("[popovertarget=person]")
    with guide.expect_response(lambda answer: answer.request.method == "POST"):
        guide.click("button[name=theme][value=system]")


def test_a_refused_fragment_is_said_above_with_its_request(open_as: Opener) -> None:
    guide = open_as("ada", "/style/")
    guide.click("button[value=refuse]")
    guide.wait_for_selector("#flash .banner")
    said = guide.inner_text("#flash")
    assert "Cooldown active, 41 minutes remaining. Nothing was written." in said
    assert "request" in said
    # the browser itself logs an answer of 429; nothing else may have been said
    guide.complaints[:] = [c for c in guide.complaints if "429" not in c]  # type: ignore[attr-defined]


def test_a_destructive_act_asks_once_and_can_be_left(open_as: Opener) -> None:
    guide = open_as("ada", "/style/")
    guide.click("[popovertarget=ask-1]")
    assert guide.locator("#ask-1").is_visible()
    guide.click("#ask-1 button:has-text('Keep it')")
    assert not guide.locator("#ask-1").is_visible()


def test_everything_can_be_read_without_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(
        base_url=site.url, java_script_enabled=False, viewport={"width": 360, "height": 800}
    )
    key = {"name": "elf_session", "value": site.sessions["ada"], "url": site.url}
    context.add_cookies([key])  # type: ignore[list-item]
    page = context.new_page()
    page.goto("/style/")
    assert not page.locator("[data-palette]").is_visible(), "a button without effect"
    page.click(".nav-button")
    assert page.locator("#nav").is_visible()
    context.close()
