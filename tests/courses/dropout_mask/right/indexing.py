def dropout_forward(h, mask, keep):
    out = h / keep
    out[mask == 0] = 0
    return out


def dropout_backward(dout, mask, keep):
    return np.where(mask > 0, dout / keep, 0.0)
