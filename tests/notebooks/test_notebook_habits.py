"""What students' notebooks do around the class costs nothing: lines that raise, progress bars, magics."""

from __future__ import annotations

import builtins
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.notebooks.magics import below_magics, kept_from_running
from autograder.notebooks.plain_python import runs_as
from autograder.notebooks.reading import RawCell
from autograder.observe.probe import cells
from autograder.observe.probe.cells import run_cell

MODEL = "class Model:\n    def forward(self, x):\n        return 2 * x\n"
RAISES = {
    "a style": 'import matplotlib.pyplot as plt\nplt.style.use("seaborn")',
    "a file": 'import numpy as np\ndata = np.loadtxt("/home/me/no-such-file.txt")\nprint(data.shape)',
    "a folder": 'import os\nos.chdir("/home/me/no-such-folder")',
    "input": "n = int(input())",
    "the end": "import sys\nsys.exit()",
    "a decorated helper": "from numba import njit\n@njit\ndef helper(a):\n    return a",
    "an assertion": "assert False",
    "a name": "not_there.mount()",
    "an interrupt": "raise KeyboardInterrupt",
    "a loop": "for k in not_there:\n    print(k)",
    "a package": "import torch.nn as nn\nnet = nn.Linear(1, 1)",
}


@pytest.mark.parametrize("line", RAISES.values(), ids=RAISES)
def test_a_line_that_raises_above_the_class_costs_nothing(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told, with its place; the class below it is there."""
    monkeypatch.setattr("builtins.input", lambda *_: (_ for _ in ()).throw(EOFError()))
    space: dict[str, Any] = {"__name__": "__main__"}
    failure = run_cell(space, 3, f"SIZE = 2\n{line}\n{MODEL}")
    assert failure is not None
    assert failure["place"].startswith("cell 3, line ")
    assert space["Model"]().forward(space["SIZE"]) == 4


def test_the_first_line_that_raises_is_the_one_that_is_told() -> None:
    failure = run_cell({}, 3, "a = 1 / 0\nb = a + 1\n")
    assert failure is not None
    assert failure["type"] == "ZeroDivisionError"


STAND_INS = """
import sys
sys.path[:] = [p for p in sys.path if "site-packages" not in p]
sys.path.append({root!r})
for name in [n for n in sys.modules if n.split(".")[0] in ("IPython", "tqdm", "google")]:
    del sys.modules[name]
import importlib.util
spec = importlib.util.spec_from_file_location("shell", {root!r} + "/autograder/observe/probe/shell.py")
shell = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shell)
shell.stand_in(lambda: None)
"""
USES = {
    "tqdm": "from tqdm import tqdm\nassert list(tqdm(range(3))) == [0, 1, 2]",
    "trange": "from tqdm import trange\nassert [k for k in trange(1, 4, desc='x')] == [1, 2, 3]",
    "auto": "from tqdm.auto import tqdm, trange\nassert sum(tqdm([1, 2])) == 3",
    "notebook": "from tqdm.notebook import tqdm\nassert sum(tqdm([1, 2], leave=False)) == 3",
    "autonotebook": "from tqdm.autonotebook import tqdm as bar\nassert sum(bar([1, 2])) == 3",
    "module": "import tqdm\nassert list(tqdm.tqdm(range(2))) == [0, 1] and list(tqdm.trange(2)) == [0, 1]",
    "dotted": "import tqdm.notebook\nassert list(tqdm.notebook.trange(2)) == [0, 1]",
    "old name": "from tqdm import tqdm_notebook\nassert len(tqdm_notebook(range(4))) == 4",
    "by hand": "from tqdm import tqdm\nwith tqdm(total=5) as bar:\n    bar.update()\n    bar.update(3)\n"
    "    bar.set_postfix(loss=1.0)\n    bar.set_description('x')\nassert bar.n == 4 and bar.total == 5",
    "counts": "from tqdm import tqdm\nbar = tqdm(range(4))\nfor k in bar:\n    bar.set_postfix_str('x')\n"
    "    assert bar.n == k\ntqdm.write('x')\nbar.close()",
    "nested": "from tqdm import tqdm\nassert sum(j for i in tqdm(range(2)) for j in tqdm(range(3))) == 6",
    "contrib": "from tqdm.contrib import tenumerate, tzip\nassert list(tzip([1], [2])) == [(1, 2)]\n"
    "assert list(tenumerate('a')) == [(0, 'a')]",
    "star": "from IPython.display import *\nfrom tqdm import *\ndisplay(HTML('x'))\nassert list(trange(1)) == [0]",
    "enumerate": "from tqdm import tqdm\nassert list(enumerate(tqdm('ab'))) == [(0, 'a'), (1, 'b')]",
    "clear_output": "from IPython.display import clear_output\nassert clear_output(wait=True) is None",
    "HTML": "from IPython.display import display, HTML, Markdown\ndisplay(HTML('<b>'), Markdown('x'))",
    "display module": "from IPython import display\ndisplay.clear_output()\ndisplay.display(display.Image('x.png'))",
    "core": "from IPython.core.display import display, HTML\ndisplay(HTML('x'))",
    "handle": "from IPython.display import DisplayHandle\nDisplayHandle().update(3)",
    "shell": "from IPython import get_ipython\nimport IPython\nIPython.get_ipython()",
    "svg": "from IPython.display import set_matplotlib_formats\nset_matplotlib_formats('svg')",
    "drive": "from google.colab import drive\ndrive.mount('/content/drive')\ndrive.mount('/x', force_remount=True)",
    "files": "from google.colab import files\nfor name in files.upload():\n    assert False\nfiles.download('x')",
    "colab": "import google.colab\nfrom google.colab.patches import cv2_imshow\ncv2_imshow(3)",
    "userdata": "from google.colab import userdata\nuserdata.get('KEY')",
    "instances": "from tqdm import tqdm\ntqdm._instances.clear()\ntqdm.set_lock(tqdm.get_lock())",
    "bar's times": "from tqdm.auto import tqdm\nbar = tqdm(range(3), ascii=True)\nbar.total = 4\nbar.refresh()\n"
    "assert bar.start_t + bar.last_print_n == 0 and list(reversed(bar)) == [2, 1, 0]",
    "warning": "import warnings\nfrom tqdm import TqdmExperimentalWarning\n"
    "warnings.filterwarnings('ignore', category=TqdmExperimentalWarning)\nfrom tqdm.rich import trange",
    "callback": "from tqdm.keras import TqdmCallback\nTqdmCallback(verbose=0)\nimport tqdm.utils",
    "maps": "from tqdm.contrib.concurrent import thread_map\nassert thread_map(abs, [-1], max_workers=2) == [1]\n"
    "from tqdm.contrib.itertools import product\nassert list(product([1], [2])) == [(1, 2)]",
    "display id": "from IPython.display import display, update_display\nhandle = display('x', display_id=True)\n"
    "handle.update('y')\nassert display('x') is None\nupdate_display('z', display_id='a')",
    "interactivity": "from IPython.core.interactiveshell import InteractiveShell\n"
    "InteractiveShell.ast_node_interactivity = 'all'\nInteractiveShell.instance().ex('x')",
    "deep": "import IPython.core.pylabtools\nfrom IPython.lib.display import YouTubeVideo\nYouTubeVideo('x')",
    "ultratb": "import IPython\nfrom IPython.core import ultratb\nultratb.ColorTB()\nIPython.version_info[0]",
    "as ipd": "import IPython.display as ipd\nipd.display(ipd.Audio(data=[0], rate=1), ipd.HTML('x'))",
    "output": "from google.colab import output\noutput.clear(wait=True)\noutput.eval_js('1')\n"
    "from google.colab.output import eval_js, register_callback\nwith output.use_tags('x'):\n    pass",
    "deep colab": "import google.colab.kernel.client\nfrom google.colab import _message, syntax\n"
    "import google.colab.drive as d\nd.mount('/content/drive')\nd.flush_and_unmount()",
    "not all of google": "try:\n    from google.cloud import storage\n    assert False\nexcept ImportError:\n    pass",
    "try": "try:\n    import google.colab\n    here = True\nexcept ImportError:\n    here = False\nassert here",
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_stand_ins_do_what_a_loop_needs_of_them(use: str) -> None:
    """In an interpreter without the packages, as in the sandbox."""
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-S", "-c", STAND_INS.format(root=root) + use], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def run_as(folder: Path, *sources: str) -> tuple[dict[str, Any], list[str]]:
    """What the cells bind when the grader runs them in the folder, and what is noted."""
    space: dict[str, Any] = {"__name__": "__main__"}
    notes: list[str] = []
    streams, path, finders, modules = (sys.stdout, sys.stderr), list(sys.path), list(sys.meta_path), set(sys.modules)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name in ("get_ipython", "display"):
            patch.setattr(builtins, name, None, raising=False)
        try:
            cells.quiet(space)
            for index, source in enumerate(sources):
                run_cell(space, index, runs_as(RawCell(index, "code", source, {}), notes, False))
        finally:
            sys.stdout, sys.stderr = streams
            sys.path[:], sys.meta_path[:] = path, finders
            for name in set(sys.modules) - modules:
                del sys.modules[name]
    return space, notes


@pytest.mark.parametrize(
    "source",
    [
        "%%time\n" + MODEL,
        "%%time\nimport torch\n" + MODEL,
        "%%time\n%matplotlib inline\n" + MODEL,
        "\n%%time\n\n" + MODEL,
        "%%capture\n" + MODEL,
        "%%capture out\n!pip install torch\n" + MODEL,
        "%%time\n%%capture\n" + MODEL,
        "%%prun -s cumulative\n" + MODEL,
        "%%debug\n" + MODEL,
        "for name in get_ipython().getoutput('ls'):\n    assert False\nget_ipython().user_ns['seen'] = 2\n" + MODEL,
        "!ls\n%cd /nowhere\n" + MODEL,
        "files = !ls\n" + MODEL,
        "%time seen = 1\n" + MODEL + "assert seen == 1",
    ],
)
def test_below_a_magic_that_runs_its_cell_the_class_is_there(source: str, tmp_path: Path) -> None:
    space, notes = run_as(tmp_path, source)
    assert space["Model"]().forward(3) == 6
    assert notes == []


@pytest.mark.parametrize(
    "imports",
    [
        "from model import Model", "from model import *", "import model\nModel = model.Model", "%run model.py",
        "%run -i ./model.py", "exec(open('model.py').read())", "import importlib, model\nimportlib.reload(model)\n"
        "from model import Model",
    ],
)  # fmt: skip
def test_a_class_that_is_written_to_a_file_counts_where_it_is_imported(imports: str, tmp_path: Path) -> None:
    space, notes = run_as(tmp_path, "%%writefile model.py\n" + MODEL, imports)
    assert space["Model"]().forward(3) == 6
    assert "is %%writefile" in notes[0]


@pytest.mark.parametrize(
    ("path", "imports"),
    [
        ("src/model.py", "from src.model import Model"),
        ("src/model.py", "import sys\nsys.path.append('src')\nfrom model import Model"),
        ("./a/b/model.py", "import a.b.model as m\nModel = m.Model"),
        ("/content/model.py", "from model import Model"),
        ("'my model.py'", "Model = 3"),
        ("~/model.py", "%run ~/model.py"),
    ],
)
@pytest.mark.parametrize("magic", ["writefile", "file"])
def test_a_file_in_a_folder_is_found_where_it_was_written(magic: str, path: str, imports: str, tmp_path: Path) -> None:
    """Or, where a job can write nothing, in its own folder."""
    space, notes = run_as(tmp_path, f"%%{magic} {path}\n{MODEL}", imports)
    if "'" not in path:
        assert space["Model"]().forward(3) == 6
    assert f"is %%{magic}" in notes[0]
    assert all(tmp_path in file.parents for file in tmp_path.rglob("*"))
    assert not Path("/content/model.py").exists()


def test_a_file_of_data_is_read_by_the_cells_below(tmp_path: Path) -> None:
    space, _ = run_as(tmp_path, "%%writefile sizes.json\n[2, 3]", "import json\nsizes = json.load(open('sizes.json'))")
    assert space["sizes"] == [2, 3]


def test_pylab_binds_what_it_binds_in_a_notebook(tmp_path: Path) -> None:
    space, _ = run_as(tmp_path, "%pylab inline\ntotal = sum(np.ones((2, 2)), 0)\n" + MODEL)
    assert space["total"].shape == (2,)
    assert callable(space["plt"].plot)


def test_a_class_that_is_written_and_not_imported_is_not_there(tmp_path: Path) -> None:
    """As in a notebook: a copy in a file takes no worked class's place."""
    space, _ = run_as(tmp_path, MODEL, "%%writefile model.py\n" + MODEL.replace("2", "3"))
    assert space["Model"]().forward(3) == 6


def test_a_written_file_takes_no_modules_place(tmp_path: Path) -> None:
    space, _ = run_as(
        tmp_path, "%%writefile numpy.py\nzeros = 3\n", "%%writefile json.py\ndumps = 3", "import numpy, json"
    )
    assert callable(space["numpy"].zeros)
    assert callable(space["json"].dumps)


def test_a_second_cell_adds_to_a_written_file(tmp_path: Path) -> None:
    space, _ = run_as(
        tmp_path, "%%writefile model.py\nA = 1", "%%writefile -a model.py\nB = 2", "from model import A, B"
    )
    assert (space["A"], space["B"]) == (1, 2)


@pytest.mark.parametrize(
    ("magic", "words"),
    [
        ("timeit", "keeps nothing"),
        ("bash", "not run as this notebook's Python"),
        ("skip", "is not known here"),
        ("!", "not run as"),
        ("shell", "not run as"),
    ],
)
def test_a_class_below_another_cell_magic_is_not_run_and_that_is_said(magic: str, words: str, tmp_path: Path) -> None:
    space, notes = run_as(tmp_path, f"%%{magic}\n" + MODEL)
    assert "Model" not in space
    assert f"cell 0 begins with %%{magic}" in notes[0]
    assert words in notes[0]


def test_below_an_unknown_magic_the_only_class_is_run() -> None:
    """An extension's magic may well have run it; where another cell has the class, nothing is lost by not running."""
    notes: list[str] = []
    assert below_magics(5, "%%wandb\n" + MODEL, notes, True) == "\n" + MODEL
    assert notes == ["cell 5 begins with %%wandb, a cell magic that is not known here; it was run without"]
    assert kept_from_running(notes) == {}
    assert below_magics(5, "%%timeit\n" + MODEL, [], True) == ""


def test_of_all_notes_the_one_on_a_cell_that_was_not_run_is_found() -> None:
    notes = ["cell 3 raised X"]
    below_magics(5, "%%bash\n" + MODEL, notes)
    assert kept_from_running(notes) == {5: notes[1]}
    assert kept_from_running(notes[:1]) == {}


def test_lines_keep_their_numbers_below_a_magic() -> None:
    assert below_magics(1, "\n%%time\na\nb", []) == "\n\na\nb"
