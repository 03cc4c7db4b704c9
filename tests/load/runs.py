"""Figures of runs under load: ``python -m tests.load.runs [--seconds 20] [--rate 200]``.

Ten runs whose nodes agents claim and complete by the services, so many changes a second in all,
while one browser shows a run and the overview and nine sockets listen. Prints how often each panel
repainted (at most four times a second), how long after the last change the final state stood in
the browser and at the sockets (at most 1 s), the longest task of the scripts; then how long a run
of *nodes* nodes takes to open (at most 2 s) and its longest task after layout (at most 200 ms).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from typing import Any

from tests.chromium import find_chromium
from tests.load import server

RUNS, CHAINS, SOCKETS = 10, 10, 9
FILES_EVERY = 5  # completions, of which one names a file that was written
SETTLE = 6.0  # seconds after the last change in which a page may still repaint
PER_SECOND, FINAL_MS, OPEN_MS, TASK_MS = 4, 1000, 2000, 200

# Runs before the page's own scripts: when each panel repaints and what it says then (times, which
# tick by themselves, left out), when each line of the feed came, and tasks that block for long.
WATCH = """
window.seen = {paints: {}, said: {}, lines: {}, tasks: []};
const words = (node) => {
  const copy = node.cloneNode(true);
  for (const time of copy.querySelectorAll("time")) time.remove();
  return copy.textContent;
};
const watch = (node) => {
  const id = node.id;
  seen.paints[id] = [];
  seen.said[id] = {text: words(node), at: 0};
  const note = (records) => {
    const quiet = (r) => {   // a time that ticks, the feed, the mark that a request is under way
      const element = r.target.nodeType === Node.ELEMENT_NODE ? r.target : r.target.parentElement;
      return !element || element.closest("time, [data-live-feed]")
        || (element.id === id && r.attributeName === "class");
    };
    if (records.every(quiet)) return;
    seen.paints[id].push(Date.now());
    const now = document.getElementById(id);
    if (!now) return;
    const text = words(now);
    if (text !== seen.said[id].text) seen.said[id] = {text, at: Date.now()};
  };
  new MutationObserver(note).observe(node, {childList: true, subtree: true, characterData: true,
    attributes: true});
};
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.tasks.push([performance.timeOrigin + task.startTime,
    task.duration]);
}).observe({type: "longtask", buffered: true});
document.addEventListener("DOMContentLoaded", () => {
  for (const node of document.querySelectorAll("[data-live][id]")) watch(node);
  for (const feed of document.querySelectorAll("[data-live-feed]")) new MutationObserver(() => {
    for (const line of feed.children) seen.lines[line.id] ??= Date.now();
  }).observe(feed, {childList: true});
});
"""


def make_runs(changes: int) -> list[int]:
    """Ten runs with enough nodes for so many changes, in chains, begun."""
    from workflows.conductor.services.definitions import save_workflow
    from workflows.conductor.services.runs import start_run

    length = -(-changes // (2 * RUNS * CHAINS))
    name = f"load {time.time():.0f}"
    workflow = save_workflow(actor="load", name=name, **chains(CHAINS, length))
    found = []
    for _ in range(RUNS):
        run = start_run(actor="load", workflow=workflow)
        found.append(run.pk)
    return found


def chains(count: int, length: int) -> dict[str, Any]:
    """A definition of *count* chains side by side."""
    nodes, edges = [], []
    for chain in range(count):
        before = "__start__"
        for number in range(length):
            here = f"c{chain}-{number}"
            nodes.append({"id": here, "name": here, "type": "single", "prompt_template": "Work."})
            edges.append({"from_node": before, "to_node": here})
            before = here
        edges.append({"from_node": before, "to_node": "__end__"})
    return {"nodes": nodes, "edges": edges}


def work(runs: list[int], rate: float, changes: int, direct: bool, answers: Any) -> None:
    """Claim and complete in turn, run by run, *rate* changes a second; answers when each run's
    last change was committed (ns), and how it went."""
    import django

    django.setup()
    from elfsite.timeline.reading import head

    change = Direct() if direct else Agents()
    last: dict[int, int] = {}
    slowest, made, start = 0.0, 0, time.monotonic()
    used = time.process_time()
    order = runs[::-1]  # the run that the browser shows comes last
    while made < changes and order:
        for run in list(order):
            time.sleep(max(0.0, start + made / rate - time.monotonic()))
            began = time.perf_counter()
            if not change(run, made):
                order.remove(run)
                continue
            last[run] = time.time_ns()
            slowest = max(slowest, time.perf_counter() - began)
            made += 1
    answer = {"made": made, "took": time.monotonic() - start, "used": time.process_time() - used}
    answers.put({"last": last, "slowest": slowest, "head": head(), **answer})


class Agents:
    """An agent a run, by the services: claims a node, then completes it."""

    def __init__(self) -> None:
        self.held: dict[int, Any] = {}

    def __call__(self, run: int, number: int) -> bool:
        from workflows.conductor.services.nodes import claim_node, complete_node

        if claim := self.held.pop(run, None):
            files = [f"src/load/{number % 40}.py"] if number // RUNS % FILES_EVERY == 1 else None
            complete_node(
                actor="load",
                execution=claim.execution,
                token=claim.token,
                text="Done.",
                tokens=100,
                files=files,
            )
            return True
        taken = claim_node(actor="load", agent_id=f"agent-{run}", run=run)
        if taken is not None:
            self.held[run] = taken
        return taken is not None


class Direct:
    """The same rows and events in two statements: where a core is not free for the services."""

    def __init__(self) -> None:
        self.nodes: dict[int, list[int]] = {}
        self.names: dict[int, list[str]] = {}

    def __call__(self, run: int, number: int) -> bool:
        from django.utils import timezone

        from elfsite.timeline.log import write
        from workflows.conductor.models import NodeExecution, Workflow, WorkflowRun

        now = timezone.now()
        row = WorkflowRun(pk=run)
        with write("load") as w:
            open_ = self.nodes.setdefault(run, [])
            if open_:
                done = {"status": "completed", "completed_at": now, "duration_ms": 50}
                NodeExecution.objects.filter(pk=open_.pop()).update(**done)
                w.event("runs", "completed", row, f"agent-{run} completed a node")
                return True
            if run not in self.names:
                text = Workflow.objects.values_list("nodes_json", flat=True).get(runs=run)
                self.names[run] = [node["id"] for node in json.loads(text)]
                NodeExecution.objects.filter(run=run).delete()
            names = self.names[run]
            if not names:
                return False
            made = NodeExecution(
                run_id=run, node_id=names.pop(0), status="running", started_at=now, agent_id="a"
            )
            made.save(force_insert=True)
            open_.append(made.pk)
            if not names:
                WorkflowRun.objects.filter(pk=run).update(status="completed", completed_at=now)
            w.event("runs", "claimed", row, f"agent-{run} claimed {made.node_id}")
            return True


def listen(port: int, cookie: str, start: int, until: Any, answers: Any) -> None:
    """Nine sockets; answers when each got which id last (ns)."""
    asyncio.run(_listen(port, cookie, start, until, answers))


async def _listen(port: int, cookie: str, start: int, until: Any, answers: Any) -> None:
    import websockets

    got: list[dict[int, int]] = [{} for _ in range(SOCKETS)]

    async def one(arrived: dict[int, int]) -> None:
        headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
        address = f"ws://127.0.0.1:{port}/live/"
        async with websockets.connect(address, additional_headers=headers, max_queue=None) as link:
            await link.send(json.dumps({"last": start}))
            while True:
                said = json.loads(await link.recv())
                for frame in said.get("events", []):
                    arrived[frame["id"]] = time.time_ns()

    tasks = [asyncio.create_task(one(arrived)) for arrived in got]
    while not until.is_set():
        await asyncio.sleep(0.1)
    for task in tasks:
        task.cancel()
    answers.put(got)


def most_per_second(times: Iterable[int]) -> int:
    """The most of *times* (ms) that lie within any one second; paints of one moment are one."""
    found: list[int] = []
    for at in sorted(times):
        if not found or at - found[-1] > 30:
            found.append(at)
    return max((sum(1 for t in found if at <= t < at + 1000) for at in found), default=0)


def verdict(value: float, most: float) -> str:
    return "ok" if value <= most else f"over {most:g}"


def under_load(browser: Any, port: int, cookie: str, asked: argparse.Namespace) -> None:
    """Ten runs while pages and sockets look on; prints the figures."""
    from elfsite.timeline.reading import head

    changes = int(asked.seconds * asked.rate)
    runs = make_runs(changes)
    pages = []
    for path in (f"/workflow-runs/{runs[0]}/", *asked.pages):
        page = sign_in(browser, port, cookie).new_page()
        page.add_init_script(WATCH)
        page.goto(path)
        page.wait_for_selector('[data-live-state][data-state="live"]', state="attached")
        pages.append((path, page))
    spawn = multiprocessing.get_context("spawn")
    until, heard, done = spawn.Event(), spawn.Queue(), spawn.Queue()
    listener = spawn.Process(target=listen, args=(port, cookie, head(), until, heard))
    listener.start()
    time.sleep(3)
    writer = spawn.Process(target=work, args=(runs, asked.rate, changes, asked.direct, done))
    writer.start()
    result = done.get(timeout=asked.seconds * 10 + 120)
    pages[0][1].wait_for_timeout(SETTLE * 1000)
    until.set()
    arrived = heard.get(timeout=30)
    for process in (listener, writer):
        process.join(30)
    made, took = result["made"], result["took"]
    print(
        f"{made} changes of {len(runs)} runs in {took:.1f} s: {made / took:.0f} a second, slowest "
        f"{result['slowest'] * 1000:.0f} ms, {result['used'] / made * 1000:.1f} ms of a core each; "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )
    ended = result["last"][runs[0]] / 1e6
    _print_sockets(arrived, result["head"], max(result["last"].values()) / 1e6)
    for path, page in pages:
        _print_page(path, page.evaluate("seen"), ended, result["head"])
    words = pages[0][1].inner_text("#run .runhead") + pages[0][1].inner_text("#run .runsub")
    print(f"  it says: {' '.join(words.split())[:120]}")


def _print_sockets(arrived: list[dict[int, int]], newest: int, ended: float) -> None:
    waits = [(got[newest] / 1e6 - ended) if newest in got else float("inf") for got in arrived]
    print(
        f"{len(arrived)} sockets: last change → last frame at most {max(waits):.0f} ms "
        f"{verdict(max(waits), FINAL_MS)}; frames at each: {sorted({len(got) for got in arrived})}"
    )


def _print_page(path: str, seen: dict[str, Any], ended: float, newest: int) -> None:
    print(path)
    for name, times in seen["paints"].items():
        if not times:
            continue
        most = most_per_second(times)
        late = max(0.0, seen["said"][name]["at"] - ended)
        print(
            f"  #{name:<16} {len(times):4} repaints, most in a second {most} "
            f"{verdict(most, PER_SECOND)}; said its last {late:.0f} ms after the last change "
            f"{verdict(late, FINAL_MS)}"
        )
    if line := seen["lines"].get(f"event-{newest}"):
        print(f"  feed: the last line {line - ended:.0f} ms after the last change")
    longest = max((length for _, length in seen["tasks"]), default=0)
    print(f"  longest task {longest:.0f} ms, {len(seen['tasks'])} above 50 ms")


def sign_in(browser: Any, port: int, cookie: str) -> Any:
    """A browser's context of the signed-in person."""
    url = f"http://127.0.0.1:{port}"
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    name, _, value = cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": url}])
    return context


def opening(browser: Any, port: int, cookie: str, nodes: int, times: int = 5) -> None:
    """Prints how long a run of so many nodes takes to open, half of it done."""
    from workflows.conductor.services.definitions import save_workflow
    from workflows.conductor.services.nodes import claim_node, complete_node
    from workflows.conductor.services.runs import start_run

    name = f"large {time.time():.0f}"
    workflow = save_workflow(actor="load", name=name, **chains(20, nodes // 20))
    run = start_run(actor="load", workflow=workflow)
    for _ in range(nodes // 2):
        claim = claim_node(actor="load", agent_id="agent-1", run=run)
        if claim is None:
            raise SystemExit("A node of a begun run cannot be claimed.")
        complete_node(actor="load", execution=claim.execution, token=claim.token, text="Done.")
    opened, tasks = [], []
    for _ in range(times):
        context = sign_in(browser, port, cookie)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"/workflow-runs/{run.pk}/", wait_until="load")
        page.wait_for_timeout(1500)
        timing = page.evaluate(
            "(() => { const [n] = performance.getEntriesByType('navigation');"
            " const p = performance.getEntriesByName('first-contentful-paint')[0];"
            " return [n.loadEventEnd, p ? performance.timeOrigin + p.startTime : 0]; })()"
        )
        opened.append(timing[0])
        late = [length for at, length in page.evaluate("seen.tasks") if at > timing[1]]
        tasks.append(max(late, default=0))
        context.close()
    print(
        f"a run of {nodes} nodes: open after {server.percentile(opened, 0.5):.0f} ms "
        f"(most {max(opened):.0f}) {verdict(max(opened), OPEN_MS)}; longest task after layout "
        f"{max(tasks):.0f} ms {verdict(max(tasks), TASK_MS)}"
    )


def as_in_production() -> None:
    """The processes that are started from now on do not debug: that alone doubles each query."""
    from django.conf import settings

    os.environ.pop("ELF_DEBUG", None)
    settings.DEBUG = False
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=server.ROOT, check=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=float, default=200, help="changes a second in all")
    parser.add_argument("--nodes", type=int, default=500, help="of the run that is opened")
    parser.add_argument("--direct", action="store_true", help="rows and events, not the services")
    parser.add_argument("--pages", nargs="*", default=["/"], help="shown beside the run")
    asked = parser.parse_args()
    port = server.prepare()
    as_in_production()
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # playwright's loop runs in this thread
    cookie = server.sign_in()
    print(f"database: {os.environ.get('ELF_DATABASE_URL') or 'SQLite'}")
    from playwright.sync_api import sync_playwright

    with server.serving(port), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=find_chromium(), args=["--disable-gpu"])
        if asked.nodes:
            opening(browser, port, cookie, asked.nodes)
        if asked.seconds:
            under_load(browser, port, cookie, asked)
        browser.close()


if __name__ == "__main__":
    main()
