"""An answer held against the right one.

Reading order: findings (of one answer), items (what each grade cell scores), named (the fault that gives what came),
complex_step and numeric (slopes found by numbers), as_it_stands (what a submission answers by itself), consequences
(answers held against the solution with another one's fault in it), fitted (slopes held against the submission's own
way forward), evidence (all that one submission's checks see, and by which route each callable is judged), off_course
(how a run leaves the right one), shown (by which it is told of, and what shows of it there), changed (what is to be
left alone) and served (what is handed on); environment_faults (versions and packages), told, raised, no_answer,
untouched, lengths (of records), stopped (runs that go no further), state_idle (answers that no state changes),
differences, explanation and impurity (in words); checks/ (the pytest tests), drawn (what pages draw), judge (which runs
them and makes reports).
"""
