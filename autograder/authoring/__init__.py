"""Source to release, proved.

Reading order: build, extraction, declared (an assignment told of in its own notebook), students (what its release
states), nbgrader_release, release_proofs, leaks, agreement, answers, allowed (further packages); new with templates/
(an assignment of one's own); course_folder (a course laid down) with lessons/; verification/ (changed solutions,
variants, tolerances).
"""

from autograder.authoring import answers
from autograder.authoring.build import BuildError, build
from autograder.authoring.course_folder import lay_down, planned
from autograder.authoring.extraction import ExtractionError
from autograder.authoring.new import create
from autograder.authoring.release_proofs import ProofError
from autograder.authoring.verification.verify import run

__all__ = [
    "BuildError", "ExtractionError", "ProofError", "answers", "build", "create", "lay_down", "planned", "run",
]  # fmt: skip
