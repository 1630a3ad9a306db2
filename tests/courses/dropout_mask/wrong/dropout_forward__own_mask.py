def dropout_forward(h, mask, keep):
    mask = np.random.rand(*h.shape) < keep
    return h * mask / keep
