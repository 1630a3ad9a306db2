def conv_forward(x, w, b):
    out = np.array([[np.correlate(signal, filt, "valid") for filt in w] for signal in x])
    return out + b.reshape(1, -1, 1), (x, w)


def conv_backward(dout, cache):
    x, w = cache
    dx = np.array([sum(np.convolve(g, filt) for g, filt in zip(of_signal, w)) for of_signal in dout])
    dw = sum(np.array([np.correlate(signal, g, "valid") for g in of_signal]) for signal, of_signal in zip(x, dout))
    return dx, dw, np.einsum("nft->f", dout)
