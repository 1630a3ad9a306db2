def dropout_backward(dout, mask, keep):
    return dout / keep
