"""An answer held against the right one.

Reading order: findings (of one answer), named (the fault that gives what came), numeric (slopes found by
numbers), evidence (all that one submission's checks see, and by which route each callable is judged), raised (where an
exception came from), explanation (in words), checks/ (the pytest tests), judge (which runs them and makes reports).
"""
