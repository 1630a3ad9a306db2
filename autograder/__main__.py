"""`python -m autograder`: the command line."""

import sys

from autograder.cli import run

sys.exit(run())
