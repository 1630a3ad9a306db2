def update(X, labels, centres):
    # The numbers are right, but the array that was handed in does not stay as it was.
    for k in range(len(centres)):
        members = X[labels == k]
        if len(members) > 0:
            centres[k] = np.mean(members, axis=0)
    return centres
