def k_means(X, centres, steps):
    # Wrong only while points still change their cluster: the labels are those of a further round.
    record = []
    for step in range(steps):
        labels = assign(X, centres)
        centres = update(X, labels, centres)
        record.append(inertia(X, labels, centres))
    return centres, assign(X, centres), np.array(record)
