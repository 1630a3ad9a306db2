"""Expressions as texts that others can be put into, and the functions that have common names."""

from __future__ import annotations

import ast

SIGMOID = "(1 / (1 + np.exp(-({0}))))"
ACTIVATIONS = {
    "relu": "np.maximum({0}, 0)",
    "sigmoid": SIGMOID,
    "tanh": "np.tanh({0})",
    "softmax": "np.exp(({0})[..., :]) / np.sum(np.exp({0}), axis=-1, keepdims=True)",  # of a number there is none
    "leaky relu": "np.where({0} > 0, {0}, 0.01 * ({0}))",
    "step function": "1.0 * ({0} > 0)",
}
PLAIN = {  # other functions of one argument that have a common name
    "absolute value": "np.abs({0})",
    "square": "({0}) ** 2",
    "square root": "np.sqrt({0})",
    "exponential": "np.exp({0})",
    "logarithm": "np.log({0})",
    "sign function": "np.sign({0})",
    "rounding": "np.round({0})",
}
FUNCTIONS = {**ACTIVATIONS, **PLAIN}
LEAKS = ("0.1", "0.2", "0.3", "0.05", "0.001")
CAPS = ("1", "2", "6")
FORMS = (  # further forms of functions that stand in the place of another
    *(("leaky relu", f"np.where({{0}} > 0, {{0}}, {leak} * ({{0}}))") for leak in LEAKS),
    *(("capped relu", f"np.clip({{0}}, 0, {cap})") for cap in CAPS),
    ("exponential linear unit", "np.where({0} > 0, {0}, np.exp({0}) - 1)"),
    ("softplus", "np.logaddexp(0, {0})"),
    ("one-hot vector of the largest number", "(1.0 * ({0} == np.max({0}, axis=-1, keepdims=True)))"),
    ("one-hot vector of the largest number", "np.eye(np.shape({0})[-1])[np.argmax({0}, axis=-1)]"),
    ("share of the sum", "({0}) / np.sum({0}, axis=-1, keepdims=True)"),
)
WITHOUT_LOG = ("{0}", "{0} - 1", "-((1 - {0}) ** 2)")  # what stands in the place of the logarithm of a share
APPLIED = (  # with the kind of the change: plain functions come before their further forms
    *(("function other", name, template) for name, template in FUNCTIONS.items()),
    *(("function form", name, template) for name, template in FORMS),
)
NUMPY_NAMES = {
    "tanh": "tanh", "exp": "exponential", "log": "logarithm", "sqrt": "square root", "abs": "absolute value",
    "square": "square", "sign": "sign function", "round": "rounding", "log2": "logarithm", "log10": "logarithm",
}  # fmt: skip


def text(node: ast.AST) -> str:
    """The expression in brackets where it needs them."""
    plain = ast.unparse(node)
    return (
        plain if isinstance(node, ast.Name | ast.Attribute | ast.Constant | ast.Call | ast.Subscript) else f"({plain})"
    )


def bare(node: ast.expr) -> ast.expr:
    """Without a transpose."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" else node


def number(node: ast.AST) -> float | None:
    """The number that an expression states, if it does."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    return None


def common_name(node: ast.AST) -> str:
    """The common name of the function that an expression is an application of; empty where it has none."""
    if isinstance(node, ast.Call):
        called = ast.unparse(node.func)
        last = called.rpartition(".")[2]
        if last == "maximum" and any(number(each) == 0 for each in node.args):
            return "relu"
        if called.startswith(("np.", "numpy.", "math.")):
            return NUMPY_NAMES.get(last, "")
        if called == "abs":
            return NUMPY_NAMES["abs"]
        return next((name for name in ACTIVATIONS if name.replace(" ", "_") == last.strip("_").lower()), "")
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        right = ast.unparse(node.right).replace(".0", "")
        if number(node.left) == 1 and "1 + np.exp(-" in right:
            return "sigmoid"
    return "square" if squared(node) is not None else ""


def squared(node: ast.AST) -> ast.expr | None:
    """What is squared by `** 2` or by itself."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and number(node.right) == 2:
        return node.left
    if (
        isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Mult)
        and ast.unparse(node.left) == ast.unparse(node.right)
    ):
        return node.left
    return None


def argument(node: ast.AST) -> ast.expr | None:
    """What a function with a common name is applied to."""
    if isinstance(node, ast.Call) and node.args:
        return next((each for each in node.args if number(each) is None), None)
    if common_name(node) == "sigmoid":
        inner = next((n for n in ast.walk(node) if isinstance(n, ast.UnaryOp) and isinstance(n.op, ast.USub)), None)
        return None if inner is None else inner.operand
    return squared(node)


def factors(node: ast.expr) -> list[ast.expr]:
    """The factors of a product by `*`, from left to right."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*factors(node.left), *factors(node.right)]
    return [node]
