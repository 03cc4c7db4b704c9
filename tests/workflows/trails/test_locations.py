"""One spelling of each location, and what kind of place it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.trails.locations import LONGEST, above, folder_of, kind_of, normal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("src/a.py", "src/a.py"),
        ("  ./src//auth/./oauth.py ", "src/auth/oauth.py"),
        (r"src\auth\oauth.py", "src/auth/oauth.py"),
        (r"D:\a\b.py", "D:/a/b.py"),
        ("/a/b.py", "/a/b.py"),
        ("https://example.org//a", "https://example.org//a"),
        ("auth module", "auth module"),
        (r"the \d+ regex", r"the \d+ regex"),
        ("../up.py", "../up.py"),
        ("./", "."),
    ],
)
def test_one_spelling(written: str, kept: str) -> None:
    assert normal(written) == kept


@pytest.mark.parametrize("written", ["", "  ", "a\nb", "a\x00b", "x" * (LONGEST + 1)])
def test_what_is_no_location(written: str) -> None:
    with pytest.raises(ValueError, match="location"):
        normal(written)


@given(st.text(max_size=80))
def test_what_is_kept_stays_as_it_is(text: str) -> None:
    try:
        kept = normal(text)
    except ValueError:
        return
    assert normal(kept) == kept
    assert kind_of(kept)


@pytest.mark.parametrize(
    ("location", "kind"),
    [
        ("src/a.py", "file"),
        ("a.py", "file"),
        ("Makefile", "file"),
        (".env", "file"),
        ("src/", "file"),
        ("parse()", "function"),
        ("auth.oauth.parse()", "function"),
        ("src/a.py::test_one", "function"),
        ("UserService", "class"),
        ("#flaky", "tag"),
        ("https://example.org/a", "url"),
        ("auth module", "concept"),
        ("auth", "concept"),
        ("version 1.2 of it", "concept"),
    ],
)
def test_what_kind_of_place(location: str, kind: str) -> None:
    assert kind_of(location) == kind


@pytest.mark.parametrize(
    ("location", "folders"),
    [
        ("a/b/c.py", ["a/b/", "a/"]),
        ("a/b/", ["a/"]),
        ("/a/b", ["/a/"]),
        ("a.py", []),
        ("https://h/a", ["https://h/"]),
    ],
)
def test_folders_above(location: str, folders: list[str]) -> None:
    assert above(location) == folders
    assert folder_of(location) == (folders[0] if folders else "")
