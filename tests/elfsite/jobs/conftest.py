from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from elfsite.jobs import registry
from elfsite.jobs.context import JobContext


@pytest.fixture
def calls() -> list[dict[str, Any]]:
    """What the job ``note`` was called with."""
    return []


@pytest.fixture(autouse=True)
def kinds(calls: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Kinds of these tests alone; those of the product are put back afterwards."""
    monkeypatch.setattr(registry, "_kinds", {})
    monkeypatch.setattr(registry, "_regulars", {})

    @registry.job("note", max_seconds=5)
    def note(job: JobContext, **payload: Any) -> dict[str, Any]:
        calls.append(payload)
        return payload

    @registry.job("break", max_seconds=5)
    def fail(job: JobContext) -> None:
        raise RuntimeError("the disk is full")

    yield
