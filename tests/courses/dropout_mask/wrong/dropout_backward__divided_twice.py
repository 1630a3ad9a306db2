def dropout_backward(dout, mask, keep):
    return dout * mask / keep**2
