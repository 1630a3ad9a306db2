"""Names as something else: worked out anew, counted otherwise, in another form."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import text
from autograder.callables.faults.sites import Draft, Scope, Site, is_size

OTHER_FORMS = ("(1 / {0})", "(1 / (2 * {0} ** 2))", "(2 * {0} ** 2)", "({0} ** 2)", "(1 / {0} ** 2)", "np.sqrt({0})",
               "(1 / (2 * {0}))")  # fmt: skip


def otherwise(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for a name."""
    node = site.node
    if not isinstance(node, ast.Name):
        return
    yield from _made_anew(node, scope)
    if site.index:
        return
    if node.id in scope.counted:
        yield from (Draft("counted from one", "", f"({node.id} {sign} 1)") for sign in "+-")
    yield from _at_its_place(site, node, scope)
    yield from _of_another(site, node, scope)
    yield from _in_another_form(site, node, scope)


def _at_its_place(site: Site, node: ast.Name, scope: Scope) -> Iterator[Draft]:
    """A value that a function was asked for, asked again where it is used."""
    value = scope.known.get(node.id)
    if isinstance(value, ast.Call) and site.parent is not site.statement:
        yield Draft("taken later", "", text(value))


def _made_anew(node: ast.Name, scope: Scope) -> Iterator[Draft]:
    """An argument, as another function of the source would give it from what else there is."""
    pool = {*scope.pool} - {node.id}
    if node.id not in scope.function.arguments:
        return
    for other in scope.source.functions.values():
        fits = other.arguments and not other.owner and {*other.arguments} <= pool
        if fits and other.name != scope.function.name and other.name not in scope.source.given:
            yield Draft("made anew", node.id, f"{other.name}({', '.join(other.arguments)})")


def _of_another(site: Site, node: ast.Name, scope: Scope) -> Iterator[Draft]:
    """The mean of an argument, or its sum, in the place of a number that something is divided by."""
    divides = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Div) and site.field == "right"
    if divides and not is_size(node, scope):
        for name in scope.function.arguments:
            for reduction in ("mean", "sum") if name != node.id else ():
                yield Draft("divisor", "", f"np.{reduction}({name})")


def _in_another_form(site: Site, node: ast.Name, scope: Scope) -> Iterator[Draft]:
    """An argument that something is multiplied with or divided by, in the form that another convention has."""
    parent = site.parent
    factor = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mult | ast.Div)
    if node.id in scope.function.arguments and (factor or isinstance(parent, ast.UnaryOp)):
        yield from (Draft("another form", node.id, template.format(node.id)) for template in OTHER_FORMS)
