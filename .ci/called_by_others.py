"""Names in autograder/ that nothing there calls, for vulture: each is called, read or named by somebody else."""

# nbgrader, nbconvert and traitlets call these of a plugin, or read them.
_.from_file
_.from_filename
_.preprocess
_.preprocess_cell
_.no_database
_.execution_count
# pytest's hooks.
pytest_addoption
pytest_generate_tests
_.pytest_configure
_.pytest_keyboard_interrupt
_.pytest_runtest_makereport
_.pytest_runtest_protocol
_.pytest_sessionfinish
# A student's cell may call these, as in IPython; warnings call `showwarning`.
_.run_cell_magic
_.get_ipython
_.display
_.showwarning
# zipfile reads these of an entry.
_.external_attr
_.compress_type
# The pages' templates read these.
_.below
_.svg
given_by_a_person
# argparse calls these of a parser.
_._check_value
# Tests read these records' fields.
_.passed_over
_.peak_memory_bytes
# IPython calls this of what the self-check raises.
_._render_traceback_
same
# The codes of a diagnosis: written as the strings that they are, held to this list by `Diagnosis`.
_.NOT_IMPLEMENTED
_.RAISES
_.TIMED_OUT
_.WRONG_TYPE
_.WRONG_SHAPE
_.TRANSPOSED
_.NOT_FINITE
_.SIGN
_.FACTOR
_.MEAN_FOR_SUM
_.SUM_FOR_MEAN
_.SWAPPED
_.MISSING_UPSTREAM
_.MISSING_ACTIVATION_DERIVATIVE
_.WRONG_ACTIVATION_DERIVATIVE
_.BIAS
_.MUTATES_ARGUMENTS
_.MUTATES_WEIGHTS
_.SEQUENTIAL_UPDATE
_.LOSS_AFTER_UPDATE
_.EPOCH_COUNT
_.ASCENDS
_.IGNORES_LR
_.NO_UPDATE
_.NUMERICAL_GRADIENT
_.HARD_CODED
_.EARLY_STOP
_.OTHER_OPTIMISER
_.MISSING_PACKAGE
_.DIFFERENT
CODES
# The shell that a student's cells meet, and its progress bar.
_.run_line_magic
_.disable
_.reset
_.pandas
_.format_dict
_.user_ns
_.getoutput
_.monitor_interval
_.start_t
_.last_print_t
_.last_print_n
# The import system calls or reads these of a finder and a module, and Python that of a module or of a kind of class.
_.__path__
_.create_module
_.__getattr__
# SQLite reads this of its connection, and nbgrader these of its gradebook and of its module.
_.text_factory
_.authenticator
_.get_alembic_version
# tempfile reads this of itself.
_.tempdir
# A declaration's words, and an array's flag.
_.probabilities
_.simplex
_.one_hot
_.booleans
_.signs
_.one_of
_.rows_of
_.writeable
