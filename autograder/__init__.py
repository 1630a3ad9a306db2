"""Auto-graded coursework for neural networks from scratch in NumPy."""

import os
import sys

DISTRIBUTION = "numpy-nn-autograder"  # as pip knows it

# One thread a matrix product, in the grader and in its workers: the cores are shared by submissions, and threads that
# wait for each other cost more than they save at these sizes. Has to be said before NumPy is loaded.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

# nbformat and nbgrader import jsonschema, which would compile a grammar of web addresses at each start, for a format
# that no notebook's schema names (2 s); without the module it leaves that format unchecked.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
