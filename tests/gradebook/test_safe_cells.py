"""What a student writes in a text cell stays in its place, wherever the cell is shown."""

from __future__ import annotations

import pytest

from autograder.gradebook.autograded_notebook import _as_typed, _plain_cell
from autograder.gradebook.safe_cells import own_cells


def _shown(source: str) -> str:
    (cell,) = own_cells({"cells": [{"cell_type": "markdown", "source": source}]})
    return str(_plain_cell(cell, {})["source"])


@pytest.mark.parametrize(
    "formula",
    [
        r"$\smash{\rlap{\raise 60em {\Huge{\text{Score}}}}}$",
        r"$\kern-40em x$",
        r"$\mkern -900mu x$",
        r"$\hspace{-40em} x$",
        r"$\style{position:fixed}{x}$",
        r"$\href{https://example.org}{x}$",
        r"$\newcommand{\f}{x}\f$",
        r"$\def\f{x}\f$",
        r"$\cssId{score}{x}$",
        r"$\moveright 20em{x}$",
        r"$\vadjust{\kern-9em} x$",
        r"$\mathrlap{x}$",
        r"$\llap {x}$",
        r"$\Tiny x$",
        r"$\nosuchword{x}$",
        r"$\@smash{x}$",
        r"$x \/ y$",
        r"$x \label{score}$",
        r"$\begin{smash}x\end{smash}$",
        r"$\begin {rlap}x\end{rlap}$",
        r"$\begin\hat x$",
        r"\\(\\smash{\\rlap{\\raise 60em {x}}}\\)",
        r"\\[ \\kern-9em x \\]",
        r"\\( x \\!\\!\\! y \\)",
        r"\\\\(\\\smash{x}\\\\)",
        "$\\sm\\ash{x}$",
        "\\",
        r"$\require{action}$",
        r"$x\!\!\!\!y$",
        r"$\begin{array}{c} x \\[-60em] y \end{array}$",
        r"$\begin{array}{c} x \\ [ -60em] y \end{array}$",
        r"&#36;&#92;smash{x}&#36;",
        r"&#36;&#x5C;rlap{x}&#36;",
        r"&#36;&bsol;raise{x}&#36;",
    ],
)
def test_a_formula_that_moves_styles_or_links_is_shown_as_typed(formula: str) -> None:
    assert _shown(formula) == _as_typed(formula)


@pytest.mark.parametrize(
    "formula",
    [
        r"$\frac{\partial L}{\partial w} = \begin{bmatrix} 1 \\ 3 \end{bmatrix}$",
        r"$\begin{array}{c} a \\ c \end{array}$",
        r"$\left[ x \right] \quad \text{where } \underset{w}{\operatorname{argmin}}\, L$",
        r"\[ 1 + \hat{y} = \sigma(xw) \]",
        r"\\[ 2 x = 4 \\]",
        r"\begin{aligned} w \gets w - \eta\, \nabla_{w} L(w) \end{aligned}",
        r"$\begin{bmatrix} 1\\2\\3 \end{bmatrix}$",
        r"$\begin{bmatrix}a\\b\end{bmatrix}$",
        r"a \* b \_ c, 50\% of \$10",
        r"$\left\lVert x \right\rVert_2^2, \rightarrow \overline{x}$",
    ],
)
def test_honest_formulas_stay_as_they_are(formula: str) -> None:
    assert _shown(formula) == formula
