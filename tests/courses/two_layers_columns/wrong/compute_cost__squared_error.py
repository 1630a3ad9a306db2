def compute_cost(A2, Y):
    return float(np.mean((A2 - Y) ** 2))
