"""A real browser on a real site: what a person does, sees and is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.site import Site, running

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
)
OPTIONS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One site for all browser tests, with the sample in it."""
    with running(tmp_path_factory.mktemp("site")) as made:
        made.manage("load_sample")
        yield made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: the browser tests did not run")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield found
        found.close()


class Complaints(list[str]):
    """What the console, the page or the policy complained about."""

    def watch(self, page: Page) -> None:
        page.on(
            "console", lambda said: said.type in {"error", "warning"} and self.append(said.text)
        )
        page.on("pageerror", lambda error: self.append(str(error)))


Opener = Callable[..., Page]


@pytest.fixture
def open_as(browser: Browser, site: Site) -> Iterator[Opener]:
    """``open_as("stan", "/inbox/", width=…, dark=…)``: a signed-in page.

    When the test ends, no page may have complained; ``page.complaints`` can be emptied where a
    test provokes one.
    """
    opened: list[tuple[Any, Complaints]] = []

    def opener(login: str, path: str = "/", *, width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        if login:
            cookie = {"name": "elf_session", "value": site.sessions[login], "url": site.url}
            context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        complaints = Complaints()
        complaints.watch(page)
        page.complaints = complaints  # type: ignore[attr-defined]
        opened.append((context, complaints))
        page.goto(path)
        return page

    yield opener
    said = [text for _, complaints in opened for text in complaints]
    for context, _ in opened:
        context.close()
    assert not said, said


def axe(page: Page) -> list[str]:
    """What axe finds on the page (WCAG 2.2 A, AA and best practice), in words."""
    import axe_playwright_python

    script = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js"))
    page.evaluate(script.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found["violations"]
        for node in rule["nodes"][:3]
    ]
