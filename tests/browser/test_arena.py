"""Patrol as people play it: a sortie by keys and by thumbs, the verdict, the replay, the pauses."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from game.arena.logs import decode
from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

LAY = "INSERT INTO trails (location, scent, strength, agent_id) VALUES (?, ?, 1.0, 'agent-6')"
SLOW = 60_000  # ms; the referee and the browser share two cores with everything else
UP, LEFT, RIGHT, FIRE, AIM = 1, 4, 8, 16, 32


@pytest.fixture(autouse=True)
def field(site: Site) -> None:
    """Enough to be fixed for a field of the team's own, if none was frozen today."""
    if not site.sql("SELECT 1 FROM trails WHERE location LIKE 'src/arena/%' LIMIT 1"):
        for number in range(8):
            site.sql(LAY, f"src/arena/part{number}.py", "warning")


def take_off(page: Page) -> None:
    page.locator('[data-arena][data-ready="yes"]').wait_for(timeout=SLOW)
    page.get_by_role("button", name="Fly today’s sortie").click()
    page.get_by_role("button", name=re.compile("^Start")).wait_for(timeout=SLOW)


def mode(page: Page, word: str) -> None:
    page.locator(f'#flight[data-mode="{word}"]').wait_for(timeout=SLOW)


def bring_home(page: Page) -> None:
    page.keyboard.press("p")
    mode(page, "paused")
    page.get_by_role("button", name="Bring her home").click()


def verdict(page: Page) -> str:
    """The referee's score, as the debrief says it."""
    page.locator('[data-judged="accepted"]').wait_for(timeout=SLOW)
    return page.locator("#debrief [data-referee]").inner_text()


def newest(site: Site) -> tuple[int, int, str]:
    return site.sql("SELECT id, score, log FROM arena_replays ORDER BY id DESC LIMIT 1")[0]  # type: ignore[return-value]


def fly(page: Page) -> None:
    """Keys, then the mouse, then home."""
    take_off(page)
    page.keyboard.press("Enter")
    mode(page, "flying")
    page.keyboard.down("Space")
    for key in ("d", "w", "ArrowLeft", "ArrowDown"):
        page.keyboard.press(key, delay=150)
    expect(page.locator("[data-gauge=score]").first).not_to_have_text("0", timeout=SLOW)
    page.keyboard.up("Space")
    page.mouse.move(1200, 300)
    page.mouse.down()
    page.mouse.move(1200, 400, steps=3)
    page.mouse.up()
    if page.locator("#flight").get_attribute("data-mode") == "flying":
        bring_home(page)


def test_a_sortie_by_keys_is_judged_stands_on_the_board_and_is_watched(
    open_as: Opener, site: Site
) -> None:
    watching = open_as("stan", "/arena/")
    page = open_as("mira", "/arena/")
    fly(page)
    said = verdict(page)
    assert page.locator("#debrief [data-claimed]").inner_text() == said
    number, score, log = newest(site)
    assert said == f"{score:,}" and score > 0
    assert all(any(keys & bit for keys, _ in decode(log)) for bit in (UP, LEFT, FIRE, AIM))
    expect(page.locator("#today tr.here")).to_contain_text(said)
    board = open_as("stan", "/leaderboard/")
    expect(board.get_by_role("row", name=re.compile("mira"))).to_contain_text(said)

    row = watching.locator("#today").get_by_role("row", name=re.compile("mira"))
    expect(row).to_contain_text(said, timeout=SLOW)
    board.get_by_role("row", name=re.compile("mira")).get_by_role("link", name=said).click()
    board.wait_for_url(f"**/arena/replays/{number}/")
    watching.goto(f"/arena/replays/{number}/")
    watching.locator('[data-watch][data-ready="yes"]').wait_for(timeout=SLOW)
    watching.get_by_role("button", name="4×").click()
    watching.keyboard.press("k")
    expect(watching.locator("[data-clock]")).not_to_have_text(re.compile("^0:00"), timeout=SLOW)
    watching.keyboard.press("k")
    for key in ("End", "Home", "End"):
        watching.locator("[data-scrub]").press(key)
    expect(watching.locator("[data-agrees]")).to_have_attribute("data-same", "yes", timeout=SLOW)
    expect(watching.locator("[data-gauge=score]")).to_have_text(said)
    assert "at=" in watching.url

    watching.goto("/arena/")
    with watching.expect_response("**/arena/leader.json") as ghost:
        take_off(watching)
    assert ghost.value.ok and ghost.value.json()["log"]


def test_it_waits_when_one_looks_away_and_what_is_given_up_is_not_sent(
    open_as: Opener, site: Site
) -> None:
    page = open_as("stan", "/arena/")
    flown = site.sql("SELECT count(*) FROM arena_replays")
    take_off(page)
    page.keyboard.press("Enter")
    mode(page, "flying")
    expect(page.locator("[data-gauge=time]")).not_to_have_text("3:00", timeout=SLOW)
    page.evaluate("dispatchEvent(new Event('blur'))")
    mode(page, "paused")
    expect(page.locator("[data-say]")).to_contain_text(
        re.compile(r"^Paused\. Score 0\. Hull \d of 5\. Wave")
    )
    stands = page.locator("[data-gauge=time]").inner_text()
    page.wait_for_timeout(1200)
    assert page.locator("[data-gauge=time]").inner_text() == stands
    page.keyboard.press("p")
    mode(page, "flying")
    for _ in range(3):  # a browser closes a dialog on the second
        page.keyboard.press("Escape")
    mode(page, "paused")
    expect(page.locator("#flight")).to_be_visible()
    page.get_by_role("button", name="Give this one up").click()
    expect(page.locator("#flight")).not_to_be_visible()
    expect(page.locator("#debrief")).not_to_be_visible()
    assert site.sql("SELECT count(*) FROM arena_replays") == flown


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context(
        base_url=site.url, viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True
    )
    cookie = {"name": "elf_session", "value": site.sessions["ada"], "url": site.url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    yield context.new_page()
    context.close()


def test_two_thumbs_fly_and_a_flight_outlives_a_broken_line(phone: Page, site: Site) -> None:
    phone.goto("/arena/")
    take_off(phone)
    phone.get_by_role("button", name=re.compile("^Start")).tap()
    mode(phone, "flying")
    touch = phone.context.new_cdp_session(phone)
    thumbs = [{"x": 80, "y": 600, "id": 1}, {"x": 300, "y": 600, "id": 2}]
    pulled = [{"x": 110, "y": 570, "id": 1}, {"x": 340, "y": 600, "id": 2}]
    for kind, points in (("touchStart", thumbs), ("touchMove", pulled)):
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    expect(phone.locator("[data-thumb=left]")).to_be_visible()
    expect(phone.locator("[data-gauge=time]")).not_to_have_text("3:00", timeout=SLOW)
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    phone.route("**/log", lambda route: route.abort())
    phone.get_by_role("button", name=re.compile("^Pause")).tap()
    phone.get_by_role("button", name="Bring her home").tap()
    expect(phone.locator("#debrief")).to_contain_text("Not delivered.", timeout=SLOW)
    phone.unroute("**/log")
    phone.reload()
    verdict(phone)
    inputs = [keys for keys, _ in decode(newest(site)[2])]
    assert any(keys & (UP | RIGHT) == UP | RIGHT for keys in inputs), "the left thumb flew"
    assert any(keys & (FIRE | AIM) == FIRE | AIM and keys >> 8 == 0 for keys in inputs)
    assert phone.evaluate("sessionStorage.getItem('patrol-undelivered')") is None


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_the_arena_is_accessible(open_as: Opener, site: Site, width: int, dark: bool) -> None:
    page = open_as("stan", "/arena/", width=width, dark=dark)
    page.locator('[data-arena][data-ready="yes"]').wait_for(timeout=SLOW)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    take_off(page)
    if dark:  # the other panel of the flight
        page.keyboard.press("Enter")
        mode(page, "flying")
        page.keyboard.press("p")
        mode(page, "paused")
    assert axe(page) == []
    if found := site.sql("SELECT id FROM arena_replays WHERE status = 'accepted' LIMIT 1"):
        page = open_as("stan", f"/arena/replays/{found[0][0]}/", width=width, dark=dark)
        page.locator('[data-watch][data-ready="yes"]').wait_for(timeout=SLOW)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_cursor_in_use_is_the_pointer_of_every_page(open_as: Opener, site: Site) -> None:
    site.sql(
        "INSERT INTO arena_pilots (player_id, cursor, joined_at)"
        " SELECT id, 'star_trail', datetime('now') FROM users WHERE login = 'stan'"
        " ON CONFLICT (player_id) DO UPDATE SET cursor = 'star_trail'"
    )
    open_as("stan", "/arena/")
    page = open_as("stan", "/heuristics/")
    assert "star_trail" in page.evaluate("getComputedStyle(document.body).cursor")
    link = page.locator("main a").first
    assert "pointer" in link.evaluate("node => getComputedStyle(node).cursor")
    page.locator(".spark-trail").wait_for(state="attached")
    page.mouse.move(300, 300)
    page.mouse.move(500, 400, steps=6)
    page.wait_for_function("document.getAnimations().length > 0")
    page.emulate_media(reduced_motion="reduce")
    expect(page.locator(".spark-trail")).not_to_be_visible()
    site.sql("UPDATE arena_pilots SET cursor = 'default'")
    open_as("stan", "/arena/")
