"""Proof that the judge tells right from wrong, for `autograder verify`.

Reading order: verify (the proof), mutants and variants (what is tried), trial (one of them, graded), tolerance_report
(how near right answers and mild faults come to the tolerance).
"""
