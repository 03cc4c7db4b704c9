"""A person narrows, orders and leafs through a list: the address follows, the page stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, axe

WIDTHS = [(1440, False), (1440, True), (360, False)]

# what is said to a screen reader; the live pages say something else soon after
TOLD = """() => {
    window.told = [];
    const note = (changes) => window.told.push(changes[0].target.textContent);
    new MutationObserver(note).observe(document.getElementById("status"), {childList: true});
}"""


def path(page: Page) -> str:
    return page.url.partition("/heuristics/")[2]


def titles(page: Page) -> list[str]:
    return page.locator("#list .tbl a.rule").all_inner_texts()


def test_filters_chips_orders_and_pages_change_the_part_and_the_address(open_as: Opener) -> None:
    page = open_as("mira", "/heuristics/?limit=15")
    page.evaluate("document.body.dataset.same = 'yes'")
    page.evaluate(TOLD)
    first = titles(page)

    page.get_by_label("Status").focus()
    page.get_by_label("Status").select_option("active")
    expect(page.locator(".said .chip")).to_have_text(re.compile("active"))
    assert path(page) == "?status=active&limit=15"
    assert page.evaluate("document.activeElement.name") == "status"
    assert any("with status active" in words for words in page.evaluate("window.told"))

    page.locator(".said .chip").click()
    expect(page.locator(".said .chip")).to_have_count(0)
    assert path(page) == "?limit=15" and titles(page) == first

    page.get_by_role("link", name="Outcomes").click()
    expect(page.locator('th[aria-sort="descending"]')).to_have_text("Outcomes")
    page.get_by_role("link", name="Outcomes").click()
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("Outcomes")

    page.get_by_role("link", name="Next 15").click()
    expect(page.get_by_role("link", name="Back")).to_be_visible()
    assert "after=" in path(page)
    assert page.evaluate("document.body.dataset.same") == "yes"

    # the browser's own way back shows the list as it was
    page.evaluate("history.back()")
    expect(page.get_by_role("link", name="Back")).to_have_count(0)
    expect(page.locator('th[aria-sort="ascending"]')).to_have_text("Outcomes")


def test_a_refusal_leaves_the_list_as_it_was(open_as: Opener) -> None:
    page = open_as("mira", "/heuristics/")
    # with ELF_DEBUG the library shows developers each refusal as a whole page
    page.route("**/django-htmx*.js", lambda route: route.fulfill(body=""))
    page.reload()
    before = titles(page)
    page.get_by_label("Confidence from").fill("high")
    page.get_by_label("Confidence from").press("Enter")
    expect(page.locator("#flash")).to_have_text(re.compile("confidence_min must be a number"))
    assert titles(page) == before
    page.complaints.clear()  # the browser logs that a request was answered with 400


def test_a_list_is_read_without_scripts(open_as: Opener) -> None:
    page = open_as("mira", "/heuristics/")
    context = page.context.browser.new_context(java_script_enabled=False, base_url=page.url)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto("/heuristics/")
    plain.get_by_label("Status").select_option("active")
    plain.get_by_role("button", name="Show").click()
    assert "status=active" in plain.url
    expect(plain.locator(".said .chip")).to_have_text(re.compile("active"))
    context.close()


@pytest.mark.parametrize(("width", "dark"), WIDTHS)
@pytest.mark.parametrize(
    "where",
    [
        "/heuristics/",
        "/trails/?days=30",
        "/plans/?status=abandoned",
        "/learnings/1/",
        "/tables/",
        "/search/?q=test",
    ],
)
def test_it_is_accessible_and_fits(open_as: Opener, where: str, width: int, dark: bool) -> None:
    page = open_as("mira", where, width=width, dark=dark)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
