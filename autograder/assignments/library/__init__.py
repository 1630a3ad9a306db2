"""Lessons 1 to 5 of the course, one description each.

Reading order: shallow_narrow, linear_regression, relu_regression, two_layer_relu, sigmoid_mlp. A course's own
descriptions are found under this package's name too (registry).
"""
