"""Changes of a reference by path: they compose, leave no trace, and end."""

from __future__ import annotations

import ast

import pytest

from autograder.callables.declared.signatures import Signature
from autograder.callables.faults.changes import Note, changes, noted
from autograder.callables.faults.compiled import Changeable, TooManyRounds
from autograder.callables.faults.edits import Change, Edit, apart, applied
from autograder.callables.faults.scopes import joined

SOURCE = '''
SCALE = 10

def half(x):
    """x -> half"""
    return x / 2

double = lambda x: 2 * x

def whole(x, n):
    """x, n -> whole"""
    total = 0
    while n > 0:
        total += half(x) * SCALE
        n -= 1
    return total
'''
FUNCTIONS = (Signature("whole", "", ("x", "n"), ("whole",), ()), Signature("double", "", ("x",), ("double",), ()))


def put(function: str, path: tuple[str | int, ...], new: str, operator: str = "put") -> Change:
    return Change((Edit(function, path, operator, new),), "number")


def test_a_change_of_a_helper_is_what_its_callers_run() -> None:
    """The namespace holds the changed function under the names that others call."""
    reference = Changeable(SOURCE)
    changed = reference.changed(put("half", ("body", 0, "value"), "x"))
    assert reference.namespace()["whole"](4, 3) == 60
    assert changed["whole"](4, 3) == 120
    assert reference.namespace()["whole"](4, 3) == 60


def test_a_lambda_is_a_function_too() -> None:
    """A name that is given a lambda is changed as a function is."""
    changed = Changeable(SOURCE).changed(put("double", ("value", "body"), "x"))
    assert changed["double"](4) == 4


def test_edits_of_two_places_compose() -> None:
    """Two changes that do not meet are made together; two that meet are refused."""
    first, second = put("half", ("body", 0, "value", "right"), "4"), put("whole", ("body", 0, "value"), "1")
    both = joined(first, second)
    assert both is not None
    assert Changeable(SOURCE).changed(both)["whole"](4, 1) == 11
    assert joined(put("half", ("body", 0, "value"), "x"), first) is None
    assert not apart((*first.edits, *first.edits))


@pytest.mark.parametrize(
    ("operator", "path", "new", "answer"),
    [
        ("forget", ("body", 1, "body", 0), "", 0),
        ("twice", ("body", 1, "body", 0), "", 120),
        ("into", ("body", 0), "1", 20),
        ("move", ("body", 1), "0", None),
        ("after", ("body", 1, "body", 0), "total += 1", 63),
        ("out after", ("body", 1, "body", 0), "", None),
    ],
)
def test_statements_are_changed(operator: str, path: tuple[str | int, ...], new: str, answer: float | None) -> None:
    """A statement is left out, done twice, started anew in each round, moved, joined; None: it raises or runs on."""
    changed = Changeable(SOURCE).changed(put("whole", path, new, operator))
    if answer is not None:
        assert changed["whole"](4, 3) == answer
    elif operator == "move":
        with pytest.raises(UnboundLocalError):
            changed["whole"](4, 3)
    else:
        assert changed["whole"](4, 3) == 20


def test_a_loop_that_never_ends_is_ended() -> None:
    """A changed condition costs a bounded number of rounds."""
    changed = Changeable(SOURCE).changed(put("whole", ("body", 1, "body", 1), "", "forget"))
    with pytest.raises(TooManyRounds):
        changed["whole"](4, 3)


def test_a_loop_over_a_list_that_it_fills_is_ended() -> None:
    """A `for` whose rounds are changed runs over the list as it was."""
    source = "def count(n):\n    seen = [0]\n    for k in range(n):\n        seen.append(k)\n    return seen"
    changed = Changeable(source).changed(put("count", ("body", 1, "iter"), "seen"))
    assert changed["count"](3) == [0, 0]


def test_a_loop_that_a_change_puts_there_is_ended_too() -> None:
    """What stands in the text of a change is bounded as what stood there before."""
    changed = Changeable(SOURCE).changed(put("whole", ("body", 1), "while True: total += 1", "before"))
    with pytest.raises(TooManyRounds):
        changed["whole"](4, 3)


def test_arrays_without_numbers_are_filled_in_every_change() -> None:
    """Whatever memory holds is zero, also in what a change puts there; and a second time nothing is there twice."""
    source = "import numpy as np\n\ndef start(n):\n    kept = np.empty(n)\n    while n < 0: n += 1\n    return kept"
    reference = Changeable(source)
    for new, name in (("np.empty(n + 1)", "zeros"), ("np.empty_like(n)", "zeros_like")):
        once, again = (reference.changed(put("start", ("body", 0, "value"), new))["start"] for _ in range(2))
        assert name in once.__code__.co_names
        assert not {"empty", "empty_like"} & {*once.__code__.co_names}
        assert once.__code__.co_code == again.__code__.co_code


def test_nothing_is_left_of_an_edit() -> None:
    """The tree is as it was after a change, and after one that could not be read."""
    tree = ast.parse(SOURCE).body[1]
    before = ast.dump(tree)
    with applied({"half": tree}, put("half", ("body", 1, "value", "left"), "7").edits):
        assert ast.dump(tree) != before
    assert ast.dump(tree) == before
    with pytest.raises(SyntaxError), applied({"half": tree}, put("half", ("body", 1, "value"), "(").edits):
        pass
    assert ast.dump(tree) == before


def test_helpers_of_a_callable_are_changed_and_nothing_else() -> None:
    """Changes are made of what the callables may run, each once."""
    made = list(changes(SOURCE, FUNCTIONS))
    assert {edit.function for change in made for edit in change.edits} == {"half", "double", "whole"}
    assert {e.function for change in changes(SOURCE, FUNCTIONS[1:]) for e in change.edits} == {"double"}
    assert len({change.edits for change in made}) == len(made)


def test_a_note_says_where_it_finds_nothing() -> None:
    """An author's rewrite has to read as the reference does."""
    assert noted(Note("half", "x/2", "x", "", ""), SOURCE).edits[0].new == "(x)"
    assert noted(Note("whole", "total = 0", "", "", ""), SOURCE).edits[0].operator == "forget"
    with pytest.raises(ValueError, match="nothing in half reads `x / 3`"):
        noted(Note("half", "x / 3", "x", "", ""), SOURCE)


WALK = """
def walk(tree):
    out = []

    def visit(node):
        for each in node[1]:
            visit(each)
        out.append(node)

    visit(tree)
    return out

def run(w, n):
    losses = []
    for _ in range(n):
        w = w - 1
        losses.append(w)
    return losses

def firsts(xs):
    out = []
    for x in xs:
        if x in out:
            continue
        out.append(x)
    return out
"""


@pytest.mark.parametrize(
    ("name", "arguments", "kind"),
    [
        ("walk", ("tree",), "order of records"),
        ("run", ("w", "n"), "record earlier"),
        ("firsts", ("xs",), "record earlier"),
    ],
)
def test_a_record_that_comes_earlier_is_another_one_only_where_it_has_changed_since(
    name: str, arguments: tuple[str, ...], kind: str
) -> None:
    """A node is the same node before its children and after them; a weight is not the same before its step."""
    records = {"order of records", "record earlier"}
    signature = Signature(name, "", arguments, ("out",), ())
    moved = {each.kind for each in changes(WALK, [signature]) if each.kind in records}
    assert moved == {kind}


def test_a_function_beside_a_number_is_not_exchanged_with_it() -> None:
    """Two numbers may stand in each other's place, and two functions; a function and a number may not."""
    source = "def pairs(a, b):\n    return (a, lambda s: s), (b, lambda s: -s)\n"
    signature = Signature("pairs", "", ("a", "b"), ("one", "two"), ())
    orders = {edit.new for each in changes(source, [signature]) if each.kind == "order" for edit in each.edits}
    assert orders == {"((b, lambda s: -s), (a, lambda s: s))"}


@pytest.mark.parametrize(
    ("divisor", "kind"),
    [("n", "one less"), ("len(x)", "one less"), ("x.size", "one less"), ("x.shape[0]", "one less"),
     ("np.sqrt(n)", "number less one"), ("s", "number less one")],
)  # fmt: skip
def test_only_a_count_is_called_one(divisor: str, kind: str) -> None:
    """A root of one less one is a number less one."""
    source = f"import numpy as np\n\ndef f(x, s):\n    n = len(x)\n    return x / {divisor}\n"
    kinds = {each.kind for each in changes(source, [Signature("f", "", ("x", "s"), ("f",), ())])}
    assert {"one less", "number less one"} & kinds == {kind}
