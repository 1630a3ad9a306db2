"""What the reference works out on its way: the arrays that a submission's callable may keep for another one."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from autograder.callables.declared import later
from autograder.callables.declared.functions import functions

HEARD = "_autograder_worked_out"
ELEMENTWISE = (ast.Add, ast.Sub, ast.Mult, ast.Div)


class Workings:
    """A reference's source that tells every array which a function in it works out, in the order of its run.

    Of a sum or product of arrays the whole is told. What students are given tells nothing.
    """

    def __init__(self, source: str) -> None:
        tree = _Told(functions(source).given).visit(ast.parse(source))
        self._code = compile(ast.fix_missing_locations(tree), "<the reference's workings>", "exec")
        self.arrays: list[np.ndarray] = []

    def namespace(self) -> dict[str, Any]:
        """The module, run anew."""
        names = later.namespace("workings") | {HEARD: self._heard}
        exec(self._code, names)
        self.arrays.clear()
        return names

    def _heard(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size > 1:
            self.arrays.append(value.copy())
        return value


class _Told(ast.NodeTransformer):
    def __init__(self, given: frozenset[str]) -> None:
        self._given, self._owner = given, ""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self._owner = f"{node.name}."
        self.generic_visit(node)
        self._owner = ""
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if f"{self._owner}{node.name}" not in self._given:
            node.body = [_Whole().visit(statement) for statement in node.body]
        return node


class _Whole(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ELEMENTWISE):
            parts = [self._inside(node.left), self._inside(node.right)]
            return _told(ast.BinOp(parts[0], node.op, parts[1]))
        self.generic_visit(node)
        return _told(node)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        return node if isinstance(node.func, ast.Name) and node.func.id == "super" else _told(node)

    def _inside(self, node: ast.expr) -> ast.expr:
        """A part of a sum or product, which is not told by itself where it is one, or a matrix product."""
        if isinstance(node, ast.BinOp):
            inner = self._inside if isinstance(node.op, ELEMENTWISE) else self.visit
            return ast.BinOp(inner(node.left), node.op, inner(node.right))
        changed: ast.expr = self.visit(node)
        return changed


def _told(node: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(HEARD, ast.Load()), [node], [])
