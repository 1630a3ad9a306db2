"""Auto-graded coursework for neural networks from scratch in NumPy.

Thirteen rooms, each of whose `__init__` says what it is, how to read it, and what it hands out. Reading order: from the
bottom up, core, assignments and sandbox; notebooks and reporting; observe and gradebook; questions; judging; callables;
grading; authoring; cli. Three files belong to no room: selfcheck, which students get as it is and which may import
nothing of ours; nbgrader_plugins, whose names stand in the configuration of every course and may never move; and
__main__, which `python -m autograder` runs.
"""

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
