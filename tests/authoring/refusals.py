"""Slips in a declared assignment, each with what the build says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from autograder.authoring import declared, students
from autograder.authoring.cells import ExtractionError
from autograder.authoring.proofs.second_opinion import disagreements
from autograder.authoring.source import slips
from autograder.callables import DeclarationError, Exam, NoReference, Reference, UnfitExam, facts, gaps
from autograder.judging import packaged
from tests.support.unasked_size import DECLARED

SOLUTION = '''import numpy as np


def scores(W, X):
    """W (D, C), X (N, D) -> S (N, C)"""
    return X @ W


def loss(W, X):
    """W (D, C), X (N, D) -> L a number, dW (D, C)"""
    S = scores(W, X)
    return np.sum(S**2) / 2, X.T @ S
'''
DECLARATION = """W, X = draw.normal("D", "C"), draw.normal("N", "D")
assignment(sizes=dict(N=(1, 5, 4), D=(2, 3, 5), C=(3, 2, 4)))
slope(loss, of="L", by="dW", wrt="W")
"""
CELLS = ("scores", "loss", "loss-dW")


@dataclass(frozen=True)
class Slip:
    """`old` becomes `new` in the solution or the declaration, whichever has it, or in the grade cells' ids."""

    old: str
    new: str
    says: str


SLIPS = (
    Slip('W, X = draw.normal("D", "C"), ', "X = ",
         "scores has an argument 'W' that the declaration does not draw: add W = draw.normal(…), or follows(scores, …, "
         "by='W')"),
    Slip("assignment(", "Z = draw.normal('N')\nassignment(",
         "the declaration draws Z, and nothing in the solution has an argument of that name"),
    Slip("assignment(", "asignment(", "the declaration, line 2: NameError: name 'asignment' is not defined"),
    Slip("assignment(sizes=dict(N=(1, 5, 4), D=(2, 3, 5), C=(3, 2, 4)))\n", "",
         "the declaration needs assignment(sizes=dict(N=(1, 3, 11), …)): what sizes are asked?"),
    Slip("N=(1, 5, 4)", "N=(1, 5)",
         "the declaration, line 2: the k-th of each size makes one situation, so all need as many: N has 2, D has 3, "
         "C has 3"),
    Slip(", C=(3, 2, 4)", "", "`sizes` lacks C, which draws use"),
    Slip('of="L"', 'of="loss"', "the declaration, line 3: slope(loss): it has no result 'loss'; it has L, dW"),
    Slip('by="dW"', 'by="dw"', "slope(loss, by='dw'): loss has no result 'dw'; it has L, dW"),
    Slip('of="L"', "of=scores",
         "slope(loss, by='dW'): S is an array of shape (5, 2), no single number: which argument is it multiplied with? "
         "Say so, as in times='dout'"),
    Slip("S**2) / 2", "S**2)", "slope(loss, by='dW', wrt='W'): dW is not the slope by W: it is off by "),
    Slip('draw.normal("D", "C")', 'draw.normal("C", "D")',
         "scores: W is drawn with shape (2, 3) where its docstring says (D, C) with N = 5, D = 3, C = 2; mend the one "
         "or the other"),
    Slip("def scores(W, X):\n    \"\"\"W (D, C), X (N, D)", "def scores(W, X):\n    \"\"\"W (D, C), X (N, d)",
         "scores: its docstring writes X with d, which is no size, and X is drawn with D, as W is; mend the letter"),
    Slip('draw.normal("N", "D")', 'draw.normal("D", "N")',
         "scores: X is drawn with shape (3, 5) where its docstring says (N, D) with N = 5, D = 3, C = 2; mend the one "
         "or the other"),
    Slip("return X @ W", "return X[:, W]",
         "scores picks entries by W, which is drawn as normal: integer labels are W = draw.labels(\"D\", \"C\", "
         "classes=…)"),
    Slip('draw.normal("N", "D")', 'draw.norml("N", "D")',
         "the declaration, line 1: there is no draw.norml; is draw.normal meant?"),
    Slip("C=(3, 2, 4)", "C=(3, 2, 4), Q=(1, 2, 3)",
         "`sizes` has Q, which no draw uses: is it misspelt, or one too many?"),
    Slip("C=(3, 2, 4))", "C=(3, 2, 4)), state=('V',)",
         "`state` has V, and no object that is asked keeps numbers under that name; is it misspelt?"),
    Slip("C=(3, 2, 4))", "C=(3, 2, 4)), packages=('scipy',)",
         "the declaration allows scipy, and the solution does not import it: take it out of `packages`"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', 'note(loss, replace="X.T @ S", by="S", says="…", code="mine")',
         "the declaration, line 3: note(…) has no 'code'; it has callable, replace, by, says, look"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', 'note(loss, replace="X.T @ S", by="(S.T @ X).T", says="…")',
         "note(loss): with `(S.T @ X).T` in the place of `X.T @ S` no answer changes; which fault is meant?"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', "rubric(loss, pure=0.1, L=0.4, dW=0.4)",
         "the declaration, line 3: rubric(loss): the parts add up to 0.9, and must add up to 1"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', "rubric(loss, pure=0.1, loss=0.5, dW=0.4)",
         "rubric(loss): it has no result 'loss'; it has L, dW"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', "rubric(loss, pure=0.1, L=0.9)",
         "rubric(loss): dW has no part of the points; give each result one, or none"),
    Slip("loss-dW!", "scores", "the grade cells scores and scores score the same; keep one of them"),
    Slip('draw.normal("D", "C")', 'draw.normal("D")',
         "scores: W is drawn with shape (3,) where its docstring says (D, C) with N = 5, D = 3; mend the one or the "
         "other"),
    Slip("return X @ W", "return (X @ W).T",
         "loss cannot be asked with N = 5, D = 3, C = 2: the solution gives no answer (ValueError: matmul: "),
    Slip("-> L a number, dW (D, C)", "-> L a number, dW (C, D)",
         "loss: dW has shape (3, 2) where its docstring says (C, D) with N = 5, D = 3, C = 2; mend the one or the "
         "other"),
    Slip("return X @ W", "return X @ W * np.random.random()",
         "scores cannot be asked with N = 5, D = 3, C = 2: the solution answers the same question in two ways; does it "
         "draw random numbers? Let it take what is drawn (a mask, an order, a seed) as an argument"),
    Slip("return X @ W", "return np.floor(1e9 * X) % 7 @ W",
         "scores cannot be asked with N = 5, D = 3, C = 2: rounding of the arguments changes S by too much of its "),
    Slip("import numpy as np\n", "import numpy as np\nraise ValueError('no')\n",
         "the solution of it raises ValueError: no (in `raise ValueError('no')`); run the notebook's cells in order, "
         "and mend what raises"),
    Slip("return X @ W", "return X @ W / 0 * 0",
         "scores cannot be asked with N = 5, D = 3, C = 2: the solution's S is not finite there"),
    Slip("-> L a number, dW (D, C)", "-> L a number, (a, b)",
         "the docstring of loss has `(a, b)` after `->` without a name, and the solution returns several results: "
         "write each with its name first, as in `-> loss a number, dW (D, C)`, and one that is a tuple itself as in "
         "`pair a tuple of 2`"),
    Slip("-> L a number, dW (D, C)", "-> L a number, halved, dW (D, C)",
         "the docstring of loss names 3 results after `->` (L, halved, dW), and the solution does not return as many; "
         "behind a comma stands the next result"),
    Slip("return X @ W", "return np.linalg.eigh(X.T @ X)[1] @ W",
         "scores cannot be asked with N = 5, D = 3, C = 2: the solution's S changes where eigenvectors or singular "
         "vectors are given another direction, which is as right (the other sign; any basis where eigenvalues are "),
    Slip("return X @ W", "return 0 * X @ W",
         "scores: S is 0 whatever is asked, so that nothing of it is judged; let the arguments be drawn otherwise"),
    Slip('draw.normal("N", "D")', "draw.one_of(np.random.default_rng(1))",
         "the argument 'X' of scores cannot be handed to a submission: Generator is neither numbers nor a container of "
         "them; give it numbers, texts, and lists or dicts of them"),
    Slip('draw.normal("N", "D")', 'draw.uniform(1, 0, "N", "D")',
         "X cannot be drawn with N = 4, D = 5, C = 4: ValueError: high - low < 0"),
    Slip("scores!", "score",
         "the grade cell score names no function or method of the solution; there are: scores, loss"),
    Slip("loss-dW!", "loss-dX", "the grade cell loss-dX: loss has no result 'dX'; it has L, dW"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', 'note(loss, replace="X @ S", by="S", says="…")',
         "note(…): nothing in loss reads `X @ S`; copy `replace` from the solution as it stands there now"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', "own(scores, X=np.ones((2, 2)))",
         "the declaration, line 3: own(scores): it needs W as well"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', 'follows(loss, scores, by="X")',
         "the declaration, line 3: follows(loss): scores has no result 'X'; it has S"),
    Slip('slope(loss, of="L", by="dW", wrt="W")', "repeats(scores, 3, X=1)",
         "the declaration, line 3: repeats(scores): it has no result number 1, counted from 0"),
    Slip('dW (D, C)"""\n    S = scores(W, X)\n    return np.sum(S**2) / 2, X.T @ S',
         'dW (D, C), cache"""\n    S = scores(W, X)\n    return np.sum(S**2) / 2, X.T @ S, (X, S)',
         "loss returns cache, in which students may keep what they like, and cache.0 would be compared: say follows("),
    Slip("scores!", "", "the declaration speaks of scores, and no grade cell is called scores"),
)  # fmt: skip


def said_of(slip: Slip) -> str:
    """The build's sentences on the assignment with that slip; empty where it has none."""
    solution, declaration = SOLUTION.replace(slip.old, slip.new), DECLARATION.replace(slip.old, slip.new)
    cells = tuple(slip.new if slip.old == f"{each}!" else each for each in CELLS)
    if slip.says.startswith("the declaration speaks"):
        declaration += "repeats(scores, 3)\n"
    try:
        exam = declared.exam(Reference("it", solution, declaration), tuple(each for each in cells if each))
        return "\n".join(declared.refused(exam))
    except (DeclarationError, NoReference, UnfitExam) as error:
        return str(error).removeprefix("it: ")
    except LookupError as error:
        return str(error.args[0])


# What is asked leaves a fault unseen, since `reg` is not drawn; and a second solution that is not right.
UNASKED = '''import numpy as np


def loss(w, reg=0.0):
    """w (D,), reg a number -> L a number"""
    return np.sum(w**4) + reg * np.sum(w**2)
'''
UNASKED_DECLARATION = """w = draw.normal("D")
assignment(sizes=dict(D=(1, 3, 5)))
"""
UNASKED_SIZE_DECLARATION = f"""losses = draw.normal("T")
assignment(sizes=dict({DECLARED}))
"""
ALTERNATIVE = """def scores(W, X):
    return np.einsum("nd,dc->nc", X, W) + {}
"""


def exam_of(solution: str, declaration: str, *cells: str) -> Exam:
    """The exam for some grade cells."""
    return declared.exam(Reference("it", solution, declaration), cells)


def gaps_of(solution: str, declaration: str, *cells: str) -> list[str]:
    """The build's sentences on what is left unasked."""
    return [str(gap) for gap in gaps(exam_of(solution, declaration, *cells), dict.fromkeys(cells, 1.0), packaged())]


def said_of_form() -> list[str]:
    """The build's sentences on a notebook's ids, on marks of solutions, and on what is no Python."""
    code = "def half(x):\n    return x / 2\n\n\ndef loss(x):\n\n    return x /{}\n"
    ids = {3: "code", 4: "loss", 6: "loss", 7: "half"}
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "metadata": {}, "source": ""} for _ in range(7)]
    for number, grade_id in ids.items():
        meta = {"grade_id": grade_id, "grade": number > 3, "solution": number == 3}
        cells[number - 1] = {"cell_type": "code", "metadata": {"nbgrader": meta}, "source": ""}
    cells.append({"cell_type": "code", "metadata": {"tags": ["autograder"]}, "source": ""})
    cells[2]["source"] = code.format(" 2")
    said = [*slips({"cells": cells})]
    cells[2]["source"] = code.format("")
    for of in (cells, cells[:-1]):
        try:
            declared.reference({"cells": of}, "it")
        except ExtractionError as error:
            said.append(str(error))
    return said


# An optimiser's step whose numbers may be too small to show, or not finite, as its arguments are drawn.
STEP = '''import numpy as np


def step(w, g, s, eps=1e-8):
    """w (D,), g (D,), s (D,), eps a number -> w (D,), s (D,)"""
    s = 0.9 * s + 0.1 * g**2
    return w - g / (np.sqrt(s) + eps), s
'''
DRAWS = """w, g, s, eps = draw.normal("D"), draw.normal("D"), draw.positive("D"), draw.one_of({})
assignment(sizes=dict(D=(1, 3, 5)))
"""


def notes_of(solution: str, declaration: str, *cells: str) -> list[str]:
    """What is told of an assignment that can be asked."""
    return declared.notes(exam_of(solution, declaration, *cells))


def said_of_notes() -> list[str]:
    """What is told of a number that is too small, and of a signature below other text."""
    below = STEP.replace('"""w (D,)', '"""One step.\n\n    w (D,)')
    return [*notes_of(STEP, DRAWS.format("1e-8"), "step"), *notes_of(below, DRAWS.format("0.1"), "step")]


def said_by_the_self_check() -> list[str]:
    """What students' self-check says of a solution whose numbers are not finite as they are drawn."""
    reference = Reference("it", STEP, DRAWS.format("0.1").replace("positive", "normal"))
    return students.self_checked(reference, {**facts(reference, STEP, ("step",)), "seed": 0})


def said_of_alternative(text: str) -> list[str]:
    """The build's sentences on a second solution in cell 2."""
    cells = [{"cell_type": "markdown", "metadata": {}, "source": ""}]
    cells.append({"cell_type": "code", "metadata": {"tags": ["alternative"]}, "source": text})
    exam = exam_of(SOLUTION, DECLARATION, *CELLS)
    return list(disagreements(exam, dict.fromkeys(CELLS, 1.0), packaged(), {"cells": cells}))
