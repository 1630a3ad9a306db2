"""Which fault explains a method's wrong answers, and how a student is told.

Reading order: explain (a method's answers, one search after another), fault_found (what each search gives), arrays (one
family of arrays), scaling, gradient_faults and loss_faults (what arrays may be instead), numerical_gradient (what is
proof of one), training/ (runs), environment_faults (exceptions), sentences (the words).
"""
