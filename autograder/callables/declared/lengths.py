"""Lengths of arrays, written in sizes: `N`, `H+1`, `4*H`, `(H+2*P-K)//S+1`."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Mapping

OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.FloorDiv: operator.floordiv}


class DrawError(ValueError):
    """A declaration asks for what cannot be drawn; the message says what is wrong."""


def length(symbol: str | int, sizes: Mapping[str, int]) -> int:
    """The length that a symbol means; raises DrawError for an unknown size, for what is no length in sizes, and where
    it is divided by zero."""
    if isinstance(symbol, int):
        return symbol
    tree = _parsed(symbol)
    if tree is None:
        raise DrawError(f"{symbol!r} is no size, and nothing worked out from sizes such as 'H+1', '4*H', '(H-K)//2+1'")
    unknown = next((each for each in names_in([symbol]) if each not in sizes), None)
    if unknown is not None:
        raise DrawError(f"no size is called {unknown!r}; there are: {', '.join(sizes) or 'none'}")
    try:
        return _value(tree, sizes)
    except ZeroDivisionError:
        raise DrawError(f"{symbol!r} divides by zero") from None


def is_length(text: str) -> bool:
    """Whether it is written as a length is."""
    return _parsed(text) is not None


def names_in(symbols: Iterable[str | int]) -> set[str]:
    """The size names in a shape or a bound."""
    trees = (_parsed(symbol) for symbol in symbols if isinstance(symbol, str))
    return {node.id for tree in trees if tree is not None for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _parsed(text: str) -> ast.expr | None:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return None
    return tree if _is_length(tree) else None


def _is_length(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return type(node.op) in OPERATORS and _is_length(node.left) and _is_length(node.right)
    return isinstance(node, ast.Name) or (isinstance(node, ast.Constant) and type(node.value) is int)


def _value(node: ast.expr, sizes: Mapping[str, int]) -> int:
    if isinstance(node, ast.BinOp):
        return int(OPERATORS[type(node.op)](_value(node.left, sizes), _value(node.right, sizes)))
    return sizes[node.id] if isinstance(node, ast.Name) else int(ast.literal_eval(node))
