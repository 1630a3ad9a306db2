def distances(X, centres):
    d2 = np.zeros((len(X), len(centres)))
    for i in range(len(X)):
        for k in range(len(centres)):
            for j in range(X.shape[1]):
                d2[i, k] += (X[i, j] - centres[k, j]) ** 2
    return d2


def assign(X, centres):
    labels = np.zeros(len(X), dtype=int)
    for i, row in enumerate(distances(X, centres)):
        best = 0
        for k in range(1, len(row)):
            if row[k] < row[best]:
                best = k
        labels[i] = best
    return labels


def inertia(X, labels, centres):
    return sum(np.dot(x - centres[k], x - centres[k]) for x, k in zip(X, labels))
