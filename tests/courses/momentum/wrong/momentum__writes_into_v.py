def momentum(w, dw, v, lr, mu):
    # The numbers are right, but the arrays that were handed in do not stay as they were.
    v *= mu
    v -= lr * dw
    w += v
    return w, v
