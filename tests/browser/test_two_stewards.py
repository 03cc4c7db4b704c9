"""Where two signatures are asked for, two stewards in two browsers make a rule golden together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Opener
from tests.browser.site import Site, running
from tests.browser.test_trust import MAKE

LONG = 30_000  # ms; a machine may be busy


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site of its own, because the setting is one of the whole installation."""
    with running(tmp_path_factory.mktemp("two"), ELF_GOLDEN_SIGNATURES="2") as made:
        yield made


def test_two_stewards_promote_a_rule_and_both_see_it_live(open_as: Opener, site: Site) -> None:
    said = site.manage("shell", "--verbosity", "0", "-c", MAKE)
    rule, review = next(line for line in said.splitlines() if line.startswith("made")).split()[1:]
    pages = {who: open_as(who, f"/heuristics/{rule}/") for who in ("ada", "stan")}
    for who, signed in (("ada", "ada signed, 1 of 2 missing"), ("stan", "")):
        tray = open_as(who, f"/inbox/?open={review}")
        entry = tray.locator(f"#review-{review}")
        entry.get_by_label("Reason").fill(f"{who} saw it hold.")
        entry.get_by_role("button", name="Sign").click()
        expect(entry).to_contain_text(signed or "Approved:", timeout=LONG)
        for page in pages.values():  # neither was loaded again
            claim = page.locator(".claim")
            if signed:
                expect(claim).to_contain_text("golden candidate")
            else:
                expect(claim).to_contain_text("Signed by ada, stan", timeout=LONG)
    verdicts = site.sql("SELECT is_golden, status FROM heuristics WHERE id = ?", rule) + site.sql(
        "SELECT person, reason FROM review_signatures ORDER BY id"
    )
    assert verdicts == [(1, "active"), ("ada", "ada saw it hold."), ("stan", "stan saw it hold.")]
