"""What commands print: tables, progress and errors.

Reports go to stdout, progress and errors to stderr, so that `--json` leaves exactly one document on stdout. Everything
printed here is already translated. On something that is not a terminal (a log, a pipe) progress is plain lines.
"""

import functools
import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from typing import ParamSpec, Protocol, TypeVar

from rich.console import Console
from rich.table import Table
from rich.text import Text

from countynet.canonical import JSON
from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _, describe, translate, translate_error

P = ParamSpec("P")
R = TypeVar("R")


class Progress(Protocol):
    """How a long action says how far it is."""

    def __call__(self, done: int, total: int, text: str = "") -> None:
        """Say that `done` of `total` are done; `text` is already translated."""
        ...


def out() -> Console:
    """Return the console for reports."""
    return Console(file=sys.stdout, soft_wrap=not sys.stdout.isatty(), highlight=False)


def err() -> Console:
    """Return the console for progress and errors."""
    return Console(file=sys.stderr, soft_wrap=not sys.stderr.isatty(), highlight=False)


def say(line: str) -> None:
    """Print one line of progress, at once."""
    print(line, file=sys.stderr, flush=True)


def print_json(value: JSON) -> None:
    """Print the one JSON document of a command."""
    print(json.dumps(value, ensure_ascii=False, indent=2), flush=True)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; title and columns are already translated."""
    drawn = Table(title=Text(title) if title else None, title_justify="left", header_style="bold")
    for column in columns:
        drawn.add_column(Text(column))
    for row in rows:
        drawn.add_row(*(Text(str(cell)) for cell in row))
    console = out()
    if not console.is_terminal:
        console.width = 200
    console.print(drawn)


def progress(label: str = "", seconds: float = 1.0) -> Progress:
    """Return a function that prints progress to stderr: one rewritten line on a terminal, else now and then a line."""
    last = [0.0]
    rewrite = sys.stderr.isatty()

    def show(done: int, total: int, text: str = "") -> None:
        if done < total and time.monotonic() - last[0] < (0.1 if rewrite else seconds):
            return
        last[0] = time.monotonic()
        line = f"{label} {done}/{total} {text}".strip()
        end = "\n" if not rewrite or done >= total else ""
        print(f"\r\x1b[K{line}" if rewrite else line, end=end, file=sys.stderr, flush=True)

    return show


def fail(error: CountyError) -> None:
    """Print an error to stderr in the language of the context."""
    text = translate_error(error)
    if isinstance(error, BadInput):
        text += "\n" + translate(_("{count} problems in the input; nothing was touched"), count=len(error.problems))
    err().print(Text(text, style="red"))


def error_document(error: CountyError) -> JSON:
    """Return an error as the JSON document of a command that failed."""
    problems = error.problems if isinstance(error, BadInput) else ()
    return {
        "error": {
            "kind": type(error).__name__,
            "message": translate_error(error),
            "problems": [_problem(problem) for problem in problems],
        }
    }


def _problem(problem: Problem) -> JSON:
    place: dict[str, JSON] = {"file": problem.file, "line": problem.line, "column": problem.column}
    return place | {"where": problem.where, "message": describe(problem)}


def run_command(command: Callable[P, R]) -> Callable[P, R]:
    """Wrap a command so that a CountyError is printed and becomes its exit code (SystemExit).

    With `--json` on the command line the error is the one JSON document on stdout as well.
    """

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except CountyError as error:
            if "--json" in sys.argv:
                print_json(error_document(error))
            fail(error)
            raise SystemExit(error.exit_code) from error

    return run
