"""The file system that a sandbox sees: Python, some packages, the libraries they load.

Context: everything that a submission can open is a leak or a lever, so nothing is bound because it lies near by.
Choice: the interpreter and its standard library, the closure of the asked packages file by file, and the shared
libraries that the loader names for them; all read-only. Cost: the loader must be asked (`ldd`).
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from autograder.sandbox import ldd

PYTHON = Path("/python")  # where the interpreter and its standard library stand inside
SITE = Path("/site")  # where the packages stand inside
HARNESS = Path("/harness")  # where the zygote and the program stand inside
DEVICES = ("null", "zero", "full", "random", "urandom")
# Never wanted without a screen or a terminal, and their libraries would be half of all that is bound.
UNBOUND_EXTENSIONS = ("_tkinter", "_tkagg", "nis", "readline", "_curses", "_dbm", "_gdbm")
NOT_LOOKED_INTO = ("site-packages", "dist-packages", "__pycache__")  # for libraries, in a folder that is bound


class RootfsError(RuntimeError):
    """A file system cannot be put together: a package or the loader's answer is missing."""


@lru_cache(maxsize=8)
def arguments(packages: tuple[str, ...]) -> tuple[str, ...]:
    """bubblewrap's arguments that put the file system together, but for the harness's own files."""
    stdlib = Path(sysconfig.get_path("stdlib"))
    platstdlib = Path(sysconfig.get_path("platstdlib"))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    inside = PYTHON / "lib" / version
    interpreter = Path(sys.executable).resolve()
    entries = package_entries(packages)
    bound: list[tuple[Path, Path]] = [(interpreter, PYTHON / "bin/python3"), (stdlib, inside)]
    if platstdlib.resolve() != stdlib.resolve() and (platstdlib / "lib-dynload").is_dir():
        bound.append((platstdlib / "lib-dynload", inside / "lib-dynload"))
    bound += [(path, SITE / name) for name, path in entries.items()]
    roots = [stdlib, platstdlib, *entries.values()]
    for library in libraries(interpreter, roots):
        bundled = library.is_relative_to(sys.base_prefix) and not library.is_relative_to("/usr/lib")
        bound.append((library.resolve(), PYTHON / "lib" / library.name if bundled else library))
    result: list[str] = []
    # Made beforehand, since bubblewrap gives a folder that it makes itself the mode of the source's closed parents.
    for folder in sorted({parent for _, target in bound for parent in target.parents} | {HARNESS, Path("/dev")}):
        if folder != Path("/") and not folder.is_relative_to(inside):
            result += ["--perms", "0755", "--dir", str(folder)]
    for source, target in bound:
        result += ["--ro-bind", str(source), str(target)]
    for name in ("site-packages", "dist-packages"):
        if (stdlib / name).is_dir():
            result += ["--perms", "0755", "--tmpfs", str(inside / name), "--remount-ro", str(inside / name)]
    for name in DEVICES:
        result += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    return tuple(result)


@lru_cache(maxsize=8)
def package_entries(packages: tuple[str, ...]) -> Mapping[str, Path]:
    """Top-level files and folders of the packages and of all that they require: name under /site -> path here."""
    entries: dict[str, Path] = {}
    for distribution in closure(packages):
        tops = _tops(distribution)
        for top in tops:
            if top in ("..", "/", "__pycache__") or top.endswith((".pth", ".egg-link")):
                continue
            path = Path(str(distribution.locate_file(top)))
            if path.exists():
                entries[top] = path
        if not tops:
            raise RootfsError(
                f"the package {distribution.metadata['Name']} does not list its files: reinstall it by pip"
            )
    return dict(sorted(entries.items()))


def _tops(distribution: metadata.Distribution) -> set[str]:
    """The first part of each file's place beside the distribution; empty where it does not list its files.

    From the list itself where there is one: to make a path of each of thousands takes a tenth of a second.
    """
    record = distribution.read_text("RECORD")
    if record:
        return {row[0].partition("/")[0] or "/" for row in csv.reader(record.splitlines()) if row}
    return {file.parts[0] for file in distribution.files or ()}


def closure(packages: Sequence[str]) -> Iterator[metadata.Distribution]:
    """The packages' distributions, then those they require on this machine without extras, each once."""
    seen: set[str] = set()
    wanted = list(packages)
    while wanted:
        name = wanted.pop(0)
        if name.lower().replace("_", "-") in seen:
            continue
        seen.add(name.lower().replace("_", "-"))
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise RootfsError(
                f"the package {name} is not installed beside the autograder: pip install {name}"
            ) from None
        for text in distribution.requires or ():
            if _only_with_an_extra(text.partition(";")[2]):
                continue
            from packaging.requirements import Requirement  # comes with matplotlib; not wanted where nothing is asked

            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                wanted.append(requirement.name)
        yield distribution


def _only_with_an_extra(marker: str) -> bool:
    """Whether a requirement is seen at a glance to hold with an extra alone; most are such, and are not parsed."""
    return bool(re.search(r"\bextra\s*==", marker)) and not re.search(r"\bor\b", marker)


def libraries(interpreter: Path, roots: Sequence[Path]) -> list[Path]:
    """The loader and the shared libraries outside `roots` that the interpreter and the modules in `roots` load."""
    objects = {interpreter}
    for root in roots:
        if root.is_file() and ".so" in root.name:
            objects.add(root)
        for folder, inner, files in os.walk(root):
            inner[:] = [name for name in inner if name not in NOT_LOOKED_INTO]
            objects.update(Path(folder, name) for name in files if ".so" in name)
    wanted = sorted(str(path) for path in objects if not path.name.startswith(UNBOUND_EXTENSIONS))
    try:
        result = ldd.named(wanted)
    except (OSError, subprocess.SubprocessError) as error:
        raise RootfsError(f"ldd, which names the libraries to bind, does not run: {error}") from error
    bound = {os.path.realpath(root) for root in roots}
    within = tuple(os.path.join(root, "") for root in bound)
    places = ((path, os.path.realpath(path)) for path in result)
    outside = [path for path, place in places if place not in bound and not place.startswith(within)]
    if not outside:
        raise RootfsError("ldd named no library of the interpreter")
    return sorted(outside)
