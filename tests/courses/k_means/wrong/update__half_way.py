def update(X, labels, centres):
    new = centres.copy()
    for k in range(len(centres)):
        members = X[labels == k]
        if len(members):
            new[k] = 0.5 * centres[k] + 0.5 * members.mean(axis=0)
    return new
