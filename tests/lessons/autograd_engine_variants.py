"""Engines of the eighth lesson written otherwise: right ones, and wrong ones with all that they may cost."""

from __future__ import annotations

from pathlib import Path

import nbformat

NAME = "autograd_engine"
SOURCE = nbformat.read(Path(__file__).parents[2] / "source" / NAME / f"{NAME}.ipynb", as_version=4)
TEXT = {cell.id: cell.source for cell in SOURCE.cells}
BACKWARD = {"chain_slopes", "shared_slopes", "ladder_slopes", "bias_slopes"}


def op(name: str, out: str, to_self: str, to_other: str = "") -> str:
    """An operation as a method: its result, and what it hands on."""
    other = "" if not to_other else ", other"
    pulls = f"(self, lambda slope: {to_self})" + (f", (other, lambda slope: {to_other})" if to_other else "")
    return f"def {name}(self{other}):\n    out = {out}\n    return Value(out, [{pulls}])\n"


TWO_SUMS = """
def unstretch(slope, shape):
    front = slope.ndim - len(shape)
    slope = slope.sum(axis=tuple(range(front)))
    return slope.sum(axis=tuple(k for k, length in enumerate(shape) if length == 1), keepdims=True)
"""
BY_RESHAPE = """
def unstretch(slope, shape):
    longer = (1,) * (slope.ndim - len(shape)) + tuple(shape)
    for axis in range(slope.ndim):
        if longer[axis] == 1 and slope.shape[axis] != 1:
            slope = np.sum(slope, axis=axis, keepdims=True)
    return np.reshape(slope, shape)
"""
STACK = """
def history(self):
    order, visited, stack = [], set(), [(self, False)]
    while stack:
        value, ready = stack.pop()
        if ready:
            order.append(value)
        elif id(value) not in visited:
            visited.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent, pull in value.parents)
    return order
"""
NESTED = """
def __mul__(self, other):
    def to_self(slope):
        return np.multiply(other.data, slope)

    def to_other(slope):
        return np.multiply(self.data, slope)

    return Value(np.multiply(self.data, other.data), ((self, to_self), (other, to_other)))
"""
IN_A_TABLE = """
def backward(self):
    order = self.history()
    slopes = {value: np.zeros_like(value.data) for value in order}
    slopes[self] = np.ones_like(self.data)
    for value in order[::-1]:
        value.grad = slopes[value]
        for parent, pull in value.parents:
            slopes[parent] = slopes[parent] + unstretch(pull(slopes[value]), parent.data.shape)
"""
IN_PLACE = """
def backward(self):
    order = self.history()
    for value in order:
        value.grad = np.zeros_like(value.data)
    self.grad = self.grad + 1.0
    while order:
        value = order.pop()
        for parent, pull in value.parents:
            parent.grad += unstretch(pull(value.grad), np.shape(parent.data))
"""
OTHER_LOSS = """
def network_loss(w1, b1, w2, b2, w3, b3, x, y):
    below = sigmoid(b1 + w1 * x)
    above = sigmoid(b2 + w2 @ below)
    error = b3 + w3 @ above + -y
    return Value(1 / len(y.data)) * (error * error).sum()
"""
RIGHT = {
    "as published": (),
    "unstretch by two sums": (TWO_SUMS,),
    "unstretch by a reshape": (BY_RESHAPE,),
    "history with a stack": (STACK,),
    "the product with functions in it": (NESTED,),
    "slopes in a table": (IN_A_TABLE,),
    "slopes added in place": (IN_PLACE,),
    "the loss in other words": (OTHER_LOSS,),
    "relu by where": (op("relu", "np.where(self.data > 0, self.data, 0)", "np.where(self.data > 0, slope, 0.0)"),),
    "relu by its result": (op("relu", "np.clip(self.data, 0, None)", "slope * (out > 0)"),),
    "sum by full": (op("sum", "np.sum(self.data)", "np.full(self.data.shape, slope)"),),
    "exp computed again": (op("exp", "np.exp(self.data)", "np.exp(self.data) * slope"),),
    "all of it": (BY_RESHAPE, STACK, NESTED, IN_A_TABLE, OTHER_LOSS),
}
KAHN = """
def history(self):
    children, reached, todo = {}, {id(self): self}, [self]
    while todo:
        value = todo.pop()
        for parent, _ in value.parents:
            children[id(parent)] = children.get(id(parent), 0) + 1
            if id(parent) not in reached:
                reached[id(parent)] = parent
                todo.append(parent)
    order, ready = [], [self]
    while ready:
        value = ready.pop()
        order.append(value)
        for parent, _ in value.parents:
            children[id(parent)] -= 1
            if children[id(parent)] == 0:
                ready.append(parent)
    return order[::-1]
"""
DICT_HISTORY = """
def history(self):
    seen = {}
    def visit(v):
        if id(v) in seen:
            return
        for p in v.parents:
            visit(p[0])
        seen[id(v)] = v
    visit(self)
    return list(seen.values())
"""
MARKS = """
def history(self):
    for_all = []
    def walk(v):
        v._seen = True
        for p, pull in v.parents:
            if not getattr(p, "_seen", False):
                walk(p)
        for_all.append(v)
    walk(self)
    for v in for_all:
        del v._seen
    return for_all
"""
LAYERS = """
def history(self):
    depth = {}
    def height(v):
        if v not in depth:
            depth[v] = 1 + max([height(p) for p, _ in v.parents], default=0)
        return depth[v]
    height(self)
    return sorted(depth, key=depth.get)
"""
STRETCH_IN_PULLS = """
def __add__(self, other):
    return Value(self.data + other.data, [
        (self, lambda s: unstretch(np.asarray(s), self.data.shape)),
        (other, lambda s: unstretch(np.asarray(s), other.data.shape)),
    ])
def __mul__(self, other):
    return Value(self.data * other.data, [
        (self, lambda s: unstretch(s * other.data, self.data.shape)),
        (other, lambda s: unstretch(s * self.data, other.data.shape)),
    ])
"""
CLASSES = """
class TimesPull:
    def __init__(self, factor):
        self.factor = factor
    def __call__(self, slope):
        return slope * self.factor
def __mul__(self, other):
    return Value(self.data * other.data, [(self, TimesPull(other.data)), (other, TimesPull(self.data))])
def exp(self):
    out = Value(np.exp(self.data))
    out.parents.append((self, TimesPull(out.data)))
    return out
"""
PARTIALS = """
def __matmul__(self, other):
    a, b = self.data, other.data
    return Value(np.einsum("ij,jk->ik", a, b), [
        (self, lambda s: np.einsum("ik,jk->ij", s, b)),
        (other, lambda s: np.einsum("ij,ik->jk", a, s)),
    ])
def sum(self):
    shape = self.data.shape
    return Value(self.data.sum(), [(self, lambda s: np.broadcast_to(s, shape))])
def relu(self):
    on = self.data > 0
    return Value(self.data * on, [(self, lambda s: s * on)])
"""
FOLD_WHERE = """
def unstretch(slope, shape):
    slope = np.asarray(slope)
    extra = slope.ndim - len(shape)
    axes = list(range(extra)) + [extra + k for k in range(len(shape)) if shape[k] == 1 and slope.shape[extra + k] > 1]
    return slope.sum(axis=tuple(axes), keepdims=True).reshape(shape)
"""
LOSS_MATRIX = """
def network_loss(w1, b1, w2, b2, w3, b3, x, y):
    n = x.data.size
    h = sigmoid(w1 * x + b1)
    h = sigmoid(w2 @ h + b2)
    d = w3 @ h + b3 - y
    d = d * d
    return d.sum() * Value(n).reciprocal()
"""
LOSS_SHRUNK = """
def network_loss(w1, b1, w2, b2, w3, b3, x, y):
    r = y - (w3 @ sigmoid(w2 @ sigmoid(w1 * x + b1) + b2) + b3)
    s = r * Value(1.0 / np.sqrt(x.data.size))
    return (s * s).sum()
"""
RIGHT |= {
    "Kahn's order": (KAHN,),
    "a dict as history": (DICT_HISTORY,),
    "marks on the values": (MARKS,),
    "sorted by height": (LAYERS,),
    "unstretched in the pulls": (STRETCH_IN_PULLS,),
    "pulls as objects": (CLASSES,),
    "einsum and broadcast views": (PARTIALS,),
    "all axes at once": (FOLD_WHERE,),
    "the loss by reciprocal": (LOSS_MATRIX,),
    "the loss by a root": (LOSS_SHRUNK,),
}
PRODUCT = ("__mul__", "self.data * other.data")
MATRIX = ("__matmul__", "self.data @ other.data")
BACK = TEXT["Value"][TEXT["Value"].index("    def backward") :].replace("\n    ", "\n").strip()
HISTORY = TEXT["Value"][TEXT["Value"].index("    def history") : TEXT["Value"].index("    def backward")]
HISTORY = HISTORY.replace("\n    ", "\n").strip()
FOLD, LOSS = TEXT["unstretch"], TEXT["network_loss"][TEXT["network_loss"].index("def network_loss") :]


def but(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


NET = "engine_gradients"
WRONG = {  # what is written otherwise, and all the grade cells that it may cost
    "+ hands on nothing to the second": (
        op("__add__", "self.data + other.data", "slope", "0 * slope"),
        {"addition_step", NET},
    ),
    "+ hands on the numbers": (
        op("__add__", "self.data + other.data", "slope * other.data", "slope * self.data"),
        {"addition_step", NET},
    ),
    "+ subtracts": (op("__add__", "self.data - other.data", "slope", "-slope"), {"addition_step", NET}),
    "+ with a sign on the way back": (
        op("__add__", "self.data + other.data", "slope", "-slope"),
        {"addition_step", NET},
    ),
    "* with its own factor": (op(*PRODUCT, "slope * self.data", "slope * other.data"), {"product_step", NET}),
    "* without the slope": (op(*PRODUCT, "other.data", "self.data"), {"product_step", NET}),
    "* without the factor": (op(*PRODUCT, "slope", "slope"), {"product_step", NET}),
    "* hands on to one": (
        "def __mul__(self, other):\n    return Value(self.data * other.data, [(self, lambda s: s * other.data)])",
        {"product_step", NET},
    ),
    "* not written": ("def __mul__(self, other):\n    raise NotImplementedError", {"product_step", NET}),
    "@ with the sides exchanged": (op(*MATRIX, "other.data.T @ slope", "slope @ self.data.T"), {"matrix_step", NET}),
    "@ with its own factor": (op(*MATRIX, "slope @ self.data.T", "other.data.T @ slope"), {"matrix_step", NET}),
    "@ with nothing transposed": (op(*MATRIX, "slope @ other.data", "self.data @ slope"), {"matrix_step", NET}),
    "@ without the slope to the second": (
        op(*MATRIX, "slope @ other.data.T", "self.data.T @ np.ones_like(slope)"),
        {"matrix_step", NET},
    ),
    "relu lets all through": (op("relu", "np.maximum(self.data, 0)", "slope"), {"relu_step"}),
    "relu without the slope": (op("relu", "np.maximum(self.data, 0)", "1.0 * (self.data > 0)"), {"relu_step"}),
    "relu the other way": (op("relu", "np.maximum(self.data, 0)", "slope * (self.data < 0)"), {"relu_step"}),
    "relu is the absolute value": (op("relu", "np.abs(self.data)", "slope * np.sign(self.data)"), {"relu_step"}),
    "exp with the number": (op("exp", "np.exp(self.data)", "slope * self.data"), {"exp_step", NET}),
    "exp without the slope": (op("exp", "np.exp(self.data)", "out"), {"exp_step", NET}),
    "exp handed on unchanged": (op("exp", "np.exp(self.data)", "slope"), {"exp_step", NET}),
    "sum hands on a number": (op("sum", "self.data.sum()", "slope"), {"sum_step", NET}),
    "sum shares the slope out": (
        op("sum", "self.data.sum()", "slope * np.ones(self.data.shape) / self.data.size"),
        {"sum_step", NET},
    ),
    "sum without the slope": (op("sum", "self.data.sum()", "np.ones(self.data.shape)"), {"sum_step", NET}),
    "sum is a mean": (op("sum", "self.data.mean()", "slope * np.ones(self.data.shape)"), {"sum_step", NET}),
    "history with repeats": (but(HISTORY, "if value not in visited:", "if True:"), {"ladder_history", *BACKWARD, NET}),
    "history with parents last": (
        but(HISTORY, "return order", "return order[::-1]"),
        {"ladder_history", *BACKWARD, NET},
    ),
    "history of the first parents alone": (
        but(HISTORY, "in value.parents:", "in value.parents[:1]:"),
        {"shared_slopes", "bias_slopes", NET},
    ),
    "history without the value itself": (
        but(HISTORY, "return order", "return order[:-1]"),
        {"ladder_history", *BACKWARD, NET},
    ),
    "backward replaces": (but(BACK, "parent.grad + unstretch", "unstretch"), {"shared_slopes", "ladder_slopes", NET}),
    "backward does not start afresh": (but(BACK, "value.grad = np.zeros(value.data.shape)", "pass"), {"shared_slopes"}),
    "backward starts with zero": (but(BACK, "np.ones(self.data.shape)", "np.zeros(self.data.shape)"), {*BACKWARD, NET}),
    "backward from the beginning": (but(BACK, "reversed(order)", "order"), {*BACKWARD, NET}),
    "backward does not unstretch": (
        but(BACK, "unstretch(pull(value.grad), parent.data.shape)", "pull(value.grad)"),
        {"bias_slopes", NET},
    ),
    "unstretch keeps the axes in front": (but(FOLD, "slope.sum(axis=0)", "slope.sum(axis=0, keepdims=True)[0]"), set()),
    "unstretch takes the mean": (but(FOLD, ".sum(", ".mean("), {"unstretched", "bias_slopes", NET}),
    "unstretch takes one copy": (
        but(FOLD, "slope.sum(axis=axis, keepdims=True)", "slope.take([0], axis=axis)"),
        {"unstretched", "bias_slopes", NET},
    ),
    "the loss is a sum": (but(LOSS, " * Value(1.0 / x.data.size)", ""), {NET}),
    "the loss is a half mean": (but(LOSS, "1.0 / x", "0.5 / x"), {NET}),
    "a layer without its sigmoid": (but(LOSS, "sigmoid(w2 @ h1 + b2)", "w2 @ h1 + b2"), {NET}),
    "a layer without its bias": (but(LOSS, "w2 @ h1 + b2", "w2 @ h1"), {NET}),
    "the last layer without its bias": (but(LOSS, "(w3 @ h2 + b3)", "w3 @ h2"), {NET}),
}
WRONG |= {
    "+ hands on ones": (
        op("__add__", "self.data + other.data", "np.ones_like(slope)", "np.ones_like(slope)"),
        {"addition_step", NET},
    ),
    "* hands on the result": (op(*PRODUCT, "slope * out", "slope * out"), {"product_step", NET}),
    "* both to self": (
        """
def __mul__(self, other):
    return Value(self.data * other.data, [(self, lambda s: s * other.data), (self, lambda s: s * self.data)])
""",
        {"product_step", NET},
    ),
    "@ one parent": (
        """
def __matmul__(self, other):
    return Value(self.data @ other.data, [(self, lambda s: s @ other.data.T)])
""",
        {"matrix_step", NET},
    ),
    "@ with signs": (
        op("__matmul__", "self.data @ other.data", "slope @ other.data.T", "-self.data.T @ slope"),
        {"matrix_step", NET},
    ),
    "relu by the slope": (op("relu", "np.maximum(self.data, 0)", "np.maximum(slope, 0)"), {"relu_step"}),
    "relu times its number": (
        op("relu", "np.maximum(self.data, 0)", "slope * np.maximum(self.data, 0)"),
        {"relu_step"},
    ),
    "exp as a power": (op("exp", "np.exp(self.data)", "slope * self.data * np.exp(self.data - 1)"), {"exp_step", NET}),
    "sum of the columns": (op("sum", "self.data.sum(axis=0)", "np.ones(self.data.shape) * slope"), {"sum_step", NET}),
    "history of parents only": (
        "def history(self):\n    return [p for p, _ in self.parents] + [self]",
        {"ladder_history", *BACKWARD, NET},
    ),
    "history breadth first reversed": (
        """
def history(self):
    order, todo = [], [self]
    while todo:
        v = todo.pop(0)
        if v not in order:
            order.append(v)
            todo += [p for p, _ in v.parents]
    return order[::-1]
""",
        {"ladder_history", *BACKWARD, NET},
    ),
    "history of the leaves": (
        """
def history(self):
    order, seen = [], set()
    def visit(v):
        if v not in seen:
            seen.add(v)
            for p, _ in v.parents:
                visit(p)
            if not v.parents or v is self:
                order.append(v)
    visit(self)
    return order
""",
        {"ladder_history", *BACKWARD, NET},
    ),
    "backward by recursion": (
        """
def backward(self):
    for v in self.history():
        v.grad = np.zeros(v.data.shape)
    def push(v, s):
        v.grad = v.grad + s
        for p, pull in v.parents:
            push(p, unstretch(pull(s), p.data.shape))
    push(self, np.ones(self.data.shape))
""",
        {"ladder_slopes"},
    ),
    "backward pushes the sum so far": (
        """
def backward(self):
    for v in self.history():
        v.grad = np.zeros(v.data.shape)
    def push(v):
        for p, pull in v.parents:
            p.grad = p.grad + unstretch(pull(v.grad), p.data.shape)
            push(p)
    self.grad = np.ones(self.data.shape)
    push(self)
""",
        {"shared_slopes", "ladder_slopes", NET},
    ),
    "backward one parent": (
        but(BACK, "in value.parents:", "in value.parents[:1]:"),
        {"shared_slopes", "ladder_slopes", "bias_slopes", NET},
    ),
    "backward pulls ones": (but(BACK, "pull(value.grad)", "pull(np.ones(value.data.shape))"), {*BACKWARD, NET}),
    "unstretch sums everything": (
        "def unstretch(slope, shape):\n    return np.full(shape, slope.sum())",
        {"unstretched", *BACKWARD, NET},
    ),
    "unstretch reshapes": (
        "def unstretch(slope, shape):\n    return np.resize(slope, shape)",
        {"unstretched", "bias_slopes", NET},
    ),
    "a sigmoid at the end": (but(LOSS, "(w3 @ h2 + b3)", "sigmoid(w3 @ h2 + b3)"), {NET}),
    "the loss by the size of w1": (but(LOSS, "x.data.size", "w1.data.size"), {NET}),
}
SAME = {"unstretch keeps the axes in front"}  # written otherwise, and right all the same
