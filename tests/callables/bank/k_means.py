"""k-means: assignment, update, and the run of both."""

REFERENCE = '''
import numpy as np

def distances(X, centres):
    """X (N, D), centres (K, D) -> d (N, K)"""
    return ((X[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)

def assign(X, centres):
    """-> labels (N,)"""
    return distances(X, centres).argmin(axis=1)

def update(X, labels, centres):
    """-> centres (K, D)"""
    new = centres.copy()
    for k in range(len(centres)):
        if np.any(labels == k):
            new[k] = X[labels == k].mean(axis=0)
    return new

def run(X, centres, steps):
    """-> centres (K, D), inertias"""
    inertias = []
    for _ in range(steps):
        labels = assign(X, centres)
        centres = update(X, labels, centres)
        inertias.append(distances(X, centres)[np.arange(len(X)), labels].sum())
    return centres, np.array(inertias)
'''

STUDENT = """
import numpy as np

def distances(X, centres):
    d = np.zeros((len(X), len(centres)))
    for i in range(len(X)):
        for k in range(len(centres)):
            diff = X[i] - centres[k]
            d[i, k] = np.sum(diff ** 2)
    return d

def assign(X, centres):
    d = distances(X, centres)
    return np.argmin(d, axis=1)

def update(X, labels, centres):
    new = np.array(centres)
    for k in range(centres.shape[0]):
        members = X[labels == k]
        if len(members) > 0:
            new[k] = np.sum(members, axis=0) / len(members)
    return new

def run(X, centres, steps):
    inertias = []
    for s in range(steps):
        labels = assign(X, centres)
        centres = update(X, labels, centres)
        total = 0.0
        for i in range(len(X)):
            total += np.sum((X[i] - centres[labels[i]]) ** 2)
        inertias.append(total)
    return centres, np.array(inertias)
"""

SIGNATURES = {
    "distances": (("X", "centres"), ("d",), ()),
    "assign": (("X", "centres"), ("labels",), ()),
    "update": (("X", "labels", "centres"), ("centres",), ()),
    "run": (("X", "centres", "steps"), ("centres", "inertias"), ()),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d, k = ((9, 2, 3), (6, 3, 2), (14, 4, 5), (11, 3, 4))[size]
    X, centres = rng.normal(size=(n, d)), rng.normal(size=(k, d)) + 0.5
    labels = rng.permutation(n) % k
    labels[labels == 0] = size % 2  # in every other situation a centre without samples
    asked = {
        "distances": {"X": X, "centres": centres},
        "assign": {"X": X, "centres": centres},
        "update": {"X": X, "labels": labels, "centres": centres},
        "run": {"X": X, "centres": X[:k] + 0.1, "steps": (2, 1, 3, 2)[size]},
    }
    return asked, {"N": n, "D": d, "K": k}


WRONG = [
    ("the root is taken", "distances", [("np.sum(diff ** 2)", "np.sqrt(np.sum(diff ** 2))")]),
    ("absolute values", "distances", [("np.sum(diff ** 2)", "np.sum(np.abs(diff))")]),
    ("a mean", "distances", [("np.sum(diff ** 2)", "np.mean(diff ** 2)")]),
    ("X plus centres", "distances", [("X[i] - centres[k]", "X[i] + centres[k]")]),
    ("not squared", "distances", [("np.sum(diff ** 2)", "np.sum(diff)")]),
    ("transposed", "distances", [("return d\n\ndef assign", "return d.T\n\ndef assign")]),
    ("only the first coordinate", "distances", [("np.sum(diff ** 2)", "diff[0] ** 2")]),
    ("the sum is squared", "distances", [("np.sum(diff ** 2)", "np.sum(diff) ** 2")]),
    ("the farthest", "assign", [("np.argmin(d, axis=1)", "np.argmax(d, axis=1)")]),
    ("over the samples", "assign", [("np.argmin(d, axis=1)", "np.argmin(d, axis=0)")]),
    ("from one on", "assign", [("np.argmin(d, axis=1)", "np.argmin(d, axis=1) + 1")]),
    ("the distance itself", "assign", [("np.argmin(d, axis=1)", "np.min(d, axis=1)")]),
    ("a sum", "update", [("np.sum(members, axis=0) / len(members)", "np.sum(members, axis=0)")]),
    ("over all samples", "update", [("np.sum(members, axis=0) / len(members)", "np.sum(members, axis=0) / len(X)")]),
    ("mean of everything", "update", [("np.sum(members, axis=0) / len(members)", "np.mean(members)")]),
    ("the median", "update", [("np.sum(members, axis=0) / len(members)", "np.median(members, axis=0)")]),
    ("empty ones to zero", "update", [("new = np.array(centres)", "new = np.zeros(centres.shape)")]),
    ("the last centre is left", "update", [("range(centres.shape[0])", "range(centres.shape[0] - 1)")]),
    (
        "members plus the old centre",
        "update",
        [("np.sum(members, axis=0) / len(members)", "(np.sum(members, axis=0) / len(members) + centres[k]) / 2")],
    ),
    ("the others' mean", "update", [("members = X[labels == k]", "members = X[labels != k]")]),
    ("one step fewer", "run", [("range(steps)", "range(steps - 1)")]),
    ("one step more", "run", [("range(steps)", "range(steps + 1)")]),
    ("a mean inertia", "run", [("inertias.append(total)", "inertias.append(total / len(X))")]),
    (
        "inertia before the update",
        "run",
        [
            ("        centres = update(X, labels, centres)\n", ""),
            (
                "        inertias.append(total)\n",
                "        inertias.append(total)\n        centres = update(X, labels, centres)\n",
            ),
        ],
    ),
    (
        "inertia of new labels",
        "run",
        [("        total = 0.0\n", "        total = 0.0\n        labels = assign(X, centres)\n")],
    ),
    ("centres never change", "run", [("        centres = update(X, labels, centres)\n", "")]),
    (
        "labels only once",
        "run",
        [("        labels = assign(X, centres)\n", "        labels = assign(X, centres) if s == 0 else labels\n")],
    ),
    (
        "no squares in inertia",
        "run",
        [("np.sum((X[i] - centres[labels[i]]) ** 2)", "np.sqrt(np.sum((X[i] - centres[labels[i]]) ** 2))")],
    ),
]
