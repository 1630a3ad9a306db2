"""Which fault of a training loop explains a run.

Reading order: explain (hypotheses tried on all runs), cases (the runs in numbers), hypotheses and faults (what may be
wrong, as data), run (a run with it), predicted (what it then records), trial (that held against what was recorded),
step_rules and data (other steps, changed data), endings and traces (what the run itself tells), unexplained (what is
said where nothing is proved).
"""
