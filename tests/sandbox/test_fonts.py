"""A sandbox has matplotlib's fonts by a list that was made once, and by one of its own where that is no good."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.sandbox import Sandbox, fonts, rootfs

PROGRAM = """
import json

def main(request, reply, more):
    import matplotlib.font_manager as fonts
    found = sorted(each.fname for each in fonts.fontManager.ttflist)
    reply(json.dumps([found, fonts.findfont("DejaVu Sans"), fonts.fontManager._version]).encode())
"""


@pytest.fixture
def matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where matplotlib lies, with an empty cache of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    fonts.listed.cache_clear()
    return rootfs.package_entries(("matplotlib",))["matplotlib"]


def in_a_sandbox(folder: Path) -> list[object]:
    """The fonts that matplotlib has there."""
    (folder / "program.py").write_text(PROGRAM)
    with Sandbox(folder / "program.py") as sandbox:
        job = sandbox.start(b"")
        frame = job.next_frame(10.0)
        job.close()
    assert frame is not None
    return list(json.loads(frame))


def test_it_is_made_once_and_of_its_own_fonts_alone(matplotlib: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fonts.listed(matplotlib)
    assert made is not None
    path, name = made
    assert path.name.endswith(name)
    listed = json.loads(path.read_text())["ttflist"]
    assert any(each["name"] == "DejaVu Sans" for each in listed)
    assert all((matplotlib / "mpl-data" / each["fname"]).is_file() for each in listed)
    fonts.listed.cache_clear()
    monkeypatch.setattr(fonts, "_made", lambda folder: pytest.fail("it was made before"))
    assert fonts.listed(matplotlib) == made


def test_a_list_that_others_may_write_is_made_anew(matplotlib: Path) -> None:
    made = fonts.listed(matplotlib)
    assert made is not None
    made[0].write_text("{}")
    made[0].chmod(0o666)
    fonts.listed.cache_clear()
    assert fonts.listed(matplotlib) == made
    assert json.loads(made[0].read_text())["ttflist"]
    assert made[0].stat().st_mode & 0o777 == 0o600


def test_without_matplotlib_or_a_place_to_keep_it_there_is_none(matplotlib: Path, tmp_path: Path) -> None:
    assert fonts.listed(tmp_path) is None
    (tmp_path / "cache").touch()
    assert fonts.listed(matplotlib) is None


def test_a_sandbox_has_the_same_fonts_with_it_without_it_and_with_a_torn_one(
    matplotlib: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = fonts.listed(matplotlib)
    assert made is not None
    with_it = in_a_sandbox(tmp_path)
    assert with_it[1] == "/site/matplotlib/mpl-data/fonts/ttf/DejaVuSans.ttf"
    made[0].write_text('{"ttflist": [')
    assert in_a_sandbox(tmp_path) == with_it
    monkeypatch.setattr(fonts, "listed", lambda folder: None)
    assert in_a_sandbox(tmp_path) == with_it
