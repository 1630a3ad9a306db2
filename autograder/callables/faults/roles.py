"""Which part a name or a line plays: parameters, slopes, rates, counted rounds, as the declaration and the data flow
show it; nothing hangs on what anything is called."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from autograder.callables.declared.declaration import Declaration, Slope
from autograder.callables.declared.functions import Function, Source
from autograder.callables.faults.operators.steps import target
from autograder.callables.faults.parameters import held_as, parameters
from autograder.callables.faults.sites import assigned, is_ones, is_value

DEPTH = 3  # names that a value is followed back through


@dataclass(frozen=True)
class Roles:
    """Of the functions of a source: `slopes` work slopes out, `ways` lead to what slopes are taken of.

    `parameters[function]` are the names and attributes, `self.w`, by which slopes are taken; `biases` the results that
    are slopes by a parameter which is added to products, `bias_rows` those of which the first or the last row is one
    by a bias. `numbers` are the arguments that are single numbers.
    """

    source: Source
    slopes: frozenset[str] = frozenset()
    ways: frozenset[str] = frozenset()
    parameters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    biases: frozenset[str] = frozenset()
    bias_rows: Mapping[str, str] = field(default_factory=dict)

    def is_parameter(self, node: ast.AST, function: str) -> bool:
        """Whether slopes are taken by what an expression names."""
        return ast.unparse(node) in self.parameters.get(function, ())

    def is_input(self, node: ast.AST, function: str) -> bool:
        """Whether an expression names an argument that is no single number."""
        return isinstance(node, ast.Name) and node.id in {*self.source.functions[function].arguments} - self.numbers

    def is_bias(self, node: ast.AST, around: ast.AST, function: str) -> bool:
        """Whether an expression names a parameter that is a term of the sum `around`, beside a product with another."""
        if not self.is_parameter(node, function) or not isinstance(around, ast.BinOp):
            return False
        others = [each for each in terms(around) if ast.unparse(each) != ast.unparse(node)]
        return not any(_reads(each, node) for each in others) and any(
            self._is_product(each, node, function, DEPTH) for each in others
        )

    def _is_product(self, node: ast.AST, beside: ast.AST, function: str, depth: int) -> bool:
        """Whether it is a product, or what a call gives, with another parameter in it."""
        if isinstance(node, ast.Name) and depth:
            values = given(self.source.functions[function].node, node.id)
            return any(self._is_product(each, beside, function, depth - 1) for each in values)
        product = isinstance(node, ast.Call) or (
            isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.MatMult)
        )
        named = {ast.unparse(each) for each in ast.walk(node) if is_value(each)} - {ast.unparse(beside)}
        return product and bool(named & self.parameters.get(function, frozenset()))

    def meets_ones(self, node: ast.AST, function: str) -> bool:
        """Whether an expression names a parameter by which a column of ones beside an array is multiplied somewhere, so
        that one row of it is a bias."""
        return self.is_parameter(node, function) and bool(self.row_of_ones({ast.unparse(node)}))

    def row_of_ones(self, names: Collection[str]) -> str:
        """Which row of a parameter of these names meets a column of ones: the `first`, the `last`, `a` row between, or
        empty where none does."""
        products = (
            self._ones_in(each.left, way, DEPTH)
            for way in self.ways
            for each in ast.walk(self.source.functions[way].node)
            if isinstance(each, ast.BinOp) and isinstance(each.op, ast.MatMult) and ast.unparse(each.right) in names
        )
        return next(filter(None, products), "")

    def _ones_in(self, node: ast.expr, function: str, depth: int) -> str:
        """Where in what is put together of columns those of ones stand."""
        root = self.source.functions[function].node
        if isinstance(node, ast.Name) and depth:
            return next(filter(None, (self._ones_in(each, function, depth - 1) for each in given(root, node.id))), "")
        stacked = node.args[0] if isinstance(node, ast.Call) and node.args else None
        known = {each.id: value for each, value in _named(root)}
        if not isinstance(stacked, ast.List | ast.Tuple):
            return ""
        places = [k for k, each in enumerate(stacked.elts) if is_ones(each, known)]
        return {0: "first", len(stacked.elts) - 1: "last"}.get(places[0], "a") if places else ""

    def is_rate(self, node: ast.AST, function: str) -> bool:
        """Whether an expression names an argument that is a number, and with which steps are multiplied before they are
        taken off."""
        return (
            isinstance(node, ast.Name)
            and node.id in self.numbers
            and node.id in set(_rates(self.source.functions[function]))
        )

    def goes_on(self, loop: ast.AST, function: str) -> bool:
        """Whether a loop runs as many rounds as an argument says, and each goes on with what the one before has left:
        with an argument or an attribute, or with what a step is taken off."""
        owner = self.source.functions[function]
        if isinstance(loop, ast.For):
            counted = isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"
            about: ast.AST = loop.iter
        elif isinstance(loop, ast.While):
            counted, about = True, loop.test
        else:
            return False
        names = {each.id for each in ast.walk(about) if isinstance(each, ast.Name)}
        if not counted or not names & {*owner.arguments} & self.numbers:
            return False
        moved = {target(each) for each in ast.walk(loop) if isinstance(each, ast.stmt)} - {""}
        return any(name in owner.arguments or name.startswith("self.") for name in moved) or bool([*_steps(loop)])


def roles_of(source: Source, declared: Declaration, numbers: Collection[str]) -> Roles:
    """The roles that a declaration gives; `numbers` are the arguments that are asked as single numbers."""
    wrt = {each.partition(".")[0] for slope in declared.slopes for each in slope.wrt}
    slopes = {source.own(slope.callable) for slope in declared.slopes if not isinstance(slope.of, str)}
    of = {name for slope in declared.slopes for name in _asked_of(slope, source)}
    roles = Roles(
        source,
        slopes=(_reached(source, slopes) - _reached(source, of)) | slopes,
        ways=_reached(source, slopes | of),
        parameters={name: frozenset(names) for name, names in parameters(source, wrt).items()},
        numbers=frozenset(numbers),
    )
    pairs = [pair for slope in declared.slopes for pair in zip(slope.by, slope.wrt, strict=True)]
    added = {text for name in roles.ways for text in _added(roles, name)}
    held = {by: held_as(source, parameter) for by, parameter in pairs}
    biases = frozenset(by for by, names in held.items() if names & added)
    return replace(roles, biases=biases, bias_rows={by: roles.row_of_ones(names) for by, names in held.items()})


def _added(roles: Roles, function: str) -> Iterator[str]:
    """The parameters that a function adds to products."""
    for node in ast.walk(roles.source.functions[function].node):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
            yield from (ast.unparse(each) for each in terms(node) if roles.is_bias(each, node, function))


def _reached(source: Source, names: Iterable[str]) -> frozenset[str]:
    return frozenset(each for name in names for each in source.reach(name))


def _asked_of(slope: Slope, source: Source) -> Iterator[str]:
    """The functions of the source that slopes are taken of, and those that lead to these."""
    if isinstance(slope.of, str):
        yield slope.callable
        return
    code = slope.of.__code__
    called = {slope.of.__qualname__, *code.co_names}
    yield from (name for name in source.functions if name in called or name.rpartition(".")[2] in code.co_names)


def terms(node: ast.AST) -> Iterator[ast.expr]:
    """The terms of a sum or a difference."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        yield from terms(node.left)
        yield from terms(node.right)
    elif isinstance(node, ast.expr):
        yield node


def _named(root: ast.AST) -> Iterator[tuple[ast.Name, ast.expr]]:
    """The names that a function gives values, with these."""
    pairs = (pair for node in ast.walk(root) for pair in assigned(node))
    yield from ((to, value) for to, value in pairs if isinstance(to, ast.Name))


def given(root: ast.AST, name: str) -> list[ast.expr]:
    """The expressions that a name is given in a function."""
    return [value for to, value in _named(root) if to.id == name]


def _factors(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        yield from _factors(node.left)
        yield from _factors(node.right)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        yield from _factors(node.left)
    else:
        yield node


def _steps(root: ast.AST) -> Iterator[ast.AST]:
    """What statements take off what they change: of `w -= lr * g` and `w = w - lr * g` the `lr * g`."""
    for node in ast.walk(root):
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Sub):
            yield node.value
        for to, value in assigned(node):
            differences = (
                each for each in ast.walk(value) if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub)
            )
            yield from (each.right for each in differences if _reads(each.left, to))


def _reads(node: ast.AST, what: ast.AST) -> bool:
    return any(ast.unparse(each) == ast.unparse(what) for each in ast.walk(node) if is_value(each))


def _rates(function: Function) -> Iterator[str]:
    """The arguments that are factors of steps."""
    for step in _steps(function.node):
        yield from (each.id for each in _factors(step) if isinstance(each, ast.Name) and each.id in function.arguments)
