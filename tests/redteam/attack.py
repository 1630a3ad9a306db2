"""One attack: a hostile notebook made from the release, with what it must get."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import Any

from autograder.core.course import Course
from tests.support.notebooks import class_cell, class_source, filled, with_methods

NAME = "shallow_narrow"
CANARY = "canary-7f3a91"  # stands in the environment of the grader
FULL = (2.0, 1.0, 4.0, 3.0)  # forward, loss, dloss_dw, train
NOTHING = (0.0, 0.0, 0.0, 0.0)

# Helpers that an attack may use; they stand at the top of its first cell.
FORGE = """
import json, os, struct, sys
import numpy as np

REPLY = 4  # the descriptor that answers are written to

def send(payload):
    view = struct.pack(">I", len(payload)) + payload
    while view:
        view = view[os.write(REPLY, view):]

def frame(body, *arrays, shapes=None):
    shapes = [list(a.shape) for a in arrays] if shapes is None else shapes
    head = f"{json.dumps(shapes)}\\n{json.dumps(body)}".encode()
    head += b" " * (-(len(head) + 1) % 8) + b"\\n"
    send(head + b"".join(np.asarray(a, dtype="<f8").tobytes() for a in arrays))

def harness(name):
    here = sys._getframe()
    while here is not None:
        if here.f_code.co_name == name:
            return here.f_locals
        here = here.f_back
    return {}

def numbers(k):
    return {"kind": "array", "array": {"$": k}, "dtype": "float64"}

def parts(**changes):
    return {"0": numbers(0), "self.w1": numbers(1), "self.w2": numbers(1), **changes}

def answer(**changes):
    asked = harness("ask_calls")
    body = {"question": asked["question"]["id"], "call": asked["position"], "outcome": "returned",
            "mutated": [], "parts": parts()}
    return {**body, **changes}
"""


@dataclass(frozen=True)
class Attack:
    """`methods` replace those of a right class (of an empty one, if `empty`); `before` and `after` are cells around it.

    `earns` are the points of forward, loss, dloss_dw and train. `says` must stand in the notes; `hides` nowhere in
    the report. `slow` ones wait for a limit.
    """

    name: str
    earns: tuple[float, float, float, float]
    before: str = ""
    after: str = ""
    methods: dict[str, str] = field(default_factory=dict)
    empty: bool = False
    source: str = ""
    says: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    slow: bool = False

    def notebook(self, course: Course) -> dict[str, Any]:
        """The release with the attack in it."""
        source = class_source(course, NAME)
        if self.empty:
            source = with_methods(
                source, {name: EMPTY.format(name) for name in ("forward", "loss", "dloss_dw", "train")}
            )
        source = with_methods(source, self.methods)
        notebook = filled(course, NAME, textwrap.dedent(self.source).strip() or source)
        cell = class_cell_of(notebook)
        place = notebook["cells"].index(cell)
        for text, where in ((self.after, place + 1), (self.before, place)):
            if text:
                notebook["cells"].insert(where, code(text))
        return notebook


EMPTY = "def {}(self, *args):\n    raise NotImplementedError"


def class_cell_of(notebook: dict[str, Any]) -> dict[str, Any]:
    """The class cell, or what stands in its place."""
    return next(
        cell for cell in notebook["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == "ShallowNarrow"
    )


def code(text: str) -> dict[str, Any]:
    """A code cell of the student's own."""
    source = textwrap.dedent(text).strip()
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None, "id": "own"}


def attack(name: str, earns: tuple[float, float, float, float] = FULL, **parts: Any) -> Attack:
    """An attack; keywords that are names of methods are put together as such."""
    methods = parts.pop("methods", {}) | {
        key: parts.pop(key) for key in ("__init__", "forward", "loss", "dloss_dw", "train") if key in parts
    }
    return Attack(name, earns, methods=methods, **parts)


__all__ = ["CANARY", "FORGE", "FULL", "NAME", "NOTHING", "Attack", "attack", "class_cell", "class_cell_of", "code"]
