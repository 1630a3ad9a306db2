"""The damaged files: what each is, and what it must get."""

from __future__ import annotations

import copy
import gzip
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from autograder.core.course import Course
from tests.redteam.attack import FULL, NAME, NOTHING, class_cell_of, code
from tests.support.notebooks import released

Tree = dict[str, Any]


@dataclass(frozen=True)
class Damage:
    """`make` gives the file's bytes or tree, or puts something else at the path and gives None.

    `earns` None: unreadable. `says` must stand in the notes.
    """

    name: str
    make: Callable[[Tree, Path], Any]
    earns: tuple[float, float, float, float] | None = FULL
    says: tuple[str, ...] = ()
    slow: bool = False

    def put(self, right: Tree, path: Path) -> None:
        """Make the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        made = self.make(copy.deepcopy(right), path)
        if isinstance(made, (dict, list)):
            made = json.dumps(made).encode()
        if isinstance(made, str):
            made = made.encode("utf-8", "surrogatepass")
        if made is not None:
            path.write_bytes(made)


DAMAGES: list[Damage] = []


def damaged(name: str, earns: tuple[float, float, float, float] | None = FULL, *says: str, slow: bool = False) -> Any:
    """The function makes the damage."""

    def keep(make: Callable[[Tree, Path], Any]) -> Callable[[Tree, Path], Any]:
        DAMAGES.append(Damage(name, make, earns, says, slow))
        return make

    return keep


def simple(
    name: str,
    earns: tuple[float, float, float, float] | None,
    make: Callable[[Tree, Path], Any],
    *says: str,
    slow: bool = False,
) -> None:
    """The same, for a damage of one line."""
    DAMAGES.append(Damage(name, make, earns, says, slow))


def text(tree: Tree) -> str:
    return json.dumps(tree, indent=1)


def mine(tree: Tree) -> Tree:
    """The class cell."""
    return class_cell_of(tree)


def place(tree: Tree) -> int:
    return int(tree["cells"].index(mine(tree)))


def changed(tree: Tree, **parts: Any) -> Tree:
    """The tree with parts at its top replaced; None takes a part away."""
    return {key: value for key, value in {**tree, **parts}.items() if value is not None}


def in_class(tree: Tree, **parts: Any) -> Tree:
    """The tree with parts of the class cell replaced; None takes a part away."""
    cell = mine(tree)
    for key, value in parts.items():
        cell.pop(key, None)
        if value is not None:
            cell[key] = value
    return tree


# --- no notebook at all

simple("an empty file", None, lambda t, p: b"", "the file is empty")
simple("only blanks", None, lambda t, p: b" \n\t\r\n ", "the file is empty")
simple("only NUL bytes", None, lambda t, p: bytes(10_000), "the file is empty")
simple("not JSON", None, lambda t, p: "Dear teacher, my dog ate it.", "not JSON")
simple(
    "a script in its place", FULL, lambda t, p: "import numpy as np\n\n" + "".join(mine(t)["source"]), "Python script"
)
simple("Python without a class in its place", None, lambda t, p: "x = 1\n", "not JSON")
simple("a web page in its place", None, lambda t, p: "<!DOCTYPE html><html></html>", "not JSON")
simple("a picture in its place", None, lambda t, p: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not JSON")
simple("compressed", None, lambda t, p: gzip.compress(text(t).encode()), "not JSON")
simple("cut off in the middle", None, lambda t, p: text(t)[: len(text(t)) // 2], "cut off")
simple("cut off at its last byte", None, lambda t, p: text(t)[:-1], "cut off")
simple("two notebooks in a row", None, lambda t, p: text(t) + text(t), "not JSON")
simple("a conflict of versions", None, lambda t, p: "<<<<<<< HEAD\n" + text(t) + "\n=======\n" + text(t), "not JSON")
simple("a list at the top", None, lambda t, p: [t], "a list at the top")
simple("a text at the top", None, lambda t, p: '"notebook"', "a str at the top")
simple("a number at the top", None, lambda t, p: "12", "a int at the top")
simple("null at the top", None, lambda t, p: "null", "NoneType at the top")
simple("infinity at the top", None, lambda t, p: "Infinity", "a float at the top")
simple("an empty object", None, lambda t, p: {}, "no list of cells")
simple("cells missing", None, lambda t, p: changed(t, cells=None), "no list of cells")
simple("cells an object", None, lambda t, p: changed(t, cells={"0": mine(t)}), "no list of cells")
simple("cells a text", None, lambda t, p: changed(t, cells="none"), "no list of cells")
simple("cells a number", None, lambda t, p: changed(t, cells=7), "no list of cells")
simple("nested without end", None, lambda t, p: b"[" * 200_000, "")
simple(
    "nested in its cells without end",
    None,
    lambda t, p: b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested too deeply",
)


@damaged("a folder in its place", None, "a folder stands in the notebook's place")
def _(tree: Tree, path: Path) -> None:
    path.mkdir()


@damaged("a link in its place", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    other = path.with_name("elsewhere.txt")
    other.write_text(text(tree))
    path.symlink_to(other)


@damaged("a link to a secret", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    path.symlink_to("/etc/passwd")


@damaged("a link to nowhere", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


@damaged("a link to itself", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    path.symlink_to(path.name)


@damaged("a pipe in its place", None, "no regular file")
def _(tree: Tree, path: Path) -> None:
    os.mkfifo(path)


@damaged("a socket in its place", None, "cannot be opened")
def _(tree: Tree, path: Path) -> None:
    import socket

    with socket.socket(socket.AF_UNIX) as end:
        kept = os.getcwd()
        os.chdir(path.parent)
        try:
            end.bind(path.name)
        finally:
            os.chdir(kept)


@damaged("a device in its place", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    path.symlink_to("/dev/zero")


simple("gone when it is read", None, lambda t, p: None, "there is no such file")
simple(
    "more than a hundred megabytes",
    None,
    lambda t, p: os.truncate(os.open(p, os.O_CREAT | os.O_RDWR), 200 << 20),
    "200 MB",
)

# --- text that is not as it should be

simple("a byte-order mark", FULL, lambda t, p: b"\xef\xbb\xbf" + text(t).encode(), "byte-order mark")
simple("UTF-16 with a mark", FULL, lambda t, p: text(t).encode("utf-16"), "byte-order mark")
simple("UTF-16 without a mark", FULL, lambda t, p: text(t).encode("utf-16-le"), "utf-16-le")
simple("UTF-16, the other way round", FULL, lambda t, p: text(t).encode("utf-16-be"), "utf-16-be")
simple("UTF-32", FULL, lambda t, p: text(t).encode("utf-32"))
simple(
    "Latin-1",
    FULL,
    lambda t, p: json.dumps(in_class(t, source="# fähig\n" + "".join(mine(t)["source"])), ensure_ascii=False).encode(
        "latin-1", "replace"
    ),
    "not UTF-8",
)
simple("line ends of another system", FULL, lambda t, p: text(t).replace("\n", "\r\n"))
simple("line ends of another system in the cells", FULL, lambda t, p: json.dumps(t).replace("\\n", "\\r\\n"))
simple("line ends of an old system in the cells", FULL, lambda t, p: json.dumps(t).replace("\\n", "\\r"))
simple(
    "NUL bytes in the file",
    FULL,
    lambda t, p: text(t).encode().replace(b"residual", b"resi\0dual"),
    "NUL characters were removed",
)
simple(
    "NUL characters in the cells",
    FULL,
    lambda t, p: json.dumps(t).replace("residual", "resi\\u0000dual"),
    "NUL characters were removed",
)
simple("NUL bytes after its end", FULL, lambda t, p: text(t).encode() + bytes(5000), "NUL characters were removed")
simple(
    "raw control characters",
    FULL,
    lambda t, p: json.dumps(in_class(t, source="# MARK\n" + "".join(mine(t)["source"]))).replace("MARK", "\t\x01\n# "),
)
simple(
    "lone surrogates in the cells",
    FULL,
    lambda t, p: in_class(t, source="# \ud800 \udfff\n" + "".join(mine(t)["source"])),
)
simple("lone surrogates in all keys", FULL, lambda t, p: changed(t, **{"\ud800": "\udfff"}))
simple("lone surrogates in a name", NOTHING, lambda t, p: in_class(t, source="class \ud800: pass"))
simple(
    "infinity and NaN in its metadata", FULL, lambda t, p: changed(t, metadata={"a": float("inf"), "b": float("nan")})
)
simple(
    "a number of many digits",
    FULL,
    lambda t, p: text(t).replace('"execution_count": null', '"execution_count": ' + "9" * 5000),
)
simple(
    "a number of many digits in its format",
    FULL,
    lambda t, p: text(changed(t, nbformat=4711)).replace("4711", "9" * 5000),
)
simple(
    "numbers beyond all bounds", FULL, lambda t, p: text(changed(t, metadata={"a": 4711})).replace("4711", "1e999999")
)
simple("keys twice", FULL, lambda t, p: '{"cells": [], "nbformat": 3, ' + json.dumps(t)[1:])
simple(
    "keys twice, the last one empty",
    NOTHING,
    lambda t, p: json.dumps(t)[:-1] + ', "cells": []}',
    "The class ShallowNarrow is not defined",
)
simple(
    "metadata nested deeply",
    FULL,
    lambda t, p: json.dumps(changed(t, metadata={"a": 4711})).replace("4711", "[" * 800 + "]" * 800),
)
simple("a comment at its end", None, lambda t, p: text(t) + "\n# saved by me", "not JSON")

# --- formats

simple("a format of the future", FULL, lambda t, p: changed(t, nbformat=99, nbformat_minor=7), "said to be 99")
simple("a format that is text", FULL, lambda t, p: changed(t, nbformat="4"), "read as format 4")
simple("a format that is an object", FULL, lambda t, p: changed(t, nbformat={"a": [1]}), "read as format 4")
simple("no format", FULL, lambda t, p: changed(t, nbformat=None, nbformat_minor=None), "read as format 4")
simple("no metadata", FULL, lambda t, p: changed(t, metadata=None))
simple("metadata a list", FULL, lambda t, p: changed(t, metadata=[1, 2]))


def old(tree: Tree, **parts: Any) -> Tree:
    """The notebook in format 3."""
    cells = []
    for cell in tree["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append(
                {
                    "cell_type": "code",
                    "input": source,
                    "language": "python",
                    "outputs": [],
                    "metadata": cell["metadata"],
                    "collapsed": False,
                }
            )
        else:
            cells.append({"cell_type": "markdown", "source": source, "metadata": {}})
    return {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": cells, "metadata": {}}],
        **parts,
    }


simple("format 3", FULL, lambda t, p: old(t), "old notebook format (3) was converted")
simple("format 3 without its number", FULL, lambda t, p: changed(old(t), nbformat=None), "old notebook format")
simple("format 3, damaged", FULL, lambda t, p: changed(old(t), metadata=7), "old notebook format")
simple(
    "format 3 in several sheets",
    FULL,
    lambda t, p: changed(old(t), worksheets=[{"cells": [each]} for each in old(t)["worksheets"][0]["cells"]]),
    "old notebook format",
)
simple("format 3 with sheets of nothing", None, lambda t, p: changed(old(t), worksheets=7))

# --- cells


@damaged("ids twice", FULL)
def _(tree: Tree, path: Path) -> Tree:
    for cell in tree["cells"]:
        cell["id"] = "same"
    return tree


@damaged("all metadata gone", FULL)
def _(tree: Tree, path: Path) -> Tree:
    for cell in tree["cells"]:
        cell["metadata"] = {}
        cell.pop("id", None)
    return tree


@damaged("metadata of other kinds", FULL)
def _(tree: Tree, path: Path) -> Tree:
    for k, cell in enumerate(tree["cells"]):
        cell["metadata"] = [
            None,
            [],
            "text",
            7,
            {"nbgrader": []},
            {"nbgrader": {"grade_id": [1]}},
            {"nbgrader": {"grade_id": {}}},
        ][k % 7]
    return tree


@damaged("points, ids and locks forged", FULL)
def _(tree: Tree, path: Path) -> Tree:
    for cell in tree["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"] |= {
                "points": 1e6,
                "locked": False,
                "schema_version": 99,
                "checksum": "0",
                "solution": True,
                "grade": True,
            }
    return tree


@damaged("points that are no numbers", FULL)
def _(tree: Tree, path: Path) -> Tree:
    for k, cell in enumerate(tree["cells"]):
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["points"] = [float("nan"), float("inf"), -1, "ten", None, [10], True][k % 7]
    return tree


@damaged("all cells claim to be a grade cell", FULL, "is not as it was released; the released one counts")
def _(tree: Tree, path: Path) -> Tree:
    for cell in tree["cells"]:
        cell["metadata"] = {"nbgrader": {"grade_id": "forward", "grade": True, "points": 100}}
    return tree


@damaged("a grade cell that gives points to itself", FULL, "is not as it was released; the released one counts")
def _(tree: Tree, path: Path) -> Tree:
    for cell in tree["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "10.0"
            cell["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "10.0"}, "metadata": {}, "execution_count": 1}
            ]
    return tree


@damaged("grade cells deleted", FULL, "was missing; it was put back")
def _(tree: Tree, path: Path) -> Tree:
    tree["cells"] = [cell for cell in tree["cells"] if not cell["metadata"].get("nbgrader", {}).get("grade")]
    return tree


@damaged("grade cells ten times", FULL, "10 times")
def _(tree: Tree, path: Path) -> Tree:
    tree["cells"] += [c for c in tree["cells"] if c["metadata"].get("nbgrader", {}).get("grade")] * 9
    return tree


@damaged("cells of other kinds", FULL, "damaged cells")
def _(tree: Tree, path: Path) -> Tree:
    tree["cells"] += [
        None,
        1,
        "text",
        [],
        [{}],
        {},
        {"cell_type": "code"},
        {"source": 1},
        {"cell_type": [], "source": {}},
        True,
        1.5,
    ]
    return tree


simple("the class's cell is markdown", FULL, lambda t, p: in_class(t, cell_type="markdown"), "another kind")
simple("the class's cell is raw", FULL, lambda t, p: in_class(t, cell_type="raw"), "another kind")
simple("the class's cell is of no type", FULL, lambda t, p: in_class(t, cell_type=None))
simple("the class's cell is of an unknown type", FULL, lambda t, p: in_class(t, cell_type="heading"))
simple("the class's cell is of a type that is a list", FULL, lambda t, p: in_class(t, cell_type=["code"]))
simple(
    "the class's cell has no outputs and no id",
    FULL,
    lambda t, p: in_class(t, outputs=None, id=None, execution_count=None),
)
simple(
    "the class's cell fenced in markdown",
    FULL,
    lambda t, p: in_class(
        t, cell_type="markdown", source="My code:\n```python\n" + "".join(mine(t)["source"]) + "\n```\n"
    ),
    "another kind",
)
simple(
    "the class's source is a number",
    NOTHING,
    lambda t, p: in_class(t, source=7),
    "The class ShallowNarrow is not defined",
)
simple(
    "the class's source is an object",
    NOTHING,
    lambda t, p: in_class(t, source={"a": 1}),
    "The class ShallowNarrow is not defined",
)
simple(
    "the class's source is missing",
    NOTHING,
    lambda t, p: in_class(t, source=None),
    "The class ShallowNarrow is not defined",
)
simple(
    "the class's source is a list of all sorts",
    FULL,
    lambda t, p: in_class(t, source=[7, None, *"".join(mine(t)["source"]).splitlines(keepends=True), {}, []]),
)
simple(
    "the class's source in single characters", FULL, lambda t, p: in_class(t, source=list("".join(mine(t)["source"])))
)
simple("the class's cell empty", NOTHING, lambda t, p: in_class(t, source=""), "The class ShallowNarrow is not defined")
simple("no cells", NOTHING, lambda t, p: changed(t, cells=[]), "The class ShallowNarrow is not defined")
simple(
    "only the class's cell",
    FULL,
    lambda t, p: changed(t, cells=[code("import numpy as np"), mine(t)]),
    "was missing; it was put back",
)


@damaged("the class's cell split between its methods", FULL, "split")
def _(tree: Tree, path: Path) -> Tree:
    return split(tree, "    def dloss_dw(")


@damaged("the class's cell split into five", FULL, "split")
def _(tree: Tree, path: Path) -> Tree:
    return split(tree, "    def forward(", "    def loss(", "    def dloss_dw(", "    def train(")


@damaged("the class's cell split within a method", FULL, "split")
def _(tree: Tree, path: Path) -> Tree:
    return split(tree, "        for epoch in range", "            weight_records[epoch]")


@damaged("the class's cell split after a head", FULL, "split")
def _(tree: Tree, path: Path) -> Tree:
    return split(tree, "        residual = y_true - self.forward(x)")


def split(tree: Tree, *marks: str) -> Tree:
    """The class cell cut before each mark."""
    cell, at = mine(tree), place(tree)
    whole = "".join(cell["source"])
    cuts = [0, *(whole.index(mark) for mark in marks), len(whole)]
    parts = [whole[a:b] for a, b in pairwise(cuts)]
    tree["cells"][at : at + 1] = [{**cell, "source": parts[0]}, *({**code("x"), "source": part} for part in parts[1:])]
    return tree


@damaged("the class's cell merged with all others", FULL)
def _(tree: Tree, path: Path) -> Tree:
    whole = "\n\n".join(
        "".join(cell["source"]) for cell in tree["cells"][: place(tree) + 12] if cell["cell_type"] == "code"
    )
    tree["cells"] = [{**mine(tree), "source": whole}]
    return tree


@damaged("an untouched copy of the class after the worked one", FULL, "an untouched copy")
def _(tree: Tree, path: Path) -> Tree:
    tree["cells"].insert(place(tree) + 1, blank(tree))
    return tree


@damaged("an untouched copy of the class, the worked one posing as a grade cell", FULL)
def _(tree: Tree, path: Path) -> Tree:
    copied = blank(tree)
    mine(tree)["metadata"] = {"nbgrader": {"grade_id": "ShallowNarrow", "grade": True}}
    tree["cells"].insert(place(tree), copied)
    tree["cells"][place(tree) + 1]["metadata"] = {"nbgrader": {"grade_id": "train", "grade": True}}
    return tree


BLANK: dict[str, Any] = {}


def blank(tree: Tree) -> Tree:
    """The class cell as it was released."""
    return copy.deepcopy(BLANK)


def prepare(course: Course) -> None:
    """Learn what the released class cell looks like."""
    BLANK.update(class_cell_of(released(course, NAME)))


# --- sizes

simple(
    "fifty megabytes of output",
    FULL,
    lambda t, p: in_class(t, outputs=[{"output_type": "stream", "name": "stdout", "text": "x" * (50 << 20)}]),
)
simple(
    "a million lines of output",
    FULL,
    lambda t, p: in_class(t, outputs=[{"output_type": "stream", "name": "stdout", "text": ["x\n"] * 1_000_000}]),
)
simple("a hundred thousand empty cells", FULL, lambda t, p: changed(t, cells=t["cells"] + [code("")] * 100_000))
simple(
    "a hundred thousand cells of code",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [code("x = 1")] * 100_000),
    "those were run that only define something",
)
simple(
    "a hundred thousand cells that differ",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [code(f"x{k} = f({k})") for k in range(100_000)]),
    slow=True,
)
simple(
    "a hundred thousand cells that raise",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [code(f"1/0 # {k}") for k in range(100_000)]),
    slow=True,
)
simple(
    "a hundred thousand cells of magic",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [code(f"%matplotlib inline {k}\n!ls") for k in range(100_000)]),
    slow=True,
)
simple(
    "a hundred thousand texts",
    FULL,
    lambda t, p: changed(
        t,
        cells=t["cells"]
        + [{"cell_type": "markdown", "metadata": {}, "source": f"```python\nx{k}"} for k in range(100_000)],
    ),
)
simple(
    "a hundred thousand grade cells",
    FULL,
    lambda t, p: changed(
        t,
        cells=t["cells"] + [{**code(f"x{k}"), "metadata": {"nbgrader": {"grade_id": "loss"}}} for k in range(100_000)],
    ),
    "is not as it was released",
)
simple(
    "twenty thousand untouched copies of the class",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [blank(t)] * 20_000),
    "untouched copies",
)
simple("thirty thousand given cells", FULL, lambda t, p: changed(t, cells=t["cells"] * 600), slow=True)
simple(
    "a line of a megabyte",
    FULL,
    lambda t, p: in_class(t, source="# " + "x" * 1_200_000 + "\n" + "".join(mine(t)["source"])),
)
simple(
    "a line of a megabyte in another cell",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("x = '" + "y" * 1_200_000 + "'")]),
)
simple("a million empty lines", FULL, lambda t, p: in_class(t, source="\n" * 900_000 + "".join(mine(t)["source"])))
simple(
    "a million empty lines in text",
    FULL,
    lambda t, p: changed(
        t, cells=[{"cell_type": "markdown", "metadata": {}, "source": "```" + "\n" * 900_000 + "x"}, *t["cells"]]
    ),
)
simple("a million question marks", FULL, lambda t, p: changed(t, cells=[*t["cells"], code("? " * 450_000)]))
simple("a million blanks", FULL, lambda t, p: changed(t, cells=[*t["cells"], code("x = (" + " " * 900_000 + "%")]))
simple(
    "a thousand magics in a cell", FULL, lambda t, p: changed(t, cells=[*t["cells"], code("x = %time 1\n" * 20_000)])
)
simple(
    "a cell nested deeply",
    FULL,
    lambda t, p: changed(t, cells=[code("x = " + "(" * 5000 + ")" * 5000), *t["cells"]]),
    "raised SyntaxError",
)
simple(
    "a cell of a long sum",
    FULL,
    lambda t, p: changed(
        t, cells=[code("x = " + "+".join(["abs(1)"] * 970)), code("x = " + "+".join(["1"] * 100_000)), *t["cells"]]
    ),
)
simple(
    "a cell of a long chain",
    FULL,
    lambda t, p: changed(
        t, cells=[code("if 0: pass\n" + "elif 0: pass\n" * 3000), code("x" + ".a" * 100_000), *t["cells"]]
    ),
)
simple(
    "cells of dense code",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], *(code(f"y = {k}\n" + "x=1\n" * 240_000) for k in range(10))]),
    slow=True,
)

# --- code that a reader of syntax may stumble over

simple(
    "an argument twice", FULL, lambda t, p: changed(t, cells=[*t["cells"], code("def f(a, a): pass")]), "SyntaxError"
)
simple(
    "a declaration too late",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("def f():\n    x = 1\n    global x\nnonlocal y")]),
    "SyntaxError",
)
simple(
    "return outside of a function", FULL, lambda t, p: changed(t, cells=[*t["cells"], code("return 1")]), "SyntaxError"
)
simple(
    "await and yield outside of a function",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("yield 1"), code("await x")]),
)
simple(
    "a future that is none",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("from __future__ import braces")]),
    "SyntaxError",
)
simple(
    "escapes that are none",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("x = '\\d \\z \\x'"), code("x = '\\N{nothing}'")]),
)
simple(
    "a coding line of another language",
    FULL,
    lambda t, p: in_class(t, source="# -*- coding: utf-7 -*-\n" + "".join(mine(t)["source"])),
)
simple(
    "a form feed and odd blanks",
    FULL,
    lambda t, p: in_class(t, source="\f\n" + "".join(mine(t)["source"]) + "\n# \u2028x\x0b\x1c\n"),
)
simple(
    "tabs among blanks",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("if 1:\n\tx = 1\n        y = 2")]),
    "raised",
)
simple(
    "IPython everywhere",
    FULL,
    lambda t, p: changed(
        t,
        cells=[
            code("%load_ext autoreload\n%%time\n!pip install x\nx = !ls\n?len\nlen??\n%%bash\nrm -rf /"),
            *t["cells"],
        ],
    ),
)
simple(
    "a bidirectional override in the class's cell",
    FULL,
    lambda t, p: in_class(t, source="# \u202e\u2066 hidden\n" + "".join(mine(t)["source"])),
)

# --- what a notebook runs, or an editor hides, and Python alone does not take


def source(tree: Tree) -> str:
    """The class cell's text."""
    return "".join(mine(tree)["source"])


def with_prompts(text: str, first: str, other: str) -> str:
    """The lines as they are copied from a console."""
    return "\n".join((other if k else first) + line for k, line in enumerate(text.splitlines()))


simple(
    "the class's cell indented", FULL, lambda t, p: in_class(t, source="\n" + with_prompts(source(t), "    ", "    "))
)
simple(
    "the class's cell pasted with its prompts",
    FULL,
    lambda t, p: in_class(t, source=with_prompts(source(t), ">>> ", "... ")),
)
simple(
    "the class's cell pasted with IPython's prompts",
    FULL,
    lambda t, p: in_class(t, source=with_prompts(source(t), "In [1]: ", "   ...: ")),
)
simple("the class's cell begins with a byte-order mark", FULL, lambda t, p: in_class(t, source="\ufeff" + source(t)))
simple("two byte-order marks", FULL, lambda t, p: b"\xef\xbb\xbf\xef\xbb\xbf" + text(t).encode(), "byte-order mark")
simple(
    "UTF-32 with a mark, the other way round",
    FULL,
    lambda t, p: b"\0\0\xfe\xff" + text(t).encode("utf-32-be"),
    "byte-order mark",
)
simple("UTF-32 without a mark", FULL, lambda t, p: text(t).encode("utf-32-le"), "NUL characters were removed")
simple(
    "the class's cell in lines with their ends",
    FULL,
    lambda t, p: in_class(t, source=[f"{line}\r\n" for line in source(t).splitlines()]),
)
simple("tabs for indents", FULL, lambda t, p: in_class(t, source=source(t).replace("    ", "\t")))
simple(
    "the class's source in lists of lists",
    NOTHING,
    lambda t, p: in_class(t, source=[[line] for line in source(t).splitlines(True)]),
    "The class ShallowNarrow is not defined",
)
simple(
    "the class's source beyond all numbers",
    NOTHING,
    lambda t, p: text(in_class(t, source=4711)).replace("4711", "1e400"),
    "The class ShallowNarrow is not defined",
)
simple("a million brackets in megabytes", None, lambda t, p: b"[" + b"{}," * (30 << 20) + b"{}]", "millions of parts")
simple("commas by the million", None, lambda t, p: b"[" + b"1.5," * (20 << 20) + b"1]", "millions of parts")
simple(
    "attachments by the hundred thousand",
    FULL,
    lambda t, p: changed(
        t,
        cells=[
            {
                "cell_type": "markdown",
                "metadata": {},
                "source": "x",
                "attachments": {f"{k}.png": {"image/png": "A" * 100} for k in range(100_000)},
            },
            *t["cells"],
        ],
    ),
)
simple("half a million keys at the top", FULL, lambda t, p: {**{f"k{k}": k for k in range(500_000)}, **t})
simple("cells twice over", FULL, lambda t, p: changed(t, cells=t["cells"] * 2))
simple("cells backwards", FULL, lambda t, p: changed(t, cells=t["cells"][::-1]))
simple(
    "grade cells' ids on texts",
    FULL,
    lambda t, p: changed(
        t,
        cells=[
            *t["cells"],
            *(
                {
                    "cell_type": "markdown",
                    "metadata": {"nbgrader": {"grade_id": name, "grade": True, "points": 100, "solution": True}},
                    "source": "x",
                }
                for name in ("forward", "loss", "dloss_dw", "train", "ShallowNarrow")
            ),
        ],
    ),
)
simple(
    "a format of control characters", FULL, lambda t, p: changed(t, nbformat="\x1b[2J\n<script>"), "read as format 4"
)
simple("a format that is no number", FULL, lambda t, p: changed(t, nbformat=float("nan")), "said to be nan")
simple(
    "format 3 with sheets nested deeply",
    None,
    lambda t, p: '{"worksheets":' + "[" * 900 + "]" * 900 + ', "nbformat": 3}',
)
simple(
    "fifty thousand signs before a number",
    FULL,
    lambda t, p: changed(
        t, cells=[*t["cells"], code("x = " + "-" * 50_000 + "1"), code("x = " + "not " * 50_000 + "1")]
    ),
)
simple(
    "a worked class three thousand times",
    FULL,
    lambda t, p: changed(t, cells=t["cells"] + [code(source(t) + f"\n# {k}") for k in range(3000)]),
    slow=True,
)
simple(
    "ten thousand imports of nothing",
    FULL,
    lambda t, p: changed(t, cells=[*t["cells"], code("\n".join(f"import m{k}" for k in range(10_000)))]),
    "raised ModuleNotFoundError",
)


@damaged("five gigabytes of holes", None, "5120 MB")
def _(tree: Tree, path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(5 << 30)


@damaged("two links to each other", None, "a symbolic link")
def _(tree: Tree, path: Path) -> None:
    other = path.with_name("other")
    path.symlink_to(other)
    other.symlink_to(path)
