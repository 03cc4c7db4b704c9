"""Where the machine's Chromium is; browser tests and pictures start that one."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str:
    """Its path, from ELF_CHROMIUM or the PATH; empty if there is none."""
    given = os.environ.get("ELF_CHROMIUM", "")
    found = [shutil.which(name) for name in ([given] if given else NAMES)]
    return next((path for path in found if path), "")
