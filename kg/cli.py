"""The command line: each command is the library function of its name.

Results go to standard output, everything else to standard error. Exit codes: 0 well, 1 findings or
differences, 2 wrong use.
"""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

import kg
from kg.terminal import STANDARD_OUTPUT, Commands, destination, lines, progress, shown, tell, tell_skipped

if TYPE_CHECKING:
    from kg.graph import Graph


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
memory = click.option(
    "--memory",
    default="",
    metavar="SIZE",
    help="Take so much memory and the disk for the rest: 512MB or more.  [default: most of it]",
)
plan = click.option("--plan", is_flag=True, help="Print the SQL that few records need, and run nothing.")


@main.command()
@click.option("--clean", is_flag=True, help="Make everything anew, also what has not changed.")
@click.option("--watch", is_flag=True, help="Build again after each change, with the page open in a browser.")
@click.option(
    "--open/--no-open", "opened", default=None, help="Open the page of --watch.  [default: on a terminal]"
)
@memory
@database
@functions
@on_error
@folder
@quiet
@plan
def build(
    clean: bool,
    memory: str,
    watch: bool,
    opened: bool | None,
    db: str,
    functions: str | None,
    on_error: kg.OnError,
    directory: str,
    quiet: bool,
    plan: bool,
) -> None:
    """Build the graph of the project.

    Reads ontology and tables, checks them, maps them and loads the graph into build/. When anything is wrong,
    every fault is listed and the last build stays as it was. Only what depends on a change is made again.

    Runs data/functions.py, if there is one, or what --functions names in its place.
    """
    how: dict[str, Any] = {"db": db, "functions": functions, "on_error": on_error}
    if plan:
        click.echo(kg.sql(path=directory, **how))
        return
    how |= {"clean": clean, "memory": memory}
    if watch:
        _watch(directory, opened, quiet, **how)
        return
    with progress(quiet) as step:
        graph = kg.build(directory, **how, step=step)
    for warning in graph.warnings:
        tell(warning)
    _tell_built(graph, quiet)


def _tell_built(graph: Graph, quiet: bool) -> None:
    published = graph.project.build / "current"
    tell_skipped(graph.skipped, published / graph.build.skipped.name)
    if not quiet:
        file = shown(published / graph.build.graph.name)
        click.echo(
            f"{graph.build.manifest.quads:,} quads in {file}"
            + (f" ({graph.changes})" if graph.changes else "")
        )


def _watch(directory: str, opened: bool | None, quiet: bool, **how: Any) -> None:
    """Tell what each change makes, until Ctrl-C."""
    with suppress(KeyboardInterrupt):
        for number, done in enumerate(kg.watch(directory, **how)):
            for finding in done.findings:
                tell(finding)
            if done.graph:
                _tell_built(done.graph, quiet)
            if number == 0:
                click.echo(f"{done.address} shows it, and what changes, until Ctrl-C")
                if sys.stdout.isatty() if opened is None else opened:
                    click.launch(done.address)


@main.command()
@click.argument("query", required=False)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Give a variable a value.")
@click.option("-f", "--format", metavar="FORMAT", help="table, md, csv, tsv, json, xml; turtle, jsonld, nt.")
@click.option("--live", is_flag=True, help="Ask the tables as they are now; no build is needed nor made.")
@click.option("--mapping", metavar="FILE", help="Ask what this mapping makes, with no project around it.")
@database
@functions
@folder
@quiet
def query(
    query: str | None,
    params: tuple[str, ...],
    format: str | None,
    directory: str,
    quiet: bool,
    **live: Any,
) -> None:
    """Answer a SPARQL query: a named one, a file, or text.

    Without QUERY, lists the named queries. "-" reads the text from standard input. The project's prefixes are
    known. A VALUE is an <IRI>, a prefixed name, a number, a text, or "text"@zh.

    With --live and --mapping only what the query can see of the graph is made, in memory. --live runs
    data/functions.py, if there is one; both run what --functions names.

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
    asked: dict[str, Any] = {"params": parameters(params), "format": format, "width": width, **live}
    with progress(quiet or not (live["live"] or live["mapping"])) as step:
        answer = kg.query(text, directory, step=step, **asked)
    click.echo(answer, nl=False)


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
        click.echo(shown(path))
    if sys.stdout.isatty() if opened is None else opened:
        click.launch(path.resolve().as_uri())


@main.command()
@click.argument("out")
@click.option("--ontology", is_flag=True, help="With the statements of the ontology.")
@memory
@folder
@quiet
def export(out: str, ontology: bool, memory: str, directory: str, quiet: bool) -> None:
    """Write the graph to the file OUT, in the format of its suffix.

    .ttl .nt .nq .trig .jsonld .rdf .graphml, each with .gz or .zst too. The same graph gives the same bytes.
    """
    with progress(quiet) as step:
        step(f"writing {out}")
        path = kg.export(out, directory, ontology=ontology, memory=memory)
    if not quiet:
        click.echo(shown(path))


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
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "spark"]),
    default="duckdb",
    show_default=True,
    help="What runs it; Spark writes a folder OUT of files of N-Triples (.nt) or N-Quads (.nq).",
)
@memory
@click.option("--sort", is_flag=True, help="Sort lines of N-Triples and N-Quads; other formats are ordered.")
@click.option("--master", default="", metavar="URL", help="The cluster of Spark.  [default: local[*]]")
@click.option("--conf", multiple=True, metavar="KEY=VALUE", help="A setting of Spark.")
@click.option("--jars", multiple=True, metavar="FILE", help="A jar that Spark needs, as for a file system.")
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
    **others: Any,
) -> None:
    """Run a mapping by itself: RML or R2RML (.ttl) or YARRRML (.yml), with no project around it.

    Paths of tables start at the mapping's folder unless it says otherwise. Each quad is written once.
    """
    how: dict[str, Any] = {"base": base, "network": network, "db": db, "functions": functions}
    if plan:
        click.echo(kg.sql(mapping, **how, on_error=on_error, engine=others["engine"]))
        return
    with destination(out, others["engine"]) as written:
        with progress(quiet) as step:
            report = kg.map(mapping, written, **how, **others, on_error=on_error, step=step)
        for warning in report.warnings:
            tell(warning)
        tell_skipped(report.skipped, report.listed if out not in STANDARD_OUTPUT else None)
        for file, quads in report.files if not quiet and out not in STANDARD_OUTPUT else ():
            click.echo(f"{quads:,} quads in {file}")


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
            click.echo("\n".join(lines(outcome)))
    failed = sum(not outcome.passed for outcome in outcomes)
    click.echo(f"{len(outcomes) - failed} passed, {failed} failed")
    if failed or not outcomes:
        raise SystemExit(1)
