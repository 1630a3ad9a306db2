"""A drafted declaration tried as the build would, in a process of its own that may not take for ever."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from typing import Any

from autograder.assignments import MARK
from autograder.authoring import declared, students
from autograder.authoring.cells import ExtractionError
from autograder.callables import DeclarationError, Reference, UnfitExam

TRIAL_S = 60.0


def refused(name: str, notebook: Mapping[str, Any], cells: Sequence[str]) -> list[str]:
    """What the build would refuse of a notebook with these grade cells, a sentence each."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_tell, args=(theirs, name, notebook, tuple(cells)), daemon=True
    )
    process.start()
    theirs.close()
    try:
        if ours.poll(TRIAL_S):
            return list(ours.recv())
        return [f"the solution does not answer what is drawn within {TRIAL_S:g} s: are the draws as it needs them?"]
    except EOFError:
        return ["the solution ends its process with what is drawn"]
    finally:
        process.kill()
        process.join()


def _tell(pipe: Connection, name: str, notebook: Mapping[str, Any], cells: tuple[str, ...]) -> None:
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):  # what the solution prints
        said = asked(name, notebook, cells)
    pipe.send(said)
    pipe.close()


def asked(name: str, notebook: Mapping[str, Any], cells: tuple[str, ...]) -> list[str]:
    """The same in this process."""
    try:
        source = declared.reference(notebook, name).partition(MARK)[0]
        reference = Reference(name, source, declared.declaration(notebook) or "")
        refusals = declared.refused(declared.exam(reference, cells))
        return refusals or students.self_checked(reference, students.facts_of(notebook, name))
    except (DeclarationError, ExtractionError, UnfitExam) as error:
        return [str(error).removeprefix(f"{name}: ")]
    except LookupError as error:
        return [str(error.args[0])]
