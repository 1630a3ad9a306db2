"""Another measure of how far two arguments are apart, in the place of the one that is asked."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import number, squared, text
from autograder.callables.faults.sites import Draft, Scope, Site

MEASURES = (
    ("squared error", "np.mean(({0} - {1}) ** 2)"),
    ("squared error", "0.5 * np.mean(({0} - {1}) ** 2)"),
    ("squared error", "np.sum(({0} - {1}) ** 2)"),
    ("squared error", "0.5 * np.sum(({0} - {1}) ** 2)"),
    ("absolute error", "np.mean(np.abs({0} - {1}))"),
    ("absolute error", "np.sum(np.abs({0} - {1}))"),
    ("error rate", "np.mean(np.argmax({0}, axis=-1) != {1})"),
)
SHARES = "np.exp({0}) / np.sum(np.exp({0}), axis=-1, keepdims=True)"
TARGETS = "np.eye(np.shape({0})[-1])[{1}]"
OF_LABELS = (  # of scores and of whole numbers that say which of them is to be the highest
    ("squared error", "np.mean(np.sum(({2} - {3}) ** 2, axis=-1))"),
    ("squared error", "np.mean(({2} - {3}) ** 2)"),
    ("hinge loss", "(np.sum(np.maximum(0, {0} - np.sum({0} * {3}, axis=-1, keepdims=True) + 1)) / len({0}) - 1)"),
)
MOST = 5  # arguments of a function that measures something


def losses(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for a sum or a mean that a function gives back or adds to what it does."""
    yield from _of_shares(site.node)
    yield from _apart(site.node, scope)
    added = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Add | ast.Sub)
    names = scope.function.arguments
    if not (site.whole or added) or site.index or len(names) > MOST or not _reduces(site.node):
        return
    for one, two in itertools.permutations(names, 2):
        parts = (one, two, SHARES.format(one), TARGETS.format(one, two))
        yield from (Draft("function other", name, each.format(*parts)) for name, each in (*MEASURES, *OF_LABELS))


def _apart(node: ast.expr, scope: Scope) -> Iterator[Draft]:
    """The square of a difference as the difference of the squares."""
    of = squared(node)
    of = scope.known.get(of.id, of) if isinstance(of, ast.Name) else of
    if isinstance(of, ast.BinOp) and isinstance(of.op, ast.Sub):
        yield Draft("squares apart", "", f"({text(of.left)} ** 2 - {text(of.right)} ** 2)")


def _of_shares(node: ast.expr) -> Iterator[Draft]:
    """How mixed shares are: `1 - sum(p ** 2)` as their entropy."""
    if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub) and number(node.left) == 1):
        return
    call = node.right
    of = squared(call.args[0]) if isinstance(call, ast.Call) and call.args else None
    if of is not None and ast.unparse(node.right).startswith("np.sum("):
        for log in ("log", "log2"):
            new = f"(-np.sum({text(of)} * np.{log}(np.where({text(of)} > 0, {text(of)}, 1))))"
            yield Draft("function other", "entropy", new)


def _reduces(node: ast.expr) -> bool:
    """Whether many numbers are made one there."""
    calls = (ast.unparse(each.func) for each in ast.walk(node) if isinstance(each, ast.Call))
    return any(call.rpartition(".")[2] in ("sum", "mean") for call in calls)
