"""When an edge is taken: by table, and against Python's own evaluation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workflows.conductor.conditions import (
    DEEPEST,
    LONGEST,
    MOST_FORMS,
    ConditionError,
    check,
    met,
)

CONTEXT: dict[str, Any] = {
    "status": "ready",
    "count": 10,
    "score": 7.5,
    "flag": True,
    "s": "10",
    "gone": None,
    "tags": ["slow", "db"],
    "build": {"result": {"code": 0}, "files": [{"name": "a.py"}]},
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("", True),
        ("   ", True),
        ("true", True),
        ("FALSE", False),
        ("none", False),
        ("context.get('count') > 5", True),
        ("context.get('count') < 10", False),
        ("context.get('count') >= 10", True),
        ("context.get('count') <= 10", True),
        ("context.get('count') > 5 and context.get('flag') == true", True),
        ("context.get('count', 0) > 5", True),
        ("context.get('nothing', 0) > 5", False),
        ("context.get('missing') == none", True),
        ("context.get('missing') > 1", False),
        ("context.get('missing') <= 1", False),
        ("1 >= context['gone']", False),
        ("context.get('missing') != 'a'", True),
        ("context['missing'] == NULL", True),
        ("context['status'] != 'ready'", False),
        ("context.get('status') == ready", True),
        ("context.get('status') != busy", True),
        ("context.get('score') > 7.0", True),
        ("context.get('flag') == 1", True),
        ("context.get('s') == 10", False),
        ("context.get('count') == 10.0", True),
        ("context.get('count') > -1", True),
        ("'status' in context", True),
        ('"x" not in context', True),
        ("'status' in context and False", False),
        ("'slow' in context['tags']", True),
        ("'slow' in context.get('none of it')", False),
        ("'slow' not in context.get('none of it')", True),
        ("context['status'] in ['ready', 'done']", True),
        ("5 < context['count'] <= 10", True),
        ("5 < context['count'] < 10", False),
        ("not context['flag'] or context['count'] == 10", True),
        ("not (context['flag'] and context['gone'])", True),
        ("context['build']['result']['code'] == 0", True),
        ("context.get('build').get('result', {}).get('code', 1) == 0", True),
        ("context.get('no', {}).get('result', {}).get('code', 1) == 1", True),
        ("context['no']['such']['thing'] == none", True),
        ("context['build']['files'][0]['name'] == 'a.py'", True),
        ("context['build']['files'][-2] == none", True),
        ("  context['count'] == 10  ", True),
        ("context['status'] == '# no comment'", False),
    ],
)
def test_what_a_condition_says(text: str, holds: bool) -> None:
    assert check(text) == ""
    assert met(text, CONTEXT) is holds


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("context.get('a') >", "Character 18: something is missing after this."),
        ("context['a'] = 1", "Character 14: write == to compare."),
        ("ready", "Character 1: 'ready' alone says nothing; compare it."),
        ("'ready'", "Character 1: a value alone says nothing; compare it."),
        ("true and 5", "Character 10: a value alone says nothing; compare it."),
        ("len(context) > 1", "Character 1: a call other than .get(key) is not possible here."),
        ("__import__('os').system('x')", "not possible here"),
        ("context.pop('a') == 1", "not possible here"),
        ("context.get == 1", "Character 1: a dot that is no .get(key) is not possible here."),
        ("context.__class__ == 1", "a dot that is no .get(key)"),
        ("'é' == context.x", "Character 8: a dot"),
        ("context.get() == 1", ".get takes a key and perhaps a default"),
        ("context.get(key='a') == 1", ".get takes a key"),
        ("context.get(1.5) == 1", "a key is a text or a whole number"),
        ("context[context['a']] == 1", "not possible here"),
        ("other['a'] == 1", "Character 1: only the context holds values: context['key']."),
        ("ready == context['a']", "'ready' is not known; write a text in quotes"),
        ("context['a'] in ready", "'ready' is not known"),
        ("context['a'] is none", "write == or != instead of is"),
        ("context['a'] + 1 > 2", "arithmetic is not possible here"),
        ("context['a'] == f'{1}'", "an f-string"),
        ("context['a'] == b'x'", "a constant is a text, a number"),
        ("context['a'] == 2j", "a constant is a text, a number"),
        ("context['a'] == -true", "minus stands before a number"),
        ("context['a'] if true else false", "an if is not possible here"),
        ("[x for x in context]", "this is not possible here"),
        ("(x := 1) == 1", "an assignment"),
        ("context['a'][0:1] == 1", "a slice"),
        ("true # and false", "Character 6: what follows is no part of the condition."),
        ("(true) # )", "what follows is no part"),
        ("true; false", "Character 5: invalid syntax."),
        ("true\nand false", "A condition is one line."),
        ("'status' in context trailing", "Character 21: invalid syntax."),
        ("x" * (LONGEST + 1), "at most 1,000 characters, not 1,001"),
        ("not " * (DEEPEST + 1) + "true", f"more than {DEEPEST} levels"),
        (f"1 in [{'1,' * MOST_FORMS}]", f"{MOST_FORMS} parts"),
        ("(" * 300 + "true" + ")" * 300, "too many nested parentheses"),
        ("context['\ud800'] == 1", "It cannot be read: too deep, or with odd characters."),
        ("true\0", "."),
    ],
)
def test_what_is_no_condition_is_named_with_its_place(text: str, said: str) -> None:
    assert said in check(text)
    with pytest.raises(ConditionError):
        met(text, CONTEXT)


@pytest.mark.parametrize(
    "text",
    [
        "context['status'] > 5",
        "5 in context['count']",
        "5 in context['status']",
        "context['tags'] in context",
        "context['count']['deeper'] == 1",
        "context['status'].get('x') == 1",
    ],
)
def test_values_that_cannot_be_compared_are_no_answer(text: str) -> None:
    assert check(text) == ""
    with pytest.raises(ConditionError, match="It cannot be answered for these values"):
        met(text, CONTEXT)


PIECES = st.sampled_from(
    [
        *("context", ".get(", "context.get('count')", "context['a']", "(", ")", "[", "]", "'a'"),
        *('"', "1", "-2.5", "1e9", "==", "!=", "<", ">=", "in", "not", "and", "or", "true", "None"),
        *("is", "if", "lambda", ":", ",", "__import__", "exec", "#", "\\", "{}", "*", ":=", "f'{"),
        *("ready", "\n"),
    ]
)


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@given(st.text(max_size=80) | st.lists(PIECES, max_size=14).map(" ".join))
@example("-" * 999 + "1")
@example("not " * 249)
@example("[" * 200)
@example("1if 1else 2")
@example("'\\d' == '\\q'")
@settings(max_examples=400, deadline=None)
def test_any_text_is_a_condition_or_says_why_not(text: str) -> None:
    said = check(text)
    try:
        answer = met(text, CONTEXT)
    except ConditionError as error:
        assert said in {str(error), ""}
    else:
        assert said == ""
        assert answer in {True, False}


class Oracle(dict[str, Any]):
    """A context as Python reads it, where what is missing is None."""

    def __missing__(self, key: str) -> None:
        return None


names = st.sampled_from([*CONTEXT, "missing"])
scalars = st.one_of(
    st.integers(-20, 20), st.floats(-20, 20), st.sampled_from(["ready", "10", "", "it's"])
)
constants = (scalars | st.booleans() | st.none()).map(repr)
held = st.one_of(
    names.map(lambda key: f"context[{key!r}]"),
    st.tuples(names, scalars).map(lambda pair: f"context.get({pair[0]!r}, {pair[1]!r})"),
    names.map(lambda key: f"context.get({key!r})"),
)
operands = held | constants
words = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
compared = st.tuples(operands, words, operands, words, operands).map(" ".join) | st.tuples(
    operands, words, operands
).map(" ".join)
contained = st.tuples(
    operands,
    st.sampled_from(["in", "not in"]),
    st.lists(constants, min_size=1).map(lambda each: f"[{', '.join(each)}]") | st.just("context"),
).map(" ".join)
tests = st.recursive(
    compared | contained | held | st.sampled_from(["True", "False"]),
    lambda inner: st.one_of(
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda three: f"({three[0]}) {three[1]} ({three[2]})"
        ),
    ),
    max_leaves=6,
)


@given(tests)
@settings(max_examples=300, deadline=None)
def test_a_condition_means_what_python_means(text: str) -> None:
    assert check(text) == ""
    try:
        wanted = bool(eval(text, {"__builtins__": {}}, {"context": Oracle(CONTEXT)}))
    except TypeError as error:
        # where Python refuses to order None we say no, and go on
        if "NoneType" not in str(error):
            with pytest.raises(ConditionError):
                met(text, CONTEXT)
        return
    assert met(text, CONTEXT) is wanted
