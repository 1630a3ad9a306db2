"""Which cells of a notebook are run for its class."""

from __future__ import annotations

from autograder.notebooks.dependencies import MOST_RUN, Parsed, Syntax, needed


def run(*cells: tuple[str, bool]) -> list[str]:
    """The sources that would be run, given (source, whether it is an unchanged given cell)."""
    return [cell.source for cell in needed([Parsed(k, source, given) for k, (source, given) in enumerate(cells)], [])]


def test_own_cells_run_as_they_are() -> None:
    """What a student wrote is run, whatever it does."""
    assert run(("print('hello')", False)) == ["print('hello')"]


def test_given_cells_that_train_and_draw_are_not_run() -> None:
    """A lesson's own training run costs time and defines nothing that the class needs."""
    assert run(("model = Model([1, 2])\nmodel.train(x, y, 0.1, 10_000)", True), ("class Model: ...", False)) == [
        "class Model: ..."
    ]


def test_imports_and_functions_of_given_cells_always_run() -> None:
    """Also out of a cell that does more; the lines keep their numbers."""
    source = "import numpy as np\nrng = np.random.default_rng(0)\n@np.vectorize\ndef f(x):\n    return x\nSIZE = 3\n"
    assert run((source, True)) == ["import numpy as np\n\n@np.vectorize\ndef f(x):\n    return x\nSIZE = 3"]


def test_a_given_cell_runs_whole_when_an_own_cell_reads_what_it_binds() -> None:
    """And so do the given cells that this one reads in its turn."""
    cells = (("x = make()", True), ("y = x + 1", True), ("print(y)", False))
    assert run(*cells) == ["x = make()", "y = x + 1", "print(y)"]


def test_a_leftover_variable_inside_a_method_does_not_count() -> None:
    """A method that leans on a notebook's variable must be seen to: it fails when it is graded."""
    leaning = "class Model:\n    def forward(self, x):\n        return x_train\n"
    assert run(("x_train = load()", True), (leaning, False)) == [leaning]


def test_a_class_body_reads_at_once() -> None:
    """What stands in a class body outside its methods is read when the cell runs."""
    reading = "class Model:\n    size = size_of(data)\n"
    assert run(("data = load()", True), (reading, False)) == ["data = load()", reading]


def test_a_cell_that_does_not_parse_is_run_as_it_is() -> None:
    """Its syntax error is told by the run."""
    assert Syntax("def f(:").definitions == "def f(:"
    assert run(("def f(:", False)) == ["def f(:"]


def test_a_hundred_thousand_cells_are_cut_to_those_that_define() -> None:
    """The class is among them."""
    notes: list[str] = []
    cells = [Parsed(k, "print(1)", False) for k in range(2 * MOST_RUN)] + [Parsed(10**6, "class Model: ...", False)]
    assert [cell.source for cell in needed(cells, notes)] == ["class Model: ..."]
    assert notes
