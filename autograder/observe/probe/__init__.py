"""The child's side: runs a submission's cells, puts the questions to what they define, sends back plain arrays.

It runs inside the sandbox, in one process with the student's code, and is therefore believed in nothing. It holds no
expected value, no reference and no check: only the questions, and for some of them recorded arrays that stand in for
a helper. The trusted side imports the same functions to ask the reference (`ask_calls`), so that both answer alike.

Its files are all of ours that a submission shares its process with. They import one another by relative names, since
there they are a package called `program`, and nothing else of ours is to be found.

Reading order: request and wire (what comes in and what goes out, as bytes), cells (run) with shell (what they may
expect), values (as arrays) and trees (arguments), calls (a question put) with tables, columns and refill (recorded
answers that stand in), listening (complex numbers on the way).

A request is several messages: the cells and names, then one for each question.
"""

from __future__ import annotations

import random
import sys
import types
from collections.abc import Callable

import numpy as np

from .calls import ask_calls
from .cells import collect_warnings, quiet, run_cell, take_others
from .columns import ROW_PAIRS
from .listening import MOST_COMPLEX, MOST_COMPLEX_ELEMENTS
from .refill import OffTheRecord
from .request import seal, unseal
from .shell import lay_modules
from .tables import DEEPEST_ASKED
from .trees import Token, alike, decoded, encoded, leaves
from .values import describe
from .wire import LARGEST, LONGEST_HEAD, joined, pack, parted, unpack

__all__ = [
    "DEEPEST_ASKED", "LARGEST", "LONGEST_HEAD", "MOST_COMPLEX", "MOST_COMPLEX_ELEMENTS", "ROW_PAIRS", "OffTheRecord",
    "Token", "alike", "ask_calls", "decoded", "describe", "encoded", "joined", "leaves", "main", "pack", "parted",
    "seal", "unpack", "unseal", "warm_up",
]  # fmt: skip


def warm_up() -> None:
    """What each job would do again, done before they are forked: fonts are looked for and parsed, stand-ins laid."""
    _draw_once()
    lay_modules()


def _draw_once() -> None:
    """Draw, where there is something to draw with."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    figure, axes = pyplot.subplots()
    axes.plot([0.0, 1.0], label="$y_1$")
    axes.set(title="title", xlabel="$x$", ylabel="y")
    axes.legend()
    figure.canvas.draw()
    pyplot.close("all")


def main(request: memoryview, reply: Callable[[bytes], None], more: Callable[[], memoryview | None]) -> None:
    """Run the cells of `request`, then put its questions; one reply a cell and one a call.

    Then wait for `more` requests, which hold questions only.
    """
    head, *questions = parted(request)
    task = unseal(head)
    sys.argv[:] = [""]  # the descriptor named there is ours
    module = types.ModuleType("__main__")
    namespace = module.__dict__
    sys.modules["__main__"] = module
    seed, seed_numpy = random.seed, np.random.seed
    # A submission that draws random numbers without a seed is graded twice alike all the same.
    seed(0)
    seed_numpy(0)
    quiet(namespace)
    seen: list[str] = []
    collect_warnings(seen)
    for cell in task["cells"]:
        failure = run_cell(namespace, cell["index"], cell["source"])
        reply(pack({"cell": cell["index"], "error": failure}))
    reply(pack({"taken": take_others(namespace, task["classes"]), "warnings": seen[:5]}))
    while True:
        for question in questions:
            ask_calls(namespace, unseal(question), lambda answer: reply(pack(answer)))
        reply(pack({"end": True}))
        further = more()
        if further is None:
            return
        questions = parted(further)
        seed(0)
        seed_numpy(0)
