def update(X, labels, centres):
    sums = np.zeros_like(centres)
    np.add.at(sums, labels, X)
    counts = np.bincount(labels, minlength=len(centres))[:, None]
    return np.where(counts > 0, sums / np.maximum(counts, 1), centres)
