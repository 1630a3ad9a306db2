"""What is started: its own folder as a package, whose server then serves the descriptor that is its only argument.

Context: a folder on `sys.path` would let a job import what lies in it. Choice: the package is loaded from where it
lies, and its names are forgotten once all of it is there. Cost: nothing in it may import another of its files later.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from typing import Any


def _server() -> Any:
    """The module `server` of this folder."""
    folder = os.path.dirname(os.path.abspath(__file__))
    spec = importlib.util.spec_from_file_location(
        "zygote", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["zygote"] = package
    spec.loader.exec_module(package)
    server = importlib.import_module("zygote.server")
    for name in [name for name in sys.modules if name.partition(".")[0] == "zygote"]:
        del sys.modules[name]
    return server


if __name__ == "__main__":
    _server().serve(int(sys.argv[1]))
