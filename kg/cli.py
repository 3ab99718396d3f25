"""The command line: each command is the library function of its name; here alone is anything printed.

Results go to standard output, everything else to standard error. Exit codes: 0 well, 1 findings or
differences, 2 wrong use.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import click

import kg
from kg.errors import Finding, KgError

if TYPE_CHECKING:
    from kg.expectations import Outcome

Command = TypeVar("Command", bound=Callable[..., Any])
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
        except KeyboardInterrupt:
            click.echo("stopped; nothing is written", err=True)
            ctx.exit(130)
        except BrokenPipeError:  # the reader, such as head, has had enough
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            tell(Finding("system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")))
            ctx.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(kg.__version__, prog_name="kg")
def main() -> None:
    """Knowledge graphs as code: tables, an ontology and a mapping become one graph.

    The graph is then queried with SPARQL, opened as an interactive page, or exported.
    """


folder = click.option(
    "-C",
    "directory",
    metavar="DIR",
    default=".",
    type=click.Path(exists=True, file_okay=False),
    help="Work on the project in DIR; other files are named from the current folder.",
)
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but results, warnings and errors.")
on_error = click.option(
    "--on-error",
    type=click.Choice(["stop", "skip"]),
    default="stop",
    show_default=True,
    help="Where a value makes no valid term: write nothing, or leave it out and list it.",
)
functions = click.option(
    "--functions", metavar="FILE", help="Run a file of Python, whose functions the mapping may call."
)
database = click.option(
    "--db",
    default="",
    metavar="URL",
    envvar="KG_DB",
    show_envvar=True,
    help="The database of tables for which the mapping names none, such as postgresql://USER@HOST/NAME.",
)
plan = click.option("--plan", is_flag=True, help="Print the SQL that would run, and run nothing.")


@main.command()
@database
@functions
@on_error
@folder
@quiet
@plan
def build(
    db: str, functions: str | None, on_error: kg.OnError, directory: str, quiet: bool, plan: bool
) -> None:
    """Build the graph of the project.

    Reads ontology and tables, checks them, maps them and loads the graph into build/. When anything is wrong,
    every fault is listed and the last build stays as it was.

    Runs data/functions.py, if there is one, or what --functions names in its place.
    """
    if plan:
        click.echo(kg.sql(path=directory, db=db, functions=functions))
        return
    with progress(quiet) as step:
        graph = kg.build(directory, db=db, functions=functions, on_error=on_error, step=step)
    for warning in graph.warnings:
        tell(warning)
    published = graph.project.build / "current"
    _tell_skipped(graph.skipped, published / graph.build.skipped.name)
    if not quiet:
        click.echo(f"{graph.build.manifest.quads:,} quads in {_shown(published / graph.build.graph.name)}")


@main.command()
@click.argument("query", required=False)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Give a variable a value.")
@click.option("-f", "--format", metavar="FORMAT", help="table, md, csv, tsv, json, xml; turtle, jsonld, nt.")
@folder
@quiet
def query(
    query: str | None, params: tuple[str, ...], format: str | None, directory: str, quiet: bool
) -> None:
    """Answer a SPARQL query: a named one, a file, or text.

    Without QUERY, lists the named queries. "-" reads the text from standard input. The project's prefixes are
    known. A VALUE is an <IRI>, a prefixed name, a number, a text, or "text"@zh.

    \b
      kg query five-operators
      kg query events-within-a-place --param place=place:bijie
      kg query 'SELECT ?name WHERE { ?o a kg:NetworkOperator ; rdfs:label ?name }' -f csv
    """
    from kg.answers import parameters

    if query is None:
        click.echo(kg.queries(directory), nl=False)
        return
    text = sys.stdin.read() + "\n" if query == "-" else query
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    click.echo(kg.query(text, directory, params=parameters(params), format=format, width=width), nl=False)


@main.command()
@click.option("-o", "--out", metavar="FILE", help="Where to write it.  [default: build/graph.html]")
@click.option("--lang", default="zh", metavar="zh|en", help="The language it opens in.", show_default=True)
@click.option("--focus", metavar="IRI", help="Draw only what is near this entity.")
@click.option("--hops", default=1, show_default=True, type=click.IntRange(0), help="How near, in links.")
@click.option("--query", metavar="QUERY", help="Draw what a CONSTRUCT makes, highlight what a SELECT names.")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Give a variable a value.")
@click.option(
    "--queries/--no-queries",
    default=None,
    help="Put the named queries with their rows into the page.  [default: up to 100,000 quads]",
)
@click.option(
    "--open/--no-open", "opened", default=None, help="Open it in the browser.  [default: on a terminal]"
)
@folder
@quiet
def view(
    out: str | None,
    lang: str,
    focus: str | None,
    hops: int,
    query: str | None,
    params: tuple[str, ...],
    queries: bool | None,
    opened: bool | None,
    directory: str,
    quiet: bool,
) -> None:
    """Write the graph as an interactive page: one file that needs no network.

    Of a graph of more than 300,000 quads the page holds the 50,000 entities with the most links, and says so;
    --focus reaches the others.

    QUERY is a named query, a file or SPARQL text, as for kg query.

    \b
      kg view --query five-operators
      kg view --query events-within-a-place --param place=place:zhijin
      kg view --query 'DESCRIBE place:bijie'
    """
    from kg.answers import parameters

    asked: dict[str, Any] = {"query": query, "params": parameters(params), "queries": queries}
    with progress(quiet) as step:
        path = kg.view(out, directory, lang=lang, focus=focus, hops=hops, step=step, tell=tell, **asked)
    if not quiet:
        click.echo(_shown(path))
    if sys.stdout.isatty() if opened is None else opened:
        click.launch(path.resolve().as_uri())


@main.command()
@click.argument("out")
@click.option("--ontology", is_flag=True, help="With the statements of the ontology.")
@folder
@quiet
def export(out: str, ontology: bool, directory: str, quiet: bool) -> None:
    """Write the graph to the file OUT, in the format of its suffix.

    .ttl .nt .nq .trig .jsonld .rdf .graphml, each with .gz too. The same graph gives the same bytes.
    """
    with progress(quiet) as step:
        step(f"writing {out}")
        path = kg.export(out, directory, ontology=ontology)
    if not quiet:
        click.echo(_shown(path))


@main.command()
@click.argument("mapping")
@click.option(
    "-o",
    "--out",
    required=False,
    metavar="FILE",
    help="The file to write, in the format of its suffix.  [default: N-Quads to standard output]",
)
@click.option(
    "--base", default="", metavar="IRI", help="Goes before relative IRIs, in place of the mapping's own base."
)
@click.option(
    "--network",
    envvar="KG_NETWORK",
    show_envvar=True,
    is_flag=True,
    help="Fetch sources that are on the web.",
)
@database
@functions
@on_error
@plan
@quiet
def map(
    mapping: str,
    out: str | None,
    base: str,
    network: bool,
    db: str,
    functions: str | None,
    on_error: kg.OnError,
    plan: bool,
    quiet: bool,
) -> None:
    """Run a mapping by itself: RML or R2RML (.ttl) or YARRRML (.yml), with no project around it.

    Paths of tables start at the mapping's folder unless it says otherwise. The quads are sorted, each once.
    """
    from kg.reports import beside

    how: dict[str, Any] = {"base": base, "network": network, "db": db, "functions": functions}
    if plan:
        click.echo(kg.sql(mapping, **how))
        return
    with _destination(out) as written:
        with progress(quiet) as step:
            report = kg.map(mapping, written, **how, on_error=on_error, step=step)
        for warning in report.warnings:
            tell(warning)
        _tell_skipped(report.skipped, beside(written) if out not in STANDARD_OUTPUT else None)
        for file, quads in report.files if not quiet and out not in STANDARD_OUTPUT else ():
            click.echo(f"{quads:,} quads in {file}")


@contextmanager
def _destination(out: str | None) -> Iterator[Path]:
    """The file to write: its own, or one that goes to standard output once it is whole."""
    with TemporaryDirectory(prefix="kg-") as folder:
        made = Path(folder, "out.nq")
        yield made if out in STANDARD_OUTPUT else Path(out or "")
        if made.exists():
            with made.open("rb") as quads:
                shutil.copyfileobj(quads, sys.stdout.buffer)


@main.command()
@click.argument("mapping")
@click.option("-o", "--out", metavar="FILE", help="Where to write it.  [default: standard output]")
@click.option("--to", default="rml", metavar="rml|legacy", help="The language to write.", show_default=True)
@click.option("--base", default="", metavar="IRI", help="The base IRI, in place of the mapping's own.")
@quiet
def translate(mapping: str, out: str | None, to: str, base: str, quiet: bool) -> None:
    """Write a mapping in RML: from YARRRML (.yml), or from RML or R2RML of any age (.ttl).

    "rml" is RML-Core with its modules, "legacy" the older RML with the words of R2RML. The translation gives
    the same graph, to the byte (doubles of databases apart); what the language cannot say is an error.
    """
    if out in (None, "-"):
        click.echo(kg.translate(mapping, to=to, base=base), nl=False)
        return
    kg.translate(mapping, out, to=to, base=base)
    if not quiet:
        click.echo(out)


@main.command()
@folder
@quiet
def test(directory: str, quiet: bool) -> None:
    """Run every named query and compare its rows with those expected of it.

    The expected rows of queries/NAME.rq are in queries/NAME.csv.
    """
    outcomes = []
    for outcome in kg.test(directory):
        outcomes.append(outcome)
        if not (quiet and outcome.passed):
            click.echo("\n".join(_lines(outcome)))
    failed = sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} passed, {failed} failed")
    if failed or not outcomes:
        raise SystemExit(1)


def tell(finding: Finding) -> None:
    """Print a finding to standard error, its files as seen from here."""
    severity = click.style(finding.severity, fg=COLOURS[finding.severity], bold=True)
    click.echo(_told(finding).replace(f"{finding.severity}[", f"{severity}[", 1), err=True)


def _tell_skipped(skipped: tuple[Finding, ...], listed: Path | None) -> None:
    """The first of the values that were skipped, how many there are, and where all are listed, else all."""
    for finding in skipped[:FEW] if listed else skipped:
        tell(finding)
    if skipped:
        where = [f"listed in {_shown(listed)}"] if listed else []
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


def _lines(outcome: Outcome) -> Iterator[str]:
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
    seen = {name: replace(at, file=Path(_shown(at.file))) for name, at in places.items() if at}
    return str(replace(finding, **seen))  # type: ignore[arg-type]


def _shown(path: Path) -> str:
    """The path from the current folder, where it is inside."""
    here = Path.cwd()
    absolute = path if path.is_absolute() else here / path
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)
