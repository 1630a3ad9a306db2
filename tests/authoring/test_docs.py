"""The documentation: current, and built without a warning."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.cli import reference

ROOT = Path(__file__).parents[2]


def test_the_page_of_commands_is_what_the_parser_says() -> None:
    """Where it is not: make docs-commands."""
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == reference.text()


def test_every_command_that_the_pages_show_exists() -> None:
    """Nothing is documented that `autograder` does not have."""
    known = {line.split()[-1] for line in reference.text().splitlines() if line.startswith("## autograder ")}
    shown = {
        line.split()[1]
        for page in (ROOT / "docs").glob("*.md")
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.startswith("autograder ")
    }
    assert shown
    assert shown <= known


@pytest.mark.slow
def test_the_site_builds_strictly(tmp_path: Path) -> None:
    """No broken link, no page that the navigation lacks."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path / "site")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "commands" / "index.html").is_file()
