"""What `try` and the build tell of an assignment that can be asked, and what they advise where one cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.authoring import declared
from autograder.callables import NotDrawn, Reference, UnfitExam, finite_draws
from autograder.cli import main
from tests.authoring.refusals import DRAWS, STEP, notes_of
from tests.authoring.test_preview import SOLUTION, notebook


def test_a_number_too_small_to_show_where_it_stands_is_told() -> None:
    """`sqrt(s + eps)` and `sqrt(s) + eps` give the same; drawn larger as well they do not."""
    says = (
        "step: eps is never more than {}, as good as 0 in every question, so that nothing tells where it stands; draw "
        "a larger value as well, e.g. eps = draw.one_of({}, 0.1)"
    )
    assert notes_of(STEP, DRAWS.format("1e-8"), "step") == [says.format("1e-08", "1e-08")]
    assert notes_of(STEP, DRAWS.format("1e-9, 1e-8"), "step") == [says.format("1e-08", "1e-09, 1e-08")]
    assert notes_of(STEP, DRAWS.format("1e-8, 0.1"), "step") == []


def test_a_default_that_nobody_draws_may_be_too_small_too() -> None:
    (said,) = notes_of(STEP, DRAWS.format("1e-8").replace(", eps =", " =").replace(", draw.one_of(1e-8)", ""), "step")
    assert "eps is never more than 1e-08" in said


def test_what_has_no_effect_however_large_is_not_told_of() -> None:
    """To draw it larger would change nothing."""
    assert notes_of(STEP.replace(" + eps)", ")"), DRAWS.format("1e-8"), "step") == []


def test_a_number_of_the_constructor_is_looked_at_as_well() -> None:
    solution = '''import numpy as np


class Norm:
    def __init__(self, eps):
        """eps a number"""
        self.eps = eps

    def of(self, x):
        """x (N,) -> z (N,)"""
        return x / np.sqrt(x + self.eps)
'''
    declaration = 'x, eps = draw.integers(1, 9, "N"), draw.one_of({})\nassignment(sizes=dict(N=(3, 5, 4)))'
    (said,) = notes_of(solution, declaration.format("1e-10"), "Norm-of")
    assert said.startswith("Norm.of: eps is never more than 1e-10")
    assert notes_of(solution, declaration.format("1e-10, 0.1"), "Norm-of") == []


SIGNATURE = "w (D,), g (D,), s (D,), eps a number -> w (D,), s (D,)"


@pytest.mark.parametrize(
    ("docstring", "told"),
    [
        (f"One step.\n\n    {SIGNATURE}\n    ", True),
        (f"One step.\n    {SIGNATURE}", True),
        (SIGNATURE.replace("s (D,), eps", "s (D,),\n    eps"), False),
        (f"{SIGNATURE}\n\n    w -> w - g, as the lesson has it.", False),
        ("One step of the optimiser.\n\n    The average goes old -> new.", False),
    ],
    ids=["paragraph", "line", "wrapped", "again", "prose"],
)
def test_a_signature_below_other_text_is_told(docstring: str, told: bool) -> None:
    """Nothing reads it there: results would go by other names, and shapes would not be held against the run."""
    said = notes_of(STEP.replace(SIGNATURE, docstring), DRAWS.format("1e-8, 0.1"), "step")
    assert said == [
        "step: what it takes and gives, `… -> …`, stands below other text in its docstring, where nothing reads it; "
        "make it the first line, and put the text below an empty one"
    ] * told  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "draw"),
    [
        ("t a count", "draw.integers(1, 10)"),
        ("t (N,) labels", "draw.labels(…, classes=…)"),
        ("t (N,) booleans", "draw.booleans(…)"),
        ("t a number", "draw.normal(…)"),
        ("t, n counts", "draw.integers(1, 10)"),
        ("t, n numbers", "draw.normal(…)"),
    ],
)
def test_a_draw_that_is_missing_is_advised_by_what_the_docstring_says(kind: str, draw: str) -> None:
    solution = f'def f(x, t, n=2):\n    """x (N,), {kind} -> z (N,)"""\n    return x + t\n'
    with pytest.raises(NotDrawn) as missing:
        declared.exam(Reference("it", solution, 'x = draw.normal("N")\nassignment(sizes=dict(N=(1, 3)))'), ("f",))
    assert f"add t = {draw}, or follows(f, …, by='t')" in str(missing.value)


# ---- numbers that are not finite ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "draws", "lines"),
    [
        ("np.sqrt(x) * y", 'x, y = draw.normal("N"), draw.normal("N")', ['x = draw.positive("N")']),
        ("np.log(1 - x) + y", 'x, y = draw.positive("N"), draw.normal("N")', ['x = draw.probabilities("N")']),
        ("y / x * x", 'x, y = draw.integers(0, 3), draw.normal("N")', ["x = draw.integers(1, 3)"]),
        ("np.log(x) + np.log(y)", 'x, y = draw.normal("N"), draw.normal("N")',
         ['x = draw.positive("N")', 'y = draw.positive("N")']),
        ("np.exp(x) * y", 'x, y = draw.normal("N"), draw.normal("N")', []),
        ("x / 0 + y", 'x, y = draw.normal("N"), draw.normal("N")', []),
    ],
)  # fmt: skip
def test_the_draws_that_keep_numbers_finite_are_found(of: str, draws: str, lines: list[str]) -> None:
    """None where all are, and none where no other draw would do."""
    solution = f'import numpy as np\n\n\ndef f(x, y):\n    """-> z (N,)"""\n    return {of}\n'
    reference = Reference("it", solution, f"{draws}\nassignment(sizes=dict(N=(2, 9, 8)))")
    assert finite_draws(reference, "f") == lines


def test_what_one_function_alone_draws_is_advised_for_that_one() -> None:
    solution = 'import numpy as np\n\n\ndef f(x):\n    """x (N,) -> z (N,)"""\n    return np.sqrt(x)\n'
    declaration = 'assignment(sizes=dict(N=(2, 9)))\narguments(f, x=draw.normal("N"))'
    assert finite_draws(Reference("it", solution, declaration), "f") == ['arguments(f, x=draw.positive("N"))']


def test_an_exam_with_numbers_that_are_not_finite_says_what_to_draw() -> None:
    solution = 'import numpy as np\n\n\ndef f(x):\n    """x (N,) -> z (N,)"""\n    return np.sqrt(x)\n'
    with pytest.raises(UnfitExam) as refusal:
        declared.exam(Reference("it", solution, 'x = draw.normal("N")\nassignment(sizes=dict(N=(20, 30)))'), ("f",))
    assert str(refusal.value).endswith('finite there, or jumps; with x = draw.positive("N") all numbers are finite')


def test_try_refuses_what_the_self_check_would_say_of_the_solution(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the build does: some draw of the exam is finite, and none of the self-check's."""
    root = SOLUTION.replace("return x / 2", "return np.sqrt(x)").replace("h = half(x)", "h = x")
    path = notebook(tmp_path, root)
    assert main(["try", str(path)]) == 1
    said = capsys.readouterr().err
    assert "the build would refuse it: the self-check says of the solution's own half: h holds nan" in said
    assert 'with x = draw.positive("N") all numbers are finite' in said


def test_a_note_does_not_refuse(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    solution = SOLUTION.replace("loss(w, x):", "loss(w, x, eps=1e-9):").replace("w**2 * h", "w**2 * h * (1 + eps)")
    assert main(["try", str(notebook(tmp_path, solution))]) == 0
    out, err = capsys.readouterr()
    assert "\nnote: loss: eps is never more than 1e-09" in out
    assert err == ""
