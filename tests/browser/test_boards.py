"""Leaderboard, armory and a player's page: readable by everybody, and alive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener, axe
from tests.browser.site import Site

SLOW = 60_000  # ms; two cores, shared with everything else
GIVE = """
from django.utils import timezone
from elfsite.timeline.log import write
from game.arena.services.ledger import Entry, award
from game.players.models import User
with write("referee") as w:
    award(w, User.objects.get(login={who!r}), Entry("stewardship", "inbox", {points}, "Answered.",
          {key!r}, timezone.now().date()), actor="ledger")
"""


def give(site: Site, who: str, points: int, key: str) -> None:
    site.manage("shell", "--verbosity", "0", "-c", GIVE.format(who=who, points=points, key=key))


def test_the_board_is_alive_and_what_points_open_can_be_taken(open_as: Opener, site: Site) -> None:
    page = open_as("stan", "/leaderboard/?board=season")
    give(site, "mira", 600, "browser:1")
    row = page.locator("#board tr", has_text="mira")
    expect(row).to_contain_text("600", timeout=SLOW)
    row.get_by_role("link", name="mira").click()
    expect(page.get_by_role("heading", name="mira", level=1)).to_be_visible()
    mine = open_as("mira", "/armory/")
    mine.get_by_role("button", name="Equip Leaf").click()
    expect(mine.locator("#cursors li.on")).to_contain_text("Leaf")
    expect(mine.locator("html")).to_have_attribute("data-cursor", "leaf")
    mine.get_by_role("button", name="Equip Plain").click()
    expect(mine.locator("#cursors li.on")).to_contain_text("Plain")


@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_read_them(open_as: Opener, site: Site, dark: bool) -> None:
    give(site, "stan", 40, "browser:2")
    page = open_as("stan", "/leaderboard/?board=season", dark=dark)
    for path in ("", "/armory/", "/players/me/", "/players/me/delete/"):
        for width in (1280,) if dark else (1280, 390, 320):
            page.set_viewport_size({"width": width, "height": 900})
            if path:
                page.goto(path)
            overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(overflow) <= 0, (path, width)
        assert axe(page) == [], path
