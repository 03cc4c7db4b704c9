"""What differs between two runs: nodes, sums, contexts and texts, without a database."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.conductor.compare_views import signed
from workflows.conductor.differences import (
    ADDED,
    GAP,
    KEPT,
    KEYS_MOST,
    LINES_MOST,
    REMOVED,
    NodeSide,
    RunSide,
    diff_texts,
    differ,
    key_changes,
)


def side(pk: int = 1, **nodes: NodeSide) -> RunSide:
    return RunSide(pk, "completed", 10.0 * pk, nodes, {})


def done(*findings: str, **more: object) -> NodeSide:
    return NodeSide("completed", 1, findings=findings, **more)  # type: ignore[arg-type]


def test_nodes_are_matched_by_their_ids_and_the_right_ones_own_come_last() -> None:
    found = differ(side(1, a=done(), b=done()), side(2, c=done(), b=done()))
    assert [pair.id for pair in found.nodes] == ["a", "b", "c"]
    assert [pair.id for pair in found.differing] == ["a", "c"]


@pytest.mark.parametrize(
    ("left", "right", "said"),
    [
        (done(), done(), ""),
        (done(result="x"), done(result="x"), "same"),
        (done(result="x"), done(result="y"), "differs"),
        (done(result="x", data="1"), done(result="x", data="2"), "differs"),
        (done(result="x"), done(), "left only"),
        (None, done(data="1"), "right only"),
    ],
)
def test_results_agree_or_do_not(left: NodeSide | None, right: NodeSide, said: str) -> None:
    nodes = {"n": left} if left else {}
    assert differ(side(1, **nodes), side(2, n=right)).nodes[0].result == said


def test_findings_are_counted_not_only_named() -> None:
    pair = differ(side(n=done("slow", "slow", "old")), side(n=done("slow", "new"))).nodes[0]
    assert pair.findings_added == ["new"]
    assert pair.findings_removed == ["slow", "old"]
    unread = differ(side(n=NodeSide("completed", findings=None)), side(n=done("new"))).nodes[0]
    assert unread.findings_added == [], "what cannot be read is no difference"


def test_sums_say_what_the_right_one_has_more() -> None:
    left = side(1, a=NodeSide("failed", 2, 4.0, 100), b=NodeSide("completed", 1, 1.0))
    right = side(2, a=NodeSide("completed", 1, 3.0, 150), b=NodeSide("completed", 1, 1.0))
    gaps = {total.word: total.gap for total in differ(left, right).totals}
    assert gaps == {
        "Time": 10.0,
        "Work": -1.0,
        "Tokens": 50,
        "Attempts": -1,
        "Nodes completed": 1,
        "Nodes failed": -1,
        "Nodes skipped": 0,
        "Findings": 0,
    }


def test_keys_come_go_and_change() -> None:
    found, more = key_changes({"a": 1, "b": 2, "same": []}, {"b": True, "c": None, "same": []})
    assert [(each.sign, each.key, each.before, each.after) for each in found] == [
        (REMOVED, "a", "1", ""),
        ("±", "b", "2", "true"),
        (ADDED, "c", "", "null"),
    ]
    assert more == 0
    assert key_changes({}, {str(i): i for i in range(KEYS_MOST + 5)})[1] == 5
    assert key_changes({"n": 1}, {"n": True})[0], "1 and true are not the same"


def test_a_diff_keeps_three_lines_around_and_counts_the_rest() -> None:
    before = [str(i) for i in range(20)]
    after = [*before[:10], "new", *before[11:]]
    diff = diff_texts("\n".join(before), "\n".join(after))
    assert diff.lines == (
        (GAP, "7 lines unchanged"),
        *((KEPT, str(i)) for i in (7, 8, 9)),
        (REMOVED, "10"),
        (ADDED, "new"),
        *((KEPT, str(i)) for i in (11, 12, 13)),
        (GAP, "6 lines unchanged"),
    )
    assert (diff.added, diff.removed) == (1, 1)


def test_a_diff_is_bounded_and_cuts_no_line() -> None:
    assert diff_texts("x\n" * (LINES_MOST + 1), "").cut
    tail = diff_texts("a" * 1000 + "b", "a" * 1000 + "c")
    assert any(line.endswith("b") for sign, line in tail.lines if sign == REMOVED)


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_what_stays_and_goes_is_the_left_what_stays_and_comes_the_right(
    left: list[str], right: list[str]
) -> None:
    diff = diff_texts("\n".join(left), "\n".join(right))
    matched = sum(m.size for m in difflib.SequenceMatcher(None, left, right).get_matching_blocks())
    assert diff.removed == len(left) - matched
    assert diff.added == len(right) - matched


@pytest.mark.parametrize(
    ("gap", "kind", "said"),
    [
        (None, "count", "–"),
        (0, "count", "same"),
        (3, "count", "+3"),
        (-1200, "count", "−1,200"),
        (80.0, "seconds", "+1:20"),
        (-0.0001, "seconds", "same"),
    ],
)
def test_a_difference_has_a_sign(gap: float | None, kind: str, said: str) -> None:
    assert signed(gap, kind) == said
