"""Anything at all in a notebook's place or in an answer's: never a failure of ours, never a point for nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.assignments.assignment import read_assignment
from autograder.callables import judge
from autograder.core.course import Course
from autograder.core.observation import CallAnswer, Observation, Value
from autograder.grading.grader import Grader
from autograder.notebooks.records import Submission
from autograder.notebooks.release import Release
from autograder.notebooks.submission import submission_in
from autograder.observe import Asked, arrays_in, probe
from autograder.observe.exchange import Progress, _next
from autograder.observe.replies import MalformedReply
from tests.redteam.attack import FULL, NAME, NOTHING, class_cell_of
from tests.support.methods import METHODS
from tests.support.notebooks import class_source, filled, released, save

QUICK = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        "\ud800",
        "\0",
        "class ShallowNarrow:\n  pass",
        "%%time",
        "?x",
        "!ls",
        "\n" * 50,
        "```python\nclass ShallowNarrow: 1\n```",
        "\u2028",
        "x = (",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
GRADE_IDS = st.sampled_from([*METHODS, "ShallowNarrow", "other"]) | JSON
NBGRADER = st.fixed_dictionaries(
    {}, optional={"grade_id": GRADE_IDS, "grade": JSON, "points": JSON, "solution": JSON, "locked": JSON}
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
        "source": TEXTS | st.lists(TEXTS, max_size=3) | JSON,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": NBGRADER | JSON}) | JSON,
        "outputs": JSON, "id": JSON, "execution_count": JSON,
    },
)  # fmt: skip
TREES = st.fixed_dictionaries(
    {},
    optional={
        "cells": st.lists(CELLS | JSON, max_size=6) | JSON, "worksheets": st.lists(JSON, max_size=2) | JSON,
        "nbformat": st.sampled_from([3, 4, 5, "4"]) | JSON, "metadata": JSON,
    },
)  # fmt: skip
SHALLOW = read_assignment(Course.find(Path(__file__)).solution(NAME))


@pytest.fixture(scope="module")
def release(course: Course) -> Release:
    return Release(course.release_notebook(NAME))


def read(raw: bytes, release: Release) -> Submission:
    """What is read must be cells of text, or one line that says why not."""
    made = submission_in(raw, SHALLOW, release, None, "fuzz")
    assert bool(made.fault) != (made.notebook is not None)
    assert "\n" not in made.fault
    for text in (made.fault, *made.notes, *(cell.source for cell in made.cells)):
        text.encode("utf-8")
    for cell in made.cells:
        assert "\0" not in cell.source
    return made


@QUICK
@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read(raw: bytes, release: Release) -> None:
    """Bytes of any kind: a reason, never an exception."""
    read(raw, release)


@QUICK
@given(tree=TREES | JSON)
def test_any_tree_is_read(tree: Any, release: Release) -> None:
    """JSON of any kind."""
    read(json.dumps(tree).encode(), release)


@QUICK
@given(data=st.data())
def test_a_notebook_with_damage_anywhere_is_read(data: st.DataObject, course: Course, release: Release) -> None:
    """A right notebook, cells replaced, put in and taken away; while the class's cell is whole, it is run."""
    notebook = filled(course, NAME, class_source(course, NAME))
    whole = class_cell_of(notebook)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(notebook["cells"]) - 1))
        if notebook["cells"][at] is whole or data.draw(st.booleans()):
            notebook["cells"].insert(at, data.draw(CELLS | JSON))
        else:
            notebook["cells"][at] = data.draw(CELLS | JSON)
    made = read(json.dumps(notebook).encode(), release)
    assert any("class ShallowNarrow" in cell.source for cell in made.cells)


@QUICK
@given(data=st.data())
def test_a_file_cut_or_overwritten_anywhere_is_read(data: st.DataObject, course: Course, release: Release) -> None:
    """A right notebook's bytes with pieces cut out, doubled or overwritten."""
    raw = json.dumps(released(course, NAME)).encode()
    for _ in range(data.draw(st.integers(1, 4))):
        a, b = sorted(data.draw(st.tuples(*[st.integers(0, len(raw))] * 2)))
        raw = raw[:a] + data.draw(st.sampled_from([b"", raw[a:b] * 2]) | st.binary(max_size=30)) + raw[b:]
    read(raw, release)


# --- frames


class OneFrame:
    """A job that has written one frame."""

    ended = None

    def __init__(self, frame: bytes):
        self.frame = frame

    def at_hand(self) -> bytes | None:
        return None

    def next_frame(self, timeout_s: float) -> bytes:
        return self.frame

    def kill(self) -> None:
        raise AssertionError("nothing was late")


NUMBERS = st.floats() | st.integers(-3, 3)
ARRAYS = st.builds(
    lambda shape, number: np.full(shape, number, dtype=float),
    st.lists(st.integers(0, 4), max_size=3).map(tuple), NUMBERS,
)  # fmt: skip
PART = st.fixed_dictionaries(
    {},
    optional={
        "kind": st.sampled_from(["array", "ragged", "none", "object"]) | ARRAYS | JSON, "array": ARRAYS | JSON,
        "dtype": st.just("float64") | JSON,
    },
)  # fmt: skip
NUMBERED = st.fixed_dictionaries({"kind": st.just("array"), "array": ARRAYS, "dtype": st.just("float64")})
PATHS = st.sampled_from(["0", "1", "0.0", "", "7", "self.w1", "self.w2", "self.", "y_true!", "0!.x", "9" * 30]) | TEXTS
REPLY = st.fixed_dictionaries(
    {},
    optional={
        "question": JSON | ARRAYS, "call": JSON | ARRAYS,
        "complexes": JSON | st.lists(TEXTS | ARRAYS, max_size=3),
        "outcome": st.sampled_from(["returned", "raised", "missing", "died"]) | JSON | ARRAYS,
        "parts": st.dictionaries(PATHS, NUMBERED, max_size=4) | st.dictionaries(PATHS, PART | JSON, max_size=4) | JSON,
        "error": st.fixed_dictionaries({"type": TEXTS, "text": TEXTS, "place": TEXTS}) | JSON | ARRAYS,
        "mutated": st.lists(TEXTS | st.sampled_from(["x", "y_true"]), max_size=18) | JSON,
        "lent": st.lists(TEXTS | st.just("init_weights"), max_size=3) | JSON,
        "unrecorded": st.fixed_dictionaries({"of": TEXTS | JSON, "parts": st.dictionaries(PATHS, PART, max_size=4)}) | JSON,
    },
)  # fmt: skip


@QUICK
@given(frame=st.binary(max_size=200) | st.builds(lambda body: b"[]\n" + json.dumps(body).encode() + b"\n", JSON))
def test_any_frame_is_read(frame: bytes) -> None:
    """Bytes of any kind: a tree, or words that say that there is none."""
    reply, how = _next(OneFrame(frame), 1.0, Progress())  # type: ignore[arg-type]
    assert (reply is None) == bool(how)
    assert reply is None or isinstance(reply, dict)


@QUICK
@given(
    shapes=JSON | st.lists(st.lists(st.integers(0, 3), max_size=2), max_size=2), body=JSON, rest=st.binary(max_size=80)
)
def test_any_head_is_read(shapes: Any, body: Any, rest: bytes) -> None:
    """Shapes of any kind: ValueError, or arrays that fill the message to its last byte."""
    message = json.dumps(shapes).encode() + b"\n" + json.dumps(body).encode() + b"\n" + rest
    try:
        probe.unpack(message, probe.LONGEST_HEAD)
    except (ValueError, RecursionError):
        return
    assert sum(int(np.prod(shape)) for shape in shapes) * 8 == len(rest)


@QUICK
@given(tree=JSON | ARRAYS | st.lists(ARRAYS, max_size=3))
def test_what_is_packed_is_unpacked(tree: Any) -> None:
    """Arrays and plain data survive the way, NaN and infinity included."""
    packed = probe.pack(tree)
    assert probe.pack(probe.unpack(packed)) == packed


@QUICK
@given(reply=REPLY)
def test_any_answer_is_a_record_or_malformed(reply: dict[str, Any], graders: Any, grader: Grader) -> None:
    """An answer of any form: a record whose arrays are arrays, or MalformedReply, and nothing else."""
    tree = probe.unpack(probe.pack(reply))
    exam = grader.bench(NAME).exam
    asked = Asked(exam.classes)
    for name in exam.asked:
        question = exam.of(name)[0]
        try:
            answer = asked.answer(tree, question, question.calls[-1])
        except MalformedReply:
            continue
        results = exam.reference.signature(name).results
        for path, array in arrays_in(results, answer.parts).items():
            assert isinstance(path, str)
            assert isinstance(array, np.ndarray)


def test_answers_too_large_are_not_kept(grader: Grader) -> None:
    """The numbers of an array far larger than any right one, or any common wrong one, are forgotten."""
    exam = grader.bench(NAME).exam
    asked = Asked(exam.classes)
    for question in exam.questions.values():
        numbers = {path: {"kind": "array", "dtype": "float64", "array": np.zeros(1 << 20)} for path in ("0", "self.w1")}
        answer = asked.answer({"outcome": "returned", "parts": numbers}, question, question.calls[-1])
        assert [(each.kind, each.array) for each in answer.parts.values()] == [("too large", None)] * 2
        samples = max((np.size(arg) for arg in question.calls[-1].args if isinstance(arg, np.ndarray)), default=0)
        if samples**2 <= 65_536:  # an outer product: the shape is worth telling
            numbers = {"0": {"kind": "array", "dtype": "float64", "array": np.zeros((samples, samples))}}
            answer = asked.answer({"outcome": "returned", "parts": numbers}, question, question.calls[-1])
            assert answer.parts["0"].kind == "array"


# --- judging


NASTY = (0.0, -0.0, 1e-320, 1e-300, 1e300, -1e308, np.inf, -np.inf, np.nan)


def nasty(rng: np.random.Generator, value: Value) -> Value:
    """The value with its array made worse: shapes, kinds, magnitudes."""
    array = np.array(0.0 if value.array is None else value.array)
    act = int(rng.integers(9))
    if act == 0:
        array = np.full(array.shape, rng.choice(NASTY))
    elif act == 1 and array.size:
        array.flat[rng.integers(array.size)] = rng.choice(NASTY)
    elif act == 2:
        array = array[None]
    elif act == 3:
        array = array.reshape(-1)[: array.size // 2]
    elif act == 4:
        array = np.zeros((0, 2))
    elif act == 5:
        with np.errstate(all="ignore"):
            array = array * rng.choice(NASTY)
    elif act == 6:
        return Value(str(rng.choice(["none", "text", "dict", "complex", "object", "too large", "ragged"])))
    elif act == 7:
        array = np.add.outer(array, array)
    else:
        array = array + rng.normal(size=array.shape)
    return Value("array", array, dtype="float64")


def right_answers(grader: Grader, course: Course, folder: Path) -> Mapping[str, tuple[CallAnswer, ...]]:
    """What a right submission answers."""
    path = save(filled(course, NAME, class_source(course, NAME)), folder / f"{NAME}.ipynb")
    return grader.evidence(path, NAME).answers


@pytest.mark.parametrize("salt", [0, pytest.param(1, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)])
def test_the_judge_fails_on_no_answer(salt: int, grader: Grader, course: Course, tmp_path: Path) -> None:
    """Right answers made worse in all sorts of ways are judged, and never earn what they do not deserve."""
    exam = grader.bench(NAME).exam
    right = right_answers(grader, course, tmp_path)
    rng = np.random.default_rng(salt)
    evidence, spoilt = [], []
    for _ in range(6 if salt == 0 else 25):
        methods = set(rng.choice(METHODS, size=rng.integers(1, 5), replace=False))
        answers = dict(right)
        for key, question in exam.questions.items():
            if question.method.rpartition(".")[2] in methods:
                answers[key] = tuple(
                    replace(answer, parts={path: nasty(rng, part) for path, part in answer.parts.items()})
                    for answer in right[key]
                )
        evidence.append(grader.evidence_from(Submission("fuzz", None, NAME), Observation(answers)))
        spoilt.append(methods)
    for methods, report in zip(spoilt, judge(evidence), strict=True):
        assert report.verdict == "graded", [check.help for check in report.checks if check.outcome == "internal_error"]
        report.to_json().encode("ascii")
        for method, full in zip(METHODS, FULL, strict=True):
            score = report.methods[method]["score"]
            assert (score < full) if method in methods else (score == full), (method, methods)


def test_no_answers_at_all_earn_nothing(grader: Grader) -> None:
    """Missing evidence earns nothing."""
    (report,) = judge([grader.evidence_from(Submission("fuzz", None, NAME), Observation({}))])
    assert tuple(report.methods[method]["score"] for method in METHODS) == NOTHING
