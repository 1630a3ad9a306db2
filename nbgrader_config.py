"""nbgrader's configuration of this course: `nbgrader`, the formgrader and `autograder` all read this file.

Every path is relative to the folder that this file lies in, which is the course root.
"""

import os
import sysconfig

c = get_config()  # noqa: F821  (nbgrader defines it when it reads this file)

# nbgrader runs `alembic` by name when it makes a new gradebook: it must be found without an activated environment.
_scripts = sysconfig.get_path("scripts")
if _scripts not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join([_scripts, os.environ.get("PATH", "")])

# ---- The course ------------------------------------------------------------------------------------------------

# The name of the course in the gradebook and in the exchange; it must not change while a course runs.
c.CourseDirectory.course_id = "numpy-nn"

# The gradebook is gradebook.db beside this file. Any SQLAlchemy URL will do; the environment may name another one,
# so that no password ever stands in a file: AUTOGRADER_DB_URL=postgresql://user:secret@host/grades
# (Named here, since nbgrader's own default goes astray where the course's path has `?` or `%` in it.)
_gradebook = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gradebook.db")
_url = f"sqlite:///{_gradebook}"
if "?" in _gradebook or "%" in _gradebook:
    from sqlalchemy import URL

    _url = str(URL.create("sqlite", database=_gradebook))
c.CourseDirectory.db_url = os.environ.get("AUTOGRADER_DB_URL") or _url

# Never copied from one step to the next: caches, and what editors and file managers leave behind.
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "*.pyc",
    "__pycache__",
    ".DS_Store",
    "Thumbs.db",
    "feedback",
]

# What a submission may import beside NumPy and matplotlib, by the names that pip has for it. It must be installed where
# the grader is, and the build proves that it can be imported in the sandbox.
# c.Autograder.packages = ["scipy", "pandas"]

# The seconds of wall time that one submission may take in all, with whatever it starts. Most take less than one.
# c.Autograder.submission_s = 360

# ---- Source to release -----------------------------------------------------------------------------------------

# Reads the source so that cells without an id get the same id every time (nbformat would draw random ones).
c.GenerateAssignment.exporter_class = "autograder.nbgrader_plugins.SourceExporter"

# nbgrader's own list but for two things. InstantiateTests is left out: it runs notebook code and writes expected
# values into what students get. Ours are added: official answers go first (nbgrader allows markdown solutions only
# with points, and this course's points stand in the grade cells alone), tidying comes last.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "autograder.nbgrader_plugins.RemoveOfficialAnswers",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
    "autograder.nbgrader_plugins.TidyRelease",
]

# A release is made, never edited: making it again replaces what is there, as the formgrader's button does.
c.GenerateAssignment.force = True

# What students find in place of each solution region. The comment above the region holds the hint.
c.ClearSolutions.code_stub = {
    "python": 'raise NotImplementedError("replace this line with your own code: see the hint above")'
}
c.ClearSolutions.text_stub = "*Your answer here.*"

# ---- Submission to gradebook -----------------------------------------------------------------------------------

# A renamed notebook is found and graded; nbgrader would skip it and record zero.
c.Autograde.pre_convert_hook = "autograder.nbgrader_plugins.find_renamed"

# Damaged notebooks are read as data and repaired against the release; nbgrader's own reader would stop at them.
c.Autograde.exporter_class = "autograder.nbgrader_plugins.SubmissionExporter"

# First pass. The exporter has restored cells, ids, points and kernel from the release already, and the student's own
# figures must stay visible, so nbgrader's clearing and overwriting are not needed.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Second pass. nbgrader's Execute would run the students' code, tests included, in one kernel: replaced by this
# package's sandboxed grading, which fills each grade cell's outputs. SaveAutoGrades is ours as well: nbgrader's flags
# every manual grade again whenever a class is regraded.
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugins.Grade",
    "autograder.nbgrader_plugins.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# ---- Gradebook to feedback -------------------------------------------------------------------------------------

# nbgrader's own list; after the grades were got, the final mark (what was changed by hand, extra credit, the penalty
# for lateness) is written into the notebook's first cell and its heading.
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "autograder.nbgrader_plugins.ShowMark",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# No page leaves that shows another mark than the gradebook, and one student's missing file stops no other's feedback.
c.ExchangeFactory.release_feedback = "autograder.nbgrader_plugins.ReleaseFeedback"
