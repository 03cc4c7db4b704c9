"""Pages live: what happens is seen without a reload, in every browser, once, and after a break."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site, running

LAY = "INSERT INTO trails (location, scent, strength, agent_id) VALUES (?, ?, 1.0, ?)"
TELL = (
    "INSERT INTO timeline_events (at, topic, verb, subject_type, subject_id, actor, summary, data)"
    " VALUES (strftime('%Y-%m-%d %H:%M:%f', 'now'), ?, ?, ?, ?, 'agent-5', ?, '{}')"
)
RULE = "INSERT INTO heuristics (domain, rule, confidence) VALUES ('live', ?, ?)"
# what the console says of itself while nothing answers
AWAY = re.compile(r"ERR_CONNECTION_REFUSED|WebSocket connection to|Failed to load resource|503")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, because its server is killed."""
    with running(tmp_path_factory.mktemp("live")) as made:
        made.manage("load_sample")
        yield made


def newest(site: Site, table: str) -> int:
    return int(site.sql(f"SELECT max(id) FROM {table}")[0][0])


def tell(site: Site, topic: str, verb: str, table: str, key: object, summary: str) -> int:
    site.sql(TELL, topic, verb, table, str(key), summary)
    return newest(site, "timeline_events")


def lay(site: Site, location: str, scent: str = "write") -> int:
    """A trail and its event, as a follower of a source writes them; the trail's id."""
    site.sql(LAY, location, scent, "agent-5")
    key = newest(site, "trails")
    tell(site, "trails", "laid", "trails", key, f"agent-5 {scent} {location}")
    return key


def live(page: Page) -> None:
    page.wait_for_selector('[data-live-state][data-state="live"]', state="attached")


def forgive(page: Page) -> None:
    """Drop what the browser itself logs while the server is away."""
    said = page.complaints  # type: ignore[attr-defined]
    said[:] = [text for text in said if not AWAY.search(text)]


def lines(page: Page, words: str) -> int:
    return page.locator("[data-live-feed] > li", has_text=words).count()


def rule(site: Site, words: str) -> int:
    site.sql(RULE, words, 0.41)
    return newest(site, "heuristics")


def test_life_comes_by_the_socket_and_rows_keep_their_identity(open_as: Opener, site: Site) -> None:
    key = rule(site, "Keep the row")
    page = open_as("mira", "/heuristics/?domain=live")
    frames: list[str] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda text: frames.append(str(text))),
    )
    live(page)
    page.reload()
    page.evaluate("document.documentElement.dataset.polling = 'off'")
    live(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    row = page.locator(f'[data-row="heuristics:{key}"]')
    assert "0.41" in row.inner_text()
    row.evaluate("node => { node.mark = 'the same'; }")
    site.sql("UPDATE heuristics SET confidence = 0.77 WHERE id = ?", key)
    number = tell(site, "heuristics", "held", "heuristics", key, "h moved to 0.770")
    page.locator(f'[data-row="heuristics:{key}"]', has_text="0.77").wait_for()
    assert row.evaluate("node => node.mark") == "the same"
    assert any(f'"id":{number}' in frame for frame in frames)
    assert asked == [], "the page asked instead of being told"


def test_new_rows_wait_and_gone_ones_leave(open_as: Opener, site: Site) -> None:
    kept, gone = rule(site, "Stays"), rule(site, "Goes")
    page = open_as("mira", "/heuristics/?domain=live")
    live(page)
    new = rule(site, "Brand new")
    tell(site, "heuristics", "recorded", "heuristics", new, "a new rule")
    button = page.locator('[data-live-new="heuristics"]')
    button.wait_for(state="visible")
    assert button.inner_text() == "1 new or changed. Show"
    assert page.locator(f'[data-row="heuristics:{new}"]').count() == 0
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-row="heuristics:{new}"]')
    assert not button.is_visible()
    page.locator(f'[data-row="heuristics:{kept}"]').hover()
    site.sql("UPDATE heuristics SET gone_at = datetime('now') WHERE id = ?", gone)
    tell(site, "heuristics", "gone", "heuristics", gone, "a rule went")
    page.wait_for_selector("tbody tr.gone")
    page.wait_for_timeout(300)
    assert page.locator("tbody tr.gone").count() == 1, "a row left under the pointer"
    page.mouse.move(5, 5)
    page.wait_for_selector("tbody tr.gone", state="detached")


def test_two_browsers_see_the_same_without_reload(open_as: Opener, site: Site) -> None:
    one, two = open_as("mira", "/"), open_as("stan", "/trails/map/?folder=src/live/")
    for page in (one, two):
        live(page)
        page.evaluate("window.untouched = true")
    before = int(
        one.locator("#now-readings .reading", has_text="Trails today").locator(".v").inner_text()
    )
    lay(site, "src/live/brandnew.py")
    for page in (one, two):
        page.locator("[data-live-feed] > li", has_text="brandnew.py").first.wait_for()
    today = one.locator("#now-readings .reading", has_text="Trails today")
    today.locator(".v", has_text=re.compile(rf"^{before + 1}$")).wait_for()
    two.locator("#trail-rows td", has_text="brandnew.py").first.wait_for()
    for page in (one, two):
        assert lines(page, "brandnew.py") == 1
        assert page.evaluate("window.untouched")


def test_a_detail_follows_its_row(open_as: Opener, site: Site) -> None:
    site.sql(
        "INSERT INTO learnings (type, filepath, title) VALUES ('success', 'live.md', 'As it was')"
    )
    key = newest(site, "learnings")
    page = open_as("mira", f"/learnings/{key}/")
    live(page)
    site.sql("UPDATE learnings SET title = 'As it is' WHERE id = ?", key)
    tell(site, "learnings", "changed", "learnings", key, "a learning changed")
    expect(page.locator("h1")).to_have_text("As it is", timeout=30_000)
    expect(page.locator("#row-side")).to_contain_text("a learning changed", timeout=30_000)
    site.sql("DELETE FROM learnings WHERE id = ?", key)
    tell(site, "learnings", "gone", "learnings", key, "a learning went")
    expect(page.locator("#gone")).to_be_visible(timeout=30_000)
    forgive(page)


def test_nothing_moves_under_the_pointer(open_as: Opener, site: Site) -> None:
    page = open_as("mira", "/")
    live(page)
    feed = page.locator("[data-live-feed]")
    feed.hover()
    lay(site, "src/live/held.py")
    page.wait_for_timeout(900)
    assert lines(page, "held.py") == 0
    page.mouse.move(5, 5)
    page.locator("[data-live-feed] > li", has_text="held.py").wait_for()


def test_what_a_person_types_is_not_taken_away(open_as: Opener, site: Site) -> None:
    key = rule(site, "Typed beside")
    page = open_as("stan", "/heuristics/?domain=live&q=Typed")
    live(page)
    field = page.locator("#f-q")
    field.fill("half a wor")
    tell(site, "heuristics", "held", "heuristics", key, "h held")
    page.wait_for_selector(f'[data-row="heuristics:{key}"].changed')
    assert field.input_value() == "half a wor"


def test_the_server_dies_and_comes_back(open_as: Opener, site: Site) -> None:
    pages = [open_as("mira", "/"), open_as("stan", "/trails/map/")]
    for page in pages:
        live(page)
    web = next(p for p in site.processes if "daphne" in p.args and p.poll() is None)  # type: ignore[operator]
    web.send_signal(signal.SIGKILL)
    web.wait(10)
    for page in pages:
        page.wait_for_selector('[data-live-state][data-state="down"]', state="attached")
    for number in range(3):
        lay(site, f"src/live/while_away_{number}.py")
    site.serve()
    for page in pages:
        page.locator("[data-live-feed] > li", has_text="while_away_2.py").wait_for(timeout=60_000)
        assert [lines(page, f"while_away_{n}.py") for n in range(3)] == [1, 1, 1]
        live(page)
        forgive(page)
    lay(site, "src/live/after.py")
    for page in pages:
        page.locator("[data-live-feed] > li", has_text="after.py").wait_for()
        assert lines(page, "after.py") == 1
        forgive(page)


def test_a_laptop_sleeps_for_a_minute(open_as: Opener, site: Site) -> None:
    """The socket falls silent without a word, as it does when a lid is closed."""
    key = rule(site, "Slept through")
    page = open_as("mira", "/")
    page.clock.install()
    deaf = {"on": False}
    sockets: list[WebSocketRoute] = []

    def through(socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()
        sockets.append(socket)
        number = len(sockets)
        socket.on_message(lambda text: None if deaf["on"] and number == 1 else server.send(text))
        server.on_message(lambda text: None if deaf["on"] and number == 1 else socket.send(text))

    page.route_web_socket(re.compile("/live/"), through)
    page.goto("/heuristics/?domain=live")
    page.clock.run_for(2_000)
    live(page)
    other = page.context.new_page()
    other.goto("/")
    deaf["on"] = True
    site.sql("UPDATE heuristics SET confidence = 0.66 WHERE id = ?", key)
    tell(site, "heuristics", "held", "heuristics", key, "h moved to 0.660")
    for _ in range(8):
        page.clock.run_for(10_000)
    page.wait_for_timeout(500)
    page.clock.run_for(5_000)
    assert len(sockets) >= 2, "a dead socket was taken for a living one"
    page.locator(f'[data-row="heuristics:{key}"]', has_text="0.66").wait_for()
    other.close()


def test_the_indicator_tells_the_age_of_the_last_event(open_as: Opener, site: Site) -> None:
    tell(site, "runs", "completed", "", "", "something ended")
    page = open_as("mira", "/decisions/")
    live(page)
    said = re.compile(r"Live, last event \d+ (s|min) ago")
    expect(page.locator("[data-live-state]")).to_have_text(said, timeout=30_000)


HEAR = """() => {
  window.heard = [];
  const status = document.getElementById("status");
  const hear = () => window.heard.push(status.textContent);
  new MutationObserver(hear).observe(status, {childList: true});
}"""


def test_toasts_tell_whom_it_concerns_and_nobody_else(open_as: Opener, site: Site) -> None:
    mira, stan = open_as("mira", "/decisions/"), open_as("stan", "/decisions/")
    for page in (mira, stan):
        live(page)
    stan.evaluate(HEAR)
    ask = (
        "from learning.reviews.services import open_review, decide\n"
        "from game.players.models import User\n"
        "mira, stan = (User.objects.get(login=n) for n in ('mira', 'stan'))\n"
        "review = open_review(actor=mira, title='May agents deploy?')\n"
    )
    site.manage("shell", "--verbosity", "0", "-c", ask)
    toast = stan.locator(".toast")
    toast.wait_for()
    assert "May agents deploy?" in toast.inner_text()
    assert mira.locator(".toast").count() == 0, "she asked herself"
    for _ in range(60):  # at most ten seconds after the words before; later ones may follow soon
        if any("May agents deploy?" in words for words in stan.evaluate("window.heard")):
            break
        stan.wait_for_timeout(500)
    else:
        raise AssertionError("a screen reader was not told")
    stan.get_by_role("button", name="Dismiss").focus()
    stan.keyboard.press("Enter")
    assert toast.count() == 0
    site.manage(
        "shell",
        "--verbosity",
        "0",
        "-c",
        ask + "decide(actor=stan, review=review, verdict='approve', reason='At night.')",
    )
    mira.locator(".toast", has_text="approved. At night.").wait_for()
    assert stan.locator(".toast", has_text="approved").count() == 0, "he decided himself"
    assert axe(mira) == []


def test_the_list_of_events_counts_what_fits_its_filter(open_as: Opener, site: Site) -> None:
    page = open_as("mira", "/timeline-events/?topic=runs")
    live(page)
    tell(site, "trails", "laid", "", "", "no run")
    tell(site, "runs", "failed", "", "", "a run failed live")
    button = page.locator('[data-live-new="timeline_events"]')
    button.wait_for(state="visible")
    assert button.inner_text() == "1 new or changed. Show"
    button.click()
    page.locator("tbody tr", has_text="a run failed live").wait_for()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/trails/map/",
        "/trails/map/?window=7d",
        "/timeline-events/",
        "/timeline-events/playback/",
    ],
)
def test_axe_finds_nothing_and_no_page_scrolls_sideways(
    open_as: Opener, path: str, width: int, dark: bool
) -> None:
    page = open_as("stan", path, width=width, dark=dark)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_place_is_reached_by_keyboard_from_the_map(open_as: Opener, site: Site) -> None:
    lay(site, "src/keys/first.py", "blocker")
    page = open_as("mira", "/trails/map/?folder=src/keys/")
    tile = page.locator('.treemap.wide a[aria-label*="first.py"]')
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/trails/place/?at=src%2Fkeys%2Ffirst.py*")
    assert "first.py" in page.inner_text("h1")
    assert axe(page) == []


def test_the_timeline_plays_by_keyboard_and_keeps_its_place(open_as: Opener, site: Site) -> None:
    for number in range(6):
        tell(site, "played", "laid", "", "", f"played {number}")
    page = open_as("mira", "/timeline-events/playback/?topic=played&speed=16")
    current: Callable[[], str] = lambda: page.inner_text(".reel [aria-current] a >> nth=0")  # noqa: E731
    assert current() == "played 0"
    page.keyboard.press("l")
    assert current() == "played 1"
    page.keyboard.press("j")
    assert current() == "played 0"
    page.keyboard.press("<")
    assert "speed=8" in page.url
    page.keyboard.press("k")
    page.wait_for_function(
        "() => document.querySelector('.reel > li:last-child').hasAttribute('aria-current')"
    )
    assert page.inner_text("[data-word]") == "Play", "it stops at the end"
    at = newest(site, "timeline_events")
    assert f"at={at}" in page.url
    page.reload()
    assert current() == "played 5"
    page.locator("[data-scrub]").focus()
    page.keyboard.press("Home")
    assert current() == "played 0"


def test_the_timeline_is_a_list_without_script(browser: Any, site: Site) -> None:
    context = browser.new_context(base_url=site.url, java_script_enabled=False)
    context.add_cookies([{"name": "elf_session", "value": site.sessions["mira"], "url": site.url}])
    page = context.new_page()
    page.goto("/timeline-events/playback/")
    assert page.locator(".reel > li").count() > 0
    assert not page.locator("[data-controls]").is_visible(), "a button without effect"
    context.close()


def test_rows_that_came_without_an_event_are_counted_too(open_as: Opener, site: Site) -> None:
    page = open_as("mira", "/")
    live(page)
    today = page.locator("#now-readings .reading", has_text="Trails today").locator(".v")
    before = int(today.inner_text())
    site.sql(LAY, "src/live/raw.py", "read", "somebody")
    expect(today).to_have_text(str(before + 1), timeout=15_000)


def test_more_than_the_stream_gives_back_is_told_and_fetched(open_as: Opener, site: Site) -> None:
    page = open_as("mira", "/")
    live(page)
    web = next(p for p in site.processes if "daphne" in p.args and p.poll() is None)  # type: ignore[operator]
    web.send_signal(signal.SIGKILL)
    web.wait(10)
    site.sql(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1100)"
        " INSERT INTO timeline_events"
        " (at, topic, verb, subject_type, subject_id, actor, summary, data)"
        " SELECT strftime('%Y-%m-%d %H:%M:%f', 'now'), 'flood', 'laid', '', '', '', i, '{}' FROM n"
    )
    site.sql(LAY, "src/live/flood.py", "read", "somebody")
    site.serve()
    page.locator("#missed").wait_for(state="visible", timeout=60_000)
    assert "1000 events missed." in page.inner_text("#missed")
    live(page)
    assert lines(page, "1099") == 0, "a flood does not run over the feed"
    forgive(page)
