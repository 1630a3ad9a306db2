def k_means(X, centres, steps):
    record = []
    for step in range(steps):
        labels = assign(X, centres)
        record.append(inertia(X, labels, centres))
        centres = update(X, labels, centres)
    return centres, labels, np.array(record)
