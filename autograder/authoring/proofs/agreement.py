"""Whether an assignment's description says what its solution computes."""

from __future__ import annotations

import ast
import difflib
import json
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from autograder import assignments
from autograder.assignments import NO_FAULTS, Array, Assignment, Faults, Model, NoReference, load_reference
from autograder.authoring.extraction import cell_text
from autograder.core import PUBLISHED, Code, Course, Question, central_differences, compare, relative_error
from autograder.notebooks import trusted_notebook
from autograder.questions import STYLE_OF, Exam, UnfitQuestion

# Differences of a float64 loss are good to about 1e-8 of the gradient; a slip in a formula is off by 1e-3 and more.
SLOPE = 1e-5
CODES = tuple(code.value for code in Code)
_WORDS = {"forward": "predict", "loss": "loss", "dloss_dw": "gradients"}


def disagreements(course: Course, name: str) -> list[str]:
    """Problems: what the description and the solution in `course` do not agree on.

    Held against each other: shapes, names and the numbers of predict, loss and gradients; the gradients and the slope
    of the loss; each fault and the right answer, which must differ in an array that the fault says it shows in.
    """
    try:
        if name not in assignments.names():
            return [f"it has no description source/{name}.py, which tells the grader of the model"]
        try:
            assignment = assignments.described(name)
        except LookupError as error:
            return [f"{error.args[0]}{_place(error.__cause__ or error, name)}"]
        exam = Exam(assignment, load_reference(course.solution(name), assignment))
        single = [each for each in exam.questions.values() if len(each.calls) == 1 and each.method in _WORDS]
        cells = _check_cell(assignment, trusted_notebook(course.source_notebook(name)))
        return [*_numbers(exam, single), *_slopes(exam, single), *_faults(exam, single), *cells]
    except NoReference as error:
        return [str(error)]
    except UnfitQuestion as error:
        return [f"{error}; {_remedy(error)}"]
    except RuntimeError as error:
        return [f"{error}; are the shapes in the description those of the solution?"]
    except Exception as error:  # an author's slip in the description, of any kind
        return [f"the description does not work: {type(error).__name__}: {error}{_place(error, name)}"]


def _check_cell(assignment: Assignment, source: dict[str, Any]) -> Iterator[str]:
    """Where the notebook's SelfCheck(…) is told of another assignment than the grader; only literals are looked at."""
    code = [cell_text(cell) for cell in source["cells"] if cell["cell_type"] == "code"]
    text = next((text for text in code if "SelfCheck(" in text), "")
    try:
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    except SyntaxError:
        return  # a cell with a magic
    keywords = next((node.keywords for node in calls if getattr(node.func, "id", "") == "SelfCheck"), None)
    if keywords is None:
        return
    said: dict[str, Any] = {"train_returns": "losses", "squared": True}
    for keyword in keywords:
        try:
            said[str(keyword.arg)] = ast.literal_eval(keyword.value)
        except ValueError:
            said.pop(str(keyword.arg), None)
    for word, value in {
        "weights": dict(assignment.weights), "x": assignment.x, "y": assignment.y,
        "train_returns": assignment.train_returns, "loss": assignment.averages, "squared": assignment.squared,
    }.items():  # fmt: skip
        unsaid = word not in said or (word == "loss" and said[word] is None)
        if not unsaid and json.dumps(said[word], default=str) != json.dumps(value):  # a list will do for a tuple
            yield f"the notebook's check cell says {word}={said[word]!r}, the description {value!r}"


def _remedy(error: UnfitQuestion) -> str:
    """What an author may change when no draw of a question is fit to be asked."""
    method, _, name = error.question.partition("/")
    if method == "loss" and "rounding" in str(error):
        return "does the solution ask whether y_true equals a number? Let it compute with y_true instead"
    if style := STYLE_OF.get(name):
        return f"if the model cannot take such data, leave {style!r} out of `styles`"
    if name in ("published", "published, begun"):
        return "change what `published` gives, or its learning rate"
    if method == "loss":
        return "do `predictions` and `draw` give numbers that the loss can take?"
    if method == "train":
        return "another learning rate in `rates`, or other data from `draw`, may do"
    return "other data from `draw` may do"


def _place(error: BaseException, name: str) -> str:
    """The last line of the description that an exception passed through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).name == f"{name}.py"]
    return f" ({name}.py, line {frames[-1].lineno}: {frames[-1].line})" if frames else ""


def _numbers(exam: Exam, questions: list[Question]) -> Iterator[str]:
    """Per array, the first question in which the description gives other numbers than the solution."""
    named: set[str] = set()
    for question in questions:
        expected = exam.expected(question, 0)
        for array, described in _arrays(exam.assignment, question, NO_FAULTS).items():
            wanted = expected.arrays[array]
            difference = compare(described, wanted, 10.0 * expected.tolerance[array])
            if difference.within or array in named:
                continue
            named.add(array)
            how = f"is off by {difference.error:.1e} of its size"
            if not difference.same_shape:
                how = f"has the shape {described.shape}, the solution's {wanted.shape}"
            yield (
                f"the description's {_WORDS[question.method]} and the notebook's solution do not agree: "
                f"{array} {how} ({question.situation})"
            )


def _slopes(exam: Exam, questions: list[Question]) -> Iterator[str]:
    """Per gradient, the first everyday question in which it is not the slope of the description's own loss."""
    model, named = exam.assignment.model, set[str]()
    for question in questions:
        if question.method != "dloss_dw" or not question.plain or question.situation == PUBLISHED:
            continue
        x, y = question.calls[0].args
        slopes = central_differences(_loss_of_weights(model, x, y), question.init)
        gradients = exam.expected(question, 0).arrays
        largest = max(float(np.abs(array).max()) for array in gradients.values())
        for array, slope in zip(exam.assignment.gradients, slopes, strict=True):
            near = float(np.abs(gradients[array] - slope).max()) <= SLOPE * largest
            if array not in named and not near:
                named.add(array)
                error = relative_error(gradients[array], slope)
                yield f"the solution's {array} is not the slope of the loss: it is off by {error:.1e} of its size"


def _loss_of_weights(model: Model, x: Array, y: Array) -> Callable[[Sequence[Array]], float]:
    return lambda weights: model.loss(model.predict(weights, x, NO_FAULTS), y, NO_FAULTS)


def _faults(exam: Exam, questions: list[Question]) -> Iterator[str]:
    """Faults that show in no array of theirs, or name arrays that the assignment does not have."""
    assignment = exam.assignment
    known = {"forward", "loss", *assignment.gradients}
    for fault in assignment.faults:
        if fault.code not in CODES:
            near = difflib.get_close_matches(fault.code, CODES, 1)
            yield f"the fault {fault.name!r} has the code {fault.code!r}; {_meant(near)}"
        strange = sorted({*fault.of} - known)
        if strange:
            yield f"the fault {fault.name!r} is of {', '.join(strange)}; there are: {', '.join(sorted(known))}"
        elif not any(_shows(exam, question, fault.name, fault.of) for question in questions):
            of = ", ".join(fault.of)
            yield f"the fault {fault.name!r} changes nothing in {of}: is it spelled alike in both places?"


def _meant(near: Sequence[str]) -> str:
    return f"is {near[0]!r} meant?" if near else f"there are: {', '.join(CODES)}"


def _shows(exam: Exam, question: Question, fault: str, of: tuple[str, ...]) -> bool:
    if question.situation == PUBLISHED:
        return False
    expected = exam.expected(question, 0)
    with np.errstate(all="ignore"):
        arrays = _arrays(exam.assignment, question, frozenset({fault}))
    return any(
        not compare(array_of_fault, expected.arrays[array], expected.tolerance[array]).within
        for array, array_of_fault in arrays.items()
        if array in of
    )


def _arrays(assignment: Assignment, question: Question, faults: Faults) -> dict[str, Array]:
    """What the description gives for a question of one call."""
    model, call = assignment.model, question.calls[0]
    if question.method == "forward":
        return {"forward": np.asarray(model.predict(question.init, call.x, faults), dtype=float)}
    if question.method == "loss":
        return {"loss": np.asarray(model.loss(call.y_prediction, call.y_true, faults), dtype=float)}
    gradients = model.gradients(question.init, call.x, call.y_true, faults)
    return {name: np.asarray(each, dtype=float) for name, each in zip(assignment.gradients, gradients, strict=True)}
