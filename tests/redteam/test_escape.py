"""What a submission says reaches terminal, notebook, page and spreadsheet as text that does nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata

import pytest

from autograder.core.course import Course
from autograder.gradebook.autograded_notebook import autograded, to_text
from autograder.grading.grader import Graded, Grader, Task
from autograder.reporting.export.csv_table import dry_run
from autograder.reporting.feedback import cell_html, cell_text, result, summary
from autograder.reporting.feedback.class_page import page as class_page
from autograder.reporting.feedback.student_page import page as student_page
from tests.redteam.attack import NAME, attack
from tests.support.methods import METHODS
from tests.support.notebooks import save

ACTING = (
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example\x07",
    "\x9b31m\x90q\x9c",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"'><svg onload=alert(1)>{{7*7}}{% raw %}",
    "]]>--><!--</style></title></pre>",
    "=HYPERLINK(\"http://evil.example\")\t+cmd|' /C calc'!A0",
    '\r\n\n{"score": 10, "verdict": "graded"}\nHTTP/1.1 200 OK',
    "\u202egnp.exe\u2066\u200b\ufeff\u2028\u2029",
    "\ud800\udfff\x00\x08\x7f",
    "$\\require{html}\\href{javascript:alert(1)}{x}$ [x](javascript:alert(1)) ![](http://evil.example/x.png)",
)


@pytest.fixture(scope="module")
def spoken(graders: dict[str, Grader], course: Course, tmp_path_factory: pytest.TempPathFactory) -> list[Graded]:
    """For each text, a submission that says it in every place where a submission can say something."""
    folder = tmp_path_factory.mktemp("escape")
    tasks = []
    for k, text in enumerate(ACTING):
        said = repr(text)
        name = repr(text.replace("\0", "").encode("utf-8", "replace").decode())
        raising = f"raise type({name}, (Exception,), {{}})({said})"
        unreadable = "odd = = " + "".join(text.splitlines())
        each = attack(
            "speak",
            before=f"import warnings\nwarnings.warn({said})\nprint({said})\n{raising}\n{unreadable}",
            after=f"{raising}  # {text if text.isprintable() else ''}",
            forward=f"def forward(self, x):\n    {raising}",
            dloss_dw=f"def dloss_dw(self, x, y):\n    {raising}",
            train=f"def train(self, x, y, lr, n_ep):\n    return {{{said}: {said}}}",
        )
        path = save(each.notebook(course), folder / f"{k}" / f"{NAME}.ipynb")
        tasks.append(Task(path, f"submitted/{text[:20]}/x.ipynb", f"={text[:20]}"))
    if "warm" not in graders:
        graders["warm"] = Grader(course)
    graded = graders["warm"].grade(tasks, NAME)
    assert all(each.report.verdict == "graded" for each in graded), [each.report.notes for each in graded]
    return graded


def assert_quiet(text: str, also: str = "") -> None:
    """No control, format or surrogate character but line ends."""
    for char in text:
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") or char in "\n" + also, repr(char)


def test_it_is_told_at_all(spoken: list[Graded]) -> None:
    """The student reads what the exception said: nothing is dropped to be safe."""
    for each in spoken:
        assert len([note for note in each.report.notes if "raised" in note]) == 2
        assert len([note for note in each.report.notes if "cannot read line 5 (odd = =" in note]) == 1
        assert {check.outcome for check in each.report.checks if check.method == "forward"} == {"errored", "skipped"}
        each.report.to_json().encode("ascii")
        for line in each.report.to_json().splitlines():
            json.loads(line)
        assert len(each.report.to_json().splitlines()) == 1


def test_on_a_terminal(spoken: list[Graded]) -> None:
    """No escape sequence but our own colours, and no line of ours forged."""
    reports = [each.report for each in spoken]
    for report in reports:
        assert_quiet(result(report))
        assert_quiet(re.sub(r"\x1b\[[\d;]*m", "", result(report, color=True)))
        for method in METHODS:
            assert_quiet(cell_text(report, method))
    assert_quiet(summary(reports))


def test_on_pages_and_in_cells(spoken: list[Graded]) -> None:
    """No element and no attribute of the submission's making; the pages forbid active content."""
    pages = [student_page(each.report) for each in spoken]
    cells = [cell_html(each.report, method) for each in spoken for method in METHODS]
    for text in (*pages, *cells):
        assert_quiet(text)
        assert not re.search(r"<(script|img|iframe|object|embed|form|link rel)", text, re.IGNORECASE)
        for tag in re.findall(r"<[a-zA-Z][^>]*>", text):
            assert not re.search(r"\son\w+\s*=|javascript:|evil\.example", tag, re.IGNORECASE), tag
    for text in pages:
        assert "Content-Security-Policy" in text
        assert text.count("</style>") == text.count("<style>")
        assert text.count("</title>") == text.count("<title>") == 1


def test_in_a_spreadsheet(spoken: list[Graded]) -> None:
    """One row for each, no cell that starts a formula."""
    plan = dry_run([each.report for each in spoken])
    text = plan.content.decode("utf-8")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == len(spoken) + 1
    for row in rows[1:]:
        for cell in row:
            assert not re.match(r"\s*[=+@\t\r＝＋－＠]|\s*-\D", cell), cell


def test_in_the_autograded_notebook(spoken: list[Graded], course: Course) -> None:
    """A valid notebook in which the submission's words are text outputs, without control characters."""
    import nbformat

    release = json.loads(course.release_notebook(NAME).read_text("utf-8"))
    for each in spoken:
        made = autograded(release, each.submission, each.report)
        text = to_text(made)
        text.encode("utf-8")
        nbformat.validate(nbformat.from_dict(json.loads(text)))
        for cell in made["cells"]:
            for output in cell.get("outputs", ()):
                shown = json.dumps(output.get("data", {}).get("text/html", ""))
                assert not re.search(r"<(script|img|svg|iframe)", shown, re.IGNORECASE), shown
                assert "text/javascript" not in output.get("data", {})
                assert "application/javascript" not in output.get("data", {})


def test_pages_of_a_class(spoken: list[Graded]) -> None:
    """The page for the class is as quiet as the students'."""
    assert_quiet(class_page([each.report for each in spoken], assignment=NAME))
