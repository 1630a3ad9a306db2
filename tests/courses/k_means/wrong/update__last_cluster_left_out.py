def update(X, labels, centres):
    new_centres = centres.copy()
    for k in range(len(centres) - 1):
        members = X[labels == k]
        if len(members) > 0:
            new_centres[k] = np.mean(members, axis=0)
    return new_centres
