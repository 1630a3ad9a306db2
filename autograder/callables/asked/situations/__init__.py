"""What a callable is asked about, situation by situation.

Reading order: everyday (values of each size), special (numbers, samples, layouts), set_state (from outside),
sequences (of calls), own_data (the lesson's), huge_numbers, many_samples, many_rounds (far beyond the everyday ones),
borders (close to them), every (all of them).
"""

from autograder.callables.asked.situations.every import FAR_OUT, drafts
from autograder.callables.asked.situations.everyday import everyday_sizes, seen_in, sizes_used
from autograder.callables.asked.situations.many_samples import MANY_SAMPLES
from autograder.callables.asked.situations.set_state import STATE_SET, leaves_of_state

__all__ = [
    "FAR_OUT",
    "MANY_SAMPLES",
    "STATE_SET",
    "drafts",
    "everyday_sizes",
    "leaves_of_state",
    "seen_in",
    "sizes_used",
]
