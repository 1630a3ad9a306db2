"""What a solution imports to draw is imported when it is used; everything else as ever."""

from __future__ import annotations

import subprocess
import sys

import pytest

TEXT = """
import matplotlib, matplotlib.pyplot as plt
import numpy as np
import os.path as path
from math import sqrt

def draw():
    return plt.figaspect(1.0)

def root(x):
    return sqrt(np.square(x)), path.sep, matplotlib.__version__
"""


def run(*lines: str) -> str:
    """What a Python of its own prints that has run the text as the grader does."""
    program = "\n".join(
        ["import sys", "from autograder.callables.declared import later", "names = later.namespace('solution')",
         f"exec({TEXT!r}, names)", *lines]
    )  # fmt: skip
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_to_run_a_solution_imports_nothing_that_draws() -> None:
    assert run("print('matplotlib' in sys.modules, 'numpy' in sys.modules)") == "False True"


def test_what_draws_is_there_when_it_is_used() -> None:
    assert run("print(*names['draw']())") == "4.8 4.8"
    assert (
        run("print(names['root'](3.0)[0], names['root'](3.0)[2] == __import__('matplotlib').__version__)") == "3.0 True"
    )


@pytest.mark.parametrize(
    ("line", "error"),
    [("names['plt'].no_such_name", "AttributeError"), ("exec('import no_such_module', names)", "ModuleNotFoundError")],
)
def test_what_is_not_there_is_told_as_ever(line: str, error: str) -> None:
    with pytest.raises(subprocess.CalledProcessError) as raised:
        run(line)
    assert error in raised.value.stderr
