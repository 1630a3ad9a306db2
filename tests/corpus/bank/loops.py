"""Training loops as students write them, for any of the lessons."""

from __future__ import annotations

from tests.corpus.networks import Network


class _Words:
    """The lines that depend on the lesson: names of weights and gradients, what is recorded."""

    def __init__(self, a: Network):
        self.names = list(a.weights)
        self.g = [f"d{name}" for name in self.names]
        self.path = a.recorded
        comma = "," if len(self.g) == 1 else ""
        self.take = f"({', '.join(self.g)}{comma}) = self.dloss_dw(x, y_true)"
        self.flat = "np.concatenate([" + ", ".join(f"np.ravel(self.{n})" for n in self.names) + "])"
        self.prepare = "losses = np.zeros(n_ep)"
        self.size = " + ".join(f"np.size(self.{n})" for n in self.names)
        if self.path:
            self.prepare += f"\npath = np.zeros((n_ep, {self.size}))"
        self.record = f"path[i] = {self.flat}" if self.path else "pass"
        self.give = "return losses, path" if self.path else "return losses"

    def step(self, lr: str = "lr", sign: str = "-") -> str:
        return "\n".join(f"self.{n} = self.{n} {sign} {lr} * {g}" for n, g in zip(self.names, self.g, strict=True))

    def inplace(self, lr: str = "lr") -> str:
        return "\n".join(f"self.{n} -= {lr} * {g}" for n, g in zip(self.names, self.g, strict=True))


LOSS = "losses[i] = self.loss(self.forward(x), y_true)"


def _indent(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line.strip() else line for line in text.strip("\n").splitlines())


def _train(prepare: str, body: str, give: str, loop: str = "for i in range(n_ep):") -> str:
    return "\n".join(
        [
            "def train(self, x, y_true, lr, n_ep):",
            _indent(prepare, 4),
            "    " + loop,
            _indent(body, 8),
            _indent(give, 4),
        ]
    )


def _joined(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def right(a: Network) -> dict[str, str]:
    """Right loops."""
    w = _Words(a)
    listed = "losses = []" + ("\npath = []" if w.path else "")
    append = "losses.append(self.loss(self.forward(x), y_true))"
    keep = f"path.append({w.flat}.copy())" if w.path else ""
    records = "return np.array(losses), np.array(path)" if w.path else "return np.array(losses)"
    as_list = "return losses, path" if w.path else "return losses"
    found = {
        "train in place": _train(w.prepare, _joined(LOSS, w.take, w.inplace(), w.record), w.give),
        "train with lists": _train(listed, _joined(append, w.take, w.step(), keep), records),
        "train returns lists": _train(listed, _joined(append, w.take, w.step(), keep), as_list),
        "train with while": _train(
            w.prepare + "\ni = 0", _joined(LOSS, w.take, w.step(), w.record, "i += 1"), w.give, "while i < n_ep:"
        ),
        "train takes gradients first": _train(w.prepare, _joined(w.take, LOSS, w.step(), w.record), w.give),
        "train with zip and setattr": _train(
            w.prepare,
            _joined(
                LOSS,
                "grads = self.dloss_dw(x, y_true)",
                f"for name, g in zip({w.names!r}, grads):\n    setattr(self, name, getattr(self, name) - lr * g)",
                w.record,
            ),
            w.give,
        ),
        "train with keywords": _train(
            w.prepare,
            _joined(
                "losses[i] = self.loss(y_prediction=self.forward(x=x), y_true=y_true)",
                w.take.replace("(x, y_true)", "(x=x, y_true=y_true)"),
                w.step(),
                w.record,
            ),
            w.give,
        ),
        "train with a step method": _train(w.prepare, _joined(LOSS, "self.step(x, y_true, lr)", w.record), w.give)
        + "\ndef step(self, x, y_true, lr):\n" + _indent(_joined("grads = self.dloss_dw(x, y_true)", *[
            f"self.{n} = self.{n} - lr * grads[{k}]" for k, n in enumerate(w.names)]), 4),
        "train by way of plus": _train(
            w.prepare,
            _joined(LOSS, w.take, *[f"self.{n} = self.{n} + (-lr) * {g}" for n, g in zip(w.names, w.g, strict=True)],
                    w.record),
            w.give,
        ),
        "train prints": _train(
            w.prepare, _joined(LOSS, "if i % 10 == 0:\n    print(i, losses[i])", w.take, w.step(), w.record), w.give
        ),
        "train in a tuple assignment": _train(
            w.prepare,
            _joined(LOSS, "g = self.dloss_dw(x, y_true)",
                    ", ".join(f"self.{n}" for n in w.names) + " = "
                    + ", ".join(f"self.{n} - lr*g[{k}]" for k, n in enumerate(w.names)), w.record),
            w.give,
        ),
        "train from a class method call": _train(
            w.prepare,
            _joined(LOSS, w.take.replace("self.dloss_dw(", "self.__class__.dloss_dw(self, "), w.step(), w.record),
            w.give,
        ),
        "train counts from one": _train(
            w.prepare,
            _joined(LOSS.replace("[i]", "[i-1]"), w.take, w.step(), w.record.replace("[i]", "[i-1]")),
            w.give,
            "for i in range(1, n_ep + 1):",
        ),
        "train calls itself": "def train(self, x, y_true, lr, n_ep):\n" + _indent(_joined(
            "now = self.loss(self.forward(x), y_true)", w.take, w.step(),
            f"here = {w.flat}.reshape(1, -1)" if w.path else "",
            "if n_ep == 1:\n    return " + ("np.array([now]), here" if w.path else "np.array([now])"),
            "rest, rows = self.train(x, y_true, lr, n_ep - 1)" if w.path else "rest = self.train(x, y_true, lr, n_ep - 1)",
            "return np.append(now, rest), np.vstack([here, rows])" if w.path else "return np.append(now, rest)"), 4),
        "train keeps more records than asked on self": _train(
            _joined(w.prepare, "self.history = []"),
            _joined("y_prediction = self.forward(x)", "self.y_prediction = y_prediction",
                    "losses[i] = self.loss(y_prediction, y_true)", "self.history.append(losses[i])", w.take, w.step(),
                    w.record), w.give),
        "train with one update method per weight": _train(
            w.prepare, _joined(LOSS, w.take, *[f"self.{n} = self._new(self.{n}, {g}, lr)" for n, g in
                                              zip(w.names, w.g, strict=True)], w.record), w.give)
        + "\n@staticmethod\ndef _new(w, g, lr):\n    return w - np.multiply(lr, g)",
    }  # fmt: skip
    return found


def wrong(a: Network) -> dict[str, tuple[str, str]]:
    """Wrong loops, with what must be said of them."""
    w = _Words(a)
    several = len(w.names) > 1
    found: dict[str, tuple[str, str]] = {}

    def add(name: str, body: str, codes: str, prepare: str = "", give: str = "", loop: str = "for i in range(n_ep):"):
        found[f"train: {name}"] = (_train(prepare or w.prepare, body, give or w.give, loop), f"train: {codes}")

    add("ascends", _joined(LOSS, w.take, w.step(sign="+"), w.record), "ascends")
    add("loss after", _joined(w.take, w.step(), LOSS, w.record), "loss-after-update")
    add(
        "loss after by a kept prediction",
        _joined(w.take, w.step(), "p = self.forward(x)", "losses[i] = self.loss(p, y_true)", w.record),
        "loss-after-update",
    )
    add("ignores lr", _joined(LOSS, w.take, w.step("0.01"), w.record), "ignores-lr")
    add("fixed odd rate", _joined(LOSS, w.take, w.step("0.013"), w.record), "ignores-lr")
    add("no lr", _joined(LOSS, w.take, w.step("1"), w.record), "ignores-lr")
    add("lr twice", _joined(LOSS, w.take, w.step("lr * lr"), w.record), "ignores-lr|factor")
    add("half rate", _joined(LOSS, w.take, w.step("0.5 * lr"), w.record), "factor|ignores-lr")
    add("rate over n", _joined(LOSS, w.take, w.step("lr / len(x)"), w.record), "mean-for-sum|factor|ignores-lr")
    add("rate times n", _joined(LOSS, w.take, w.step("lr * x.shape[0]"), w.record), "sum-for-mean|factor|ignores-lr")
    add("rate over epochs", _joined(LOSS, w.take, w.step("lr / n_ep"), w.record), "ignores-lr|factor")
    add("rate decays", _joined(LOSS, w.take, w.step(), w.record, "lr *= 0.97"), "ignores-lr")
    add("rate decays harmonically", _joined(LOSS, w.take, w.step("lr / (1 + i)"), w.record), "ignores-lr")
    add("rate decays odd", _joined(LOSS, w.take, w.step("lr / (1 + 0.03 * i)"), w.record), "ignores-lr")
    add("rate grows", _joined(LOSS, w.take, w.step("lr * (i + 1)"), w.record), "ignores-lr|different")
    add(
        "divides by lr",
        _joined(
            LOSS, w.take, *[f"self.{n} = self.{n} - {g} / lr" for n, g in zip(w.names, w.g, strict=True)], w.record
        ),
        "ignores-lr|different",
    )
    add("one too few", _joined(LOSS, w.take, w.step(), w.record), "epoch-count", loop="for i in range(n_ep - 1):")
    add("starts at one", _joined(LOSS, w.take, w.step(), w.record), "epoch-count", loop="for i in range(1, n_ep):")
    listed = "losses = []" + ("\npath = []" if w.path else "")
    append = "losses.append(self.loss(self.forward(x), y_true))"
    keep = f"path.append({w.flat})" if w.path else ""
    records = "return np.array(losses), np.array(path)" if w.path else "return np.array(losses)"
    add(
        "one too many",
        _joined(append, w.take, w.step(), keep),
        "epoch-count",
        listed,
        records,
        "for i in range(n_ep + 1):",
    )
    add(
        "list one too few",
        _joined(append, w.take, w.step(), keep),
        "epoch-count",
        listed,
        records,
        "for i in range(n_ep - 1):",
    )
    add(
        "start recorded too",
        _joined(w.take, w.step(), append, keep),
        "epoch-count",
        _joined(listed, append, keep),
        records,
    )
    add(
        "final loss recorded too",
        _joined(append, w.take, w.step(), keep),
        "epoch-count",
        listed,
        _joined(append, records),
    )
    add("stops early", _joined(LOSS, w.take, w.step(), w.record, "if i > 5:\n    break"), "epoch-count|different")
    add("returns in the loop", _joined(LOSS, w.take, w.step(), w.record, w.give), "epoch-count")
    add(
        "stops when the loss is small",
        _joined(
            LOSS, w.take, w.step(), w.record, "if i > 0 and losses[i-1] - losses[i] < 0.05 * losses[i]:\n    break"
        ),
        "epoch-count|different",
    )
    add("no update", _joined(LOSS, w.take, w.record), "no-update")
    local = _joined(LOSS, w.take, *[f"{n} = self.{n} - lr * {g}" for n, g in zip(w.names, w.g, strict=True)], w.record)
    add("updates a local", local, "no-update")
    add(
        "subtracts without assigning",
        _joined(LOSS, w.take, *[f"self.{n} - lr * {g}" for n, g in zip(w.names, w.g, strict=True)], w.record),
        "no-update",
    )
    add(
        "weights not kept",
        _joined(LOSS, w.take, w.step(), w.record),
        "no-update",
        _joined(w.prepare, *[f"start{n} = np.copy(self.{n})" for n in w.names]),
        _joined(*[f"self.{n} = start{n}" for n in w.names], w.give),
    )
    add("gradients once", _joined(LOSS, w.step(), w.record), "no-update|different", _joined(w.prepare, w.take))
    add(
        "reinitialises every epoch",
        _joined(
            LOSS, w.take, *[f"self.{n} = start{n} - lr * {g}" for n, g in zip(w.names, w.g, strict=True)], w.record
        ),
        "no-update|different",
        _joined(w.prepare, *[f"start{n} = np.copy(self.{n})" for n in w.names]),
    )
    add(
        "reinitialises",
        _joined(LOSS, w.take, w.step(), w.record),
        "hard-coded|different|ignores-lr",
        _joined(
            "rng = np.random.default_rng(0)",
            *[f"self.{n} = rng.normal(size=np.shape(self.{n}))" for n in w.names],
            w.prepare,
        ),
    )
    add(
        "stochastic",
        _joined(
            LOSS,
            "for j in range(len(x)):\n"
            + _indent(_joined(w.take.replace("(x, y_true)", "(x[j:j+1], y_true[j:j+1])"), w.step()), 4),
            w.record,
        ),
        "different",
    )
    add(
        "minibatches",
        _joined(
            LOSS,
            "for j in range(0, len(x), 4):\n"
            + _indent(_joined(w.take.replace("(x, y_true)", "(x[j:j+4], y_true[j:j+4])"), w.step()), 4),
            w.record,
        ),
        "different",
    )
    add(
        "first half only",
        _joined(
            LOSS,
            w.take.replace("(x, y_true)", "(x[:max(1, len(x)//2)], y_true[:max(1, len(x)//2)])"),
            w.step(),
            w.record,
        ),
        "different",
    )
    add(
        "momentum",
        _joined(
            LOSS,
            w.take,
            *[f"v{n} = 0.9 * v{n} + lr * {g}\nself.{n} = self.{n} - v{n}" for n, g in zip(w.names, w.g, strict=True)],
            w.record,
        ),
        "different",
        _joined(w.prepare, *[f"v{n} = 0 * self.{n}" for n in w.names]),
    )
    add(
        "weight decay",
        _joined(
            LOSS,
            w.take,
            *[f"self.{n} = self.{n} - lr * ({g} + 0.01 * self.{n})" for n, g in zip(w.names, w.g, strict=True)],
            w.record,
        ),
        "different",
    )
    add(
        "sign of the gradient",
        _joined(
            LOSS,
            w.take,
            *[f"self.{n} = self.{n} - lr * np.sign({g})" for n, g in zip(w.names, w.g, strict=True)],
            w.record,
        ),
        "different",
    )
    add(
        "clips",
        _joined(
            LOSS,
            w.take,
            *[f"self.{n} = self.{n} - lr * np.clip({g}, -0.1, 0.1)" for n, g in zip(w.names, w.g, strict=True)],
            w.record,
        ),
        "different",
    )
    add(
        "mean loss kept",
        _joined(
            LOSS.replace("self.loss(self.forward(x), y_true)", "self.loss(self.forward(x), y_true) / 2"),
            w.take,
            w.step(),
            w.record,
        ),
        "factor|different",
    )
    add(
        "losses summed up",
        _joined(LOSS, "if i > 0:\n    losses[i] += losses[i-1]", w.take, w.step(), w.record),
        "different",
    )
    add("loss negative", _joined("losses[i] = -self.loss(self.forward(x), y_true)", w.take, w.step(), w.record), "sign")
    add(
        "prediction taken once",
        _joined("losses[i] = self.loss(p, y_true)", w.take, w.step(), w.record),
        "no-update|different",
        _joined(w.prepare, "p = self.forward(x)"),
    )
    add(
        "loss of wrong arguments",
        _joined(
            "losses[i] = self.loss(x, y_true)"
            if a.name != "two_layer_relu"
            else "losses[i] = self.loss(0 * y_true, y_true)",
            w.take,
            w.step(),
            w.record,
        ),
        "no-update|different",
    )
    add("returns none", _joined(LOSS, w.take, w.step(), w.record), "wrong-type", give="print(losses)")
    add(
        "returns the last loss",
        _joined(LOSS, w.take, w.step(), w.record),
        "wrong-type|wrong-shape|epoch-count",
        give="return losses[-1]",
    )
    if w.path:
        add(
            "returns losses alone",
            _joined(LOSS, w.take, w.step(), w.record),
            "wrong-type|wrong-shape",
            give="return losses",
        )
        add(
            "returns path first",
            _joined(LOSS, w.take, w.step(), w.record),
            "swapped|wrong-shape|wrong-type",
            give="return path, losses",
        )
        add(
            "returns three things",
            _joined(LOSS, w.take, w.step(), w.record),
            "wrong-type",
            give="return losses, path, self.w1",
        )
        add("path before", _joined(LOSS, w.take, w.record, w.step()), "epoch-count|loss-after-update|different")
        add("path transposed", _joined(LOSS, w.take, w.step(), w.record), "transposed", give="return losses, path.T")
        add("path flat", _joined(LOSS, w.take, w.step(), w.record), "wrong-shape", give="return losses, path.ravel()")
        add(
            "path of first weight",
            _joined(LOSS, w.take, w.step(), "path[i] = np.ravel(self.w1)[0]"),
            "wrong-shape|different|swapped",
        )
        add("path backwards", _joined(LOSS, w.take, w.step(), f"path[i] = {w.flat}[::-1]"), "swapped|different")
        add(
            "path of the gradients",
            _joined(
                LOSS, w.take, w.step(), "path[i] = np.concatenate([" + ", ".join(f"np.ravel({g})" for g in w.g) + "])"
            ),
            "different",
        )
        if a.name == "linear_regression":
            add(
                "path aliased",
                _joined(
                    "losses.append(self.loss(self.forward(x), y_true))", w.take, w.inplace(), "path.append(self.w1)"
                ),
                "no-update|wrong-shape",
                "losses, path = [], []",
                "return losses, path",
            )
            add(
                "path of flat views",
                _joined(
                    "losses.append(self.loss(self.forward(x), y_true))",
                    w.take,
                    w.inplace(),
                    "path.append(self.w1.ravel())",
                ),
                "no-update",
                "losses, path = [], []",
                "return losses, path",
            )
            add(
                "path of columns",
                _joined("losses.append(self.loss(self.forward(x), y_true))", w.take, w.step(), "path.append(self.w1)"),
                "wrong-shape",
                "losses, path = [], []",
                "return losses, path",
            )
    else:
        add(
            "returns weights too",
            _joined(LOSS, w.take, w.step(), w.record),
            "wrong-type|wrong-shape",
            give="return losses, self.w1",
        )
        add(
            "returns a column",
            _joined(LOSS, w.take, w.step(), w.record),
            "wrong-shape",
            give="return losses.reshape(-1, 1)",
        )
    add("misses an argument", _joined(LOSS, w.take.replace("(x, y_true)", "(x)"), w.step(), w.record), "raises")
    add("typo", _joined(LOSS, w.take, w.step("learning_rate"), w.record), "raises")
    add(
        "fixed epochs",
        _joined(LOSS, w.take, w.step(), w.record),
        "epoch-count|raises",
        prepare=w.prepare,
        loop="for i in range(10):",
    )
    add(
        "fixed epochs, list",
        _joined(append, w.take, w.step(), keep),
        "epoch-count",
        listed,
        records,
        "for i in range(10):",
    )
    add("stub", "pass", "not-implemented", prepare="raise NotImplementedError('replace this line')")
    add(
        "scales x",
        _joined(LOSS, w.take, w.step(), w.record),
        "mutates-arguments|different",
        prepare=_joined(w.prepare, "x -= x.mean()"),
    )
    add(
        "centres the data",
        _joined(LOSS, w.take, w.step(), w.record),
        "different",
        prepare=_joined(w.prepare, "x = (x - x.mean()) / (x.std() + 1e-9)"),
    )
    add(
        "shuffles y",
        _joined(LOSS, w.take, w.step(), w.record),
        "mutates-arguments",
        prepare=_joined(w.prepare, "y_true[:] = y_true[::-1].copy()"),
        give=_joined("y_true[:] = 0", w.give),
    )
    add(
        "clears x at the end",
        _joined(LOSS, w.take, w.step(), w.record),
        "mutates-arguments",
        give=_joined("x *= 0", w.give),
    )
    add("loops forever", _joined("losses[0] = 0"), "timed-out", loop="while n_ep > 0:")
    add(
        "integers",
        _joined(LOSS, w.take, w.step(), w.record),
        "different|wrong-type",
        prepare=w.prepare.replace("np.zeros(n_ep)", "np.zeros(n_ep, dtype=int)"),
    )
    add(
        "skips the first update",
        _joined(LOSS, "if i > 0:\n" + _indent(_joined(w.take, w.step()), 4), w.record),
        "epoch-count|different",
    )
    add("updates twice", _joined(LOSS, w.take, w.step(), w.take, w.step(), w.record), "different|epoch-count|factor")
    add(
        "updates twice with one gradient",
        _joined(LOSS, w.take, w.step(), w.step(), w.record),
        "factor|ignores-lr|different",
    )
    add(
        "gradient kept up",
        _joined(
            LOSS,
            w.take,
            *[f"s{n} = s{n} + {g}\nself.{n} = self.{n} - lr * s{n}" for n, g in zip(w.names, w.g, strict=True)],
            w.record,
        ),
        "different",
        _joined(w.prepare, *[f"s{n} = 0" for n in w.names]),
    )
    add(
        "rescales the gradient",
        _joined(LOSS, w.take, *[f"{g} = {g} / (np.linalg.norm({g}) + 1e-12)" for g in w.g], w.step(), w.record),
        "other-optimiser",
    )
    add("rate slightly off", _joined(LOSS, w.take, w.step("lr * 1.001"), w.record), "factor|ignores-lr")
    if several:
        sequential = [f"self.{n} = self.{n} - lr * self.dloss_dw(x, y_true)[{k}]" for k, n in enumerate(w.names)]
        add("sequential", _joined(LOSS, *sequential, w.record), "sequential-update")
        add("sequential backwards", _joined(LOSS, *sequential[::-1], w.record), "sequential-update")
        add("sequential, loss after", _joined(*sequential, LOSS, w.record), "sequential-update|loss-after-update")
        add("only the first", _joined(LOSS, w.take, w.step().splitlines()[0], w.record), "no-update")
        add("only the last", _joined(LOSS, w.take, w.step().splitlines()[-1], w.record), "no-update")
        mixed = w.step().splitlines()
        add(
            "one the wrong way",
            _joined(LOSS, w.take, mixed[0], mixed[1].replace(" - ", " + "), *mixed[2:], w.record),
            "ascends|sign",
        )
        without = mixed[1].replace("lr * ", "")
        add("one without lr", _joined(LOSS, w.take, mixed[0], without, *mixed[2:], w.record), "ignores-lr")
        if a.name in ("shallow_narrow",):
            add(
                "gradients swapped", _joined(LOSS, "dw2, dw1 = self.dloss_dw(x, y_true)", w.step(), w.record), "swapped"
            )
            add(
                "one weight's gradient for both",
                _joined(LOSS, w.take, "self.w1 -= lr * dw1\nself.w2 -= lr * dw1", w.record),
                "different|swapped",
            )
            add(
                "updates with one weight",
                _joined(LOSS, w.take, "self.w1 = self.w1 - lr * dw1\nself.w2 = self.w1 - lr * dw2", w.record),
                "different",
            )
    found["train: leftover global"] = (
        _train(w.prepare, _joined(LOSS, w.take, w.step("LR"), w.record), w.give),
        "train: raises",
    )
    found["train: wrong loss inlined"] = (
        _train(
            w.prepare,
            _joined("losses[i] = np.mean(np.abs(self.forward(x) - y_true))", w.take, w.step(), w.record),
            w.give,
        ),
        "train: different",
    )
    return found
