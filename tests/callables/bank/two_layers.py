"""Two layers, tanh and sigmoid, samples as columns, functions with a dict of parameters handed over singly."""

REFERENCE = '''
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(X, W1, b1, W2, b2):
    """X (D, N), W1 (H, D), b1 (H, 1), W2 (K, H), b2 (K, 1) -> A1 (H, N), A2 (K, N)"""
    A1 = np.tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    return A1, A2

def cost(A2, Y):
    """A2 (K, N), Y (K, N) -> a number"""
    N = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / N

def backward(X, Y, W1, b1, W2, b2):
    """-> dW1 (H, D), db1 (H, 1), dW2 (K, H), db2 (K, 1)"""
    N = X.shape[1]
    A1, A2 = forward(X, W1, b1, W2, b2)
    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / N
    db2 = np.sum(dZ2, axis=1, keepdims=True) / N
    dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
    dW1 = dZ1 @ X.T / N
    db1 = np.sum(dZ1, axis=1, keepdims=True) / N
    return dW1, db1, dW2, db2
'''

STUDENT = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(X, W1, b1, W2, b2):
    Z1 = np.dot(W1, X) + b1
    A1 = np.tanh(Z1)
    Z2 = np.dot(W2, A1) + b2
    A2 = sigmoid(Z2)
    return A1, A2

def cost(A2, Y):
    m = Y.shape[1]
    logs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return -1 / m * np.sum(logs)

def backward(X, Y, W1, b1, W2, b2):
    m = X.shape[1]
    A1, A2 = forward(X, W1, b1, W2, b2)
    dZ2 = A2 - Y
    dW2 = 1 / m * np.dot(dZ2, A1.T)
    db2 = 1 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = dA1 * (1 - np.power(A1, 2))
    dW1 = 1 / m * np.dot(dZ1, X.T)
    db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dW1, db1, dW2, db2
"""

SIGNATURES = {
    "forward": (("X", "W1", "b1", "W2", "b2"), ("A1", "A2"), ()),
    "cost": (("A2", "Y"), ("cost",), ()),
    "backward": (("X", "Y", "W1", "b1", "W2", "b2"), ("dW1", "db1", "dW2", "db2"), ()),
}


def draw(rng, size):
    """Arguments of each callable; `size` counts the situations."""
    n, d, h, k = ((4, 3, 2, 1), (1, 2, 4, 3), (7, 5, 3, 2), (5, 4, 6, 3))[size]
    X, Y = rng.normal(size=(d, n)), rng.integers(0, 2, size=(k, n)).astype(float)
    W = {
        "W1": rng.normal(size=(h, d)),
        "b1": rng.normal(size=(h, 1)),
        "W2": rng.normal(size=(k, h)),
        "b2": rng.normal(size=(k, 1)),
    }
    asked = {
        "forward": {"X": X, **W},
        "cost": {"A2": rng.uniform(0.05, 0.95, size=(k, n)), "Y": Y},
        "backward": {"X": X, "Y": Y, **W},
    }
    return asked, {"N": n, "D": d, "H": h, "K": k}


WRONG = [
    ("relu for tanh", "forward", [("np.tanh(Z1)", "np.maximum(Z1, 0)")]),
    ("sigmoid in the hidden layer", "forward", [("np.tanh(Z1)", "sigmoid(Z1)")]),
    ("no sigmoid at the end", "forward", [("A2 = sigmoid(Z2)", "A2 = Z2")]),
    ("no bias b1", "forward", [("np.dot(W1, X) + b1", "np.dot(W1, X)")]),
    ("no biases", "forward", [("np.dot(W1, X) + b1", "np.dot(W1, X)"), ("np.dot(W2, A1) + b2", "np.dot(W2, A1)")]),
    ("tanh at the end", "forward", [("A2 = sigmoid(Z2)", "A2 = np.tanh(Z2)")]),
    ("b2 subtracted", "forward", [("A1) + b2", "A1) - b2")]),
    ("results swapped", "forward", [("return A1, A2\n\ndef cost", "return A2, A1\n\ndef cost")]),
    ("returns the pre-activation", "forward", [("return A1, A2\n\ndef cost", "return A1, Z2\n\ndef cost")]),
    (
        "only the positive class",
        "cost",
        [
            (
                "    logs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)\n",
                "    logs = np.multiply(np.log(A2), Y)\n",
            )
        ],
    ),
    ("not divided", "cost", [("-1 / m *", "-")]),
    ("divided by all elements", "cost", [("m = Y.shape[1]\n    logs", "m = Y.size\n    logs")]),
    ("no minus", "cost", [("return -1 / m", "return 1 / m")]),
    (
        "Y and A2 confused",
        "cost",
        [
            ("np.multiply(np.log(A2), Y)", "np.multiply(np.log(Y + 1e-8), A2)"),
            ("np.multiply(np.log(1 - A2), 1 - Y)", "np.multiply(np.log(1 - Y + 1e-8), 1 - A2)"),
        ],
    ),
    ("squares", "cost", [("np.sum(logs)", "-0.5 * np.sum((A2 - Y) ** 2)")]),
    ("1 - A1 in place of its square", "backward", [("(1 - np.power(A1, 2))", "(1 - A1)")]),
    ("sigmoid's slope for tanh's", "backward", [("(1 - np.power(A1, 2))", "A1 * (1 - A1)")]),
    ("tanh's slope missing", "backward", [("dA1 * (1 - np.power(A1, 2))", "dA1")]),
    ("relu's slope", "backward", [("(1 - np.power(A1, 2))", "(A1 > 0)")]),
    ("sigmoid's slope kept at the end", "backward", [("dZ2 = A2 - Y", "dZ2 = (A2 - Y) * A2 * (1 - A2)")]),
    ("Y - A2", "backward", [("dZ2 = A2 - Y", "dZ2 = Y - A2")]),
    ("no mean", "backward", [("1 / m * ", "")]),
    ("db1 without mean", "backward", [("db1 = 1 / m * ", "db1 = ")]),
    (
        "biases averaged over units",
        "backward",
        [("db1 = 1 / m * np.sum(dZ1, axis=1, keepdims=True)", "db1 = np.mean(dZ1) * np.ones((len(dZ1), 1))")],
    ),
    (
        "W2 is not passed back",
        "backward",
        [("np.dot(W2.T, dZ2)", "np.sum(dZ2, axis=0, keepdims=True) * np.ones(A1.shape)")],
    ),
    ("dW1 with dA1", "backward", [("np.dot(dZ1, X.T)", "np.dot(dA1, X.T)")]),
    (
        "the order of the results",
        "backward",
        [("return dW1, db1, dW2, db2", "return dW1, dW2.T[:, :1] * 0 + db1, dW2, -db2")],
    ),
    (
        "the slope at the pre-activation squared",
        "backward",
        [("(1 - np.power(A1, 2))", "(1 - np.power(np.dot(W1, X) + b1, 2))")],
    ),
]
