"""A boundary in which a program runs on bytes that nobody trusts; imports nothing of ours.

Reading order: sandbox (what is promised), job (one run and its limits), memory_file (how its requests travel), tasks
(what counts against its processes), launch, processes and zygote/ (the warm processes), then what the boundary is made
of: rootfs with ldd and fonts, found out once and kept in the user_cache, then seccomp, cgroup; owner tells whose a
thing is that lies about, own_folder is what a grader and its workers leave in folders that all share, fork_server what
workers are forked from; doctor tells what this machine can do.
"""

from autograder.sandbox import doctor, fork_server, owner, rootfs
from autograder.sandbox.job import OVERLOAD, Job, Limits
from autograder.sandbox.launch import program_files
from autograder.sandbox.own_folder import own_folder
from autograder.sandbox.sandbox import PACKAGES, Sandbox, SandboxError, shared

__all__ = [
    "OVERLOAD", "PACKAGES", "Job", "Limits", "Sandbox", "SandboxError", "doctor", "fork_server", "own_folder",
    "owner", "program_files", "rootfs", "shared",
]  # fmt: skip
