"""The child's side: runs a submission's cells, puts the questions to its class, sends back plain arrays.

It runs inside the sandbox, in one process with the student's code, and is therefore believed in nothing. It holds no
expected value, no reference and no check: only the questions, and for some of them recorded arrays that stand in for
a collaborator. The trusted side imports the same functions to ask the reference (`ask`), so that both answer alike.

It is the only file of ours that the sandbox holds, bound there by itself, so that what a submission shares its process
with can be read at one place: messages, cells, questions, stand-ins. Cost: it is longer than a file should be.

A request is several messages: the cells and names, then one for each question. A message is one line of JSON, then
the bytes of the arrays it refers to, each as little-endian float64: `{"$": k}` in the JSON stands for array k of the
list `"arrays"`, which gives the shapes.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import itertools
import json
import linecache
import random
import re
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

METHODS = ("forward", "loss", "dloss_dw", "train")
LARGEST = 1 << 22  # elements of one returned array; more is reported as too large
LONGEST_HEAD = 1 << 18  # bytes of JSON in one reply: many times what the longest exception text takes
NEAR = 1e-6  # how near, relatively, asked and recorded arrays must be to be the same
TEXT = 400  # characters kept of an exception's text

# Student code may replace anything reachable by name; what the probe needs itself it keeps under names of its own.
# This guards against accidents (a cell that says `sum = 0` or `np.array = list`), not against malice.
_array, _asarray, _frombuffer, _dumps, _loads = np.array, np.asarray, np.frombuffer, json.dumps, json.loads
_geterr, _seterr, _abs, _stack, _full = np.geterr, np.seterr, np.abs, np.stack, np.full
_cos, _arange = np.cos, np.arange
_newline, _BITS = re.compile(b"\n").search, np.dtype(np.uint64)

_sources: dict[str, list[str]] = {}  # lines of each cell


def pack(tree: Any) -> bytes:
    """A tree of dicts, lists, texts, numbers and arrays as one message."""
    buffers: list[Any] = []  # arrays as they are: nothing is copied before they are joined
    shapes: list[list[int]] = []
    places: dict[int, int] = {}  # of arrays that stand in the tree several times, by identity

    def flat(node: Any) -> Any:
        if isinstance(node, np.ndarray):
            if id(node) not in places:
                places[id(node)] = len(shapes)
                buffers.append(_asarray(node, dtype="<f8", order="C"))
                shapes.append(list(node.shape))
            return {"$": places[id(node)]}
        if isinstance(node, dict):
            return {str(key): flat(value) for key, value in node.items()}
        if isinstance(node, (list, tuple)):
            return [flat(value) for value in node]
        return node

    body = flat(tree)
    head = _dumps({"arrays": shapes, "body": body}).encode("ascii")
    # Blanks, so that each number of an array starts where a processor reads it best.
    return b"".join([head, b" " * (-(len(head) + 1) % 8), b"\n", *buffers])


def unpack(message: bytes | memoryview, longest_head: int | None = None, *, in_place: bool = False) -> Any:
    """What `pack` packed; raises ValueError for anything else, RecursionError where it is nested without end.

    With `in_place` the arrays are the message's own bytes, to be read only. `longest_head` bounds the JSON: a few
    megabytes of `{}` would be read into gigabytes of objects.
    """
    newline = _newline(message)
    if newline is None:
        raise ValueError("a message without a head")
    if longest_head is not None and newline.start() > longest_head:
        raise ValueError("a head too long")
    content = _loads(bytes(message[: newline.start()]))
    if not isinstance(content, dict) or not isinstance(content.get("arrays"), list):
        raise ValueError("a message without arrays")
    arrays = []
    start = newline.end()
    for shape in content["arrays"]:
        if not isinstance(shape, list) or len(shape) > 8:
            raise ValueError("not a shape")
        count = 1
        for length in shape:
            if type(length) is not int or not 0 <= length <= LARGEST:
                raise ValueError("not a shape")
            count *= length
        if count > LARGEST or start + 8 * count > len(message):
            raise ValueError("an array larger than its message")
        array = _frombuffer(message, dtype="<f8", count=count, offset=start).reshape(shape)
        arrays.append(array if in_place else _array(array, dtype=float))
        start += 8 * count
    if start != len(message):
        raise ValueError("bytes after the last array")

    def deep(node: Any) -> Any:
        if isinstance(node, dict):
            if list(node) == ["$"]:
                if type(node["$"]) is not int or not 0 <= node["$"] < len(arrays):
                    raise ValueError("no such array")
                return arrays[node["$"]]
            return {key: deep(value) for key, value in node.items()}
        if isinstance(node, list):
            return [deep(value) for value in node]
        return node

    return deep(content.get("body"))


def joined(messages: list[bytes]) -> bytes:
    """Messages one after the other, each behind its length in eight bytes."""
    return b"".join([piece for message in messages for piece in (len(message).to_bytes(8, "big"), message)])


def parted(request: bytes | memoryview) -> list[memoryview]:
    """What `joined` joined, none of it copied."""
    messages, start, view = [], 0, memoryview(request)
    while start < len(view):
        end = start + 8 + int.from_bytes(view[start : start + 8], "big")
        messages.append(view[start + 8 : end])
        start = end
    return messages


# ------------------------------------------------------------------------------------------------ the student's cells


def warm_up() -> None:
    """Draw once, before jobs are forked: fonts are looked for and parsed, which each job that draws would do again."""
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
    task = unpack(head)
    sys.argv[:] = [""]  # the descriptor named there is ours
    module = types.ModuleType("__main__")
    namespace = module.__dict__
    sys.modules["__main__"] = module
    seed, seed_numpy = random.seed, np.random.seed
    # A submission that draws random numbers without a seed is graded twice alike all the same.
    seed(0)
    seed_numpy(0)
    _quiet(namespace)
    seen: list[str] = []
    _collect_warnings(seen)
    for cell in task["cells"]:
        failure = run_cell(namespace, cell["index"], cell["source"])
        reply(pack({"cell": cell["index"], "error": failure}))
    found, how = find_class(namespace, task["class"])
    reply(pack({"class": how, "warnings": seen[:5]}))
    if found is None:
        return
    while True:
        for question in questions:
            ask(found, unpack(question, in_place=True), task["weights"], lambda answer: reply(pack(answer)))
        reply(pack({"end": True}))
        further = more()
        if further is None:
            return
        questions = parted(further)
        seed(0)
        seed_numpy(0)


def run_cell(namespace: dict[str, Any], index: int, source: str) -> dict[str, str] | None:
    """Execute one cell; returns what went wrong (type, text, place), or None.

    An import that fails is told and passed over: a package that is not here must not take the others along.
    """
    name = f"<cell {index}>"
    _sources[name] = source.splitlines()
    with contextlib.suppress(Exception):  # for tracebacks of the student's own
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    failed_import = None
    try:
        for part in _parts(ast.parse(source, name)):
            try:
                exec(compile(part, name, "exec"), namespace)
            except ImportError as error:
                if not isinstance(part.body[0], (ast.Import, ast.ImportFrom)):
                    raise
                failed_import = failed_import or failure_of(error)
    except BaseException as error:  # a cell that raises SystemExit must not end the run
        return failure_of(error)
    return failed_import


def _parts(tree: ast.Module) -> list[ast.Module]:
    """The cell's statements, each import by itself."""
    parts: list[list[ast.stmt]] = []
    for node in tree.body:
        alone = isinstance(node, (ast.Import, ast.ImportFrom)) and getattr(node, "module", "") != "__future__"
        if alone or not parts or isinstance(parts[-1][0], (ast.Import, ast.ImportFrom)):
            parts.append([node])
        else:
            parts[-1].append(node)
    return [ast.Module(part, []) for part in parts]


def find_class(namespace: dict[str, Any], name: str) -> tuple[type | None, str]:
    """The class of that name; else the only class there that defines at least two of the methods."""
    found = namespace.get(name)
    if isinstance(found, type):
        return found, ""
    others = [
        value
        for key, value in sorted(namespace.items())
        if isinstance(value, type)
        and value.__module__ == "__main__"
        and len([method for method in METHODS if callable(getattr(value, method, None))]) > 1
    ]
    if len(others) == 1:
        return others[0], f"the class {name} is missing; {others[0].__name__} was taken in its place"
    return None, f"no class {name} was defined"


def _quiet(namespace: dict[str, Any]) -> None:
    """What a notebook's cells may expect around them: display, get_ipython, and streams that lead nowhere."""

    class Shell:
        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

        def run_cell_magic(self, magic: str, line: str, body: str) -> None:
            if magic in ("time", "timeit", "capture", "prun"):
                exec(compile(body, "<cell magic>", "exec"), namespace)

    class Nowhere:
        encoding = "utf-8"

        def write(self, text: str) -> int:
            return len(text)

        def __getattr__(self, name: str) -> Any:
            return lambda *args, **kwargs: None

    class Anything(types.ModuleType):
        """selfcheck in name only: given cells import it, and nothing of the checks may be here."""

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            return type(
                name, (Exception,), {"__getattr__": lambda *_: lambda *args, **kwargs: None, "__init__": _ignore}
            )

    sys.modules["selfcheck"] = Anything("selfcheck")
    builtins.get_ipython = Shell  # type: ignore[attr-defined]
    builtins.display = lambda *args, **kwargs: None  # type: ignore[attr-defined]
    sys.stdout = sys.stderr = Nowhere()  # type: ignore[assignment]


def _ignore(*args: Any, **kwargs: Any) -> None:
    """Takes anything, does nothing."""


def _collect_warnings(seen: list[str]) -> None:
    def show(message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None) -> None:
        text = f"{category.__name__}: {message}"[:TEXT]
        if text not in seen and len(seen) < 5:
            seen.append(text)

    warnings.showwarning = show
    warnings.filterwarnings("ignore", message="FigureCanvasAgg is non-interactive")  # plt.show() has nowhere to show


# ------------------------------------------------------------------------------------------------------ the questions


def ask(cls: type, question: dict[str, Any], names: list[str], answer: Callable[[dict[str, Any]], None]) -> None:
    """Make an object with the question's weights and put its calls to it, one answer each.

    Arguments are copies; calls about one and the same array get the same copy, as they would in a notebook. After the
    first call that does not return, the rest is not asked.
    """
    starts = [_copy(weight) for weight in question["init"]]
    lent: dict[int, Any] = {}
    errors = _geterr()
    kept: dict[str, Any] = {}
    try:
        if question.get("stand_in"):
            kept = stand_in(cls, question["stand_in"], names)
        try:
            model = cls(starts)
        except BaseException as error:
            answer({"question": question["id"], "call": 0, "outcome": "raised", "error": failure_of(error), "init": 1})
            return
        were = {name: _asarray(was, dtype=float) for name, was in zip(names, question["init"], strict=False)}
        built = {name: now for name, now in _left(model, names).items() if name not in were or changed(now, were[name])}
        built = {name: None if now is None else now.copy() for name, now in built.items()}
        replaced = False
        for position, call in enumerate(question["calls"]):
            for argument in call["args"]:
                if id(argument) not in lent or changed(lent[id(argument)], argument):
                    lent[id(argument)] = _copy(argument)
            given = [lent[id(argument)] for argument in call["args"]]
            spy = Spy(cls, model, names) if call.get("spy") else None
            outcome, value = call_method(model, call["method"], given, spy)
            reply: dict[str, Any] = {"question": question["id"], "call": position, "outcome": outcome}
            if outcome == "raised":
                reply["error"] = value
            elif outcome == "returned":
                reply["value"] = describe(value)
            reply["mutated"] = [
                label for label, was, now in zip(call["labels"], call["args"], given, strict=True) if changed(now, was)
            ]
            if not replaced and (len(starts) != len(question["init"]) or any(map(changed, starts, question["init"]))):
                reply["mutated"].append("init_weights")
                replaced = True  # by this call, and not by those that follow
            if position == 0 and built:
                reply["built"] = built
            # Most calls leave the weights as they were given, and these may be large: those are only named.
            left = _left(model, names)
            reply["unmoved"] = [name for name in names if name in were and not changed(left[name], were[name])]
            reply["weights"] = {
                name: None if weight is None else weight.copy()
                for name, weight in left.items()
                if name not in reply["unmoved"]
            }
            if spy is not None:
                reply["facts"], reply["counts"] = spy.facts, spy.counts
            answer(reply)
            if outcome != "returned":
                return
    finally:
        for name, value in kept.items():
            if value is None:
                delattr(cls, name)
            else:
                setattr(cls, name, value)
        _seterr(**errors)


def call_method(model: Any, method: str, args: list[Any], spy: Spy | None) -> tuple[str, Any]:
    """The outcome of one call and its value, or what it raised."""
    bound = getattr(model, method, None)
    if not callable(bound):
        return "missing", None
    try:
        if spy is None:
            return "returned", bound(*args)
        with spy:
            return "returned", bound(*args)
    except BaseException as error:
        return "raised", failure_of(error)


def describe(value: Any, depth: int = 0) -> dict[str, Any]:
    """What kind of thing a method returned, with its numbers as float64 arrays."""
    if value is None:
        return {"kind": "none"}
    if isinstance(value, (str, bytes)):
        return {"kind": "text"}
    if isinstance(value, dict):
        return {"kind": "dict"}
    if isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
        return {"kind": "function"}
    described: dict[str, Any] = {"kind": "object"}
    if isinstance(value, (list, tuple)):
        described["kind"] = "ragged"
        described["sequence"] = "tuple" if isinstance(value, tuple) else "list"
        described["length"] = len(value)
        if depth == 0 and len(value) <= 16:
            described["items"] = [describe(item, 1) for item in value]
    try:
        array = _asarray(value)
    except Exception:
        return described
    if array.dtype.kind == "c":
        described["kind"] = "complex"
    elif array.dtype.kind in "fiub":
        if array.size > LARGEST or array.ndim > 8:
            described["kind"] = "too large"
        else:
            described["kind"] = "array"
            described["dtype"] = str(array.dtype)
            described["array"] = _array(array, dtype=float)
    elif array.dtype.kind == "O" and isinstance(value, np.ndarray):
        described["kind"] = "object"
    return described


def failure_of(error: BaseException) -> dict[str, str]:
    """An exception's type and text, and the last line of the student's own cells that it passed through."""
    place = ""
    trace = error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.startswith("<cell "):
            line = "".join(_sources.get(name, ())[trace.tb_lineno - 1 : trace.tb_lineno]).strip()
            place = f"cell {name[6:-1]}, line {trace.tb_lineno}: {line}"[:TEXT]
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and not place:
        place = f"line {error.lineno}: {(error.text or '').strip()}"[:TEXT]
    try:
        text = str(error)[:TEXT]
    except BaseException:
        text = ""
    return {"type": type(error).__name__[:80], "text": text, "place": place}


def _copy(value: Any) -> Any:
    """A fresh argument: arrays copied, 0-d arrays as Python floats."""
    if isinstance(value, np.ndarray):
        return float(value) if value.ndim == 0 else value.copy()
    return value


def changed(now: Any, was: Any) -> bool:
    """Whether an array or number is not, bit for bit, what it was; nothing is copied, for it may be large."""
    if not isinstance(was, np.ndarray):
        return now is not was and (type(now) is not type(was) or now != was)
    if isinstance(now, float):
        now = _asarray(now, dtype=float)
    if not isinstance(now, np.ndarray) or now.shape != was.shape or now.dtype != was.dtype:
        return True
    return not bool((now.view(_BITS) == was.view(_BITS)).all())


def _bytes(value: Any) -> Any:
    return (value.shape, value.tobytes()) if isinstance(value, np.ndarray) else value


def _left(model: Any, names: list[str]) -> dict[str, np.ndarray | None]:
    """The object's weights as they are now; None for what is no array of numbers, or cannot be had."""
    found: dict[str, np.ndarray | None] = {}
    for name in names:
        try:
            found[name] = _float64(getattr(model, name, None))
        except Exception:  # a property of the submission's own
            found[name] = None
    return found


def _float64(value: Any) -> np.ndarray | None:
    """An array of numbers, the one given where that is possible; None for what is none, or too large to send."""
    try:
        array = _asarray(value)
        return _asarray(array, dtype=float) if array.dtype.kind in "fiub" and array.size <= LARGEST else None
    except Exception:
        return None


class Spy:
    """Counts which methods of the class run during a call, and sees weights that were moved meanwhile.

    It listens through `sys.setprofile`: nothing of the student's is wrapped or replaced.
    """

    def __init__(self, cls: type, model: Any, names: list[str]):
        self.codes: dict[Any, str] = {}
        for base in cls.__mro__:
            for name in (*METHODS, "__init__"):
                function = vars(base).get(name)
                function = getattr(function, "__func__", function)
                if isinstance(function, types.FunctionType):
                    self.codes.setdefault(function.__code__, name)
        self.cls, self.model, self.names = cls, model, names
        self.before = {name: _bytes(now) for name, now in _left(model, names).items()}
        self.counts = dict.fromkeys((*METHODS, "__init__"), 0)
        self.facts: list[str] = []

    def __enter__(self) -> None:
        sys.setprofile(self.listen)

    def __exit__(self, *exc: object) -> None:
        sys.setprofile(None)

    def listen(self, frame: types.FrameType, event: str, arg: Any) -> None:
        name = self.codes.get(frame.f_code) if event == "call" else None
        if name is None:
            return
        self.counts[name] += 1
        if name in ("forward", "loss"):
            now = {name: _bytes(now) for name, now in _left(self.model, self.names).items()}
            self.note("weights moved", now != self.before)
        self.note("other models built", name == "__init__")

    def note(self, fact: str, holds: bool) -> None:
        if holds and fact not in self.facts:
            self.facts.append(fact)


# ---------------------------------------------------------------------------------------------------- the stand-ins


class OffTheRecord(LookupError):
    """A stand-in was asked for something that was not recorded for it."""


def stand_in(cls: type, spec: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Let recorded arrays or made-up functions answer for the methods that `spec` names; returns what stood there.

    `recorded`: a table of steps, each with the weights, the prediction, the loss and the gradients there. The answer
    is the step's whose weights (or prediction) are the ones asked about; nothing is computed. `side effects`: the
    same, and the student's own method runs first. `caches`: the same, and arrays that it left on the object are
    then replaced by recorded ones (see `refill`). `made up`: linear functions of the weights (see `MadeUp`).
    """
    kept = {name: vars(cls).get(name) for name in spec["methods"]}
    own = {name: getattr(cls, name, None) for name in spec["methods"]}
    answers = MadeUp(spec, names) if spec["mode"] == "made up" else Recorded(spec, names)
    for name in spec["methods"]:
        run_own = spec["mode"] in ("side effects", "caches")
        setattr(cls, name, _standing_in(cls, name, kept[name], own[name], answers, run_own))
    return kept


def _standing_in(cls: type, name: str, raw: Any, own: Any, answers: Any, run_own: bool) -> Callable[..., Any]:
    static = isinstance(raw, (staticmethod, classmethod))
    code = getattr(getattr(raw, "__func__", raw), "__code__", None)
    parameters = list(code.co_varnames[: code.co_argcount]) if code is not None else []
    if not static or isinstance(raw, classmethod):
        parameters = parameters[1:]

    def method(*args: Any, **kwargs: Any) -> Any:
        model = args[0] if args and isinstance(args[0], cls) else None
        rest = list(args[1:] if model is not None else args)
        rest += [kwargs[key] for key in parameters[len(rest) :] if key in kwargs]
        if run_own and own is not None:
            with contextlib.suppress(Exception):  # the collaborator's own fault is charged to the collaborator
                own(*args, **kwargs) if not static else own(*rest)
        if model is not None and "kinds" in answers.spec:
            refill(model, answers.spec, answers.names)
        return getattr(answers, name)(answers.last if model is None else model, *rest)

    return method


def refill(model: Any, spec: dict[str, Any], names: list[str]) -> None:
    """Replace the arrays that forward left on the object by recorded ones of the same shape.

    Of the ways to match them that keep their order, way number `spec["choice"]` is taken. Truth values become
    those of the first recorded array of their shape being positive. Raises OffTheRecord when there is no such way.
    """
    slots: list[tuple[Any, Any, np.ndarray]] = []
    holder = vars(model)
    for key in [key for key in holder if key not in names]:
        if isinstance(holder[key], tuple):
            holder[key] = list(holder[key])
        value = holder[key]
        inside = value if isinstance(value, dict) else dict(enumerate(value)) if isinstance(value, list) else {}
        slots += [(value, name, item) for name, item in inside.items() if isinstance(item, np.ndarray)]
        if isinstance(value, np.ndarray):
            slots.append((holder, key, value))
    slots = [slot for slot in slots if _distance(slot[2].ravel(), spec["x"].ravel()) > NEAR]
    ways: list[list[tuple[Any, Any, np.ndarray]]] = [[]]
    for kind in spec["kinds"]:
        own = [slot for slot in slots if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "f"]
        count = min(len(own), len(kind))
        some = [
            [(slot[0], slot[1], array) for slot, array in zip(taken, arrays, strict=True)]
            for taken in itertools.combinations(own, count)
            for arrays in itertools.combinations(kind, count)
        ]
        ways = [way + more for way in ways for more in some][:64]
        for slot in slots:
            if slot[2].shape == kind[0].shape and slot[2].dtype.kind == "b":
                slot[0][slot[1]] = kind[0] > 0.0
    if spec["choice"] >= len(ways):
        raise OffTheRecord("there is no other way to match what forward keeps")
    for where, key, array in ways[spec["choice"]]:
        where[key] = array.copy()


class Recorded:
    """Answers from a table of steps; NEAR says how near is the same. Only a step's own weights lead to it.

    `spec["table"]` holds, one row a step, what the methods that stand in look up by and give (see `seal`).
    """

    def __init__(self, spec: dict[str, Any], names: list[str]):
        self.spec, self.table = spec, spec["table"]
        self.x, self.names, self.container = spec["x"], names, spec.get("container", "tuple")
        self.weights, self.predictions = Rows(self.table["weights"]), Rows([self.table["prediction"]])
        self.last: Any = None

    def step(self, model: Any) -> int:
        if model is None:
            return 0
        self.last = model
        asked = [getattr(model, name) for name in self.names]
        return self.weights.nearest([asked], "the weights are not those of a right run")

    def forward(self, model: Any, x: Any) -> Any:
        step = self.step(model)
        prediction = self.table["prediction"][step]
        asked = _asarray(x, dtype=float)
        if _distance(asked, self.x) <= NEAR:
            self.predictions.remember([prediction], step)
            return prediction.copy()
        sample = self.x.shape[1:]
        rows = asked.reshape((-1, *sample))
        words = "forward was asked about a sample that is not among the inputs"
        answer = prediction[[_nearest(_distances(row, self.x), words) for row in rows]]
        return answer[0] if asked.shape == sample else answer

    def loss(self, model: Any, *pair: Any) -> Any:
        if not any(_distance(asked, self.spec["y"]) <= NEAR for asked in pair):
            raise OffTheRecord("loss was asked about other targets than the question's")
        words = "loss was asked about predictions that a right run does not make"
        return float(self.table["loss"][self.predictions.nearest([[asked] for asked in pair], words)])

    def dloss_dw(self, model: Any, x: Any = None, y_true: Any = None) -> Any:
        _the_given(self.spec, x, y_true)
        step = self.step(model)
        return _contained([_copy(rows[step]) for rows in self.table["gradients"]], self.container)


class Rows:
    """Recorded arrays, each stacked along its first axis, to find the row that holds given ones.

    Each row has a key, a mean of its elements with fixed signs and sizes, so that all but a few rows are passed over
    by one subtraction: within NEAR of a row means within `slack` of its key.
    """

    def __init__(self, stacks: list[np.ndarray]):
        self.stacks = stacks
        self.parts = [_cos(_arange(stack[0].size) + 1.0) / max(stack[0].size, 1) for stack in stacks]
        flat = [stack.reshape(len(stack), -1) for stack in stacks]
        self.keys = sum(rows @ part for rows, part in zip(flat, self.parts, strict=True))
        most = [_abs(rows).max(axis=1, initial=0.0) for rows in flat]
        self.slack = 1.1 * NEAR * sum(most) + 1e-12 * abs(self.keys) + 1e-300
        self.last: tuple[list[Any], int] = ([], -1)  # what was asked last, and its row: it is often asked again

    def remember(self, arrays: list[np.ndarray], row: int) -> None:
        """These very numbers are that row."""
        self.last = [_bytes(array) for array in arrays], row

    def nearest(self, asked: list[list[Any]], words: str) -> int:
        """The row nearest to any of those asked about; raises OffTheRecord with `words` when none is near."""
        candidates = [[_asarray(array, dtype=float) for array in arrays] for arrays in asked]
        if any([_bytes(array) for array in flat] == self.last[0] for flat in candidates):
            return self.last[1]
        found, best = -1, float("inf")
        for flat in candidates:
            if any(array.shape != stack.shape[1:] for array, stack in zip(flat, self.stacks, strict=True)):
                continue
            key = sum(float(array.ravel() @ part) for array, part in zip(flat, self.parts, strict=True))
            rows = (_abs(self.keys - key) <= self.slack).nonzero()[0]
            if not len(rows):
                continue
            far = _stack([_distances(array, stack[rows]) for array, stack in zip(flat, self.stacks, strict=True)])
            far = far.max(axis=0)
            nearest = int(far.argmin())
            if far[nearest] <= NEAR and far[nearest] < best:
                found, best = int(rows[nearest]), float(far[nearest])
                self.remember(flat, found)
        if found < 0:
            raise OffTheRecord(words)
        return found


class MadeUp:
    """Made-up functions that couple all weights, so that the run they lead to is known in closed form.

    gradient of each element: itself − target + coupling · (mean of all other elements); prediction: the sum of all
    weights plus the ramp; loss: mean of the prediction, plus offset.
    """

    def __init__(self, spec: dict[str, Any], names: list[str]):
        self.spec, self.names, self.container = spec, names, spec.get("container", "tuple")
        self.target, self.coupling, self.offset = spec["target"], spec["coupling"], spec["offset"]
        self.ramp, self.y = spec["ramp"], spec["y"]
        self.last: Any = None

    def forward(self, model: Any, x: Any) -> Any:
        self.last = model
        _the_given(self.spec, x)
        rows = len(_asarray(x)) if _asarray(x).ndim else 0
        total = sum(float(_asarray(getattr(model, name)).sum()) for name in self.names)
        return total + self.ramp[: max(rows, 1)]

    def loss(self, model: Any, *pair: Any) -> Any:
        if not any(_distance(asked, self.y) <= NEAR for asked in pair):
            raise OffTheRecord("loss was asked about other targets than the question's")
        prediction = next((asked for asked in pair if _distance(asked, self.y) > NEAR), pair[0])
        return float(_asarray(prediction).mean()) + self.offset

    def dloss_dw(self, model: Any, x: Any = None, y_true: Any = None) -> Any:
        self.last = model
        if x is not None or y_true is not None:
            _the_given(self.spec, x, y_true)
        weights = [_asarray(getattr(model, name), dtype=float) for name in self.names]
        total = sum(weight.sum() for weight in weights)
        others = max(sum(weight.size for weight in weights) - 1, 1)
        gradients = [weight - self.target + self.coupling * (total - weight) / others for weight in weights]
        return _contained([_copy(gradient) for gradient in gradients], self.container)


def _the_given(spec: dict[str, Any], x: Any, *y_true: Any) -> None:
    """Raises OffTheRecord when a collaborator is asked about other data than the question gave."""
    if _distance(x, spec["x"]) > NEAR or any(_distance(each, spec["y"]) > NEAR for each in y_true):
        raise OffTheRecord("a method was asked about other data than the question's")


def _contained(gradients: list[Any], container: str) -> Any:
    if container == "array" and len(gradients) == 1:
        return gradients[0]
    return tuple(gradients) if container == "tuple" else list(gradients)


def _distance(asked: Any, known: Any) -> float:
    """The largest difference relative to the largest recorded magnitude; infinite for another shape or for NaN."""
    if isinstance(asked, np.ndarray) and asked.shape == known.shape and bool((asked == known).all()):
        return 0.0
    return float(_distances(asked, _asarray(known, dtype=float)[None])[0])


def _distances(asked: Any, known: np.ndarray) -> np.ndarray:
    """`_distance` of an array to each of those stacked in `known`, along its first axis."""
    asked = _asarray(asked, dtype=float)
    if asked.shape != known.shape[1:]:
        return _full(len(known), float("inf"))
    if not asked.size:
        return _full(len(known), 0.0)
    axes = tuple(range(1, known.ndim))
    far = _abs(asked - known).max(axis=axes) / (_abs(known).max(axis=axes) + 1e-300)
    far[far != far] = float("inf")
    return far


def _nearest(far: np.ndarray, words: str) -> int:
    """The place of the smallest distance; raises OffTheRecord with `words` when it is not near."""
    nearest = int(far.argmin())
    if not far[nearest] <= NEAR:
        raise OffTheRecord(words)
    return nearest
