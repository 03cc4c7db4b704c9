from __future__ import annotations

import pytest

from elfsite.jobs import registry
from elfsite.jobs.context import JobContext


def test_two_functions_cannot_have_one_name() -> None:
    def other(job: JobContext) -> None: ...

    other.__module__ = "somewhere.else"
    with pytest.raises(ValueError, match="Two jobs are called 'note'"):
        registry.job("note", max_seconds=1)(other)
