def update(X, labels, centres):
    return np.array(
        [X[labels == k].mean(axis=0) if (labels == k).any() else centre for k, centre in enumerate(centres)]
    )


def k_means(X, centres, steps):
    history = []
    while steps > len(history):
        chosen = assign(centres=centres, X=X)
        centres = update(X, centres=centres, labels=chosen)
        history += [inertia(centres=centres, X=X, labels=chosen)]
    return centres, chosen, history
