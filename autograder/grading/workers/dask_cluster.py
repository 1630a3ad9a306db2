"""The workers of a running Dask cluster, those that can grade; the others are left out, and named.

Each worker is asked once, before it gets a submission, whether its grading code is ours and whether its sandbox starts.
One that fails at either would else fail whatever it is given, again and again, and faster than the others work.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograder.core import AutograderError
from autograder.grading.versions import code_digest
from autograder.grading.workers import worker
from autograder.grading.workers.kit import Kit
from autograder.grading.workers.parcel import Done, Parcel
from autograder.observe import PROGRAM
from autograder.sandbox import PACKAGES, Sandbox, SandboxError

if TYPE_CHECKING:
    from distributed import Client

ANSWER_S = 60.0  # for a worker to import the grader and to start a sandbox
LOOK_S = 2.0  # between two looks at who is still there


class ExecutorError(AutograderError):
    """There is nothing to grade on; the message says why and what to do."""


class Cluster:
    """A running Dask cluster, used by one thread; raises ExecutorError when there is none or it has no workers."""

    def __init__(self, address: str):
        self.address = address
        self.notes: list[str] = []  # workers that are left out, one sentence each
        self._client = _client(address)
        self._fit: dict[str, bool] = {}  # by address, of all that were ever asked
        self._pools: dict[tuple[str, ...], Any] = {}
        self._looked = 0.0
        if not self._there():
            self._client.close()
            raise ExecutorError(
                f"the Dask scheduler at {address} has no workers; start one with: dask worker {address}"
            )

    def submit(self, parcel: Parcel) -> Future[list[Done]]:
        """Grade a parcel on any worker that can; raises ExecutorError when there is none."""
        there = self._there()
        self._ask([each for each in there if each not in self._fit], parcel.kit)
        fit = tuple(each for each in there if self._fit.get(each))
        if not fit:
            raise self._nobody()
        if fit not in self._pools:
            self._pools[fit] = self._client.get_executor(pure=False, workers=list(fit), allow_other_workers=False)
        done: Future[list[Done]] = self._pools[fit].submit(grade_in_own_thread, parcel)
        return done

    def slots(self) -> int:
        """How many workers grade; before the first parcel, how many there are."""
        return max(1, sum(self._fit.get(each, True) for each in self._there()))

    def check(self) -> None:
        """Raises ExecutorError when scheduler or workers are lost, for then no answer would ever come."""
        if self._client.status != "running":
            raise self._gone()
        if time.monotonic() - self._looked > LOOK_S:
            there = self._there()
            if self._fit and not any(self._fit.get(each) for each in there):
                raise self._nobody()

    def close(self, at_once: bool) -> None:
        """Leave the cluster; what nobody waits for, its scheduler drops."""
        for pool in self._pools.values():
            pool.shutdown(wait=not at_once)
        self._client.close()

    def _there(self) -> list[str]:
        try:
            self._looked = time.monotonic()
            return sorted(self._client.ncores())
        except (OSError, TimeoutError, RuntimeError) as error:
            raise self._gone() from error

    def _gone(self) -> ExecutorError:
        return ExecutorError(f"the Dask scheduler at {self.address} is gone; run the command again when it is back")

    def _nobody(self) -> ExecutorError:
        why = "; ".join(self.notes) or "those that could are gone"
        return ExecutorError(f"no worker of the Dask scheduler at {self.address} can grade: {why}")

    def _ask(self, addresses: list[str], kit: Kit) -> None:
        """Which of these workers can grade; each is asked by itself, all at a time."""
        # A worker without the kit could not even read the second question, and would never answer it.
        for each, future in self._each(addresses, import_module, __name__).items():
            error = _outcome(future)
            if error:
                host = each.rpartition("//")[2].rpartition(":")[0]
                self._leave_out(each, host, f"it cannot run the grading code ({error}); install the kit there")
        able = [each for each in addresses if each not in self._fit]
        asked = (kit.assignment, kit.code, kit.isolation, kit.packages)
        for each, future in self._each(able, what_is_missing, asked).items():
            error = _outcome(future)
            node, missing = ("", error) if error else future.result()
            self._fit[each] = not missing
            if missing:
                self._leave_out(each, node, missing)

    def _each(self, addresses: list[str], work: Callable[..., Any], argument: Any) -> dict[str, Any]:
        """`work(given)` on each of the workers, by address."""
        only = {each: {"workers": [each], "allow_other_workers": False, "pure": False} for each in addresses}
        return {each: self._client.submit(work, argument, **here) for each, here in only.items()}

    def _leave_out(self, address: str, node: str, missing: str) -> None:
        self._fit[address] = False
        self.notes.append(f"the Dask worker {address}{f' on {node}' if node else ''} is left out: {missing}")


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError as error:
        raise ExecutorError(
            "Dask is not installed here; install it with: pip install 'numpy-nn-autograder[dask]'"
        ) from error
    try:
        return Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise ExecutorError(
            f"no Dask scheduler answers at {address} ({error}); start one with: dask scheduler"
        ) from error


def _outcome(future: Any) -> str:
    """What a worker raised, "" when it raised nothing."""
    try:
        error = future.exception(timeout=ANSWER_S)
    except TimeoutError:
        future.cancel()
        return f"no answer in {ANSWER_S:g} s"
    return f"{type(error).__name__}: {error}" if error is not None else ""


def what_is_missing(asked: tuple[str, str, str, tuple[str, ...]]) -> tuple[str, str]:
    """On a worker: its host's name, and why it cannot grade an assignment by this code with this isolation."""
    assignment, code, isolation, packages = asked
    return os.uname().nodename, _own_thread().submit(_missing, assignment, code, isolation, packages).result()


def _missing(assignment: str, code: str, isolation: str, packages: tuple[str, ...]) -> str:
    try:
        same = code_digest() == code
    except (LookupError, OSError):
        same = False
    if not same:
        return "it has another version of the grading code; install the same one there"
    try:
        with Sandbox(PROGRAM, preload=("numpy",), packages=(*PACKAGES, *packages), isolation=isolation):
            return ""
    except SandboxError as error:
        return str(error)


def grade_in_own_thread(parcel: Parcel) -> list[Done]:
    """`worker.grade` on a worker that calls from threads which come and go: a sandbox belongs to one that stays."""
    return _own_thread().submit(worker.grade, parcel).result()


@cache
def _own_thread() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="autograder")
