"""What several tests of the sandbox need."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from autograder.sandbox import launch


@pytest.fixture
def nothing_nests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on a sandbox's own process finds that namespaces do not nest."""
    refusing = Path(shutil.copytree(launch.ZYGOTE, tmp_path / "zygote"))
    file = refusing / "namespaces.py"
    text = file.read_text()
    file.write_text(text.replace('call("unshare", kinds)', 'raise OSError(1, "unshare: refused")'))
    assert file.read_text() != text
    monkeypatch.setattr(launch, "ZYGOTE", refusing)
