def dropout_forward(h, mask, keep):
    return h * (1 - mask) / keep
