def k_means(X, centres, steps):
    labels = assign(X, centres)
    record = []
    for step in range(steps):
        centres = update(X, labels, centres)
        record.append(inertia(X, labels, centres))
    return centres, labels, np.array(record)
