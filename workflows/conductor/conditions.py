"""When an edge is taken: a small grammar over Python's syntax tree (behaviour: elf §5.2).

Each allowed form of the tree is turned into a function of the context, everything else is refused
with its place; nothing is ever evaluated or compiled as Python. No database.

What is written: nothing or ``true`` (always), ``false``; ``and``, ``or``, ``not``; comparisons,
chained ones too; ``in`` and ``not in``. Values are texts, numbers, the words true, false, none and
null in any case, lists of them, and what the context holds: ``context['key']``,
``context.get('key', default)``, one after another for what lies deeper. A single word on the right
of a comparison is a text, as older programs wrote it: ``context.get('status') == ready``.

What is missing is none. None equals only none; it is neither more nor less than anything, contains
nothing, and what is asked of it is none again.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

LONGEST = 1000  # characters of a condition
DEEPEST = 24  # forms within each other; also how many keys may follow one another
MOST_FORMS = 200  # forms in one condition, so that a check costs microseconds

WORDS: Mapping[str, bool | None] = {"true": True, "false": False, "none": None, "null": None}
ORDERS: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# how a form that is refused is called
NAMES: Mapping[type[ast.AST], str] = {
    ast.Call: "a call other than .get(key)",
    ast.Attribute: "a dot that is no .get(key)",
    ast.BinOp: "arithmetic",
    ast.IfExp: "an if",
    ast.Lambda: "a lambda",
    ast.JoinedStr: "an f-string",
    ast.NamedExpr: "an assignment",
    ast.Dict: "an object",
    ast.Starred: "a star",
    ast.Slice: "a slice",
}

Context = Mapping[str, Any]
Value = Callable[[Context], Any]
Test = Callable[[Context], bool]

# Python's parser warns of odd escapes and of ``1or 2``; such texts are read or refused all the same
warnings.filterwarnings("ignore", module="<condition>")


class ConditionError(ValueError):
    """A condition that cannot be read, or not be answered for this context; with its place."""


def check(text: str) -> str:
    """What is wrong with a condition, as a sentence with its place; "" where nothing is."""
    try:
        _read(text)
    except ConditionError as error:
        return str(error)
    return ""


def met(text: str, context: Context) -> bool:
    """Whether a condition holds for *context*.

    Raises ConditionError where the text is no condition, or the values that the context holds
    cannot be compared so (a text with a number, say).
    """
    test = _read(text)
    try:
        return test(context)
    except (TypeError, RecursionError) as error:
        raise ConditionError(f"It cannot be answered for these values: {error}.") from error


@lru_cache(maxsize=2048)
def _read(text: str) -> Test:
    """Raises ConditionError."""
    inner = text.strip()
    if not inner:
        return lambda context: True
    if len(text) > LONGEST:
        raise ConditionError(f"A condition has at most {LONGEST:,} characters, not {len(text):,}.")
    if "\n" in inner or "\r" in inner:
        raise ConditionError("A condition is one line.")
    return _Reader(inner, len(text) - len(text.lstrip())).whole()


class _Reader:
    """One condition; *shift* is how many blanks stood before it."""

    def __init__(self, text: str, shift: int) -> None:
        self.text, self.shift, self.forms = text, shift, 0

    def whole(self) -> Test:
        try:
            body = ast.parse(self.text, "<condition>", mode="eval").body
        except SyntaxError as error:
            raise self.unreadable(error) from None
        except (ValueError, MemoryError, RecursionError):
            raise ConditionError("It cannot be read: too deep, or with odd characters.") from None
        end = len(self.text.encode()[: body.end_col_offset].decode())
        rest = self.text[end:].lstrip(") \t\f")
        if rest:
            at = self.shift + len(self.text) - len(rest) + 1
            raise ConditionError(f"Character {at}: what follows is no part of the condition.")
        return self.test(body, 0)

    def unreadable(self, error: SyntaxError) -> ConditionError:
        at = min(error.offset or 0, len(self.text))
        if at < 1:  # so the parser says that more was to come
            at, words = len(self.text), "something is missing after this"
        elif self.text[at - 1] == "=":
            words = "write == to compare"
        else:
            words = error.msg.split(". ")[0].split(" (")[0].rstrip(".?")
        return ConditionError(f"Character {self.shift + at}: {words}.")

    def refuse(self, node: ast.AST, words: str) -> ConditionError:
        column = getattr(node, "col_offset", 0)
        at = self.shift + len(self.text.encode()[:column].decode()) + 1
        return ConditionError(f"Character {at}: {words}.")

    def count(self, node: ast.AST, depth: int) -> None:
        self.forms += 1
        if depth > DEEPEST:
            raise self.refuse(node, f"more than {DEEPEST} levels within each other")
        if self.forms > MOST_FORMS:
            raise self.refuse(node, f"more than {MOST_FORMS} parts")

    def test(self, node: ast.AST, depth: int) -> Test:
        """What is true or false: and, or, not, a comparison, a truth word, a value of a context."""
        self.count(node, depth)
        if isinstance(node, ast.BoolOp):
            parts = [self.test(value, depth + 1) for value in node.values]
            wanted = all if isinstance(node.op, ast.And) else any
            return lambda context: wanted(part(context) for part in parts)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            inner = self.test(node.operand, depth + 1)
            return lambda context: not inner(context)
        if isinstance(node, ast.Compare):
            return self.comparison(node, depth + 1)
        if _is_word(node) or _is_truth(node):
            truth = bool(_word(node))
            return lambda context: truth
        if isinstance(node, ast.Name) and node.id != "context":
            raise self.refuse(node, f"{node.id[:40]!r} alone says nothing; compare it")
        if isinstance(node, ast.Constant):
            raise self.refuse(node, "a value alone says nothing; compare it")
        value = self.value(node, depth)
        return lambda context: bool(value(context))

    def comparison(self, node: ast.Compare, depth: int) -> Test:
        first = self.value(node.left, depth)
        steps = []
        for op, right in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.Is | ast.IsNot):
                raise self.refuse(node, "write == or != instead of is")
            steps.append((_operator(op), self.right(op, right, depth)))

        def chained(context: Context) -> bool:
            left = first(context)
            for holds, value in steps:
                right = value(context)
                if not holds(left, right):
                    return False
                left = right
            return True

        return chained

    def right(self, op: ast.cmpop, node: ast.expr, depth: int) -> Value:
        """The right side, where a single word is a text."""
        bare = isinstance(node, ast.Name) and node.id != "context" and not _is_word(node)
        if bare and not isinstance(op, ast.In | ast.NotIn):
            self.count(node, depth)
            text = node.id  # type: ignore[attr-defined]
            return lambda context: text
        return self.value(node, depth)

    def value(self, node: ast.AST, depth: int) -> Value:
        """A constant, a list of them, the context or something in it."""
        if isinstance(node, ast.Name) and node.id == "context":
            self.count(node, depth)
            return lambda context: context
        if isinstance(node, ast.Subscript):
            return self.subscript(node, depth)
        if isinstance(node, ast.Call):
            return self.get(node, depth)
        constant = self.constant(node, depth)
        return lambda context: constant

    def subscript(self, node: ast.Subscript, depth: int) -> Value:
        self.count(node, depth)
        holder, key = self.holder(node.value, depth + 1), self.key(node.slice, depth + 1)
        return lambda context: _item(holder(context), key, None)

    def get(self, node: ast.Call, depth: int) -> Value:
        self.count(node, depth)
        function = node.func
        if not (isinstance(function, ast.Attribute) and function.attr == "get"):
            raise self.refuse(node, f"{NAMES[ast.Call]} is not possible here")
        if node.keywords or not 1 <= len(node.args) <= 2:
            raise self.refuse(node, ".get takes a key and perhaps a default")
        holder = self.holder(function.value, depth + 1)
        key = self.key(node.args[0], depth + 1)
        other = self.constant(node.args[1], depth + 1) if len(node.args) == 2 else None
        return lambda context: _item(holder(context), key, other)

    def holder(self, node: ast.AST, depth: int) -> Value:
        """What a key is asked of."""
        if isinstance(node, ast.Subscript | ast.Call):
            return self.value(node, depth)
        if isinstance(node, ast.Name) and node.id == "context":
            return self.value(node, depth)
        raise self.refuse(node, "only the context holds values: context['key']")

    def key(self, node: ast.AST, depth: int) -> str | int:
        found = self.constant(node, depth)
        if isinstance(found, bool) or not isinstance(found, str | int):
            raise self.refuse(node, "a key is a text or a whole number")
        return found

    def constant(self, node: ast.AST, depth: int) -> Any:
        """A text, a number, a truth word, a list of these, or an empty object."""
        self.count(node, depth)
        if _is_word(node):
            return _word(node)
        if isinstance(node, ast.Constant):
            if node.value is None or isinstance(node.value, bool | int | float | str):
                return node.value
            raise self.refuse(node, "a constant is a text, a number, true, false or none")
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            number = self.constant(node.operand, depth + 1)
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise self.refuse(node, "minus stands before a number")
            return -number
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            return [self.constant(each, depth + 1) for each in node.elts]
        if isinstance(node, ast.Dict) and not node.keys:
            return {}
        if isinstance(node, ast.Name):
            raise self.refuse(node, f"{node.id[:40]!r} is not known; write a text in quotes")
        what = NAMES.get(type(node), "this")
        raise self.refuse(node, f"{what} is not possible here")


def _is_word(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id.lower() in WORDS


def _is_truth(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _word(node: ast.AST) -> bool | None:
    if isinstance(node, ast.Name):
        return WORDS[node.id.lower()]
    return node.value  # type: ignore[attr-defined,no-any-return]


def _operator(op: ast.cmpop) -> Callable[[Any, Any], bool]:
    if isinstance(op, ast.Eq):
        return operator.eq
    if isinstance(op, ast.NotEq):
        return operator.ne
    if isinstance(op, ast.In):
        return _within
    if isinstance(op, ast.NotIn):
        return lambda left, right: not _within(left, right)
    order = ORDERS[type(op)]
    return lambda left, right: left is not None and right is not None and bool(order(left, right))


def _within(left: Any, right: Any) -> bool:
    """Raises TypeError where *right* cannot hold anything."""
    if right is None:
        return False
    if isinstance(right, str) and left is None:
        return False
    return bool(left in right)


def _item(holder: Any, key: str | int, other: Any) -> Any:
    """The value of *key*, *other* where there is none. Raises TypeError for what has no keys."""
    if holder is None:
        return other
    if isinstance(holder, Mapping):
        return holder.get(key, other)
    if isinstance(holder, Sequence) and not isinstance(holder, str) and isinstance(key, int):
        return holder[key] if -len(holder) <= key < len(holder) else other
    raise TypeError(f"{type(holder).__name__} has no {key!r}")
