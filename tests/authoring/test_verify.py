"""The proof of the judge is itself proved: it must find what does not discriminate."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder import assignments
from autograder.authoring.verification import verify
from autograder.authoring.verification.mutants import mutants
from autograder.authoring.verification.variants import right_variants, wrong_variants
from autograder.core.course import Course
from autograder.judging.rubric import PACKAGED, RubricError
from tests.support.notebooks import LESSONS

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "solutions"

TINY = '''
import numpy as np

class Tiny:
    """Nothing."""

    def __init__(self, init_weights):
        self.w1, self.w2 = init_weights

    def forward(self, x):
        """Docstrings are no code: 2 + 2."""
        h = x @ self.w1
        return np.maximum(h, 0) - self.w2.T
'''


def test_mutants_change_one_thing_each_and_are_python():
    found = list(mutants(TINY, "Tiny"))
    whats = {each.what for each in found}
    assert {"MatMult to Mult", "Sub to Add", "maximum to minimum", "transpose dropped", "w1 to w2", "dropped"} <= whats
    assert len({each.source for each in found}) == len(found)
    assert all(each.method == "forward" for each in found)
    for each in found:
        compile(each.source, each.key, "exec")


def test_the_course_s_rubric_is_what_verify_proves(tmp_path, monkeypatch):
    """A share of 0 for what a fault costs would make it pass: that must show."""
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    (tmp_path / "solutions").mkdir()
    shutil.copy(SOLUTIONS / "shallow_narrow.py", tmp_path / "solutions")
    text = PACKAGED.read_text(encoding="utf-8")
    (tmp_path / "rubric.toml").write_text(text.replace("numerical_part = ", "numerical_part = 0.0  # "))
    asked = []
    monkeypatch.setattr(verify, "verify_one", lambda name, reference, jobs, rubric, every: asked.append((name, rubric)))
    list(verify.verify(Course.at(tmp_path), ["shallow_narrow"], 1))
    assert [(name, rubric.numerical_part) for name, rubric in asked] == [("shallow_narrow", 0.0)]
    (tmp_path / "rubric.toml").write_text("plain_part = 7")
    with pytest.raises(RubricError, match=r"rubric.toml:1: plain_part is 7"):
        list(verify.verify(Course.at(tmp_path), ["shallow_narrow"], 1))


@pytest.mark.parametrize(("found", "code"), [([], 0), (["softmax_loss: nothing tells it"], 1)])
def test_a_declared_assignment_is_proved_as_its_build_proves_it(monkeypatch, found, code):
    said: list[str] = []
    monkeypatch.setattr(verify, "problems", lambda course, name: found)
    assert verify.run(Course.at(ROOT), ["softmax_digits"], jobs=1, every=1, out=said.append) == code
    assert said[0].startswith("softmax_digits: declared in its notebook; ")
    assert ("it is not proved" in said[0]) == bool(found)
    assert said[1:] == [f"  {line}" for line in found]


@pytest.mark.parametrize("name", LESSONS)
def test_variants_and_faults_are_many_and_python(name):
    assignment = assignments.load(name)
    source = (SOLUTIONS / f"{name}.py").read_text()
    right, wrong = dict(right_variants(assignment, source)), list(wrong_variants(assignment, source))
    assert len(right) >= 40
    assert len(wrong) >= 60
    for text in (*right.values(), *(each.source for each in wrong)):
        compile(text, name, "exec")


@pytest.mark.parametrize("name", LESSONS)
def test_the_description_agrees_with_the_reference_and_with_differences(name):
    assert list(verify.disagreements(assignments.load(name), SOLUTIONS / f"{name}.py")) == []


def test_a_gradient_that_is_not_the_slope_of_the_loss_is_found(tmp_path):
    source = (SOLUTIONS / "shallow_narrow.py").read_text()
    assert "-2 * residual * self.w2" in source
    wrong = tmp_path / "shallow_narrow.py"
    wrong.write_text(source.replace("-2 * residual * self.w2", "-2.001 * residual * self.w2"))
    assert any("dloss_dw1" in line for line in verify.disagreements(assignments.load("shallow_narrow"), wrong))


@pytest.mark.slow
@pytest.mark.parametrize("name", LESSONS)
def test_of_a_seventh_no_mutant_survives_and_nothing_right_is_hurt(name):
    assert_sound(verify.verify_one(name, SOLUTIONS / f"{name}.py", every=7), killed=10)


@pytest.mark.proof
@pytest.mark.parametrize("name", LESSONS)
def test_no_mutant_survives_and_nothing_right_is_hurt(name):
    assert_sound(verify.verify_one(name, SOLUTIONS / f"{name}.py"), killed=100)


def assert_sound(result, killed):
    assert result.survivors == ()
    assert result.hurt == ()
    assert result.missed == ()
    assert result.disagreements == ()
    assert result.killed > killed
    assert result.right > 60
