def k_means(X, centres, steps):
    record = []
    for step in range(steps):
        labels = assign(X, centres)
        new_centres = update(X, labels, centres)
        record.append(inertia(X, labels, new_centres))
    return new_centres, labels, np.array(record)
