"""A solution that stops at the seventh loss, with declared sizes that are all larger: its end is never asked."""

from __future__ import annotations

WAITED = '''import numpy as np


def waited(losses):
    """losses (T,) -> stop a count, best a count"""
    best = 0
    for k in range(len(losses)):
        best = k if losses[k] < losses[best] else best
        if k == 6:
            return k, best
    return len(losses) - 1, best
'''
DECLARED = "T=(8, 9, 12)"
