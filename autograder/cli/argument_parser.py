"""An argument parser that says what was meant, and in whose help examples and exit codes keep their lines."""

from __future__ import annotations

import argparse
import difflib
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

from autograder.cli.exits import USAGE


class Help(argparse.HelpFormatter):
    """Descriptions filled to the width of the terminal; what stands after the options line by line, as it was written.

    A line that is too long goes on under its last column, which two blanks or more stand before.
    """

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        out: list[str] = []
        for line in text.splitlines():
            column = max((match.end() for match in re.finditer(r"(?:^|(?<=\S)) {2,}", line)), default=0)
            more = indent + " " * column
            out += textwrap.wrap(
                line, width, initial_indent=indent, subsequent_indent=more, break_long_words=False,
                break_on_hyphens=False,
            ) or [""]  # fmt: skip
        return "\n".join(out)


class Parser(argparse.ArgumentParser):
    """Ends with exit code 2 and one line for what it does not know, with what is spelt nearly so.

    `examples` are command lines, each with what it does; `exits` is what each exit code says.
    """

    def __init__(
        self, *, examples: Sequence[tuple[str, str]] = (), exits: Mapping[int, str] | None = None, **options: Any
    ):
        self.examples, self.exits = tuple(examples), dict(exits or {})
        said = []
        if examples:
            said += ["examples:", *(line for call, what in examples for line in (f"  {call}", f"      {what}"))]
        if exits:
            said += ["", "exit codes:", *(f"  {code:<4} {what}" for code, what in exits.items())]
        super().__init__(formatter_class=Help, epilog="\n".join(said) or None, **options)

    def understood(self, arguments: Sequence[str] | None = None) -> argparse.Namespace:
        """As `parse_args` does, but an unknown option is held against those of the command that was meant."""
        namespace, rest = self.parse_known_args(arguments)
        if rest:
            command = getattr(namespace, "parser", self)
            options = [each for each in rest if each.startswith("-")]
            if options:
                name = options[0].partition("=")[0]
                command.error(f"there is no option {name}{meant(name, [*command.options(), *self.options()])}")
            command.error(f"{rest[0]!r} is one argument too many")
        return namespace

    def options(self) -> list[str]:
        """The long options, those that help does not show left out."""
        shown = (action for action in self._actions if action.help != argparse.SUPPRESS)
        return [name for action in shown for name in action.option_strings if name.startswith("--")]

    def error(self, message: str) -> NoReturn:
        """One line on standard error, then exit."""
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:
        """As argparse does, but an option's type says what is wanted, as the message of its ArgumentTypeError."""
        try:
            return super()._get_value(action, arg_string)
        except argparse.ArgumentError as error:
            name = "/".join(action.option_strings) or action.metavar or action.dest
            raise argparse.ArgumentError(None, f"{name} wants {error.message}, not {arg_string!r}") from None

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        what = "command" if isinstance(action, argparse._SubParsersAction) else "choice"
        known = [str(each) for each in action.choices]
        said = meant(str(value), known) or f"; there are: {', '.join(known)}"
        raise argparse.ArgumentError(None, f"there is no {what} {str(value)!r}{said}")


def meant(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` where something that is known is spelt nearly so, else nothing."""
    close = difflib.get_close_matches(name.lower(), list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""
