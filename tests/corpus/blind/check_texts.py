"""Does each text do what its label says? By hand: python -m tests.corpus.blind.check_texts ASSIGNMENT."""

from __future__ import annotations

import contextlib
import io
import signal
import sys
import warnings

import numpy as np

from tests.corpus.blind import cases as bank

warnings.simplefilter("ignore")


class Slow(Exception):
    pass


def _alarm(*_: object) -> None:
    raise Slow


GIVEN: dict[str, object] = {}


def reference(assignment: str) -> type:
    space: dict[str, object] = {}
    exec((bank.COURSE / "solutions" / f"{assignment}.py").read_text(encoding="utf-8"), space)
    GIVEN["sigmoid"] = space.get("sigmoid")
    return space[bank.LESSONS[assignment][0].cls]  # type: ignore[return-value]


def situations(assignment: str) -> list[tuple[list[np.ndarray], np.ndarray, np.ndarray, float]]:
    dice = np.random.default_rng(5)
    out = []
    for n in (1, 2, 5, 74):
        for scale in (1.0, 3.0, 0.0):
            if assignment == "shallow_narrow":
                ws = [dice.normal() * scale, dice.normal() * scale]
                if scale == 3.0:
                    ws[1] = 0.0
                x, y = dice.normal(size=n) * 2, dice.normal(size=n) * 3
            elif assignment == "linear_regression":
                ws = [dice.normal(size=(2, 1)) * scale]
                x, y = dice.normal(size=(n, 1)) * 2, dice.normal(size=(n, 1)) * 3
            elif assignment == "relu_regression":
                h = int(dice.integers(1, 6))
                ws = [dice.normal(size=(2, h)) * max(scale, 0.5), dice.normal(size=(h + 1, 1)) * scale]
                x, y = dice.normal(size=(n, 1)) * 2, dice.normal(size=(n, 1)) * 3
            elif assignment == "two_layer_relu":
                a, h, o = (int(v) for v in dice.integers(1, 6, size=3))
                ws = [dice.normal(size=(a, h)), dice.normal(size=(h, o)) * scale]
                x, y = dice.normal(size=(n, a)), dice.normal(size=(n, o))
            else:
                a, b = (int(v) for v in dice.integers(1, 6, size=2))
                ws = [dice.normal(size=s) * max(scale, 0.3) for s in ((a, 1), (a, 1), (b, a), (b, 1), (1, b), (1, 1))]
                x, y = dice.normal(size=n) * 2, dice.normal(size=n)
                if scale == 3.0:
                    ws[0] = ws[0] * 1000
            if n == 5:
                x[0] = 0
            out.append((ws, x, y, float(scale)))
    return out


def same(a: object, b: object, tol: float = 1e-8) -> bool:
    if isinstance(b, tuple):
        return (
            isinstance(a, (tuple, list))
            and len(a) == len(b)
            and all(same(p, q, tol) for p, q in zip(a, b, strict=True))
        )
    try:
        arr = np.asarray(a)
    except Exception:
        return False
    want = np.asarray(b)
    if arr.dtype.kind not in "fiu" or arr.shape != want.shape:
        return False
    if not np.all(np.isfinite(want)):
        return bool(np.array_equal(np.isfinite(arr), np.isfinite(want)))
    return bool(np.all(np.isfinite(arr))) and bool(
        np.max(np.abs(arr - want), initial=0) <= tol * (1e-6 + np.max(np.abs(want), initial=0))
    )


def names(model: bank.Model, o: object) -> list[object]:
    return [getattr(o, w) for w in model.weights]


def first_difference(assignment: str, cls: type, ref: type, which: str) -> str:
    model = bank.LESSONS[assignment][0]
    for ws, x, y, _ in situations(assignment):
        ask = [np.array(w, copy=True) for w in ws] if not model.scalars else list(ws)
        a, b = cls(ask), ref(ws)
        where = f"N={len(x)}"
        for again in (0, 1):
            k = max(len(x) - again, 1)
            xs, ys = x[:k] * (1 + again), y[:k]
            p = np.asarray(b.forward(xs)) + 0.5
            args = {"forward": (xs,), "loss": (p, ys), "dloss_dw": (xs, ys)}.get(which)
            if which == "train":
                runs = (
                    [(1.0, 1), (1e-3, 12), (0.05 / k, 3), (2.0, 6)]
                    if again
                    else [(1e-3, 4), (0.5, 1), (2e-3 / k, 31 if k < 10 else 12), (1e-4 / k, 120 if k == 5 else 2)]
                )
            else:
                runs = [(0.0, 0)]
            for lr, n_ep in runs:
                mine = tuple(v.copy() for v in args) if args else (xs.copy(), ys.copy(), lr, n_ep)
                theirs = tuple(v.copy() for v in args) if args else (xs.copy(), ys.copy(), lr, n_ep)
                want = getattr(b, which)(*theirs)
                if which == "train" and not np.all(np.isfinite(np.concatenate([np.ravel(v) for v in names(model, b)]))):
                    a, b = cls(ask), ref(ws)
                    continue
                try:
                    got = getattr(a, which)(*mine)
                except Slow:
                    raise
                except BaseException as e:
                    return f"{where}: {type(e).__name__} {e}"
                if not same(got, want, 1e-7):
                    return f"{where} lr={lr} n_ep={n_ep}: answer"
                if not all(same(p, q, 1e-7) for p, q in zip(names(model, a), names(model, b), strict=True)):
                    return f"{where} lr={lr} n_ep={n_ep}: weights"
                if any(
                    not np.array_equal(p, q)
                    for p, q in zip(mine[:2], theirs[:2], strict=True)
                    if isinstance(p, np.ndarray)
                ):
                    return f"{where}: arguments"
            if which != "train" and again == 0:
                b.train(x.copy(), y.copy(), 1e-3, 2)
                try:
                    a.train(x.copy(), y.copy(), 1e-3, 2)
                except Exception:
                    break
        if any(not np.array_equal(p, q) for p, q in zip(ask, ws, strict=True)):
            return f"{where}: the caller's weights"
    return ""


def main(assignment: str) -> int:
    model, make = bank.LESSONS[assignment]
    ref = reference(assignment)
    texts = make()
    plain = {k: next(t for t in texts if t.method == k and t.right and not t.needs) for k in bank.METHODS}
    giver = {t.gives: t for t in texts if t.method == "forward" and t.right and t.gives}
    bad = 0
    signal.signal(signal.SIGALRM, _alarm)
    for t in texts:
        parts = plain | {t.method: t}
        if t.needs:
            parts["forward"] = giver[t.needs]
        space: dict[str, object] = {"np": np, "sigmoid": GIVEN.get("sigmoid")}
        signal.alarm(60)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(bank.source(model, parts), space)
                diff = first_difference(assignment, space[model.cls], ref, t.method)  # type: ignore[arg-type]
        except Slow:
            diff = "slow"
        except SyntaxError as e:
            diff = f"SYNTAX {e}"
        finally:
            signal.alarm(0)
        ok = (not diff) if t.right else (bool(diff) or "numerical-gradient" in t.codes or t.either)
        if not ok or diff.startswith(("SYNTAX", "slow")):
            bad += 1
            print(f"LABEL? {t.method} {t.name} [{' '.join(sorted(t.codes))}] -> {diff or 'no difference'}")
    count = {
        k: (sum(t.method == k and t.right for t in texts), sum(t.method == k and bool(t.codes) for t in texts))
        for k in bank.METHODS
    }
    print(assignment, count, "suspect:", bad)
    return bad


if __name__ == "__main__":
    sys.exit(sum(main(a) for a in (sys.argv[1:] or bank.LESSONS)) > 0)
