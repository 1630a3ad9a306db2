def assign(X, centres):
    return np.array([np.linalg.norm(x - centres, axis=1).argmin() for x in X])


def k_means(X, centres, steps):
    centres = np.array(centres)
    record = np.zeros(steps)
    for step in range(steps):
        labels = assign(X, centres)
        for k in set(labels.tolist()):
            centres[k] = X[labels == k].sum(axis=0) / (labels == k).sum()
        record[step] = ((X - centres[labels]) ** 2).sum()
    return centres, labels, record
