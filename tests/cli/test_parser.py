"""What the command line says of itself, and of what it does not know."""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import pytest

from autograder import DISTRIBUTION
from autograder.cli import screen
from autograder.cli.argument_parser import Parser, meant
from autograder.cli.completion import script
from autograder.cli.main import main
from autograder.cli.options.shared import SHELLS
from autograder.cli.parser import parser
from autograder.cli.progress import Progress
from tests.support import sample_reports as samples

ROOT = Path(__file__).parents[2]
COMMANDS: dict[str, Parser] = next(
    each.choices for each in parser()._actions if isinstance(each, argparse._SubParsersAction)
)


def fails(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is said of arguments that will not do: exit 2, one line, nothing on standard output."""
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr()
    assert code == 2
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    return said.err


class TestUnknown:
    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (("grad",), "no command 'grad'; did you mean grade?"),
            (("hand_back", "moodle", "x"), "did you mean hand-back?"),
            (("xyzzy",), "no command 'xyzzy'; there are: init, new, try, build"),
            (
                ("grade", "--asignment", "x"),
                "autograder grade: there is no option --asignment; did you mean --assignment?",
            ),
            (("grade", "--quite"), "did you mean --quiet?"),
            (("export", "csv", "x", "--skip-unscorred"), "did you mean --skip-unscored?"),
            (("--curse=x", "grade"), "did you mean --course?"),
            (("build", "--frobnicate"), "there is no option --frobnicate (see autograder build --help)"),
            (("export", "canvass", "x"), "did you mean canvas?"),
            (("doctor", "again"), "'again' is one argument too many"),
            *(
                (
                    ("grade", "--jobs", text),
                    f"autograder grade: --jobs wants a whole number from 1 on, not {text!r} (see",
                )
                for text in ("0", "-1", "x", "1.5", "", "1e3")
            ),
            ((), "COMMAND"),
        ],
    )
    def test_what_was_meant_is_asked(
        self, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
    ) -> None:
        """A command, an option, a choice."""
        assert says in fails(capsys, *arguments)

    @pytest.mark.parametrize(
        "command",
        [
            "build {}", "verify {}", "grade --assignment {}", "grade --assignment {} work.ipynb",
            "grade --no-record --assignment {}", "collect . --assignment {}", "regrade {}", "regrade {} --apply",
            "report {}", "export csv {}", "export canvas {} --sheet x.csv", "export moodle {}", "export gradescope {}",
            "hand-back moodle {}", "hand-back canvas {}", "hand-back mail {}", "release-answers {}",
            "absent {}",
        ],
    )  # fmt: skip
    def test_an_unknown_assignment_is_one_sentence_for_every_command(
        self, capsys: pytest.CaptureFixture[str], command: str
    ) -> None:
        """Exit 2, no traceback, nothing done; with what was meant where it is nearly right."""
        for name in ("shalow_narrow", "nonsense", "../source", "a b", "", "\x1b[31m"):
            arguments = [name if part == "{}" else part for part in command.split()]
            said = fails(capsys, "--course", str(ROOT), *arguments)
            assert "no assignment" in said
            assert ("did you mean shallow_narrow?" in said) == (name == "shalow_narrow")
            assert "\x1b" not in said

    def test_every_command_that_takes_an_assignment_is_tried_here(self) -> None:
        """One more command, one more line above."""
        named = {"ASSIGNMENT", "A"}
        taking = {name for name, each in COMMANDS.items() if named & {action.metavar for action in each._actions}}
        assert taking == {
            "absent", "build", "verify", "grade", "collect", "regrade", "report", "export", "hand-back",
            "release-answers",
        }  # fmt: skip

    @pytest.mark.parametrize("name", ["grade", "--assignment", "shallow_narrow"])
    def test_what_is_far_off_is_not_guessed(self, name: str) -> None:
        """A guess that is no better than chance helps nobody."""
        assert meant("zzz", [name]) == ""


class TestHelp:
    @pytest.mark.parametrize("name", COMMANDS)
    def test_each_command_has_two_examples_of_its_own(self, name: str) -> None:
        """They parse, as the command that they are an example of."""
        command = COMMANDS[name]
        assert len(command.examples) == 2
        for call, what in command.examples:
            assert f"autograder {name}" in call
            assert what
        assert COMMANDS[name].examples[0][0] in command.format_help()

    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("grade", [0, 1, 2, 3, 130]), ("doctor", [0, 2, 3]), ("export", [0, 1, 2]), ("new", [0, 2]),
            ("regrade", [0, 1, 2, 130]), ("verify", [0, 1, 2, 130]),
        ],
    )  # fmt: skip
    def test_only_a_commands_own_exit_codes_are_told(self, name: str, codes: list[int]) -> None:
        """Who exports marks need not read of sandboxes."""
        assert list(COMMANDS[name].exits) == codes
        said = COMMANDS[name].format_help().split("exit codes:")[1]
        assert [int(line.split()[0]) for line in said.splitlines() if line.strip()[:1].isdigit()] == codes

    @pytest.mark.parametrize("columns", [48, 60, 200])
    def test_help_is_as_wide_as_the_terminal(self, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
        """No line is wider, but for a word or an example that cannot be broken; a wide terminal is used."""
        monkeypatch.setenv("COLUMNS", str(columns))
        for command in COMMANDS.values():
            for line in command.format_help().splitlines():
                assert (
                    len(line) <= columns
                    or len(line.split()) == 1
                    or line.lstrip().startswith(("autograder", "--", "[--"))
                )
        longest = max(len(line) for line in COMMANDS["grade"].format_help().splitlines())
        assert longest > min(columns, 110) - 25

    def test_the_version_is_the_installed_one(self, capsys: pytest.CaptureFixture[str]) -> None:
        """With those that a report depends on."""
        with pytest.raises(SystemExit) as ended:
            main(["--version"])
        assert ended.value.code == 0
        said = capsys.readouterr().out
        assert said.startswith(f"autograder {version(DISTRIBUTION)} (Python 3.")
        assert f"NumPy {version('numpy')}" in said


class TestCompletion:
    @pytest.mark.parametrize("shell", SHELLS)
    def test_every_command_and_option_is_in_the_script(self, shell: str) -> None:
        """Made from the parser: nothing is forgotten."""
        said = script(shell)
        for name, command in COMMANDS.items():
            assert name in said
            for option in command.options():
                assert option.lstrip("-") in said

    @pytest.mark.parametrize("shell", SHELLS)
    def test_the_shell_itself_takes_it(self, shell: str, tmp_path: Path) -> None:
        """No error of syntax; a shell that is not here is not asked."""
        if shutil.which(shell) is None:
            pytest.skip(f"{shell} is not installed")
        (tmp_path / "script").write_text(script(shell))
        done = subprocess.run([shell, "-n", str(tmp_path / "script")], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")

    def test_zsh_asks_for_the_assignments_where_it_stands(self) -> None:
        """Listed by a function when a key is pressed; a table made when the shell starts would be of another folder."""
        asking = [line for line in script("zsh").splitlines() if "ls source" in line]
        assert [line.partition(" ")[0] for line in asking] == ["_autograder_assignments()"]

    @pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
    @pytest.mark.parametrize(
        ("typed", "offered"),
        [
            (["autograder", "gr"], {"grade"}),
            (["autograder", "verify", ""], {"shallow_narrow", "own_lesson"}),
            (["autograder", "grade", "--assignment", "sh"], {"shallow_narrow"}),
            (["autograder", "export", "m"], {"moodle"}),
            (["autograder", "report", "--ro"], {"--roster"}),
        ],
    )
    def test_bash_offers_what_fits(self, typed: list[str], offered: set[str], tmp_path: Path) -> None:
        """Commands, options, choices, and the assignments of the course that one stands in."""
        for name in ("shallow_narrow", "own_lesson"):
            (tmp_path / "source" / name).mkdir(parents=True)
        (tmp_path / "script").write_text(script("bash"))
        ask = (
            'source ./script; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); '
            '_shtab_autograder autograder "${COMP_WORDS[COMP_CWORD]}"; printf "%s\\n" "${COMPREPLY[@]}"'
        )
        done = subprocess.run(
            ["bash", "-c", ask, "bash", *typed], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert {line.strip() for line in done.stdout.splitlines() if line.strip()} == offered, done.stderr


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class TestScreen:
    @pytest.mark.parametrize(
        ("environment", "stream", "seen"),
        [
            ({"TERM": "xterm"}, Terminal(), True),
            ({"TERM": "dumb"}, Terminal(), False),
            ({"TERM": "xterm", "NO_COLOR": "1"}, Terminal(), False),
            ({"TERM": "xterm", "NO_COLOR": ""}, Terminal(), True),
            ({"TERM": "xterm"}, io.StringIO(), False),
        ],
    )
    def test_colours_are_for_terminals_that_have_them(
        self, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], stream: io.StringIO, seen: bool
    ) -> None:
        """NO_COLOR counts where it holds something, as its inventors say."""
        monkeypatch.delenv("NO_COLOR", raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        assert screen.colored(stream) == seen

    @pytest.mark.parametrize(
        ("columns", "most", "width"), [("50", 100, 50), ("300", 100, 100), ("300", 160, 160), (None, 100, 88)]
    )
    def test_a_line_is_as_long_as_the_terminal_but_no_longer_than_is_read_well(
        self, monkeypatch: pytest.MonkeyPatch, columns: str | None, most: int, width: int
    ) -> None:
        """What is no terminal gets a usual width."""
        monkeypatch.delenv("COLUMNS", raising=False)
        if columns is not None:
            monkeypatch.setenv("COLUMNS", columns)
        assert screen.columns(io.StringIO(), most) == width

    def test_a_dumb_terminal_gets_lines_and_no_bar(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing moves the cursor there."""
        out = Terminal()
        monkeypatch.setattr("sys.stderr", out)
        monkeypatch.setenv("TERM", "dumb")
        with Progress(2, verbose=True) as progress:
            progress.add(samples.report("ann"), True)
        assert out.getvalue() == "ann  shallow_narrow  10/10\n"
