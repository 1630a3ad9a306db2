"""A class of our own as text, asked in this process: the explanations that its report would carry, no sandbox."""

from __future__ import annotations

import ast
import contextlib
import io
import textwrap
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from autograder import assignments
from autograder.assignments.reference import load_reference
from autograder.core.contract import METHODS
from autograder.core.observation import CallAnswer, Observation
from autograder.core.question import Question
from autograder.judging.diagnosis.explain import Explanation, explain
from autograder.judging.evidence import Evidence
from autograder.judging.findings import names_asked
from autograder.judging.follow_ups import follow_ups
from autograder.judging.routes import ROUTES
from autograder.notebooks.records import Cell, Submission
from autograder.observe import probe
from autograder.observe.replies import answer_from
from autograder.questions.exam import Exam
from autograder.questions.sealing import sealed

SOLUTIONS = Path(__file__).resolve().parents[3] / "solutions"
POINTS = {"forward": 2.0, "loss": 1.0, "dloss_dw": 4.0, "train": 3.0}


@cache
def exam_of(assignment: str) -> Exam:
    """The exam of a lesson, made once."""
    described = assignments.load(assignment)
    return Exam(described, load_reference(SOLUTIONS / f"{assignment}.py", described), "")


def solution(assignment: str) -> str:
    """The reference's text."""
    return (SOLUTIONS / f"{assignment}.py").read_text()


def with_method(assignment: str, text: str) -> str:
    """The reference with methods replaced by those of `text`; functions without `self` stand before the class."""
    text = textwrap.dedent(text).strip("\n") + "\n"
    lines = text.splitlines()
    methods, before = [], []
    for node in ast.parse(text).body:
        part = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        own = isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg == "self"
        (methods if own else before).append(part)
    name = assignments.load(assignment).class_name
    source = solution(assignment)
    body = textwrap.indent("\n\n".join(methods), "    ")
    return "\n".join(["import numpy as np", *before, source, f"_Base = {name}", f"class {name}(_Base):", body, ""])


def evidence_on(assignment: str, source: str) -> Evidence:
    """The answers of a class given as text, held against the exam, with stand-ins where they are needed."""
    exam = exam_of(assignment)
    space: dict[str, Any] = {"np": np, "__name__": "__main__"}
    submission = Submission("here", None, assignment, (Cell(0, source),))
    with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(source, "<cell 0>", "exec"), space)
        cls = space[exam.assignment.class_name]
        answers = _answers(cls, tuple(exam.questions.values()), exam)
        evidence = Evidence(exam, submission, Observation(answers), POINTS)
        for method in ROUTES:
            asked: set[str] = set()
            while questions := follow_ups(evidence, method):
                if asked.issuperset(question.id for question in questions):
                    break
                asked.update(question.id for question in questions)
                more = _answers(cls, questions, exam)
                evidence = evidence.with_more(Observation(more))
    return evidence


def _answers(cls: type, questions: tuple[Question, ...], exam: Exam) -> dict[str, tuple[CallAnswer, ...]]:
    """What a submission's process would answer, to the very bytes that it is sent."""
    answers: dict[str, tuple[CallAnswer, ...]] = {}
    for question in questions:
        replies: list[dict[str, Any]] = []
        tree = probe.unpack(sealed(question, exam.assignment), probe.LONGEST_HEAD)
        probe.ask(cls, tree, list(exam.assignment.weights), replies.append)
        answers[question.id] = tuple(answer_from(reply, exam.assignment) for reply in replies)
    return answers


def explained(assignment: str, source: str) -> dict[str, Explanation]:
    """Per method that is not right by its best route, why."""
    evidence = evidence_on(assignment, source)
    found = {}
    for method in METHODS:
        wrong = {each.name for each in evidence.best(method)[1] if not each.right}
        if wrong:
            names = tuple(name for name in names_asked(evidence.exam.assignment, method) if name in wrong)
            found[method] = explain(evidence, method, names)
    return found


def told(assignment: str, text: str, method: str | None = None) -> str:
    """All that is said of the reference with these methods in place of its own: words, help, codes."""
    found = explained(assignment, with_method(assignment, text))
    return " ".join(
        f"{each.rationale} {each.help} {' '.join(f'[{d.code}]' for d in each.diagnoses)}"
        for name, each in found.items()
        if method in (None, name)
    )
