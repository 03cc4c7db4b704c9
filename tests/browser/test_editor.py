"""A person writes a workflow: rows by mouse and keyboard, a condition named while it is typed."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Opener, axe

WAIT = 20_000  # ms; a slow machine may take its time, a fast one does not wait
NODES = ["plan", "build", "docs", "test", "ship"]
EDGES = [
    ("__start__", "plan", ""),
    ("plan", "build", ""),
    ("plan", "docs", "context.get('docs', true) == true"),
    ("build", "test", "context['exit'] == 0"),
    ("test", "ship", ""),
    ("docs", "ship", ""),
    ("ship", "__end__", ""),
]


def add(page: Page, part: str, number: int) -> None:
    """A row by keyboard; its first field has the focus."""
    page.get_by_role("button", name=re.compile(f"^Add an? {part}$")).press("Enter")
    first = "id" if part == "node" else "from_node"
    expect(page.locator(f"#{part}-{number}-{first}")).to_be_focused(timeout=WAIT)


def write(page: Page, name: str) -> None:
    page.fill("#name", name)
    for number, id in enumerate(NODES, 1):
        if number > 1:
            add(page, "node", number)
        page.fill(f"#node-{number}-id", id)
        page.fill(f"#node-{number}-prompt_template", f"Do {id}.")
    page.click("#node-5-settings summary")
    page.select_option("#node-5-join", "all")
    for number, (source, target, condition) in enumerate(EDGES, 1):
        if number > 1:
            add(page, "edge", number)
        page.fill(f"#edge-{number}-from_node", source)
        page.fill(f"#edge-{number}-to_node", target)
        page.fill(f"#edge-{number}-condition", condition)


def test_a_workflow_with_a_branch_and_a_join_is_written_checked_and_saved(open_as: Opener) -> None:
    page = open_as("stan", "/workflows/new/")
    name = f"release {uuid4().hex[:8]}"
    write(page, name)
    page.fill("#edge-4-condition", "context['exit' == 0")
    flaw = page.locator("#edge-4-condition-err")
    expect(flaw).to_contain_text("Character 8: '[' was never closed", timeout=WAIT)
    expect(page.locator("#edge-4-condition")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#checked .flaws")).to_contain_text("Edge 4")
    page.fill("#edge-4-condition", "context['exit'] == 0")
    expect(page.locator("#checked")).to_contain_text("Nothing is wrong", timeout=WAIT)
    expect(flaw).to_have_text("")
    expect(page.locator("#graph .node")).to_have_count(5)
    page.get_by_role("button", name="Save", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"/workflows/\d+/$"), timeout=WAIT)
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("#graph a")).to_have_count(5)
    expect(page.locator("#versions")).to_contain_text("stan")


def test_rows_take_what_was_typed_with_them_and_edges_follow_an_id(open_as: Opener) -> None:
    page = open_as("stan", "/workflows/new/")
    page.fill("#node-1-id", "first")
    add(page, "node", 2)
    page.fill("#node-2-id", "second")
    page.fill("#node-2-prompt_template", "typed just now")
    page.fill("#edge-1-to_node", "second")
    page.click("#node-1 >> text=Remove")
    expect(page.locator("#node-2")).to_have_count(0, timeout=WAIT)
    expect(page.locator("#node-1-id")).to_have_value("second")
    expect(page.locator("#node-1-prompt_template")).to_have_value("typed just now")
    page.fill("#node-1-id", "renamed")
    page.press("#node-1-id", "Tab")
    expect(page.locator("#edge-1-to_node")).to_have_value("renamed")


def test_leaving_with_unsaved_work_asks_first(open_as: Opener) -> None:
    page = open_as("stan", "/workflows/new/")
    page.fill("#name", "unsaved")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Leave").click()
    page.wait_for_url("**/workflows/", timeout=WAIT)
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (1440, True), (360, False)])
def test_axe_finds_nothing_in_the_editor(open_as: Opener, width: int, dark: bool) -> None:
    page = open_as("stan", "/workflows/new/", width=width, dark=dark)
    page.fill("#node-1-id", "-wrong-")
    expect(page.locator("#node-1-id-err")).to_contain_text("may not begin or end", timeout=WAIT)
    for details in page.locator("#editor details summary").all():
        details.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
