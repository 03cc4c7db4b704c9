"""Places by folder."""

from __future__ import annotations

import pytest

from workflows.trails.ground import crumbs, groups_of
from workflows.trails.spots import Hotspot, Seen


def spot(location: str, strength: float = 1.0) -> Hotspot:
    return Hotspot(location, None, strength, 2, None, None, Seen({}, {}, 0))


@pytest.mark.parametrize(
    ("locations", "folder", "groups"),
    [
        (["src/a.py", "src/b.py", "docs/c.md"], "", {"src/": 2, "docs/": 1}),
        (["README.md", "src/a.py"], "", {"": 1, "src/": 1}),
        # a folder that holds nothing but one folder is passed through
        (["src/auth/a.py", "src/auth/b.py", "x.md"], "", {"src/auth/": 2, "": 1}),
        (["src/auth/a.py", "src/b.py"], "src/", {"auth/": 1, "": 1}),
        (["/x/y/a.py", "/x/y/b/c.py", "z"], "", {"/x/y/": 2, "": 1}),
        (["/x/y/a.py", "/x/y/b/c.py"], "/x/y/", {"": 1, "b/": 1}),
        (["auth module"], "", {"": 1}),
        ([], "", {}),
    ],
)
def test_folders_right_below(locations: list[str], folder: str, groups: dict[str, int]) -> None:
    found = groups_of([spot(each) for each in locations], folder)
    assert {group.name: len(group.spots) for group in found} == groups
    assert all(group.folder == folder + group.name for group in found)


def test_the_strongest_folder_comes_first_and_nothing_is_lost() -> None:
    found = groups_of([spot("a/1", 1), spot("b/1", 2), spot("b/2", 0.5)])
    assert [(group.name, group.strength, group.trails) for group in found] == [
        ("b/", 2.5, 4),
        ("a/", 1.0, 2),
    ]


def test_steps_to_a_folder() -> None:
    assert crumbs("src/auth/") == [("src", "src/"), ("auth", "src/auth/")]
    assert crumbs("/x/") == [("x", "/x/")]
    assert crumbs("") == []
