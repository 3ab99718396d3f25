"""SQL of the engines: parts of a run spelled in the language of the one that runs them.

Ibis compiles relations and forms; what goes around them, names, texts and rows made of lists, is in the table
:data:`DIALECTS`. Each form is compiled once for each dialect. What a plan shows is what runs.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.grammar import identifier
from kg.shapes import TEXT

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from kg import forms, parts

FORMS = 1000  # compiled ones that are kept


def compiled(part: parts.Part, *, pretty: bool = False) -> str:
    """The part in DuckDB's SQL: what a plan shows is what runs; `pretty` breaks it into lines."""
    from kg.parts import Lines, Scan

    match part:
        case Lines():
            return _of_lines(part)
        case Scan(scheme, names, texts):
            return _filled(_of_scheme(scheme, pretty), names, texts)
        case _:
            return _of_relation(part, pretty)


@lru_cache(maxsize=FORMS)
def _of_scheme(scheme: parts.Scheme, pretty: bool) -> str:
    return _of_relation(scheme.relation, pretty)


def _filled(sql: str, names: tuple[str, ...], texts: tuple[str, ...]) -> str:
    from kg import forms

    return forms.filled(sql, names, texts, identifier=identifier, literal=quoted)


def _of_relation(relation: ir.Table, pretty: bool) -> str:
    import ibis

    return str(ibis.to_sql(relation, dialect="duckdb", pretty=pretty))


def _of_lines(given: parts.Lines) -> str:
    types = {**dict(given.types), given.name: TEXT}
    subject, *lines = (expression(line, types) for line in (given.subject, *given.lines))
    name = identifier(given.name)
    return (
        f"SELECT line FROM (SELECT unnest([\n  {f',{chr(10)}  '.join(lines)}\n]) AS line\n"
        f"FROM (SELECT *, {subject} AS {name} FROM {given.table})\nWHERE {name} IS NOT NULL)\n"
        "WHERE line IS NOT NULL"
    )


def expression(line: forms.Line, types: Map[str, str]) -> str:
    """A line as an expression over columns of these types, in DuckDB's SQL."""
    from kg import forms

    form, names, texts = forms.of(line, types)
    return _filled(_of_form(form), names, texts)


@lru_cache(maxsize=FORMS)
def _of_form(form: forms.Form) -> str:
    """The expression of a form in SQL, its columns without the name of their table."""
    from ibis.backends.sql.compilers import DuckDBCompiler
    from sqlglot import exp

    (made,) = DuckDBCompiler().to_sqlglot(form.relation).expressions
    for column in made.find_all(exp.Column):
        column.set("table", None)
    return str(made.unalias().sql("duckdb"))


def quoted(value: object) -> str:
    """A text literal of SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"
