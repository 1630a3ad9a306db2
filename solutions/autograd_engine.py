"""The reference of autograd_engine, made from its source notebook by `autograder build`; not to be edited."""

import time

import matplotlib.pyplot as plt
import numpy as np


BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#666666"


def to_column(table):
    """table: array of shape (H, N) -> the sum of each row, shape (H, 1)"""
    return None  # replace None


def draw_graph(places, arrows, title):
    """Draw values as circles and what goes into them as arrows.

    places: name -> (x, y, number, slope); arrows: pairs of names, from and to
    """
    figure, axes = plt.subplots(figsize=(9, 4.2), layout="constrained")
    for one, two in arrows:
        (x1, y1), (x2, y2) = places[one][:2], places[two][:2]
        axes.annotate("", (x2, y2), (x1, y1), arrowprops={"arrowstyle": "->", "color": GREY, "shrinkA": 22, "shrinkB": 22})
    for name, (x, y, number, slope) in places.items():
        axes.scatter([x], [y], s=1500, color="white", edgecolor=BLUE, linewidth=2, zorder=2)
        axes.text(x, y, f"{name}\n{number:g}", ha="center", va="center", color=BLUE, zorder=3)
        axes.text(x, y - 0.62, f"slope {slope:g}", ha="center", va="center", color=RED, zorder=3)
    axes.set(title=title, xlim=(-0.5, 4.5), ylim=(-0.9, 2.8))
    axes.axis("off")
    plt.show()


def unstretch(slope, shape):
    """The way back of a stretch: add up over the copies.

    slope: an array; shape: the shape that its value had before NumPy stretched it, a tuple
    returns: an array of that shape
    """
    # hint: section 4. First sum away the axes that were put in front, then those that have the length 1 in `shape`.
    while slope.ndim > len(shape):
        slope = slope.sum(axis=0)
    for axis, length in enumerate(shape):
        if length == 1:
            slope = slope.sum(axis=axis, keepdims=True)
    return slope


class Value:
    """An array of numbers that remembers what it was computed from.

    data: the numbers, a float array of any shape (a plain number has the shape ())
    parents: pairs (value, pull), one for each value that went in. `pull` is a function: it takes the slope of L by
        this value and gives the slope that this value hands on to that parent
    grad: the slope of L by this value, of the shape of data, once backward() was called on L
    """

    def __init__(self, data, parents=()):
        """Keep the numbers and where they came from. (Given.)"""
        self.data = np.asarray(data, dtype=float)
        self.parents = list(parents)
        self.grad = np.zeros(self.data.shape)

    def reciprocal(self):
        """1 / self. (Given, as a worked example: section 2.)"""
        out = 1.0 / self.data
        return Value(out, [(self, lambda slope: -slope * out**2)])

    def __neg__(self):
        """-self, made of what is there. (Given.)"""
        return self * Value(-1.0)

    def __sub__(self, other):
        """self - other, made of what is there. (Given.)"""
        return self + -other

    def __add__(self, other):
        """self + other, element by element.

        other: a Value -> out: a Value with two parents
        """
        # hint: section 3. One line, `return Value(..., [(self, lambda slope: ...), (other, lambda slope: ...)])`.
        return Value(self.data + other.data, [(self, lambda slope: slope), (other, lambda slope: slope)])

    def __mul__(self, other):
        """self * other, element by element.

        other: a Value -> out: a Value with two parents
        """
        # hint: section 3. What a change of one factor does is decided by the other factor.
        pulls = [(self, lambda slope: slope * other.data), (other, lambda slope: slope * self.data)]
        return Value(self.data * other.data, pulls)

    def __matmul__(self, other):
        """self @ other, the matrix product of two tables, shapes (N, D) and (D, M).

        other: a Value -> out: a Value of shape (N, M) with two parents
        """
        # hint: section 3. The two lines are in lesson 5, too: delta times h transposed, w transposed times delta.
        pulls = [(self, lambda slope: slope @ other.data.T), (other, lambda slope: self.data.T @ slope)]
        return Value(self.data @ other.data, pulls)

    def relu(self):
        """The larger of self and 0, element by element; the slope at 0 is 0.

        -> out: a Value with one parent
        """
        # hint: section 3. Which elements let a slope through?
        return Value(np.maximum(self.data, 0.0), [(self, lambda slope: slope * (self.data > 0))])

    def exp(self):
        """e to the power of self, element by element.

        -> out: a Value with one parent
        """
        # hint: section 3. The exponential is its own slope, so compute it once and keep it, as reciprocal does.
        out = np.exp(self.data)
        return Value(out, [(self, lambda slope: slope * out)])

    def sum(self):
        """The sum of all elements, one number.

        -> out: a Value of shape () with one parent
        """
        # hint: section 3. One number comes in from above; every element gets it.
        return Value(self.data.sum(), [(self, lambda slope: slope * np.ones(self.data.shape))])

    def history(self):
        """All values that this one was made from, and itself at the end.

        -> order: a list, every value in it once, and after all of its parents
        """
        # hint: section 5. Visit the parents first, then put the value into the list. Keep a set of those visited.
        order, visited = [], set()

        def visit(value):
            if value not in visited:
                visited.add(value)
                for parent, _ in value.parents:
                    visit(parent)
                order.append(value)

        visit(self)
        return order

    def backward(self):
        """Set grad of every value in the history to the slope of self, one number, by that value. Returns nothing."""
        # hint: section 5. All slopes to zero, that of self to 1, then through the history from its end to its beginning.
        order = self.history()
        for value in order:
            value.grad = np.zeros(value.data.shape)
        self.grad = np.ones(self.data.shape)
        for value in reversed(order):
            for parent, pull in value.parents:
                parent.grad = parent.grad + unstretch(pull(value.grad), parent.data.shape)


def one_step(out, w, *inputs):
    """(L, slopes): L is the sum of w * out; the slopes are what the pulls of `out` alone hand on to each input."""
    if not isinstance(out, Value):
        raise TypeError(f"the operation gave {type(out).__name__}, and a Value was expected")
    slopes = []
    for value in inputs:
        handed = [pull(w) for parent, pull in out.parents if parent is value]
        slopes.append(sum(handed[1:], handed[0]) if handed else np.zeros(value.data.shape))
    return (float(np.sum(w * out.data)), *slopes)


def unstretched(G):
    """G (N, D) -> table (N, D), column (N, 1), flat (D,), row (1, D), number a number"""
    rows, columns = G.shape
    shapes = ((rows, columns), (rows, 1), (columns,), (1, columns), ())
    return tuple(unstretch(G, shape) for shape in shapes)


def addition_step(a, b, w):
    """a (N, D), b (N, D), w (N, D) -> L a number, da (N, D), db (N, D)"""
    a, b = Value(a), Value(b)
    return one_step(a + b, w, a, b)


def product_step(a, b, w):
    """a (N, D), b (N, D), w (N, D) -> L a number, da (N, D), db (N, D)"""
    a, b = Value(a), Value(b)
    return one_step(a * b, w, a, b)


def matrix_step(A, B, W):
    """A (N, D), B (D, M), W (N, M) -> L a number, dA (N, D), dB (D, M)"""
    A, B = Value(A), Value(B)
    return one_step(A @ B, W, A, B)


def relu_step(a, w):
    """a (N, D), w (N, D) -> L a number, da (N, D)"""
    a = Value(a)
    return one_step(a.relu(), w, a)


def exp_step(a, w):
    """a (N, D), w (N, D) -> L a number, da (N, D)"""
    a = Value(a)
    return one_step(a.exp(), w, a)


def sum_step(a, c):
    """a (N, D), c a number -> L a number, da (N, D)"""
    a = Value(a)
    return one_step(a.sum(), c, a)


def woven(one, p, two, q):
    """A Value made by hand: p times one plus q times two, with fixed p and q."""
    return Value(p * one.data + q * two.data, [(one, lambda s: p * s), (two, lambda s: q * s)])


def weighed(value, w):
    """A Value made by hand: one number, the sum of w times value."""
    return Value(np.sum(w * value.data), [(value, lambda s: w * s)])


def ladder(a, steps, calls):
    """Values made by hand, each twice the parent of the next: a list from bottom to top. Pulls note that they ran."""

    def noted(slope):
        calls.append(1)
        return 0.4 * slope

    values = [Value(a)]
    for _ in range(steps):
        values.append(Value(0.8 * values[-1].data, [(values[-1], noted), (values[-1], noted)]))
    return values


def ladder_history(a, steps):
    """a (N, D), steps a count -> values a number, twice a number, early a number

    How many values of a ladder the history holds, how many stand in it twice, and how many before a parent.
    """
    known = ladder(a, steps, [])
    order = list(known[-1].history())
    places = [[k for k, value in enumerate(order) if value is one] for one in known]
    values = sum(len(each) > 0 for each in places)
    early = sum(not one or not two or two[0] < one[0] for one, two in zip(places, places[1:]))
    return float(values), float(len(order) - values), float(early)


def chain_height(a, p, q):
    """a (N, D), p (N, D), q (N, D) -> height a number"""
    return float(np.sum(q * (p * a)))


def chain_slopes(a, p, q):
    """a (N, D), p (N, D), q (N, D) -> da (N, D)"""
    a = Value(a)
    middle = Value(p * a.data, [(a, lambda s: p * s)])
    weighed(middle, q).backward()
    return a.grad


def shared_height(a, p, q):
    """a (N, D), p (N, D), q (N, D) -> height a number"""
    return float(np.sum(p * (q * (p * a) + p * (q * (p * a)))))


def shared_slopes(a, p, q):
    """a (N, D), p (N, D), q (N, D) -> da (N, D), again (N, D)"""
    a = Value(a)
    first = Value(p * a.data, [(a, lambda s: p * s)])
    second = Value(q * first.data, [(first, lambda s: q * s)])
    height = weighed(woven(first, q, second, p), p)
    height.backward()
    da = np.array(a.grad)
    height.backward()
    return da, a.grad


def ladder_slopes(a, steps):
    """a (N, D), steps a count -> da (N, D), calls a number"""
    calls = []
    values = ladder(a, steps, calls)
    weighed(values[-1], 1.0 + 0.0 * values[0].data).backward()
    return values[0].grad, float(len(calls))


def bias_height(a, row, column, p):
    """a (N, D), row (D,), column (N, 1), p (N, D) -> height a number"""
    return float(np.sum(p * (p * a + 2.0 * row + 3.0 * column)))


def bias_slopes(a, row, column, p):
    """a (N, D), row (D,), column (N, 1), p (N, D) -> da (N, D), drow (D,), dcolumn (N, 1)"""
    a, row, column = Value(a), Value(row), Value(column)
    weighed(woven(woven(a, p, row, 2.0), 1.0, column, 3.0), p).backward()
    return a.grad, row.grad, column.grad


def engine_gradients(w1, b1, w2, b2, w3, b3, x, y):
    """w1 (H1, 1), b1 (H1, 1), w2 (H2, H1), b2 (H2, 1), w3 (1, H2), b3 (1, 1), x (N,), y (N,) -> loss a number, dw1 (H1, 1), db1 (H1, 1), dw2 (H2, H1), db2 (H2, 1), dw3 (1, H2), db3 (1, 1)"""
    weights = [Value(w) for w in (w1, b1, w2, b2, w3, b3)]
    loss = network_loss(*weights, Value(x), Value(y))
    loss.backward()
    return (float(loss.data), *(w.grad for w in weights))


def sigmoid(z):
    """1 / (1 + exp(-z)), in values. (Given.)"""
    return (Value(1.0) + (-z).exp()).reciprocal()


def network_loss(w1, b1, w2, b2, w3, b3, x, y):
    """The loss of lesson 5, in values.

    w1 (H1, 1), b1 (H1, 1), w2 (H2, H1), b2 (H2, 1), w3 (1, H2), b3 (1, 1), x (N,), y (N,): Values
    returns: the mean squared error, a Value of shape ()
    """
    # hint: section 6. The three layers, the residual, then the sum of its squares times Value(1 / N).
    h1 = sigmoid(w1 * x + b1)
    h2 = sigmoid(w2 @ h1 + b2)
    residual = y - (w3 @ h2 + b3)
    return (residual * residual).sum() * Value(1.0 / x.data.size)


def number(value):
    """A fixed number as a Value."""
    return Value(float(value))


def lesson1(w1, w2, x, y):
    residual = y - w2 * (w1 * x)
    return (residual * residual).sum() * number(1 / x.data.size)


def lesson2(bias, w1, x, y):
    error = x @ w1 + bias - y
    return (error * error).sum() * number(0.5)


def lesson3(bias1, w1, bias2, w2, x, y):
    error = (x @ w1 + bias1).relu() @ w2 + bias2 - y
    return (error * error).sum() * number(0.5)


def lesson4(w1, w2, x, y):
    error = (x @ w1).relu() @ w2 - y
    return (error * error).sum()


def slopes_of(loss, weights, x, y):
    """(loss, gradients) at these weights, from the engine."""
    values = [Value(w) for w in weights]
    result = loss(*values, Value(x), Value(y))
    result.backward()
    return float(result.data), [value.grad for value in values]


def measured(loss, weights, x, y, step=1e-5):
    """The gradients by moving each number of the weights up and down."""
    found = []
    for k, weight in enumerate(weights):
        slopes = np.zeros(weight.shape)
        for place in np.ndindex(weight.shape):
            ends = []
            for sign in (1, -1):
                moved = [np.array(w) for w in weights]
                moved[k][place] += sign * step
                ends.append(float(loss(*map(Value, moved), Value(x), Value(y)).data))
            slopes[place] = (ends[0] - ends[1]) / (2 * step)
        found.append(slopes)
    return found


def stable_sigmoid(z):
    """The sigmoid of lesson 5, for arrays."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def by_hand(w1, b1, w2, b2, w3, b3, x, y):
    """Your lines of lesson 5 -> the six gradients, in the order of the weights"""
    return None  # replace None




whose = "your derivation of lesson 5"


H1, H2 = 50, 5







def train(loss, weights, x, y, lr, n_ep):
    """(weights, losses) of gradient descent with the engine's gradients; the weights given stay as they are."""
    weights, losses = [np.array(w) for w in weights], []
    for _ in range(n_ep):
        value, gradients = slopes_of(loss, weights, x, y)
        losses.append(value)
        weights = [w - lr * g for w, g in zip(weights, gradients)]
    return weights, losses


def other_loss(u1, d1, u2, d2, u3, d3, x, y):
    """Two layers of relus, mean squared error."""
    h1 = (u1 * x + d1).relu()
    h2 = (u2 @ h1 + d2).relu()
    residual = y - (u3 @ h2 + d3)
    return (residual * residual).sum() * number(1 / x.data.size)


GIVEN = ('to_column', 'draw_graph', 'Value.__init__', 'Value.reciprocal', 'Value.__neg__', 'Value.__sub__', 'one_step', 'unstretched', 'addition_step', 'product_step', 'matrix_step', 'relu_step', 'exp_step', 'sum_step', 'woven', 'weighed', 'ladder', 'ladder_history', 'chain_height', 'chain_slopes', 'shared_height', 'shared_slopes', 'ladder_slopes', 'bias_height', 'bias_slopes', 'engine_gradients', 'sigmoid', 'number', 'lesson1', 'lesson2', 'lesson3', 'lesson4', 'slopes_of', 'measured', 'stable_sigmoid', 'by_hand', 'train', 'other_loss')

DECLARATION = 'a, b, c, row, column = draw.normal("N", "D"), draw.normal("N", "D"), draw.normal(), draw.normal("D"), draw.normal("N", 1)\np, q, w, G = draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("N", "D"), draw.normal("N", "D")\nA, B, W = draw.normal("N", "D"), draw.normal("D", "M"), draw.normal("N", "M")\nsteps = draw.one_of(1, 2, 5)\nw1, b1, w2, b2 = draw.normal("H1", 1), draw.normal("H1", 1), draw.normal("H2", "H1"), draw.normal("H2", 1)\nw3, b3, x, y = draw.normal(1, "H2"), draw.normal(1, 1), draw.normal("N"), draw.normal("N")\nassignment(sizes=dict(N=(1, 3, 6), D=(4, 5, 2), M=(3, 2, 4), H1=(2, 4, 3), H2=(3, 2, 4)))\nboth = dict(of="L", by=("da", "db"), wrt=("a", "b"))\nslope(addition_step, **both)\nnote(\n    Value.backward, replace="np.ones(self.data.shape)", by="np.zeros(self.data.shape)",\n    says="The slopes of the inputs come out 0: nothing arrives there.",\n    look="Section 5, steps 2 and 3: where does the way back begin, with which slope, and is it handed on all the way?",\n)\nnote(\n    Value.history, replace="return order", by="return order[::-1]",\n    says="In the history, values stand before their parents.",\n    look="Section 5: which comes first in the list, a value or its parents?",\n)\nnote(\n    Value.__add__, replace="[(self, lambda slope: slope), (other, lambda slope: slope)]",\n    by="[(self, lambda slope: slope)]",\n    says="The second of two values that are added gets the slope 0.",\n    look="Section 3, the first row of the table: to whom does a sum hand on?",\n)\nnote(\n    Value.__add__, replace="[(self, lambda slope: slope), (other, lambda slope: slope)]",\n    by="[(self, lambda slope: slope * other.data), (other, lambda slope: slope * self.data)]",\n    says="A sum hands on the slope times the other part, as a product does.",\n    look="Section 3, the first row of the table: if one part grows by 0.001, by how much does the sum?",\n)\nnote(\n    Value.__mul__, replace="pulls = [(self, lambda slope: slope * other.data), (other, lambda slope: slope * self.data)]",\n    by="pulls = [(self, lambda slope: slope * other.data)]",\n    says="The second of two values that are multiplied gets the slope 0.",\n    look="Section 3, the second row of the table: to whom does a product hand on?",\n)\nnote(\n    Value.__add__, replace="[(self, lambda slope: slope), (other, lambda slope: slope)]",\n    by="[(self, lambda slope: np.ones_like(slope)), (other, lambda slope: np.ones_like(slope))]",\n    says="Ones are handed on, and not the slope that arrives.",\n    look="Section 2: what does a pull get, and what does it return?",\n)\nloop = """for value in reversed(order):\n    for parent, pull in value.parents:\n        parent.grad = parent.grad + unstretch(pull(value.grad), parent.data.shape)"""\nnote(\n    Value.backward, replace=loop,\n    by="""def push(value, slope):\n    for parent, pull in value.parents:\n        part = unstretch(pull(slope), parent.data.shape)\n        parent.grad = parent.grad + part\n        push(parent, part)\npush(self, self.grad)""",\n    says="The slopes are right, and pulls are called more often than once.",\n    look="Section 5, *The trap in step 3*: what happens to a value behind ten doublings?",\n)\nnote(\n    Value.backward, replace=loop,\n    by="""def push(value):\n    for parent, pull in value.parents:\n        parent.grad = parent.grad + unstretch(pull(value.grad), parent.data.shape)\n        push(parent)\npush(self)""",\n    says="A value hands on its slope before all of it has arrived, and then once more.",\n    look="Section 5, *The trap in step 3*: what is counted twice?",\n)\nnote(\n    Value.__matmul__, replace="pulls = [(self, lambda slope: slope @ other.data.T), (other, lambda slope: self.data.T @ slope)]",\n    by="pulls = [(self, lambda slope: slope @ other.data.T)]",\n    says="The second of two values that are multiplied by @ gets the slope 0.",\n    look="Section 3, the third row of the table: to whom does a matrix product hand on?",\n)\nnote(\n    Value.__mul__, replace="[(self, lambda slope: slope * other.data), (other, lambda slope: slope * self.data)]",\n    by="[(self, lambda slope: slope * self.data * other.data), (other, lambda slope: slope * self.data * other.data)]",\n    says="A product hands on the slope times the whole result.",\n    look="Section 3, the second row of the table: what stands beside the factor that changes?",\n)\nnote(\n    Value.relu, replace="slope * (self.data > 0)", by="slope * np.maximum(self.data, 0.0)",\n    says="The relu hands on the slope times its result, where it should be times its own slope.",\n    look="Section 3: what does the relu do to a small change of one element?",\n)\nnote(\n    Value.relu, replace="slope * (self.data > 0)", by="slope * (slope > 0)",\n    says="The relu looks at the slope that arrives, and not at the number that went in.",\n    look="Section 3, the fourth row of the table: what has to be positive?",\n)\nnote(\n    Value.exp, replace="slope * out", by="np.exp(slope)",\n    says="The exponential is taken of the slope that arrives.",\n    look="Section 3: at which number is the slope of the exponential taken?",\n)\nnote(\n    Value.exp, replace="slope * out", by="slope * self.data * np.exp(self.data - 1.0)",\n    says="The slope of the exponential is made by the rule for powers.",\n    look="Section 3: what is the slope of the exponential?",\n)\nnote(\n    Value.history, replace="return order", by="return [parent for parent, _ in self.parents] + [self]",\n    says="The history holds the parents alone, and not what these were made from.",\n    look="Section 5, the second paragraph: what does it mean to visit a value?",\n)\nnote(\n    Value.history, replace="return order", by="return [value for value in order if value is self or not value.parents]",\n    says="The history holds the first values and the last, and none of those between.",\n    look="Section 5, the second paragraph: which values are appended?",\n)\nnote(\n    Value.backward, replace="value.parents", by="value.parents[:1]",\n    says="Where two ways lead back, what goes back on one of them is lost.",\n    look="Section 5, step 3: does every value call each of its pulls, and only when all of its slope has arrived?",\n)\nnote(\n    Value.backward, replace="pull(value.grad)", by="pull(np.ones(value.data.shape))",\n    says="Each pull gets ones, and not the slope that has arrived.",\n    look="Section 5, step 3: with what does a value call its pulls?",\n)\nnote(\n    unstretch, replace="return slope", by="return np.full(shape, slope.sum())",\n    says="Everything is added up, over axes as well that were not stretched.",\n    look="Section 4: over which axes was the value copied?",\n)\nnote(\n    network_loss, replace="x.data.size", by="w1.data.size",\n    says="The sum of the squares is divided by another number than that of the samples.", look="Section 6: what is N?",\n)\nnote(\n    network_loss, replace="(w3 @ h2 + b3)", by="sigmoid(w3 @ h2 + b3)",\n    says="The last layer has a sigmoid that is not asked.",\n    look="Section 6: what is done to the third layer\'s result?",\n)\nnote(\n    network_loss, replace="sigmoid(w2 @ h1 + b2)", by="sigmoid(sigmoid(w2 @ h1 + b2))",\n    says="The second layer has a sigmoid too many.",\n    look="Section 6: how often is it applied in each layer?",\n)\nnote(\n    Value.relu, replace="Value(np.maximum(self.data, 0.0), [(self, lambda slope: slope * (self.data > 0))])",\n    by="Value(np.abs(self.data), [(self, lambda slope: slope * np.sign(self.data))])",\n    says="The absolute value stands where the relu is asked, and so does its slope.",\n    look="What does each of the two make of -1?",\n)\nnote(\n    Value.history, replace="value not in visited", by="True",\n    says="Values stand in the history more than once.",\n    look="Section 5, the second paragraph: what happens to a value that has been visited already?",\n)\nnote(\n    Value.history, replace="return order", by="return order[:-1]",\n    says="One of the values is missing in the history.",\n    look="Section 5: which value stands at the end of the list, and which at its beginning?",\n)\nnote(\n    unstretch, replace="slope.sum(axis=axis, keepdims=True)", by="slope.take([0], axis=axis)",\n    says="Where an axis of length 1 was repeated, the slope of one copy counts, and not that of all.",\n    look="Section 4: what does a change of the value do to its copies?",\n)\nnote(\n    Value.backward, replace="parent.grad + unstretch(pull(value.grad), parent.data.shape)",\n    by="unstretch(pull(value.grad), parent.data.shape)",\n    says="Of several slopes that arrive at a value, only one counts.",\n    look="Section 5, step 3: what happens to what a pull returns?",\n)\nnote(\n    Value.backward, replace="value.grad = np.zeros(value.data.shape)", by="pass",\n    says="After a second call of backward, the slopes of the first are still counted.",\n    look="Section 5, step 1.",\n)\nslope(product_step, **both)\nslope(matrix_step, of="L", by=("dA", "dB"), wrt=("A", "B"))\nslope(relu_step, of="L", by="da", wrt="a")\nslope(exp_step, of="L", by="da", wrt="a")\nslope(sum_step, of="L", by="da", wrt="a")\nslope(chain_slopes, of=chain_height, by="da", wrt="a")\nslope(shared_slopes, of=shared_height, by="da", wrt="a")\nslope(bias_slopes, of=bias_height, by=("da", "drow", "dcolumn"), wrt=("a", "row", "column"))\nsix_names = ("w1", "b1", "w2", "b2", "w3", "b3")\nslope(engine_gradients, of="loss", by=tuple("d" + each for each in six_names), wrt=six_names)'
