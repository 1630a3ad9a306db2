"""The mounts that bubblewrap does not make: a job's own folders, devices that stay as they are."""

from __future__ import annotations

import os

from .kernel import call

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 1, 2, 4, 8, 1 << 14, 1 << 18
MS_REMOUNT, MS_BIND = 1 << 5, 1 << 12


def private_mounts(tmp_bytes: int, uid: int | None) -> None:
    """An empty bounded /tmp of the job's own, and nothing in /proc."""
    owner = "" if uid is None else f",uid={uid},gid={uid}"
    inert = MS_NOSUID | MS_NODEV | MS_NOEXEC
    call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={tmp_bytes},nr_inodes={max(16, tmp_bytes >> 14)},mode=0700{owner}"
    call("mount", b"tmpfs", b"/tmp", b"tmpfs", inert, options.encode())
    call("mount", b"tmpfs", b"/proc", b"tmpfs", inert | MS_RDONLY, b"size=4k,nr_inodes=1,mode=0555")


def keep_devices_as_they_are() -> None:
    """The host's device nodes, read-only as mounts: what is written to one is taken, its times and mode stay."""
    kept = {os.ST_NOSUID: MS_NOSUID, os.ST_NODEV: MS_NODEV, os.ST_NOEXEC: MS_NOEXEC}
    for name in os.listdir("/dev"):
        path = f"/dev/{name}"
        if os.path.isdir(path):
            continue
        mounted = os.statvfs(path).f_flag
        flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID
        for bit, flag in kept.items():
            flags |= flag if mounted & bit else 0
        call("mount", None, path.encode(), None, flags, None)
