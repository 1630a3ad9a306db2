"""The list of matplotlib's own fonts, made once and kept, so that no sandbox looks for them when it starts.

Context: matplotlib keeps such a list in a folder of the user's; in a sandbox nothing is there, and each one read all
the fonts, a sixth of a second before the first submission could run. Choice: matplotlib makes the list once, outside,
where no code of a student's ever is; what it found elsewhere on the machine is taken off, since a sandbox does not see
it. Cost: one more file that is kept. A list that does not fit is ignored by matplotlib, which makes its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from autograder.sandbox import user_cache

LISTS = ("ttflist", "afmlist")
PROGRAM = """
import os, sys
sys.path.insert(0, os.path.dirname(sys.argv[1]))
import matplotlib.font_manager as manager
sys.exit(not os.path.samefile(os.path.dirname(manager.__file__), sys.argv[1]))
"""
MAKE_S = 60.0
_MOST_KEPT = 4  # lists: one for each matplotlib


@lru_cache(maxsize=4)
def listed(matplotlib: Path) -> tuple[Path, str] | None:
    """The list of the fonts of the matplotlib in this folder, and its name to matplotlib; None where there is none."""
    key = user_cache.digest(user_cache.states(map(str, _depends_on(matplotlib))))
    folder = user_cache.folder()
    try:
        kept = next(folder.glob(f"{key}-fontlist-v*.json"), None)
        if kept is None or user_cache.read(kept) is None:
            name, content = _made(matplotlib)
            kept = folder / f"{key}-{name}"
            user_cache.keep(kept, content, "*-fontlist-v*.json", _MOST_KEPT)
        return kept, kept.name.removeprefix(f"{key}-")
    except (OSError, ValueError, LookupError, TypeError, subprocess.SubprocessError):
        return None


def _depends_on(matplotlib: Path) -> list[Path]:
    fonts = matplotlib / "mpl-data/fonts"
    return [matplotlib / "font_manager.py", fonts, *(fonts / kind for kind in ("ttf", "afm", "pdfcorefonts"))]


def _made(matplotlib: Path) -> tuple[str, bytes]:
    """The name and the content of a list that matplotlib makes now; raises OSError, SubprocessError, ValueError,
    LookupError or TypeError."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MPLCONFIGDIR": folder, "MPLBACKEND": "Agg"}
        command = [sys.executable, "-P", "-c", PROGRAM, str(matplotlib)]
        subprocess.run(command, env=environment, cwd=folder, capture_output=True, timeout=MAKE_S, check=True)
        (made,) = Path(folder).glob("fontlist-v*.json")
        tree = json.loads(made.read_bytes())
        for name in LISTS:
            tree[name] = [each for each in tree[name] if not os.path.isabs(each["fname"])]
        if not tree["ttflist"]:
            raise ValueError("no font is its own")
        return made.name, json.dumps(tree).encode()
