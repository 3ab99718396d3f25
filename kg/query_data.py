"""Queries and their answers as the page's script reads them.

Named queries are asked with their default parameters; one that has a parameter ``lang`` is asked once in each
language of the page. A cell is a node's number where it names a node that is drawn, by its IRI or by a label
that no other node has; else a text, or ``[kind, text, ...]``. ``queries.js`` of the page shows them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import answers, exports
from kg.errors import KgError, QueryError
from kg.languages import LANGUAGES
from kg.query_text import Query, read
from kg.vocabulary import TEMPORAL, XSD, local_name, node_key

if TYPE_CHECKING:
    import networkx as nx
    import pyoxigraph

Cell = Any
Row = tuple[Any, ...]  # of terms, None where a variable has no value
LANG = "lang"  # the parameter that follows the page
MOST_SHOWN = 500
"""Rows of an answer that the page shows."""
MOST_READ = 100_000
"""Rows of an answer that are read: an answer may have no end in sight."""
TRIPLE = ("subject", "predicate", "object")
NUMBERS = {
    XSD + name
    for name in (
        *("decimal", "double", "float", "integer", "long", "int", "short", "byte"),
        *(f"unsigned{size}" for size in ("Long", "Int", "Short", "Byte")),
        *(f"{sign}Integer" for sign in ("positive", "negative", "nonPositive", "nonNegative")),
    )
}


@dataclass(frozen=True)
class Answer:
    """What came of a query: a table, the triples of a graph, or true or false."""

    form: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    more: bool = False
    """Whether there are rows beyond :data:`MOST_READ`."""
    truth: bool = False


@dataclass(frozen=True)
class Asked:
    """A query, its parameters, and its answer by language ("" for all), or why it has none."""

    query: Query
    name: str
    parameters: Map[str, str] = field(default_factory=dict)
    answers: Map[str, Answer] = field(default_factory=dict)
    fault: KgError | None = None
    own: bool = False
    """Whether it was asked with parameters other than its own."""


def named(queries: Iterable[Path], store: pyoxigraph.Store, prefixes: Map[str, str]) -> list[Asked]:
    """The queries of these files with their default parameters; one that fails has a fault, not rows."""
    asked = []
    for path in queries:
        try:
            asked.append(ask(read(path), store, prefixes, {}))
        except KgError as fault:
            asked.append(Asked(Query("", name=path.stem, title=path.stem, file=path), path.stem, fault=fault))
    return asked


def ask(query: Query, store: pyoxigraph.Store, prefixes: Map[str, str], given: Map[str, str]) -> Asked:
    """A query with its answers. Raises what :func:`kg.answers.run` raises, and QueryError for its rows."""
    follows = dict(query.defaults).get(LANG) in LANGUAGES and LANG not in given
    found = {
        lang: _answer(query, answers.run(query, store, prefixes, {**given, **({LANG: lang} if lang else {})}))
        for lang in (LANGUAGES if follows else ("",))
    }
    values = {**dict(query.defaults), **given}
    shown = {name: value for name, value in values.items() if not (follows and name == LANG)}
    own = any(dict(query.defaults).get(name) != value for name, value in given.items() if name != LANG)
    return Asked(query, query.name or "query", shown, found, own=own)


def _answer(query: Query, answer: Any) -> Answer:
    """In the order that the query asks for; without one, in that of their texts."""
    import pyoxigraph

    if isinstance(answer, pyoxigraph.QueryBoolean):
        return Answer("ask", truth=bool(answer))
    graph = isinstance(answer, pyoxigraph.QueryTriples)
    columns = TRIPLE if graph else tuple(variable.value for variable in answer.variables)
    try:
        read = list(islice(answer, MOST_READ + 1))
    except (OSError, RuntimeError, ValueError) as error:
        raise QueryError(f"the query could not be answered: {error}") from error
    rows = [tuple(row) for row in read[:MOST_READ]]
    if graph:
        rows = list(dict.fromkeys(rows))
    if graph or not query.is_ordered:
        rows.sort(key=lambda row: [str(term) for term in row])
    return Answer("graph" if graph else "table", columns, tuple(rows), len(read) > MOST_READ)


def drawn(asked: Asked, network: nx.MultiDiGraph[str], prefixes: Map[str, str]) -> set[str]:
    """The nodes of the network that a query names in its parameters and its answers."""
    names = Names.of(network)
    found = [names.node(term) for each in asked.answers.values() for row in each.rows for term in row]
    found += [names.node(value) for _, value in parameters(asked, prefixes)]
    return {node for node in found if node is not None}


def parameters(asked: Asked, prefixes: Map[str, str]) -> list[tuple[str, Any]]:
    """The parameters of a query as terms."""
    return [(name, answers.term(value, prefixes, name)) for name, value in asked.parameters.items()]


@dataclass(frozen=True)
class Names:
    """What nodes are called: what a term names is the one node of which this is the IRI or a label."""

    keys: Map[str, int]
    labels: Map[tuple[str, str], set[str]]

    @classmethod
    def of(cls, network: nx.MultiDiGraph[str]) -> Names:
        """Labels under their language, and under "*" in any; what an IRI ends in is no label."""
        labels: dict[tuple[str, str], set[str]] = defaultdict(set)
        for key, texts in network.nodes(data="labels"):
            for language, text in texts.items():
                if language or text != local_name(key):
                    labels[text, language].add(key)
                    labels[text, "*"].add(key)
        return cls({key: number for number, key in enumerate(network)}, labels)

    def node(self, term: Any) -> str | None:
        """The key of the node that a term names."""
        if key := node_key(term):
            return key if key in self.keys else None
        if (kind := _kind(term)) not in ("", "@"):
            return None
        found = self.labels.get((term.value, term.language if kind else "*"), set())
        return next(iter(found)) if len(found) == 1 else None


def packed(
    asked: Iterable[Asked], network: nx.MultiDiGraph[str], prefixes: Map[str, str]
) -> list[dict[str, Any]]:
    """All queries as JSON values, for the page of `network`."""
    names = Names.of(network)
    return [_packed(each, names, prefixes) for each in asked]


def _packed(asked: Asked, names: Names, prefixes: Map[str, str]) -> dict[str, Any]:
    query = asked.query
    about = {
        "name": asked.name,
        "title": query.title,
        "questions": dict(query.questions),
        "text": query.text,
        "names": _names(query),
        "own": asked.own,
        "parameters": [
            [name, _cell(value, names, prefixes, set())] for name, value in parameters(asked, prefixes)
        ],
    }
    if asked.fault:
        return {**about, "fault": told(asked.fault)}
    return {**about, "answers": {lang: _table(each, names, prefixes) for lang, each in asked.answers.items()}}


def _names(query: Query) -> dict[str, dict[str, str]]:
    """What variables are called, by language."""
    names: dict[str, dict[str, str]] = {}
    for language, variable, name in query.names:
        names.setdefault(language, {})[variable] = name
    return names


def told(fault: KgError) -> str:
    """What is wrong with a query, with line and column, without the folder of this machine."""
    finding = fault.findings[0]
    place = finding.place
    where = (
        ":".join([place.file.name, *(str(n) for n in (place.line, place.column) if n)]) + ": "
        if place
        else ""
    )
    return where + finding.message


def _table(answer: Answer, names: Names, prefixes: Map[str, str]) -> dict[str, Any]:
    if answer.form == "ask":
        return {"form": "ask", "truth": answer.truth}
    blank: dict[str, str] = {}
    table: dict[str, Any] = {
        "form": answer.form,
        "columns": list(answer.columns),
        "rows": [_row(row, names, prefixes, blank) for row in answer.rows[:MOST_SHOWN]],
    }
    if len(answer.rows) > MOST_SHOWN:
        beyond = (names.node(term) for row in answer.rows[MOST_SHOWN:] for term in row)
        table["total"] = len(answer.rows)
        table["more"] = answer.more
        table["beyond"] = sorted({names.keys[node] for node in beyond if node is not None})
    return table


def _row(row: Row, names: Names, prefixes: Map[str, str], blank: dict[str, str]) -> list[Cell]:
    """Blank nodes are counted: their labels are the index's own. A label beside its node's IRI is a text."""
    nodes = {key for term in row if (key := node_key(term)) in names.keys}
    return [_cell(_counted(term, names, blank), names, prefixes, nodes) for term in row]


def _counted(term: Any, names: Names, blank: dict[str, str]) -> Any:
    key = node_key(term)
    if key.startswith("_:") and key not in names.keys:
        return blank.setdefault(key, f"_:{len(blank) + 1}")
    return term


def _cell(term: Any, names: Names, prefixes: Map[str, str], told: set[str]) -> Cell:
    """None where there is no value; what the kinds are, see :func:`_kind`."""
    if term is None or isinstance(term, str):
        return term
    node = names.node(term)
    if node is not None and (node_key(term) or node not in told):
        return names.keys[node]
    if key := node_key(term):
        return ["i", key, exports.short(key, dict(prefixes))]
    kind = _kind(term)
    if kind == "":
        return term.value
    return [kind, term.value, *([term.language] if kind == "@" else [])] if kind else str(term)


def _kind(term: Any) -> str | None:
    """@ text with a language, n number, t time, b truth value, "" text, d any other; None: no literal."""
    datatype = getattr(getattr(term, "datatype", None), "value", None)
    if datatype is None:
        return None
    if term.language:
        return "@"
    if datatype == XSD + "string":
        return ""
    kinds = {"n": NUMBERS, "t": TEMPORAL, "b": {XSD + "boolean"}}
    return next((kind for kind, datatypes in kinds.items() if datatype in datatypes), "d")


def triples(asked: Asked) -> Iterator[Row]:
    """The triples that a CONSTRUCT or DESCRIBE made, each once."""
    seen: set[Row] = set()
    for each in asked.answers.values():
        yield from (row for row in each.rows if row not in seen)
        seen |= set(each.rows)
