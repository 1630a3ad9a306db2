"""`make courses`: the ten assignments built in a course of their own, then judged with all their variants; a table."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import redirect_stdout
from pathlib import Path

from tests.courses.cases import courses
from tests.courses.judged import judged

HEAD = f"{'assignment':22}{'lines':>6}{'built':>8}{'right':>8}{'wrong':>9}{'named':>9}{'seconds':>9}"


def main() -> int:
    """A row each; the last line says how many of the ten hold. Exit code 1 where one does not."""
    good = wrong = named = 0
    print(HEAD)
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        program = str(Path(sys.executable).with_name("autograder"))
        laid = [program, "init", str(course), "shallow_narrow"]
        subprocess.run(laid, check=True, capture_output=True)
        for each in courses():
            (course / "source" / each.name).mkdir()
            shutil.copy(each.path, course / "source" / each.name)
            began = time.monotonic()
            built = subprocess.run([program, "build", each.name], cwd=course, capture_output=True, text=True)
            build_s = time.monotonic() - began
            # What variants print, and what NumPy warns of in them, is none of the table's.
            with redirect_stdout(io.StringIO()), warnings.catch_warnings(action="ignore"):
                found = judged(each)
            of_right, of_wrong = 1 + len(each.right), len(each.wrong)
            right = of_right - len(found.hurt)
            caught = of_wrong - len({*found.missed, *found.elsewhere})
            told = caught - len(found.unnamed)
            wrong, named = wrong + of_wrong, named + told
            whole = built.returncode == 0 and right == of_right and caught == of_wrong and found.lines <= 25
            good += whole
            print(
                f"{each.name:22}{found.lines:>6}{f'{build_s:.0f} s' if built.returncode == 0 else 'no':>8}"
                f"{f'{right}/{of_right}':>8}{f'{caught}/{of_wrong}':>9}{f'{told}/{of_wrong}':>9}{found.seconds:>9.0f}"
            )
            for what, names in (("hurt", found.hurt), ("missed", found.missed), ("cost others", found.elsewhere)):
                for name in names:
                    print(f"    {what}: {name}")
            if built.returncode != 0:
                print("    " + (built.stderr or built.stdout).strip().replace("\n", "\n    "))
    print(f"named with no fault written: {named} of {wrong}, {100 * named / max(wrong, 1):.0f} %")
    print(f"{good} of {len(courses())}")
    return 0 if good == len(courses()) else 1


if __name__ == "__main__":
    sys.exit(main())
