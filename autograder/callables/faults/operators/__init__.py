"""What may stand at a site in place of what does: `OPERATORS`, each from a site and its scope to drafts.

Reading order: texts, arithmetic, slopes, calls, habits, loops, names, sizes, shapes, losses, regrouped, otherwise;
steps (what a statement changes), elements and order (of statements), statements, returns, arguments, training and
rounds (whole statements, a function's end and entry, loops, as edits), moved_within (a loop and the slopes that it
asks for), solved (with a number that the answers tell).
"""

from autograder.callables.faults.operators.arguments import arguments
from autograder.callables.faults.operators.arithmetic import arithmetic
from autograder.callables.faults.operators.calls import calls
from autograder.callables.faults.operators.habits import habits
from autograder.callables.faults.operators.loops import loops
from autograder.callables.faults.operators.losses import losses
from autograder.callables.faults.operators.moved_within import moved_within
from autograder.callables.faults.operators.names import names
from autograder.callables.faults.operators.otherwise import otherwise
from autograder.callables.faults.operators.regrouped import regrouped
from autograder.callables.faults.operators.returns import returns
from autograder.callables.faults.operators.rounds import rounds
from autograder.callables.faults.operators.shapes import shapes
from autograder.callables.faults.operators.sizes import sizes
from autograder.callables.faults.operators.slopes import slopes
from autograder.callables.faults.operators.solved import NUMBER, STARTS, solved
from autograder.callables.faults.operators.statements import statements
from autograder.callables.faults.operators.steps import forgotten, in_a_loop
from autograder.callables.faults.operators.training import training

OPERATORS = (
    loops,
    arithmetic,
    slopes,
    calls,
    habits,
    shapes,
    names,
    sizes,
    losses,
    regrouped,
    otherwise,
)  # what two give is of the first one's kind

__all__ = [
    "NUMBER",
    "OPERATORS",
    "STARTS",
    "arguments",
    "forgotten",
    "habits",
    "in_a_loop",
    "loops",
    "moved_within",
    "returns",
    "rounds",
    "solved",
    "statements",
    "training",
]
