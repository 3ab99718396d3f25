"""How the command line speaks: results, findings and progress on a terminal, errors as exit codes.

Here and in the command line alone is anything printed.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from kg.errors import Finding, KgError, UsageError

if TYPE_CHECKING:
    from kg.expectations import Outcome

FEW = 5
STANDARD_OUTPUT = (None, "-")
COLOURS = {"error": "red", "warning": "yellow"}


class Commands(click.Group):
    """Lists commands in the order in which people meet them; turns errors into messages and exit codes."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands as they stand below."""
        return list(self.commands)

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as a program, also where a standard stream is closed, full, or cannot take the text."""
        with Path(os.devnull).open("r+", encoding="utf-8") as nowhere:
            for name in ("stdin", "stdout", "stderr"):
                setattr(sys, name, getattr(sys, name) or nowhere)
            with _asked_to_end():
                return self._main(*args, **kwargs)

    def _main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except OSError as error:
            tell(Finding("system", error.strerror or str(error)))
        except UnicodeEncodeError as error:
            culprit = error.object[error.start]
            tell(Finding("system", f"the locale cannot write {culprit!a}; set LC_ALL=C.UTF-8"))
        sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; findings are printed, and the error's exit code ends the process."""
        try:
            return super().invoke(ctx)
        except KgError as error:
            for finding in error.findings:
                tell(finding)
            if len(error.findings) > FEW:
                click.echo(f"{len(error.findings)} findings", err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt as stopped:
            click.echo("stopped; nothing is written", err=True)
            ctx.exit(128 + (signal.SIGTERM if isinstance(stopped, _Ended) else signal.SIGINT))
        except BrokenPipeError:  # the reader, such as head, has had enough
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            tell(Finding("system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")))
            ctx.exit(1)


class _Ended(KeyboardInterrupt):
    """The process is asked to end: as Ctrl-C does, this leaves nothing half-written."""


@contextmanager
def _asked_to_end() -> Iterator[None]:
    """Meanwhile SIGTERM is as Ctrl-C. Only the first thread may say so."""

    def end(*_: object) -> None:
        raise _Ended

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def destination(out: str | None, engine: str = "duckdb") -> Iterator[Path | str]:
    """The file to write: its own, or one that goes to standard output once it is whole; a folder of Spark."""
    if engine == "spark":
        if out in STANDARD_OUTPUT:
            raise UsageError("Spark writes a folder", fix="name it with -o, such as graph.nq")
        yield out or ""
        return
    with TemporaryDirectory(prefix="kg-") as folder:
        made = Path(folder, "out.nq")
        yield made if out in STANDARD_OUTPUT else Path(out or "")
        if made.exists():
            with made.open("rb") as quads:
                shutil.copyfileobj(quads, sys.stdout.buffer)


def tell(finding: Finding) -> None:
    """Print a finding to standard error, its files as seen from here."""
    severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
    click.echo(_told(finding).replace(f"{finding.severity}[", f"{severity}[", 1), err=True)


def tell_skipped(skipped: tuple[Finding, ...], listed: Path | None) -> None:
    """The first of the values that were skipped, how many there are, and where all are listed, else all."""
    for finding in skipped[:FEW] if listed else skipped:
        tell(finding)
    if skipped:
        where = [f"listed in {shown(listed)}"] if listed else []
        click.echo(", ".join([f"values skipped: {len(skipped):,}", *where]), err=True)


@contextmanager
def progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Shows what is being done, on standard error and on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield status.update


def lines(outcome: Outcome) -> Iterator[str]:
    """What became of a query with expected rows; rows that are missing and that are too many."""
    yield f"{'ok    ' if outcome.passed else 'FAILED'} {outcome.query.name}: {outcome.query.title}"
    if outcome.untested:
        yield f"       no expected rows: write them to {outcome.query.name}.csv beside the query"
    for finding in outcome.error.findings if outcome.error else ():
        yield f"       {_told(finding)}"
    if outcome.misplaced:
        yield "       the rows are right, their order is not"
    for sign, rows in (("-", outcome.missing), ("+", outcome.unexpected)):
        yield from (f"     {sign} {','.join(row)}" for row in rows)


def _told(finding: Finding) -> str:
    places = {"place": finding.place, "origin": finding.origin}
    seen = {name: replace(at, file=Path(shown(at.file))) for name, at in places.items() if at}
    return str(replace(finding, **seen))  # type: ignore[arg-type]


def shown(path: Path) -> str:
    """The path from the current folder, where it is inside."""
    here = Path.cwd()
    absolute = path if path.is_absolute() else here / path
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
