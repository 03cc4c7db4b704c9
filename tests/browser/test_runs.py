"""A run and the graph of rules in a real browser: axe, keys, narrow sheets, and life."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

MAKE = """
import json
from django.utils import timezone
from elfsite.timeline.log import write
from workflows.conductor.models import *
nodes = [{"id": f"n{i}", "name": f"step {i}", "type": "single"} for i in range(9)]
made, _ = Workflow.objects.get_or_create(name="browser", defaults={"nodes_json": json.dumps(nodes)})
for i in range(8):
    WorkflowEdge.objects.get_or_create(workflow=made, from_node=f"n{i // 2}", to_node=f"n{i + 1}")
run = WorkflowRun.objects.create(workflow=made, workflow_name="browser", status="running",
    started_at=timezone.now())
for i in range(3):
    NodeExecution.objects.create(run=run, node_id=f"n{i}", node_name=f"step {i}",
        status="running" if i == 2 else "completed", prompt="Do it.", started_at=timezone.now(),
        completed_at=None if i == 2 else timezone.now())
print("made", run.pk)
"""
FINISH = """
from django.utils import timezone
from elfsite.timeline.log import write
from workflows.conductor.models import *
run = WorkflowRun.objects.get(pk={run})
with write("agent-5") as act:
    NodeExecution.objects.filter(run=run, node_id="n2").update(
        status="failed", error_type="crash", error_message="boom", completed_at=timezone.now())
    act.event("runs", "failed", run, "step 2 failed")
"""


@pytest.fixture(scope="module")
def run(site: Site) -> int:
    said = site.manage("shell", "--verbosity", "0", "-c", MAKE)
    return int(said.split()[-1])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    open_as: Opener, site: Site, run: int, width: int, dark: bool
) -> None:
    rule = site.sql("SELECT MIN(id) FROM heuristics")[0][0]
    workflow = site.sql("SELECT id FROM workflows WHERE name = 'browser'")[0][0]
    for path in (
        f"/workflow-runs/{run}/",
        f"/workflows/{workflow}/",
        f"/heuristics/graph/?rule={rule}",
    ):
        page = open_as("mira", path, width=width, dark=dark)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_nodes_are_reached_and_opened_by_keyboard(open_as: Opener, run: int) -> None:
    page = open_as("mira", f"/workflow-runs/{run}/")
    page.focus("#n0")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "n1"
    page.keyboard.press("Enter")
    page.wait_for_url("**?node=n1#node")
    assert page.inner_text("#node h2") == "step 1"
    assert page.get_attribute("#n1", "aria-current") == "true"


def test_a_rule_of_the_graph_is_chosen_by_keyboard(open_as: Opener) -> None:
    page = open_as("mira", "/heuristics/graph/")
    first = page.locator("#garden a").first
    first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**rule=*#near")
    assert page.locator("#near h2").inner_text().startswith("h-")


def test_a_change_comes_by_itself_and_nothing_else_moves(
    open_as: Opener, site: Site, run: int
) -> None:
    page = open_as("mira", f"/workflow-runs/{run}/?node=n0")
    page.click("#nodes-table summary")
    page.evaluate("window.kept = document.querySelector('#n2')")
    page.focus("#n4")
    expect(page.locator("[data-live-state]")).to_have_attribute("data-state", "live")
    site.manage("shell", "--verbosity", "0", "-c", FINISH.format(run=run))
    expect(page.locator("#n2 .node.failed")).to_be_attached()
    assert page.evaluate("kept === document.querySelector('#n2')"), "the node keeps its identity"
    assert page.evaluate("document.activeElement.id") == "n4"
    assert page.locator("#nodes-table table").first.is_visible()
    assert page.inner_text("#node h2") == "step 0", "the chosen node stays"
    assert "boom" in page.inner_text("#nodes-table")
