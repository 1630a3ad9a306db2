"""Which fault explains wrong arrays: predictions, losses, gradients.

Reading order: explain (one search after another), places, repeats, shapes, known_faults, gradient_faults, loss_faults
(what arrays may be instead), unexplained (what is told where nothing fits).
"""
