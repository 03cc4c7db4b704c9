from __future__ import annotations

from collections.abc import Iterator

import pytest

from elfsite.pages import panels


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    """Panels are kept per process: one test must not see those of another."""
    panels.forget()
    yield
    panels.forget()
