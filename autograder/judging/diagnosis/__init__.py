"""Which fault explains a method's wrong answers, and how a student is told.

Reading order: explain (a method's answers, one search after another), fault_found (what each search gives), claim (what
its sentence must hold of), answered (what the searches ask), scaling (one array as another one's multiple), arrays/
(predictions, losses, gradients), numerical_gradient and complex_step (what is proof of one), training/ (runs),
environment_faults (exceptions), sentences (the words).
"""
