"""What students are seen to do that no plain exchange of a part gives: terms, bounds, weights, counts, orders."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from autograder.callables.faults.operators.texts import WITHOUT_LOG, common_name, number, text
from autograder.callables.faults.sites import MODULES, Draft, Scope, Site

PAIRS = (("sin", "cos"), ("floor", "ceil"), ("triu", "tril"))
BOUNDS = frozenset({"min", "max", "minimum", "maximum"})
SMALL = tuple(f"1e-{k}" for k in range(1, 17))  # what keeps a logarithm or a division from 0
DEPTH = 3  # how far down a part of a formula is looked for that stands alone in its place
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div)


def habits(site: Site, scope: Scope) -> Iterator[Draft]:
    """Drafts for whole formulas and for calls that have a habit of their own."""
    node = site.node
    if site.field == "iter":
        yield from _same_round(node)
    if isinstance(node, ast.BinOp) and not site.index:
        yield from _weights(node)
        yield from _kept_from_zero(node, scope)
        yield from _sums(site, node)
        yield from _moved_inside(node)
        yield from _divided(node, scope)
        if not isinstance(site.parent, ast.BinOp) or isinstance(node.op, ast.Mult | ast.Div):
            yield from _parts(node)
    elif isinstance(node, ast.Subscript | ast.Name) and _is_log_share(node, scope) and not site.index:
        yield from _without_log(f"np.exp({text(node)})", "")
    elif isinstance(node, ast.Call):
        yield from _moved_outside(node)
        yield from _bounds(node)
        yield from _calls(node)
        yield from _small_added(node)
        yield from _ordered_or_solved(node)


def _is_log_share(node: ast.Subscript | ast.Name, scope: Scope) -> bool:
    """Whether it is a name that is given the logarithm of a share, or a part of that."""
    name = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(name, ast.Name) and name.id in scope.logs


def _without_log(share: str, sign: str) -> Iterator[Draft]:
    """What stands in the place of the logarithm of a share."""
    for without in WITHOUT_LOG:
        yield Draft("function left out", "logarithm", f"({sign}({without.format(share)}))")
    yield Draft("function left out + sign", "logarithm; ", f"(-({sign}{share}))")


def _terms(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        return [*_terms(node.left), node.right]
    return [node]


def _sums(site: Site, node: ast.BinOp) -> Iterator[Draft]:
    """One term of three or more, alone."""
    inner = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Add | ast.Sub)
    terms = _terms(node)
    if not inner and len(terms) > 2:
        yield from (Draft("terms left out", "", text(each)) for each in terms if number(each) is None)


def _parts(node: ast.BinOp) -> Iterator[Draft]:
    """What stands deeper in a formula, alone in its place."""
    waiting: list[tuple[int, ast.expr]] = [(0, node)]
    while waiting:
        depth, each = waiting.pop(0)
        if depth > 1 and number(each) is None:
            yield Draft("part left out", "", text(each))
        if depth < DEPTH and isinstance(each, ast.BinOp) and isinstance(each.op, ARITHMETIC):
            waiting += [(depth + 1, each.left), (depth + 1, each.right)]


def _weights(node: ast.BinOp) -> Iterator[Draft]:
    """`b * v + (1 - b) * g` with b and 1 - b in each other's place."""
    whole = ast.unparse(node)
    shares = {
        ast.unparse(each.right)
        for each in ast.walk(node)
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.Sub) and number(each.left) == 1
    }
    for share in sorted(shares) if isinstance(node.op, ast.Add) else ():
        rest = ast.unparse(ast.parse(f"1 - {share}", mode="eval").body)
        apart = whole.replace(f"({rest})", "\0")
        if share in apart:
            yield Draft("weights exchanged", "", apart.replace(share, f"({rest})").replace("\0", f"({share})"))


def _moved_inside(node: ast.BinOp) -> Iterator[Draft]:
    """`sqrt(v) + e` as `sqrt(v + e)`, and back."""
    call = node.left
    if isinstance(node.op, ast.Add) and isinstance(call, ast.Call) and common_name(call) and len(call.args) == 1:
        yield Draft("moved inside", "", f"{ast.unparse(call.func)}({text(call.args[0])} + {text(node.right)})")


def _moved_outside(node: ast.Call) -> Iterator[Draft]:
    """`f(a - b, t)` as `f(a, t) - b`."""
    last, _, texts = _named(node)
    of = node.args[0] if node.args else None
    if isinstance(of, ast.BinOp) and isinstance(of.op, ast.Add | ast.Sub) and last not in ("len", "range", "arange"):
        symbol = "+" if isinstance(of.op, ast.Add) else "-"
        left, right = ast.unparse(of.left), text(of.right)
        called = f"{ast.unparse(node.func)}({', '.join([left, *texts[1:]])})"
        yield Draft("moved inside", "", f"({called} {symbol} {right})")


def _divided(node: ast.BinOp, scope: Scope) -> Iterator[Draft]:
    """Another divisor: one less, or a size."""
    if isinstance(node.op, ast.Div) and number(node.right) is None:
        kind = "one less" if _counts(node.right, scope) else "number less one"
        yield Draft(kind, "", f"({text(node.left)} / ({text(node.right)} - 1))")
        for size in [*sorted(scope.sizes), *(f"len({name})" for name in scope.function.arguments)]:
            yield Draft("divisor", "", f"({text(node.left)} / {size})")


def _counts(node: ast.expr, scope: Scope) -> bool:
    """Whether it is how many there are of something: a size, `len(x)`, `x.shape[0]`, `x.size`."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) == "len"
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
    of_size = isinstance(node, ast.Attribute) and node.attr == "size"
    return of_size or (isinstance(node, ast.Name) and node.id in scope.sizes)


def _same_round(node: ast.expr) -> Iterator[Draft]:
    """Of several that are gone through together, one stays at its first element."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "zip" and len(node.args) > 1:
        texts = [text(each) for each in node.args]
        for k, each in enumerate(texts):
            rest = [*texts[:k], f"[{each}[0]] * len({each})", *texts[k + 1 :]]
            yield Draft("same round", "", f"zip({', '.join(rest)})")


def _named(node: ast.Call) -> tuple[str, bool, list[str]]:
    """The last name of what is called, whether it is a module's, and its arguments as texts."""
    lead, _, last = ast.unparse(node.func).rpartition(".")
    return last, lead in MODULES, [ast.unparse(each) for each in (*node.args, *node.keywords)]


def _bounds(node: ast.Call) -> Iterator[Draft]:
    """`min(a, b)` as one of both, or as the larger."""
    last, module, texts = _named(node)
    plain = isinstance(node.func, ast.Name)
    if last in BOUNDS and (module or plain) and len(node.args) == 2 and not node.keywords:
        yield from (Draft("bound left out", "", text(each)) for each in node.args if number(each) is None)
        if plain:
            yield Draft("extreme", "", f"{'max' if last == 'min' else 'min'}({', '.join(texts)})")


def _calls(node: ast.Call) -> Iterator[Draft]:
    """Functions that come in pairs, counts, borders."""
    function, (last, module, texts) = ast.unparse(node.func), _named(node)
    for one, two in (*PAIRS, *(pair[::-1] for pair in PAIRS)):
        if last == one and module:
            yield Draft("function of another", "", f"np.{two}({', '.join(texts)})")
    if last in ("var", "std") and "ddof" not in ast.unparse(node):
        yield Draft("one less", "", f"{function}({', '.join([*texts, 'ddof=1'])})")
    if last in ("tril", "triu") and module and len(node.args) == 1:
        yield from (Draft("diagonal", "", f"{function}({texts[0]}, {k})") for k in (-1, 1))
    if last == "arange" and module and len(node.args) == 1:
        yield Draft("counted from one", "", f"{function}(1, {texts[0]} + 1)")


def _ordered_or_solved(node: ast.Call) -> Iterator[Draft]:
    """Another direction of an order; a matrix for its inverse."""
    last, _, texts = _named(node)
    if last == "argsort" and node.args:
        first = node.args[0]
        turned = first.operand if isinstance(first, ast.UnaryOp) and isinstance(first.op, ast.USub) else None
        new = ast.unparse(turned) if turned is not None else f"-{text(first)}"
        yield Draft("ascending", "", f"{ast.unparse(node.func)}({', '.join([new, *texts[1:]])})")
    if last == "solve" and len(texts) == 2:
        yield Draft("not inverted", "", f"({text(node.args[0])} @ {text(node.args[1])})")
    if last == "inv" and node.args:
        yield Draft("not inverted", "", text(node.args[0]))


def _small_added(node: ast.Call) -> Iterator[Draft]:
    """`log(p)` as `log(p + 1e-8)`, or with p cut off there."""
    last, module, texts = _named(node)
    if last in ("log", "sqrt") and module and len(texts) == 1:
        for small in SMALL:
            yield Draft("small added", "", f"np.{last}({text(node.args[0])} + {small})")
            yield Draft("cut off", "", f"np.{last}(np.maximum({texts[0]}, {small}))")
            yield Draft("cut off", "", f"np.{last}(np.clip({texts[0]}, {small}, 1 - {small}))")


def _kept_from_zero(node: ast.BinOp, scope: Scope) -> Iterator[Draft]:
    """A divisor, or the number that a difference is the logarithm of (`log(s) - t`), with something small added."""
    if isinstance(node.op, ast.Div) and number(node.right) is None:
        for small in SMALL:
            yield Draft("small added", "", f"({text(node.left)} / ({text(node.right)} + {small}))")
        for sign, name in (*itertools.product("+-", scope.pool), ("+", "1")):
            yield Draft("term added", name, f"({text(node.left)} / ({text(node.right)} {sign} {name}))")
    if isinstance(node.op, ast.Sub):
        for one, other, sign in ((node.left, node.right, "-"), (node.right, node.left, "")):
            call = scope.before.get(one.id, one) if isinstance(one, ast.Name) else one
            if isinstance(call, ast.Call) and common_name(call) == "logarithm" and number(other) is None:
                share = f"np.exp({sign}{text(node)})"
                yield from _without_log(share, sign)
                for small in SMALL:
                    yield Draft("small added", "", f"({sign}np.log({share} + {small}))")
                    yield Draft("cut off", "", f"({sign}np.log(np.maximum({share}, {small})))")
                    yield Draft("cut off", "", f"({sign}np.log(np.clip({share}, {small}, 1 - {small})))")
