"""Packages beyond NumPy and matplotlib that a course allows, proved to be there when a submission is run.

`c.Autograder.packages = ["scipy"]` in nbgrader_config.py names them as pip does; they are the grader's own
environment's. Cost: each one allowed is one more body of code that a submission can reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata

from autograder.observe import PROGRAM, probe
from autograder.sandbox import PACKAGES, Sandbox, SandboxError, rootfs

IMPORT_S = 60.0  # wall time for the import of one package


def not_importable(packages: Sequence[str], isolation: str = "namespaces") -> list[str]:
    """What is wrong with the packages, one sentence each: not installed, or not to be imported in the sandbox."""
    absent = [name for name in packages if not _installed(name)]
    if absent:
        return [f"the course allows {name}, which is not installed beside the autograder" for name in absent]
    if not packages:
        return []
    try:
        with Sandbox(PROGRAM, preload=("numpy",), packages=(*PACKAGES, *packages), isolation=isolation) as box:
            complaints = [_import(box, package, name) for package in packages for name in import_names(package)]
    except (rootfs.RootfsError, SandboxError) as error:
        return [f"the packages that the course allows cannot be put into the sandbox: {error}"]
    return [problem for problem in complaints if problem]


def import_names(package: str) -> list[str]:
    """The names that a distribution is imported by: `sklearn` of scikit-learn."""
    wanted = _plain(package)
    return sorted(
        name
        for name, distributions in metadata.packages_distributions().items()
        if not name.startswith("_") and name.isidentifier() and wanted in map(_plain, distributions)
    )


def _import(box: Sandbox, package: str, name: str) -> str:
    """What an import says in the sandbox, "" where it works."""
    head = {"cells": [{"index": 0, "source": f"import {name}"}], "class": name, "weights": []}
    job = box.start(probe.joined([probe.seal(head)]))
    try:
        frame = job.next_frame(IMPORT_S)
        error = "its process ended" if frame is None else probe.unpack(frame).get("error")
    except TimeoutError:
        error = f"no end after {IMPORT_S:g} s"
    finally:
        job.close()
    if not error:
        return ""
    said = f"{error.get('type')}: {error.get('text')}" if isinstance(error, dict) else error
    return f"the course allows {package}, and import {name} fails in the sandbox ({said})"


def _installed(package: str) -> bool:
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
