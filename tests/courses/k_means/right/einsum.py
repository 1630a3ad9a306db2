def distances(X, centres):
    diff = X[:, None] - centres
    return np.einsum("nkd,nkd->nk", diff, diff)


def update(X, labels, centres):
    member = (labels[:, None] == np.arange(len(centres))).astype(float)
    count = member.sum(axis=0)
    new = centres.copy()
    has = count > 0
    new[has] = np.einsum("nk,nd->kd", member, X)[has] / count[has][:, None]
    return new


def inertia(X, labels, centres):
    return distances(X, centres)[np.arange(len(X)), labels].sum()
