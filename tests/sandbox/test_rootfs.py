"""What of the installed packages a sandbox is given: read off their lists at little cost, the same as in full."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from autograder.sandbox import rootfs

INSTALLED = sorted(metadata.distributions(), key=lambda each: each.metadata["Name"])


def test_the_list_read_as_a_table_names_what_its_paths_begin_with() -> None:
    for distribution in INSTALLED:
        assert rootfs._tops(distribution) == {file.parts[0] for file in distribution.files or ()}


def test_what_is_passed_over_at_a_glance_does_not_hold_without_an_extra() -> None:
    passed = 0
    for text in (text for distribution in INSTALLED for text in distribution.requires or ()):
        if rootfs._only_with_an_extra(text.partition(";")[2]):
            marker = Requirement(text).marker
            assert marker is not None
            assert not marker.evaluate({"extra": ""}), text
            passed += 1
    assert passed > 50


@pytest.mark.parametrize(
    "marker", ["", "python_version < '4'", "extra == 'a' or python_version < '4'", "'extra' == 'extra'"]
)
def test_what_may_hold_is_read_in_full(marker: str) -> None:
    assert not rootfs._only_with_an_extra(marker)


def test_a_package_without_a_list_of_its_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "bare-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: bare\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(rootfs.RootfsError, match="reinstall it by pip"):
        rootfs.package_entries(("bare",))
