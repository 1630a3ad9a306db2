"""Which fault explains a method's wrong answers, and how a student is told.

Reading order: explain (a method's answers, one search after another), fault_found (what each search gives), claim (what
its sentence must hold of), arrays (one family of arrays), answered (what its searches ask), places, repeats, shapes,
known_faults, scaling, gradient_faults and loss_faults (what arrays may be instead), unexplained_array,
numerical_gradient (what is proof of one), training/ (runs), environment_faults (exceptions), sentences (the words).
"""
