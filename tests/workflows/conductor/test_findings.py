"""Findings and files in the answers of agents (behaviour: elf §5.7)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.findings import (
    MOST_FILES,
    MOST_FINDINGS,
    clean_paths,
    files_in,
    findings_in,
)
from workflows.sessions.redaction import redact, redact_keys

ANSWER = """All done.

## FINDINGS
- [fact:auth,login:high] Tokens live an hour
- [Discovery] Two caches
- [warning::critical] Clocks differ
* [blocker:ci:odd] what is odd
just prose
- [idea:x] no such kind

## Next
- [fact:late] not one of them
"""


def test_findings_are_read_and_odd_lines_are_kept():
    read = [(f["type"], f["content"], f["tags"], f["importance"]) for f in findings_in(ANSWER)]
    assert read == [
        ("fact", "Tokens live an hour", ["auth", "login"], "high"),
        ("discovery", "Two caches", [], "normal"),
        ("warning", "Clocks differ", [], "critical"),
        ("unread", "* [blocker:ci:odd] what is odd", [], "normal"),
        ("unread", "just prose", [], "normal"),
        ("unread", "- [idea:x] no such kind", [], "normal"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "## FINDINGS",
        "FINDINGS\n- [fact] no heading",
        "## FINDINGS\n---\n- [fact] behind a rule",
    ],
)
def test_no_findings(text: str):
    assert findings_in(text) == []


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("I created src/a.py and tests/test_a.py.", ["src/a.py", "tests/test_a.py"]),
        ("Updated the file `docs/run guide.md`, then rested.", ["docs/run guide.md"]),
        ("modified: a.py, b.ts, and c/d", ["a.py", "b.ts", "c/d"]),
        ('see File "/srv/app/main.py", line 3', ["/srv/app/main.py"]),
        ("wrote the docs; edited nothing; updated 5.2", []),
        ("created ../../etc/passwd.txt and ./x/../y.py", ["y.py"]),
        (r"edited src\win\a.cs", ["src/win/a.cs"]),
        ("updated https://example.org/a.html", []),
    ],
)
def test_files(text: str, files: list[str]):
    assert files_in(text) == files


def test_paths_are_bounded_and_each_comes_once():
    assert clean_paths(["a.py", "./a.py", "a\nb", "x" * 501, "", "..", "/", "//x/y"]) == [
        "a.py",
        "/x/y",
    ]
    assert len(clean_paths(f"{n}.py" for n in range(1000))) == MOST_FILES


@given(st.text(max_size=300))
def test_any_text_is_read(text: str):
    assert all(found["content"] for found in findings_in("## FINDINGS\n" + text))
    assert all(".." not in path.split("/") for path in files_in("modified " + text))


@pytest.mark.parametrize(
    "letters",
    ["eyJ-", "modified ", " ", "a.", "a,", "a/", "- [", "://a", "token ", "created/", "a-"],
)
def test_a_long_answer_is_read_in_one_pass(letters: str):
    """Where reading is not linear this test does not end."""
    text = f"## FINDINGS\nmodified{letters * (200_000 // len(letters))}"
    assert len(findings_in(text)) <= MOST_FINDINGS
    assert len(files_in(f"token modified{letters * 50_000}")) <= MOST_FILES
    assert redact_keys(text)
    assert redact(text)
