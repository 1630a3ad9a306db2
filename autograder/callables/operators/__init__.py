"""What may stand at a site in place of what does: `OPERATORS`, each from a site and its scope to drafts.

Reading order: texts, arithmetic, slopes, calls, habits, loops, names, sizes, shapes; statements (whole
statements, as edits).
"""

from autograder.callables.operators.arithmetic import arithmetic
from autograder.callables.operators.calls import calls
from autograder.callables.operators.habits import habits
from autograder.callables.operators.loops import loops
from autograder.callables.operators.names import names
from autograder.callables.operators.shapes import shapes
from autograder.callables.operators.sizes import sizes
from autograder.callables.operators.slopes import slopes
from autograder.callables.operators.statements import forgotten, statements

OPERATORS = (loops, arithmetic, slopes, calls, habits, shapes, names, sizes)  # what two give is of the first one's kind

__all__ = ["OPERATORS", "forgotten", "habits", "loops", "statements"]
