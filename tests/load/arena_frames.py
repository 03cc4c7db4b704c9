"""How smoothly the arena runs in a browser without a graphics card: frames per second, the longest
frame, and what the leader's ghost costs.

    python -m tests.load.arena_frames  # 20 s of scripted play, alone and with a ghost
    python -m tests.load.arena_frames --seconds 60

The field is 1280 × 720 pixels of the window. Frames are counted by the page itself; script time is
the browser's own account of this page (simulation, drawing calls, instruments).
"""

from __future__ import annotations

import argparse
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.chromium import find_chromium
from tests.load.server import percentile, prepare, serving, sign_in

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

WINDOW = {"width": 1290, "height": 790}  # the field, its neatline, and the instruments above
COURSE = "wdsa"
COUNT = """() => {
  const times = window.frameTimes = [];
  const note = (now) => { times.push(now); requestAnimationFrame(note); };
  requestAnimationFrame(note);
}"""
GHOST = """async () => {
  const { Ghost } = await import("/static/js/game/ghost.mjs");
  const film = await (await fetch("/arena/leader.json")).json();
  let ticks = 0, spent = 0;
  for (let round = 0; round < 5; round += 1) {
    const ghost = new Ghost(film), began = performance.now();
    while (!ghost.over) ghost.tick();
    spent += performance.now() - began;
    ticks += film.ticks;
  }
  return 1000 * spent / ticks;
}"""
SOFTWARE = ["--disable-gpu", "--no-first-run", "--disable-background-networking"]


@dataclass(frozen=True)
class Run:
    """Milliseconds between frames, and seconds of script, within ``seconds`` of play."""

    name: str
    gaps: list[float]
    script: float
    seconds: float
    score: str

    def line(self) -> str:
        rate = 1000 * len(self.gaps) / sum(self.gaps)
        late = sum(gap > 25 for gap in self.gaps)
        return (
            f"{self.name:<18}{rate:7.1f} frames/s  longest {max(self.gaps):6.1f} ms  "
            f"p99 {percentile(self.gaps, 0.99):5.1f} ms  over 25 ms {late:4} of {len(self.gaps)}  "
            f"script {1000 * self.script / len(self.gaps):5.2f} ms/frame  score {self.score}"
        )


def lay_field() -> None:
    """A field with every kind that trails can make."""
    from workflows.trails.models import Trail

    for number in range(20):
        for scent in ("warning", "blocker", "discovery"):
            Trail.objects.create(location=f"src/part{number}.py", scent=scent, strength=1.0)


def scripted(page: Page, seconds: float) -> None:
    """Fire all the time and fly round, as long as the flight lasts."""
    page.keyboard.down("Space")
    until = time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until and page.locator('#flight[data-mode="flying"]').count():
        key = COURSE[turn % 4]
        page.keyboard.down(key)
        page.wait_for_timeout(350)
        page.keyboard.up(key)
        turn += 1
    page.keyboard.up("Space")


def measured(page: Page, name: str, seconds: float) -> Run:
    """One flight, brought home after *seconds*."""
    page.locator('[data-arena][data-ready="yes"]').wait_for()
    page.get_by_role("button", name="Fly today’s sortie").click()
    page.locator('[data-panel="ready"]').wait_for()
    page.keyboard.press("Enter")
    page.locator('#flight[data-mode="flying"]').wait_for()
    size = page.evaluate(
        "(({width, height}) => [width, height])(document.querySelector('#flight canvas'))"
    )
    link = page.context.new_cdp_session(page)
    link.send("Performance.enable")
    before, began = script_seconds(link), time.monotonic()
    page.evaluate(COUNT)
    scripted(page, seconds)
    times: list[float] = page.evaluate("window.frameTimes.splice(0)")
    took, script = time.monotonic() - began, script_seconds(link) - before
    score = page.locator("#flight [data-gauge=score]").inner_text()
    if page.locator('#flight[data-mode="flying"]').count():
        page.keyboard.press("p")
        page.get_by_role("button", name="Bring her home").click()
    page.locator("#debrief [data-waiting]").wait_for(state="attached")
    gaps = [b - a for a, b in itertools.pairwise(times)]
    return Run(f"{name} {size[0]}×{size[1]}", gaps, script, took, score)


def script_seconds(link: CDPSession) -> float:
    found: dict[str, Any] = link.send("Performance.getMetrics")
    return float(next(m["value"] for m in found["metrics"] if m["name"] == "ScriptDuration"))


def judge_all() -> None:
    """The referee's work, here instead of in a worker; in a thread without an event loop."""
    from game.arena.models import Replay
    from game.arena.services.judging import judge_replay

    for key in Replay.objects.filter(status="waiting").values_list("pk", flat=True):
        judge_replay(replay=key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=20)
    seconds = parser.parse_args().seconds
    port = prepare()
    lay_field()
    name, value = sign_in("pilot").split("=")
    from playwright.sync_api import sync_playwright

    with serving(port), sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=find_chromium(), args=SOFTWARE)
        context = chromium.new_context(viewport=WINDOW, base_url=f"http://127.0.0.1:{port}")
        context.add_cookies([{"name": name, "value": value, "url": f"http://127.0.0.1:{port}"}])  # type: ignore[list-item]
        page = context.new_page()
        for kind in ("alone", "with a ghost"):
            page.goto("/arena/")
            print(measured(page, kind, seconds).line(), flush=True)
            with ThreadPoolExecutor(1) as referee:
                referee.submit(judge_all).result()
        print(f"The ghost's own simulation takes {page.evaluate(GHOST):.1f} µs a tick.")
        chromium.close()


if __name__ == "__main__":
    main()
