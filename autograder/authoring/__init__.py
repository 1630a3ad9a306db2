"""Source to release, proved.

Reading order: build, cells and source (the notebook read), declared (the reference and what must hold of it), students
(what its release states), nbgrader_release, proofs/ (what must hold of it), answers; new with templates/ (an assignment
of one's own); drafting/ (one from a notebook that there is); preview (one looked at in seconds);
course_folder (a course laid down) with lessons/; verify (the proofs once more).
"""

from autograder.authoring import answers
from autograder.authoring.build import BuildError, build
from autograder.authoring.cells import ExtractionError
from autograder.authoring.course_folder import lay_down, planned
from autograder.authoring.drafting import Drafted, draft
from autograder.authoring.new import create
from autograder.authoring.preview import preview
from autograder.authoring.proofs.release_proofs import ProofError
from autograder.authoring.verify import verify

__all__ = [
    "BuildError", "Drafted", "ExtractionError", "ProofError", "answers", "build", "create", "draft", "lay_down",
    "planned", "preview", "verify",
]  # fmt: skip
