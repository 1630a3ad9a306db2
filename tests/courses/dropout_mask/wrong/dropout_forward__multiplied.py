def dropout_forward(h, mask, keep):
    return h * mask * keep
