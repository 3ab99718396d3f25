"""Answers of a query as text: a table for people, the W3C formats for programs, Turtle for graphs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING, TypeVar

from kg import exports
from kg.errors import QueryError, UnknownFormat
from kg.mapping import XSD

if TYPE_CHECKING:
    import pyoxigraph

    Solutions = pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean
    Answer = Solutions | pyoxigraph.QueryTriples

Writer = TypeVar("Writer")
Prefixes = dict[str, str]
Rows = list[list[str]]
WIDEST = 100_000
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")  # a terminal would obey them
BREAK = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
NUMERIC = {XSD + name for name in ("integer", "decimal", "double", "float")}


def render(answer: Answer, form: str | None, prefixes: Prefixes, *, width: int | None = None) -> str:
    """The answer in the format `form`; without one, a table, or Turtle for CONSTRUCT and DESCRIBE.

    `width` is that of the terminal, where long cells are wrapped; without it every row is one line.
    Raises UnknownFormat for a format that does not suit the kind of answer, QueryError for what goes wrong
    while rows are made.
    """
    try:
        return _rendered(answer, form, prefixes, width)
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query could not be answered: {error}") from error


def _rendered(answer: Answer, form: str | None, prefixes: Prefixes, width: int | None) -> str:
    import pyoxigraph

    if isinstance(answer, pyoxigraph.QueryTriples):
        return _chosen(GRAPHS, form or "turtle", "a graph")(answer, prefixes)
    if form in W3C:
        content = answer.serialize(format=pyoxigraph.QueryResultsFormat.from_extension(W3C[form]))
        assert content is not None
        text = content.decode()
        return text if text.endswith("\n") else text + "\n"
    is_boolean = isinstance(answer, pyoxigraph.QueryBoolean)
    writer = _chosen(TABLES, form or "table", "true or false" if is_boolean else "a table")
    if isinstance(answer, pyoxigraph.QueryBoolean):
        return "true\n" if answer else "false\n"
    columns = [variable.value for variable in answer.variables]
    return writer(columns, list(answer), prefixes, width)


def shown(
    term: pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | None, prefixes: Prefixes
) -> str:
    """A term as people read it: the text of a literal, a prefixed name, nothing for no value."""
    import pyoxigraph

    match term:
        case None:
            return ""
        case pyoxigraph.NamedNode():
            return exports.short(term.value, prefixes)
        case pyoxigraph.Literal():
            return CONTROL.sub("\ufffd", BREAK.sub("↵", term.value).replace("\t", " "))
    return str(term)


def _table(
    columns: list[str], answer: list[pyoxigraph.QuerySolution], prefixes: Prefixes, width: int | None
) -> str:
    """Aligned columns; full-width characters count as two."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        numbers = all(_is_number(solution[column]) for solution in answer)
        table.add_column(Text(column), justify="right" if numbers and answer else "left", overflow="fold")
    for solution in answer:
        table.add_row(*(Text(shown(solution[column], prefixes)) for column in columns))
    out = io.StringIO()
    console = Console(
        file=out, width=width or WIDEST, color_system=None, soft_wrap=False, legacy_windows=False
    )
    console.print(table)
    lines = [line.rstrip() for line in out.getvalue().split("\n")[:-1]]
    return "\n".join(lines) + f"\n\n{len(answer)} row{'s' * (len(answer) != 1)}\n"


def _markdown(
    columns: list[str], answer: list[pyoxigraph.QuerySolution], prefixes: Prefixes, width: int | None
) -> str:
    rows: Rows = [columns, ["---"] * len(columns)]
    rows += [[_cell(shown(solution[column], prefixes)) for column in columns] for solution in answer]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("↵", "<br>")


def _is_number(term: object) -> bool:
    import pyoxigraph

    return term is None or (isinstance(term, pyoxigraph.Literal) and term.datatype.value in NUMERIC)


def _graph(kind: str) -> Callable[[pyoxigraph.QueryTriples, Prefixes], str]:
    def write(triples: pyoxigraph.QueryTriples, prefixes: Prefixes) -> str:
        import pyoxigraph

        quads = {pyoxigraph.Quad(each.subject, each.predicate, each.object) for each in triples}
        return exports.SUFFIXES[kind].write(exports.ordered(quads), prefixes).decode()

    return write


TABLES = {"table": _table, "md": _markdown}
W3C = {"csv": "csv", "tsv": "tsv", "json": "srj", "xml": "srx"}
GRAPHS = {"turtle": _graph(".ttl"), "jsonld": _graph(".jsonld"), "nt": _graph(".nt")}
FORMATS = (*TABLES, *W3C, *GRAPHS)


def _chosen(writers: Map[str, Writer], form: str, what: str) -> Writer:
    if form not in writers:
        exists = list(writers) + (list(W3C) if writers is TABLES else [])
        raise UnknownFormat(
            f"the answer is {what}, which cannot be written as {form}", value=form, exists=exists
        )
    return writers[form]
