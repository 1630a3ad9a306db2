"""A bank of submissions that knows the judge only from its contract: methods in many hands, put together with a fixed seed."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from tests.corpus.blind import deeper, narrow_and_line
from tests.corpus.blind.texts import Model, Text

# What the judge once did not see, or named otherwise: graded by a test of its own.
LEARNT: dict[str, tuple[str, ...]] = {
    "dloss_dw wrong-plain-small-only": ("two_layer_relu",),
    "train wrong-raises-big": ("relu_regression", "two_layer_relu", "sigmoid_mlp"),
    "train wrong-sequential-rows": ("linear_regression",),
    "train wrong-sequential-layers": ("sigmoid_mlp",),
    "train wrong-lr-halves-late": (
        "shallow_narrow",
        "linear_regression",
        "relu_regression",
        "two_layer_relu",
        "sigmoid_mlp",
    ),
    "forward wrong-bias-2-twice": ("relu_regression",),
    "forward wrong-b3-twice": ("sigmoid_mlp",),
}

SUMS = ("linear_regression", "relu_regression", "two_layer_relu")  # lessons whose loss is a sum
METHODS = ("forward", "loss", "dloss_dw", "train")
COURSE = Path(__file__).resolve().parents[3]

LESSONS: dict[str, tuple[Model, Callable[[], list[Text]]]] = {
    "shallow_narrow": (narrow_and_line.NARROW, narrow_and_line.narrow),
    "linear_regression": (narrow_and_line.LINE, narrow_and_line.line),
    **deeper.LESSONS,
}


@dataclass(frozen=True)
class Case:
    name: str
    assignment: str
    source: str
    parts: dict[str, Text]
    variation: str = ""

    @property
    def wrong(self) -> dict[str, frozenset[str]]:
        """Each method that is wrong, with the names that are acceptable for it."""
        return {k: t.codes for k, t in self.parts.items() if t.codes and not t.either}

    @property
    def learnt(self) -> bool:
        return any(self.assignment in LEARNT.get(f"{k} {t.name}", ()) for k, t in self.parts.items())

    def names(self, code: str, method: str) -> bool:
        wanted = self.parts[method].codes
        if "numerical-gradient" in wanted and any(self.parts[k].codes for k in ("forward", "loss")):
            return True  # the numbers of a wrong loss, measured: nothing proves how
        if "different" in wanted and code in ("other-optimiser", "early-stop"):
            return True  # without a name of its own when the bank was written
        if "different" in wanted and code == "wrong-type" and "int" in self.parts[method].name.split("-"):
            return True  # numbers cut to whole ones have a name of their own by now
        if "sum-for-mean" in wanted and code == "factor" and self.assignment in SUMS:
            return True  # N times too large is no sum for a mean where the sum is asked
        return code in wanted

    @property
    def open(self) -> set[str]:
        return {k for k, t in self.parts.items() if t.either}


def source(model: Model, parts: dict[str, Text], imports: bool = False) -> str:
    out = ["import numpy as np\n"] if imports else []
    for top in dict.fromkeys(t.top for t in parts.values() if t.top):
        out.append(top + "\n")
    body = [model.init]
    extras = [e for e in dict.fromkeys(t.extra for t in parts.values()) if e]
    for name in METHODS:
        if parts[name].code:
            body.append(parts[name].code)
    body += extras
    return "\n".join(out) + f"class {model.cls}:\n" + indent("\n".join(body), "    ")


def fits(parts: dict[str, Text]) -> bool:
    gives = parts["forward"].gives
    return all(not t.needs or t.needs == gives for t in parts.values())


def cases(assignment: str, seed: int = 1, compounds: int = 60, rights: int = 0) -> Iterator[Case]:
    """Right ones first: every right text at least once; then each wrong text alone, then several together."""
    model, make = LESSONS[assignment]
    texts = make()
    dice = random.Random(f"{assignment} {seed}")
    right = {k: [t for t in texts if t.method == k and t.right] for k in METHODS}
    wrong = {k: [t for t in texts if t.method == k and t.codes and not t.either] for k in METHODS}
    either = [t for t in texts if t.either]

    def around(fixed: dict[str, Text]) -> dict[str, Text]:
        spoiled = any(t.codes for t in fixed.values())
        for _ in range(2000):
            parts = {k: fixed.get(k) or dice.choice(right[k]) for k in METHODS}
            if spoiled and parts["dloss_dw"].name == "right-nested":
                continue  # lists for gradients: right, but a train that multiplies them raises
            if fits(parts):
                return parts
        need = next(t.needs for t in fixed.values() if t.needs)
        if "forward" in fixed:
            return {k: fixed.get(k) or next(t for t in right[k] if not t.needs) for k in METHODS}
        return around(fixed | {"forward": dice.choice([t for t in right["forward"] if t.gives == need])})

    def case(name: str, parts: dict[str, Text]) -> Case:
        return Case(name, assignment, source(model, parts), parts)

    waiting = {k: dice.sample(v, len(v)) for k, v in right.items()}
    n = 0
    while any(waiting.values()) or n < rights:
        fixed: dict[str, Text] = {}
        if waiting["dloss_dw"] and waiting["dloss_dw"][-1].needs:
            fixed["dloss_dw"] = waiting["dloss_dw"].pop()
        else:
            fixed = {k: v.pop() for k, v in waiting.items() if v}
        yield case(f"right-{n:03d}", around(fixed))
        n += 1
    for k in METHODS:
        for i, t in enumerate(wrong[k]):
            yield case(f"wrong-{k}-{i:03d}", around({k: t}))
    for i, t in enumerate(either):
        yield case(f"open-{i:03d}", around({t.method: t}))
    i = 0
    while i < compounds:
        chosen = dice.sample(METHODS, dice.choice((2, 2, 2, 3, 3, 4)))
        fixed = {k: dice.choice(wrong[k]) for k in chosen}
        if any(t.needs and ("forward" in fixed and fixed["forward"].gives != t.needs) for t in fixed.values()):
            continue
        yield case(f"several-{i:03d}", around(fixed))
        i += 1


def notebook(case: Case) -> str:
    """The release with the class filled in, as a student hands it in; see `variations`."""
    cls = LESSONS[case.assignment][0].cls
    path = COURSE / "release" / case.assignment / f"{case.assignment}.ipynb"
    nb = json.loads(path.read_text(encoding="utf-8"))
    for cell in nb["cells"]:
        cell.pop("attachments", None)
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == cls:
            cell["source"] = case.source
    if case.variation:
        VARIATIONS[case.variation](nb, cls, case)
    return json.dumps(nb)


def _cell(text: str) -> dict[str, object]:
    return {
        "cell_type": "code",
        "id": f"mine{abs(hash(text)) % 10**8}",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": text,
    }


def _at(nb: dict, cls: str) -> int:
    return next(i for i, c in enumerate(nb["cells"]) if c["metadata"].get("nbgrader", {}).get("grade_id") == cls)


def _base_class(nb: dict, cls: str, case: Case) -> None:
    at = _at(nb, cls)
    nb["cells"].insert(at, _cell(case.source.replace(f"class {cls}:", "class Base:")))
    nb["cells"][at + 1]["source"] = f"class {cls}(Base):\n    pass\n"


def _pieces(nb: dict, cls: str, case: Case) -> None:
    at = _at(nb, cls)
    head, _, rest = case.source.partition("    def loss(")
    if rest and "@staticmethod\n    def loss(" not in case.source:
        nb["cells"][at]["source"] = head.rstrip() + "\n"
        nb["cells"].insert(at + 1, _cell(f"class {cls}({cls}):\n    def loss(" + rest))


def _after(text: str) -> Callable[[dict, str, Case], None]:
    def change(nb: dict, cls: str, case: Case) -> None:
        nb["cells"].insert(_at(nb, cls) + 1, _cell(text.replace("CLS", cls)))

    return change


def _before(text: str) -> Callable[[dict, str, Case], None]:
    def change(nb: dict, cls: str, case: Case) -> None:
        nb["cells"].insert(_at(nb, cls), _cell(text.replace("CLS", cls)))

    return change


def _same_cell(head: str, tail: str) -> Callable[[dict, str, Case], None]:
    def change(nb: dict, cls: str, case: Case) -> None:
        nb["cells"][_at(nb, cls)]["source"] = head.replace("CLS", cls) + case.source + tail.replace("CLS", cls)

    return change


def _only(nb: dict, cls: str, case: Case) -> None:
    nb["cells"] = [_cell("import numpy as np"), nb["cells"][_at(nb, cls)]]


def _no_metadata(nb: dict, cls: str, case: Case) -> None:
    for c in nb["cells"]:
        c["metadata"] = {}
        c.pop("id", None)
    nb["nbformat_minor"] = 4


def _patched(nb: dict, cls: str, case: Case) -> None:
    at = _at(nb, cls)
    nb["cells"].insert(
        at + 1,
        _cell(
            f"_loss = {cls}.__dict__['loss'] if 'loss' in {cls}.__dict__ else None\nif _loss is not None:\n    {cls}.loss = _loss"
        ),
    )


VARIATIONS: dict[str, Callable[[dict, str, Case], None]] = {
    "base-class": _base_class,
    "pieces": _pieces,
    "raises-after": _after("1 / 0"),
    "raises-before": _before("print(undefined_name)"),
    "raises-same-cell": _same_cell("", "\nprint(CLS([1]).forward(None))\n"),
    "old-class-first": _before("class CLS:\n    def forward(self, x):\n        return 3\n"),
    "prints": _same_cell("print('starting')\n", "\nprint('done', CLS)\n"),
    "warns": _same_cell("import warnings\nwarnings.warn('old NumPy')\n", ""),
    "magics": _before("%matplotlib inline\n!pip list\n%timeit 1 + 1"),
    "only-class": _only,
    "no-metadata": _no_metadata,
    "patched": _patched,
    "asserts": _after("assert CLS is None, 'my own check'"),
    "imports": _same_cell("import math\nfrom numpy import *\nimport numpy as np\nfrom copy import deepcopy\n\n", ""),
    "seeded": _after("np.random.seed(0)\nx = np.random.rand(5)\n"),
    "alias": _same_cell("", "\nModel = CLS\nNet = CLS\n"),
    "annotations": _same_cell("from __future__ import annotations\n", ""),
    "decorated": _same_cell("def quiet(c):\n    return c\n\n\n@quiet\n", ""),
    "tabs": lambda nb, cls, case: nb["cells"][_at(nb, cls)].__setitem__("source", case.source.replace("    ", "\t")),
    "crlf": lambda nb, cls, case: nb["cells"][_at(nb, cls)].__setitem__("source", case.source.replace("\n", "\r\n")),
    "list-source": lambda nb, cls, case: nb["cells"][_at(nb, cls)].__setitem__(
        "source", case.source.splitlines(keepends=True)
    ),
    "comments": lambda nb, cls, case: nb["cells"][_at(nb, cls)].__setitem__(
        "source", "# BEGIN SOLUTION\n" + case.source + "\n# END SOLUTION\n"
    ),
}


def varied(assignment: str, seed: int = 2) -> Iterator[Case]:
    """Whole-notebook variations, each of a right and of a wrong submission."""
    base = list(cases(assignment, seed, compounds=8))
    rights = [c for c in base if c.name.startswith("right") and not c.open]
    several = [c for c in base if c.name.startswith("several")]
    for i, name in enumerate(VARIATIONS):
        if name == "decorated" and any(t.top for t in rights[i % len(rights)].parts.values()):
            continue
        chosen = [(rights[i % len(rights)], "right")]
        if i % 3 == 0:
            chosen.append((several[i % len(several)], "several"))
        for c, kind in chosen:
            yield Case(f"{kind}-notebook-{name}", assignment, c.source, c.parts, name)
