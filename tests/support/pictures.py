"""The README's pictures: `python -m tests.support.pictures`.

Each lesson's solved notebook is run in a real kernel; one of its pictures, for most that of the training run, is what
the README shows, and what the lesson's own cell `goal` promises. The page of a class, which is made up, is
photographed by Chromium.
"""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from PIL import Image

from autograder.reporting.feedback import write_pages
from tests.support import sample_reports as samples
from tests.support.kernels import executed

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / ".readme"
WIDTH = 1000  # pixels
CLASS, WINDOW = "class", (1100, 1150)  # the class's picture, and the window that it is seen in
COURSE = (
    "shallow_narrow",
    "linear_regression",
    "relu_regression",
    "two_layer_relu",
    "sigmoid_mlp",
    "softmax_digits",
    "conv_digits",
    "autograd_engine",
)
COLOURS = {"conv_digits": 256}  # where 64 do not do: white, grey, red and blue side by side
SHOWN = {"conv_digits": "kernels"}  # the cell whose picture it is, where it is not `run`


def picture_of(name: str) -> bytes:
    """The figure of a lesson that is shown, as PNG."""
    path = ROOT / "source" / name / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if "autograder" not in cell.metadata.get("tags", ())]
    notebook = executed(notebook, path.parent)
    (cell,) = (cell for cell in notebook.cells if cell.get("id") == SHOWN.get(name, "run"))
    drawn = [output["data"]["image/png"] for output in cell.outputs if "image/png" in output.get("data", {})]
    return base64.b64decode(drawn[0])


def picture_of_class() -> bytes:
    """The upper part of a class's page, as PNG."""
    reports, people = samples.named_class(60, seed=5)
    with TemporaryDirectory() as folder:
        made = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
        page = write_pages(reports, folder, assignment=COURSE[0], roster=people, made=made)[0]
        shot = Path(folder) / "shot.png"
        window = "--window-size={},{}".format(*WINDOW)
        command = ["chromium", "--headless", "--no-sandbox", "--hide-scrollbars", window, f"--screenshot={shot}"]
        subprocess.run([*command, page.as_uri()], check=True, capture_output=True, timeout=300)
        return shot.read_bytes()


def promise(name: str, png: bytes) -> None:
    """Put the picture into the lesson's cell `goal`, in the source; the release has to be built again."""
    path = ROOT / "source" / name / f"{name}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "goal")
    link = f"](data:image/png;base64,{base64.b64encode(png).decode()})"
    cell["source"] = [re.sub(r"\]\(data:image/png;base64,[^)]*\)", lambda _: link, "".join(cell["source"]))]
    text = json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write a picture for each lesson, put it into the lesson, and write that of a class."""
    PICTURES.mkdir(exist_ok=True)
    for name in sys.argv[1:] or (*COURSE, CLASS):
        with Image.open(io.BytesIO(picture_of_class() if name == CLASS else picture_of(name))) as image:
            small = image.convert("RGB").resize((WIDTH, round(image.height * WIDTH / image.width)))
            small.quantize(COLOURS.get(name, 64)).save(PICTURES / f"{name}.png", optimize=True)
        if name != CLASS:
            promise(name, (PICTURES / f"{name}.png").read_bytes())
        print(PICTURES.relative_to(ROOT) / f"{name}.png")


if __name__ == "__main__":
    main()
