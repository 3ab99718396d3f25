"""SQL of the engines: parts of a run spelled in the language of the one that runs them.

Lines and joins of them are put together here, flat, from their pieces; what is done with a single value is a
form, and what is more involved a relation: these Ibis compiles. What differs between engines besides, names,
texts and rows made of lists, is in the table :data:`DIALECTS`. Lines of a large run DuckDB and Spark write as
one text of a record: :func:`of_rows`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from kg.grammar import identifier
from kg.mapping import ROW
from kg.shapes import TEXT, VALUE
from kg.terms import Column, merged

if TYPE_CHECKING:
    import ibis.expr.operations as ops
    import ibis.expr.types as ir

    from kg import forms, parts
    from kg.datatypes import Lexical
    from kg.questions import Question
    from kg.terms import Piece, Pieces

FORMS = 1000  # compiled ones that are kept in memory
KEPT = "forms.json"


@dataclass(frozen=True)
class Dialect:
    """The SQL of one engine: Ibis' compiler for it, sqlglot's word for it; how names and texts are spelled.

    `rows` makes a row of each item of a list, whose items stand there as {}.
    """

    compiler: Callable[[], Any]
    language: Any
    identifier: Callable[[str], str]
    literal: Callable[[str], str]
    rows: str


def compiled(part: parts.Part | ir.Table, *, pretty: bool = False, dialect: str = "duckdb") -> str:
    """The part, or a relation, in the SQL of an engine; `pretty` breaks what Ibis compiles into lines."""
    from kg.parts import Lines, Pairs, Relation, Scan

    match part:
        case Lines():
            return of_lines(part, dialect=dialect)
        case Pairs():
            return of_pairs(part, dialect=dialect)
        case Scan():
            return _of_scan(part, pretty, dialect)
        case Relation():
            return relation(part.table, pretty=pretty, dialect=dialect)
        case _:
            return relation(part, pretty=pretty, dialect=dialect)


def _of_scan(scan: parts.Scan, pretty: bool, dialect: str) -> str:
    from kg import forms

    spelled = of(dialect)
    names = map(spelled.identifier, scan.names)
    return forms.filled(_of_scheme(scan.scheme, pretty, dialect), names, scan.texts, literal=spelled.literal)


@lru_cache(maxsize=FORMS)
def _of_scheme(scheme: parts.Scheme, pretty: bool, dialect: str) -> str:
    return relation(scheme.relation, pretty=pretty, dialect=dialect)


def relation(given: ir.Table, *, pretty: bool = False, dialect: str = "duckdb") -> str:
    """A relation as a query."""
    return _relation(given.unbind().op(), pretty, dialect)


@lru_cache(maxsize=FORMS)  # for whoever builds again and again in one process
def _relation(given: ops.Node, pretty: bool, dialect: str) -> str:
    spelled = of(dialect)
    return str(spelled.compiler().to_sqlglot(given.to_expr()).sql(spelled.language, pretty=pretty))


def of_lines(given: parts.Lines, *, dialect: str = "duckdb") -> str:
    """A query of the lines, one in a row, over one scan of their table."""
    types = {**dict(given.types), given.name: TEXT}
    spelled = of(dialect)
    subject, *lines = (expression(line, types, dialect) for line in (given.subject, *given.lines))
    name = spelled.identifier(given.name)
    rows = spelled.rows.format(f"\n  {f',{chr(10)}  '.join(lines)}\n")
    return (
        f"SELECT line FROM (SELECT {rows} AS line\n"
        f"FROM (SELECT *, {subject} AS {name} FROM {given.table})\nWHERE {name} IS NOT NULL)\n"
        "WHERE line IS NOT NULL"
    )


def of_rows(given: parts.Lines, always: Container[tuple[str, ...]]) -> str:
    """A query with one text in a row, that holds all lines of a record: much faster, and for DuckDB alone.

    `always` are combinations of columns that have values in every record.
    """
    types = {**dict(given.types), given.name: TEXT}
    name = identifier(given.name)
    lines = sorted(given.lines, key=lambda line: not _sure(line, always))
    first = _sure(lines[0], always)
    sure = [line for line in lines if _sure(line, always)]
    flat = merged(piece for line in sure for piece in (*("\n",) * (line is not lines[0]), *line.pieces))
    # What is NULL is nothing to concat, its line break too.
    others = [replace(line, pieces=merged(("\n", *line.pieces))) for line in lines[len(sure) :]]
    texts = [_piece(piece, types, "duckdb") for piece in flat if piece]
    made = f"concat({', '.join([*texts, *(expression(line, types) for line in others)])})"
    records = f"(SELECT *, {expression(given.subject, types)} AS {name} FROM {given.table})"
    if first:
        return f"SELECT {made} AS line FROM {records} WHERE {name} IS NOT NULL"
    rows = f"SELECT substr({made}, 2) AS line FROM {records} WHERE {name} IS NOT NULL"
    return f"SELECT line FROM ({rows}) WHERE line <> ''"


def _sure(line: forms.Line, always: Container[tuple[str, ...]]) -> bool:
    """Whether each record makes the line."""
    return line.needed in always and not line.demands


def asked(question: Question, dialect: str = "duckdb") -> str:
    """A question as an aggregate over its table: whether the answer is yes. For Spark only Unmet."""
    from kg.questions import NoKey, Unmet

    types = dict(question.over.types)
    if isinstance(question, Unmet):
        wrong = unmet(question.text, question.demanded, types, dialect)
        conditions = [*there(question.needed, types, dialect), f"({wrong})"]
        return f"coalesce(bool_or({' AND '.join(conditions)}), false)"
    if isinstance(question, NoKey):
        value = f"{identifier(question.column)}{'.v' * (types[question.column] == VALUE)}"
        return f"count(DISTINCT {value}) <> count(*)"
    known = f"{identifier(question.column)}{'.v' * (dict(question.types).get(question.column) == VALUE)}"
    made = expression(question.line, types)
    there_are = f"SELECT {known} FROM {question.known} WHERE {known} IS NOT NULL"
    return f"coalesce(bool_or({made} IS NOT NULL AND {made} NOT IN ({there_are})), false)"


def of_pairs(given: parts.Pairs, *, dialect: str = "duckdb") -> str:
    """A query of the lines of a join: what may come twice is made unique on either side of it before."""
    child, parent = (_of_side(side, dialect) for side in (given.child, given.parent))
    on = " AND ".join(f"child.key_{number} = parent.key_{number}" for number in range(len(given.child.keys)))
    line = f"concat(child.line, parent.line, {of(dialect).literal(given.end)})"
    return (
        f"SELECT {'DISTINCT ' if given.distinct else ''}{line} AS line\n"
        f"FROM ({child}) AS child\nJOIN ({parent}) AS parent ON {on}"
    )


def _of_side(side: parts.Side, dialect: str) -> str:
    types = dict(side.types)
    columns = [side.line, *side.keys]
    names = ["line", *(f"key_{number}" for number in range(len(side.keys)))]
    made = [
        f"{expression(line, types, dialect)} AS {name}" for line, name in zip(columns, names, strict=True)
    ]
    there = " AND ".join(f"{name} IS NOT NULL" for name in names)
    unique = "" if side.key else "DISTINCT "
    return f"SELECT {unique}* FROM (SELECT {', '.join(made)} FROM {side.table}) WHERE {there}"


def expression(line: forms.Line, types: Map[str, str], dialect: str = "duckdb") -> str:
    """A line as an expression over columns of these types; NULL where there is none.

    >>> from kg.forms import Line
    >>> print(expression(Line(("<e:", Column("id"), ">"), ("id",)), {"id": "string"}))
    CASE WHEN "id" IS NOT NULL THEN concat('<e:', "id", '>') END
    """
    made = text(line.pieces, types, dialect)
    conditions = [*there(line.needed, types, dialect)]
    conditions += [f"NOT ({unmet(made, lexical, types, dialect)})" for made, lexical in line.demands]
    return f"CASE WHEN {' AND '.join(conditions)} THEN {made} END" if conditions else made


def there(needed: Iterable[str], types: Map[str, str], dialect: str = "duckdb") -> Iterator[str]:
    """For each of these columns the condition that it has a value.

    >>> [*there(["id"], {"id": "string"})]
    ['"id" IS NOT NULL']
    """
    for name in needed:
        inside = ".v" if types[name] == VALUE else ""
        yield f"{of(dialect).identifier(name)}{inside} IS NOT NULL"


def unmet(pieces: Pieces, lexical: Lexical, types: Map[str, str], dialect: str = "duckdb") -> str:
    """The condition that a text is not what is demanded."""
    return _done("unmet", lexical, [(text(pieces, types, dialect), TEXT)], dialect)


def text(pieces: Pieces, types: Map[str, str], dialect: str = "duckdb") -> str:
    """Pieces as one text, flat: a chain of || would copy it once for each piece."""
    spelled = [_piece(piece, types, dialect) for piece in pieces]
    return spelled[0] if len(spelled) == 1 else f"concat({', '.join(spelled)})"


def _piece(piece: Piece, types: Map[str, str], dialect: str) -> str:
    if isinstance(piece, str):
        return of(dialect).literal(piece)
    if isinstance(piece, Column):
        kind = types.get(piece.name, "int64" if piece.name == ROW else TEXT)
        if (piece.preparation, kind) == ("text", TEXT):
            return of(dialect).identifier(piece.name)
        return _done("prepared", piece.preparation, [(of(dialect).identifier(piece.name), kind)], dialect)
    return _done("made", piece.maker, [(text(each, types, dialect), TEXT) for each in piece.texts], dialect)


def _done(what: str, name: str | Lexical, values: list[tuple[str, str]], dialect: str) -> str:
    """What is done with values, each an expression with its type."""
    from kg import forms

    made = _of_form(forms.Form(what, name, tuple(kind for _, kind in values)), dialect)
    return forms.filled(made, [value for value, _ in values], (), literal=of(dialect).literal)


@lru_cache(maxsize=FORMS)
def _of_form(form: forms.Form, dialect: str) -> str:
    """The expression of a form in SQL, its columns without the name of their table."""
    return kept().get(dialect, {}).get(key(form)) or of_form(form, dialect)


@lru_cache
def kept() -> dict[str, dict[str, str]]:
    """Forms that were compiled when kg was made, by dialect and :func:`key`; a test holds them to Ibis."""
    found = json.loads((Path(__file__).parent / KEPT).read_text(encoding="utf-8"))
    return cast("dict[str, dict[str, str]]", found)


def key(form: forms.Form) -> str:
    """What a form is called among those that are kept."""
    name = form.name if isinstance(form.name, str) else f"{form.name.pattern} {form.name.cast}"
    return f"{form.what} {name} {' '.join(form.types)}"


def of_form(form: forms.Form, dialect: str) -> str:
    """A form compiled by Ibis."""
    from sqlglot import exp

    spelled = of(dialect)
    (made,) = spelled.compiler().to_sqlglot(form.relation).expressions
    for column in made.find_all(exp.Column):
        column.set("table", None)
    return str(made.unalias().sql(spelled.language))


def quoted(value: object) -> str:
    """A text literal of SQL.

    >>> quoted("it's")
    "'it''s'"
    """
    return "'" + str(value).replace("'", "''") + "'"


def _duckdb() -> Dialect:
    return Dialect(_duckdb_compiler, "duckdb", identifier, quoted, "unnest([{}])")


@lru_cache
def _duckdb_compiler() -> Any:
    from ibis.backends.sql.compilers import DuckDBCompiler

    return DuckDBCompiler()


def _spark() -> Dialect:
    from kg import spark_sql

    return Dialect(
        lru_cache(spark_sql.Compiler),
        spark_sql.Dialect,
        spark_sql.identifier,
        spark_sql.literal,
        "explode(array({}))",
    )


DIALECTS: dict[str, Callable[[], Dialect]] = {"duckdb": _duckdb, "spark": _spark}


@lru_cache
def of(name: str) -> Dialect:
    """The dialect of an engine, loaded when it is first needed."""
    return DIALECTS[name]()
